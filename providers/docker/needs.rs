//! Attributes that older engines do not know: refused before anything is sent, since such engines
//! drop silently what they do not know.

use crate::{
    bridge,
    engine::ApiVersion,
    failure::{Failure, Outcome, refusal},
};
use infra_model::path::Path;
use serde_json::Value as Json;

/// An attribute, or one inside its blocks, and the first API version that knows it.
pub(crate) type Need = (&'static str, Option<&'static str>, ApiVersion);

/// Refuses a desired value that this engine would take only in part.
pub(crate) fn check(needs: &[Need], spec: &Json, api: ApiVersion) -> Outcome<()> {
    for (name, inner, first) in needs {
        let is_used = match inner {
            None => spec.get(name).is_some_and(|v| !bridge::is_nothing(v)),
            Some(inner) => bridge::items(spec, name).iter().any(|block| is_set(block, inner)),
        };
        if is_used && api < *first {
            let what = inner.map_or_else(|| (*name).to_owned(), |inner| format!("{name}.{inner}"));
            let summary = format!("this Docker Engine does not know `{what}`");
            return Err(Failure::refused(
                refusal("infra::docker::engine_too_old", summary)
                    .detail(format!("The attribute needs API {first}, the engine speaks {api}."))
                    .help("update the engine, or leave the attribute out")
                    .at_path(Path::attribute(*name)),
            ));
        }
    }
    let first = ApiVersion(1, 45);
    if bridge::items(spec, "mounts").iter().any(has_subpath) && api < first {
        let summary = "this Docker Engine does not know `subpath` of a mount";
        return Err(Failure::refused(
            refusal("infra::docker::engine_too_old", summary)
                .detail(format!("It needs API {first}, the engine speaks {api}."))
                .help("update the engine, or leave `subpath` out")
                .at_path(Path::attribute("mounts")),
        ));
    }
    Ok(())
}

fn is_set(block: &Json, name: &str) -> bool {
    let zero = ["0", "0s"];
    match block.get(name) {
        Some(Json::String(text)) => !text.is_empty() && !zero.contains(&text.as_str()),
        Some(Json::Number(number)) => number.as_i64() != Some(0),
        Some(other) => !bridge::is_nothing(other),
        None => false,
    }
}

fn has_subpath(mount: &Json) -> bool {
    bridge::items(mount, "volume_options").iter().any(|options| is_set(options, "subpath"))
}

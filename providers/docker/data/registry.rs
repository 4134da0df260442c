//! `docker_registry_image`: the digest that a registry has for a name, without pulling.

use super::filled;
use crate::{
    connection::text,
    engine::Engine,
    failure::{Failure, Outcome, refusal},
    reference::Reference,
    schemas::{flag, given, required},
};
use infra_model::{path::Path, schema::Block, value::Value};
use serde_json::json;

/// Returns the schema.
pub(super) fn block() -> Block {
    Block::of([
        ("id", given()),
        ("name", required()),
        ("sha256_digest", given()),
        ("insecure_skip_verify", flag().default(false)),
    ])
}

/// Asks the registry through the engine, which alone may be able to reach it.
///
/// Whether a certificate is checked is for the engine to decide, too: `insecure_skip_verify` is
/// taken and says nothing to it.
pub(super) async fn read(engine: &Engine, config: &Value) -> Outcome<Value> {
    let name = text(config, "name");
    let Some(reference) = Reference::parse(name) else {
        let found =
            refusal("infra::docker::image_name_invalid", format!("`{name}` names no image"));
        let found = found.help(crate::image::NAME_FORMS).at_path(Path::attribute("name"));
        return Err(Failure::refused(found));
    };
    let credentials = engine.registries.find(reference.registry()).await?;
    let doing = format!("asking the registry for `{name}`");
    let answer = engine.docker.inspect_registry_image(&reference.local(), credentials).await;
    let answer = answer.map_err(|error| {
        let mut failure = Failure::of(&error, &doing);
        failure = failure.map(|d| d.at_path(Path::attribute("name")));
        failure
    })?;
    let digest = answer.descriptor.digest.unwrap_or_default();
    Ok(filled(&block(), config, &json!({"id": digest, "sha256_digest": digest})))
}

//! `docker_image`: an image that the engine holds, pulled if it is not there.
//!
//! Images carry no labels of ours: the name identifies them, and a pull may be repeated at will.

mod build;
mod pull;

pub(crate) use pull::pull;

use crate::{
    bridge, deadline,
    engine::Engine,
    failure::{Failure, Outcome, is_conflict, is_missing, mistake, refusal},
    reference::Reference,
    schemas,
    schemas::{flag, given, required, set_of, text, text_map, text_set},
};
use bollard::query_parameters::RemoveImageOptions;
use infra_model::{
    address::{KindName, Mode},
    diagnostic::Diagnostics,
    kind::{Facts, Find, Kind},
    path::Path,
    schema::{Block, Schema},
    value::Value,
};
use infra_sdk::connection::Control;
use serde_json::Value as Json;

/// The pure half of `docker_image`.
pub(crate) struct ImageKind {
    name: KindName,
    schema: Schema,
}

impl ImageKind {
    /// Returns the kind.
    pub(crate) fn new() -> Self {
        let block = Block::of([
            ("id", given()),
            ("name", required().replaces()),
            ("image_id", given().describe("the id under which the engine holds it")),
            ("repo_digest", given().describe("name and digest, once pulled or pushed")),
            ("keep_locally", flag().describe("a destroy leaves it on the engine")),
            ("force_remove", flag()),
            ("pull_triggers", text_set().replaces()),
            ("triggers", text_map().replaces()),
            ("platform", text().default("").replaces()),
        ])
        .with([
            ("build", set_of(build::block()).between(0, Some(1))),
            ("timeouts", schemas::timeouts()),
        ]);
        Self { name: KindName("docker_image".into()), schema: Schema { version: 0, block } }
    }
}

impl Kind for ImageKind {
    fn name(&self) -> &KindName {
        &self.name
    }

    fn mode(&self) -> Mode {
        Mode::Managed
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn find(&self) -> Find {
        Find::NaturalKey(vec![Path::attribute("name")])
    }

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        let mut found = deadline::judge(&bridge::to_json(desired));
        if desired.get("build").is_some_and(|build| build.len().is_some_and(|n| n > 0)) {
            found.push(
                mistake("infra::docker::build_unsupported", "images can't be built yet")
                    .help("build the image elsewhere and name it by tag or digest")
                    .at_path(Path::attribute("build")),
            );
        }
        if let Some(name) = desired.get("name").and_then(Value::as_text)
            && Reference::parse(name).is_none()
        {
            found.push(
                mistake("infra::docker::image_name_invalid", format!("`{name}` names no image"))
                    .help(NAME_FORMS)
                    .at_path(Path::attribute("name")),
            );
        }
        found
    }
}

/// Returns an image by name or id; `None` if the engine does not hold it.
pub(crate) async fn inspect(engine: &Engine, name: &str) -> Outcome<Option<Json>> {
    match engine.docker.inspect_image(name).await {
        Ok(image) => Ok(serde_json::to_value(image).ok()),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(Failure::of(&error, &format!("reading image `{name}`"))),
    }
}

/// Returns the name under which the engine holds the image of a desired value.
pub(crate) fn local_name(spec: &Json) -> String {
    let name = bridge::text(spec, "name").unwrap_or_default();
    Reference::parse(name).map_or_else(|| name.to_owned(), |reference| reference.local())
}

/// Returns a value with what an inspected image gives.
pub(crate) fn observed(recorded: &Value, image: &Json) -> Value {
    let id = bridge::text(image, "Id").unwrap_or_default();
    let name = recorded.get("name").and_then(Value::as_text).map_or("", |name| name);
    let repository = Reference::parse(name).map(|r| r.repository).unwrap_or_default();
    let digests = bridge::texts(image, "RepoDigests");
    let digest = digests.iter().find(|digest| is_of(digest, &repository)).or(digests.first());
    schemas::replaced(recorded, |attribute, _| match &**attribute {
        "id" => Some(Value::from(format!("{id}{name}").as_str())),
        "image_id" => Some(Value::from(id)),
        "repo_digest" => Some(Value::from(digest.copied().unwrap_or_default())),
        _ => None,
    })
}

/// The forms that the name of an image may have.
pub(crate) const NAME_FORMS: &str = "write repository:tag or repository@sha256:digest";

/// Makes sure that the engine holds the image, and returns it as inspected.
///
/// An image that is there is taken as it is, unless a trigger asks for the newest of its tag.
pub(crate) async fn create(engine: &Engine, spec: &Json, control: &Control) -> Outcome<Json> {
    let name = bridge::text(spec, "name").unwrap_or_default();
    let Some(reference) = Reference::parse(name) else {
        let summary = format!("`{name}` names no image");
        let found = refusal("infra::docker::image_name_invalid", summary);
        return Err(Failure::refused(found.help(NAME_FORMS).at_path(Path::attribute("name"))));
    };
    let local = reference.local();
    let is_set = |name: &str| spec.get(name).is_some_and(|v| !bridge::is_nothing(v));
    let is_fresh = reference.digest.is_none() && (is_set("pull_triggers") || is_set("triggers"));
    if !is_fresh && let Some(image) = inspect(engine, &local).await? {
        return Ok(image);
    }
    pull(engine, &reference, bridge::text(spec, "platform").unwrap_or_default(), control).await?;
    inspect(engine, &local).await?.ok_or_else(|| {
        let summary = format!("image `{name}` was pulled and is not there");
        let help = "apply again; see whether something on the engine removes images";
        Failure::refused(refusal("infra::docker::image_not_found", summary).help(help))
    })
}

/// Takes the name off the image, and removes it if that was its last name.
pub(crate) async fn delete(engine: &Engine, spec: &Json) -> Outcome<()> {
    if bridge::is_true(spec, "keep_locally") {
        return Ok(());
    }
    let name = local_name(spec);
    let force = bridge::is_true(spec, "force_remove");
    let options = RemoveImageOptions { force, ..RemoveImageOptions::default() };
    match engine.docker.remove_image(&name, Some(options), None).await {
        Ok(_) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => {
            let in_use = is_conflict(&error);
            let mut failure = Failure::of(&error, &format!("removing image `{name}`"));
            if in_use {
                let help = "set `keep_locally` to leave it there, or `force_remove`";
                failure = failure.map(|d| d.help(help));
            }
            Err(failure)
        }
    }
}

fn is_of(digest: &str, repository: &str) -> bool {
    let short = |name: &str| {
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        name.strip_prefix("library/").unwrap_or(name).to_owned()
    };
    digest.split_once('@').is_some_and(|(name, _)| short(name) == short(repository))
}

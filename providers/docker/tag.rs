//! `docker_tag`: another name for an image that the engine holds.

use crate::{
    bridge,
    engine::Engine,
    failure::{Failure, Outcome, is_missing, mistake, refusal},
    image, inherited,
    reference::Reference,
    schemas,
    schemas::{given, required, text_set},
};
use bollard::query_parameters::{RemoveImageOptions, TagImageOptions};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::Diagnostics,
    kind::{FactKey, Facts, Find, Kind},
    path::Path,
    schema::{Block, Changes, Proposal, Schema, propose},
    value::Value,
};
use serde_json::Value as Json;

/// The pure half of `docker_tag`.
pub(crate) struct TagKind {
    name: KindName,
    schema: Schema,
}

impl TagKind {
    /// Returns the kind.
    pub(crate) fn new() -> Self {
        let follows = ["source_image", "tag_triggers"].map(Path::attribute);
        let block = Block::of([
            ("id", given()),
            ("source_image", required()),
            ("source_image_id", given().changes(Changes::With(follows.to_vec()))),
            ("target_image", required().replaces()),
            ("tag_triggers", text_set()),
        ]);
        Self { name: KindName("docker_tag".into()), schema: Schema { version: 0, block } }
    }
}

impl Kind for TagKind {
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
        Find::NaturalKey(vec![Path::attribute("target_image")])
    }

    fn facts(&self, _prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
        let source = desired.get("source_image").and_then(Value::as_text);
        source.map(|name| inherited::key(name)).into_iter().collect()
    }

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        let target = desired.get("target_image").and_then(Value::as_text);
        let wrong = target.filter(|name| {
            Reference::parse(name).is_none_or(|reference| reference.digest.is_some())
        });
        let refused = |name: &str| {
            mistake("infra::docker::image_name_invalid", format!("`{name}` can't be a tag"))
                .help(TARGET_FORM)
                .at_path(Path::attribute("target_image"))
        };
        wrong.map(|name| refused(name)).into_iter().collect()
    }

    /// A tag is put on again in place when the source means another image, or when the tag was
    /// taken away from it.
    fn planned(&self, prior: Option<&Value>, desired: &Value, facts: &Facts) -> Proposal {
        let mut proposal = propose(&self.schema, prior, desired);
        let source = desired.get("source_image").and_then(Value::as_text);
        if let Some(id) = source.and_then(|name| inherited::id(facts, name)) {
            proposal.planned = schemas::replaced(&proposal.planned, |name, _| {
                (&**name == "source_image_id").then(|| Value::from(id.as_str()))
            });
        }
        proposal
    }
}

/// Returns the image behind the target name; `None` if the name is free.
pub(crate) async fn inspect(engine: &Engine, spec: &Json) -> Outcome<Option<Json>> {
    image::inspect(engine, &target(spec).map(|t| t.local()).unwrap_or_default()).await
}

/// Returns a value with what the image behind the target name gives.
pub(crate) fn observed(recorded: &Value, image: &Json) -> Value {
    let id = bridge::text(image, "Id").unwrap_or_default();
    let text = |name: &str| recorded.get(name).and_then(Value::as_text).map_or("", |text| text);
    let both = format!("{}.{}", text("source_image"), text("target_image"));
    schemas::replaced(recorded, |attribute, _| match &**attribute {
        "id" => Some(Value::from(both.as_str())),
        "source_image_id" => Some(Value::from(id)),
        _ => None,
    })
}

/// The form of a tag.
const TARGET_FORM: &str = "write repository:tag";

/// Puts the tag on, wherever it pointed before, and returns the image behind it.
pub(crate) async fn put(engine: &Engine, spec: &Json) -> Outcome<Json> {
    let source = bridge::text(spec, "source_image").unwrap_or_default();
    let Some(image) = image::inspect(engine, source).await? else {
        return Err(Failure::refused(
            refusal(
                "infra::docker::image_not_found",
                format!("the engine has no image `{source}`"),
            )
            .help("add a `docker_image` for it and refer to that")
            .at_path(Path::attribute("source_image")),
        ));
    };
    let Some(target) = target(spec) else {
        let summary = "the target is no name of an image";
        let found = refusal("infra::docker::image_name_invalid", summary);
        let found = found.help(TARGET_FORM).at_path(Path::attribute("target_image"));
        return Err(Failure::refused(found));
    };
    let options = TagImageOptions {
        repo: Some(target.repository.clone()),
        tag: Some(target.pulled().to_owned()),
    };
    let id = bridge::text(&image, "Id").unwrap_or(source);
    let tagged = engine.docker.tag_image(id, Some(options)).await;
    tagged.map_err(|error| Failure::of(&error, &format!("tagging `{source}`")))?;
    Ok(image)
}

/// Takes the tag off; what is not there is taken off already.
///
/// The image goes with its last name, as it does for `docker rmi`.
pub(crate) async fn delete(engine: &Engine, spec: &Json) -> Outcome<()> {
    let Some(image) = inspect(engine, spec).await? else { return Ok(()) };
    let Some(name) = target(spec).map(|target| target.local()) else { return Ok(()) };
    if let Some(recorded) = bridge::text(spec, "source_image_id")
        && bridge::text(&image, "Id") != Some(recorded)
    {
        // The name belongs to another image by now, which is not ours to untag.
        return Ok(());
    }
    let options = RemoveImageOptions { noprune: true, ..RemoveImageOptions::default() };
    match engine.docker.remove_image(&name, Some(options), None).await {
        Ok(_) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => Err(Failure::of(&error, &format!("removing tag `{name}`"))),
    }
}

fn target(spec: &Json) -> Option<Reference> {
    Reference::parse(bridge::text(spec, "target_image")?)
}

//! `docker_tag`: another name for an image that the engine holds.

use crate::{
    bridge,
    engine::Client,
    failure::{Outcome, is_missing, mistake, refusal},
    image, inherited, ownership,
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
    text::Text,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    resource::{Refreshed, Resource, Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::{collections::BTreeSet, sync::Arc};

/// The type.
pub(crate) struct Tag;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    source_image: Option<String>,
    source_image_id: Option<String>,
    target_image: Option<String>,
    tag_triggers: Option<BTreeSet<String>>,
}

/// The pure half of `docker_tag`.
struct TagKind {
    name: KindName,
    schema: Schema,
}

impl TagKind {
    /// Returns the kind.
    fn new() -> Self {
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

impl Resource for Tag {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        Arc::new(TagKind::new())
    }

    async fn read(
        engine: &Client,
        recorded: Thing<Model>,
        _: &Control,
    ) -> Result<Option<Model>, Failure> {
        let found = inspect(engine, &recorded.model).await?;
        Ok(found.map(|image| recorded.model.of(&image)))
    }

    async fn refresh(
        engine: &Client,
        recorded: Vec<Thing<Model>>,
        _: &Control,
    ) -> Result<Refreshed<Model>, Failure> {
        let looks = recorded.iter().map(|thing| inspect(engine, &thing.model)).collect();
        let found = engine.together(looks).await?;
        Ok(inherited::refreshed(&recorded, found, Model::name, Model::of))
    }

    async fn create(
        engine: &Client,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        let image = put(engine, &wanted.model).await?;
        Ok(wanted.model.of(&image).into())
    }

    async fn update(
        engine: &Client,
        _: Thing<Model>,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        let image = put(engine, &wanted.model).await?;
        Ok(wanted.model.of(&image).into())
    }

    async fn delete(engine: &Client, prior: Thing<Model>, _: &Control) -> Result<(), Failure> {
        Ok(take_off(engine, &prior.model).await?)
    }

    /// A tag that points elsewhere is not the one that was asked for; putting it on again does no
    /// harm.
    async fn find(
        engine: &Client,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Option<Thing<Model>>, Failure> {
        let source = wanted.model.source_image.as_deref().unwrap_or_default();
        let source = image::inspect(engine, source).await?;
        let found = inspect(engine, &wanted.model).await?;
        let is_it = |i: &Json| source.as_ref().is_some_and(|s| s.get("Id") == i.get("Id"));
        Ok(found.filter(is_it).map(|image| wanted.model.of(&image).into()))
    }

    async fn exists(
        engine: &Client,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Option<Text>, Failure> {
        let there = inspect(engine, &wanted.model).await?;
        Ok(there.map(|_| ownership::is_there(wanted.model.name())))
    }

    async fn import(
        engine: &Client,
        id: &Value,
        _: &Control,
    ) -> Result<Option<Thing<Model>>, Failure> {
        let target_image = Some(schemas::import_id(id).to_owned());
        let named = Model {
            id: None,
            source_image: None,
            source_image_id: None,
            target_image,
            tag_triggers: None,
        };
        let found = inspect(engine, &named).await?;
        Ok(found.map(|image| {
            let source_image = bridge::text(&image, "Id").unwrap_or_default().to_owned();
            Model { source_image: Some(source_image), ..named }.of(&image).into()
        }))
    }
}

impl Model {
    fn name(&self) -> &str {
        self.target_image.as_deref().unwrap_or_default()
    }

    fn target(&self) -> Option<Reference> {
        Reference::parse(self.name())
    }

    /// Returns it with what the image behind the target name gives.
    fn of(self, image: &Json) -> Self {
        let text = |name: &Option<String>| name.clone().unwrap_or_default();
        Self {
            id: Some(format!("{}.{}", text(&self.source_image), text(&self.target_image))),
            source_image_id: Some(bridge::text(image, "Id").unwrap_or_default().to_owned()),
            ..self
        }
    }
}

/// Returns the image behind the target name; `None` if the name is free.
async fn inspect(engine: &Client, tag: &Model) -> Outcome<Option<Json>> {
    image::inspect(engine, &tag.target().map(|t| t.local()).unwrap_or_default()).await
}

/// The form of a tag.
const TARGET_FORM: &str = "write repository:tag";

/// Puts the tag on, wherever it pointed before, and returns the image behind it.
async fn put(engine: &Client, tag: &Model) -> Outcome<Json> {
    let source = tag.source_image.as_deref().unwrap_or_default();
    let Some(image) = image::inspect(engine, source).await? else {
        return Err(crate::failure::Failure::refused(
            refusal(
                "infra::docker::image_not_found",
                format!("the engine has no image `{source}`"),
            )
            .help("add a `docker_image` for it and refer to that")
            .at_path(Path::attribute("source_image")),
        ));
    };
    let Some(target) = tag.target() else {
        let summary = "the target is no name of an image";
        let found = refusal("infra::docker::image_name_invalid", summary);
        let found = found.help(TARGET_FORM).at_path(Path::attribute("target_image"));
        return Err(crate::failure::Failure::refused(found));
    };
    let options = TagImageOptions {
        repo: Some(target.repository.clone()),
        tag: Some(target.pulled().to_owned()),
    };
    let id = bridge::text(&image, "Id").unwrap_or(source);
    let tagged = engine.docker.tag_image(id, Some(options)).await;
    tagged.map_err(|error| crate::failure::Failure::of(&error, &format!("tagging `{source}`")))?;
    Ok(image)
}

/// Takes the tag off; what is not there is taken off already.
///
/// The image goes with its last name, as it does for `docker rmi`.
async fn take_off(engine: &Client, tag: &Model) -> Outcome<()> {
    let Some(image) = inspect(engine, tag).await? else { return Ok(()) };
    let Some(name) = tag.target().map(|target| target.local()) else { return Ok(()) };
    if let Some(recorded) = tag.source_image_id.as_deref().filter(|id| !id.is_empty())
        && bridge::text(&image, "Id") != Some(recorded)
    {
        // The name belongs to another image by now, which is not ours to untag.
        return Ok(());
    }
    let options = RemoveImageOptions { noprune: true, ..RemoveImageOptions::default() };
    match engine.docker.remove_image(&name, Some(options), None).await {
        Ok(_) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => Err(crate::failure::Failure::of(&error, &format!("removing tag `{name}`"))),
    }
}

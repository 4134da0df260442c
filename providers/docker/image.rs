//! `docker_image`: an image that the engine holds, pulled if it is not there.
//!
//! Images carry no labels of ours: the name identifies them, and a pull may be repeated at will.

mod build;
mod data;
mod pull;
mod requests;

pub(crate) use data::ImageData;
pub(crate) use requests::inspect;

use crate::{
    bridge, deadline,
    engine::Client,
    failure::mistake,
    inherited, ownership,
    reference::Reference,
    schemas,
    schemas::{flag, given, required, set_of, text, text_map, text_set},
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::Diagnostics,
    kind::{Facts, Find, Kind},
    path::Path,
    schema::{Block, Schema},
    text::Text,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    convert::{Dynamic, from_value},
    failure::{Broken, Failure, blame},
    resource::{Refreshed, Resource, Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The type.
pub(crate) struct Image;

/// Its attributes; what this provider never looks into is kept as it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    image_id: Option<String>,
    repo_digest: Option<String>,
    keep_locally: Option<bool>,
    force_remove: Option<bool>,
    pull_triggers: Option<BTreeSet<String>>,
    triggers: Option<BTreeMap<String, String>>,
    platform: Option<String>,
    build: Dynamic,
    timeouts: Dynamic,
}

/// The pure half of `docker_image`.
struct ImageKind {
    name: KindName,
    schema: Schema,
}

impl ImageKind {
    /// Returns the kind.
    fn new() -> Self {
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

/// The forms that the name of an image may have.
pub(crate) const NAME_FORMS: &str = "write repository:tag or repository@sha256:digest";

impl Resource for Image {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        Arc::new(ImageKind::new())
    }

    async fn read(
        engine: &Client,
        recorded: Thing<Model>,
        _: &Control,
    ) -> Result<Option<Model>, Failure> {
        let found = inspect(engine, &recorded.model.local_name()).await?;
        Ok(found.map(|image| recorded.model.of(&image)))
    }

    async fn refresh(
        engine: &Client,
        recorded: Vec<Thing<Model>>,
        _: &Control,
    ) -> Result<Refreshed<Model>, Failure> {
        let names: Vec<String> = recorded.iter().map(|thing| thing.model.local_name()).collect();
        let looks = names.iter().map(|name| inspect(engine, name)).collect();
        let found = engine.together(looks).await?;
        Ok(inherited::refreshed(&recorded, found, Model::name, Model::of))
    }

    async fn create(
        engine: &Client,
        wanted: Wanted<Model>,
        control: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        let image = requests::fetch(engine, &wanted.model, control).await?;
        Ok(wanted.model.of(&image).into())
    }

    /// Only what tells this provider how to go about it can differ: it is recorded.
    async fn update(
        _: &Client,
        prior: Thing<Model>,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        let (prior, wanted) = (prior.model, wanted.model);
        let model = Model {
            id: wanted.id.or(prior.id),
            image_id: wanted.image_id.or(prior.image_id),
            repo_digest: wanted.repo_digest.or(prior.repo_digest),
            ..wanted
        };
        Ok(model.into())
    }

    async fn delete(engine: &Client, prior: Thing<Model>, _: &Control) -> Result<(), Failure> {
        Ok(requests::delete(engine, &prior.model).await?)
    }

    async fn find(
        engine: &Client,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Option<Thing<Model>>, Failure> {
        let found = inspect(engine, &wanted.model.local_name()).await?;
        Ok(found.map(|image| wanted.model.of(&image).into()))
    }

    async fn exists(
        engine: &Client,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Option<Text>, Failure> {
        let there = inspect(engine, &wanted.model.local_name()).await?;
        Ok(there.map(|_| ownership::is_there(wanted.model.name())))
    }

    async fn import(
        engine: &Client,
        id: &Value,
        _: &Control,
    ) -> Result<Option<Thing<Model>>, Failure> {
        let empty = from_value::<Model>(&schemas::empty(&ImageKind::new()));
        let empty = empty.map_err(|error| blame("docker", &error.to_string()))?;
        let named = Model { name: Some(schemas::import_id(id).to_owned()), ..empty };
        let found = inspect(engine, &named.local_name()).await?;
        Ok(found.map(|image| named.of(&image).into()))
    }
}

impl Model {
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// Returns the name under which the engine holds the image.
    fn local_name(&self) -> String {
        local_name(self.name())
    }

    /// Returns it with what an inspected image gives.
    fn of(self, image: &Json) -> Self {
        let id = bridge::text(image, "Id").unwrap_or_default();
        let repository = Reference::parse(self.name()).map(|r| r.repository).unwrap_or_default();
        let digests = bridge::texts(image, "RepoDigests");
        let digest = digests.iter().find(|digest| is_of(digest, &repository)).or(digests.first());
        Self {
            id: Some(format!("{id}{}", self.name())),
            image_id: Some(id.to_owned()),
            repo_digest: Some(digest.copied().unwrap_or_default().to_owned()),
            ..self
        }
    }
}

/// Returns the name under which the engine holds an image.
fn local_name(name: &str) -> String {
    Reference::parse(name).map_or_else(|| name.to_owned(), |reference| reference.local())
}

fn is_of(digest: &str, repository: &str) -> bool {
    let short = |name: &str| {
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        name.strip_prefix("library/").unwrap_or(name).to_owned()
    };
    digest.split_once('@').is_some_and(|(name, _)| short(name) == short(repository))
}

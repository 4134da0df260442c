//! `data "docker_registry_image"`: the digest that a registry has for a name, without pulling.

use crate::{
    engine::Client,
    failure::{Failure as Refused, refusal},
    image::NAME_FORMS,
    reference::Reference,
    schemas::{flag, given, required},
};
use infra_model::{kind::Kind, path::Path, schema::Block};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The data source.
pub(crate) struct RegistryImage;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    sha256_digest: Option<String>,
    insecure_skip_verify: Option<bool>,
}

impl DataSource for RegistryImage {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("name", required()),
            ("sha256_digest", given()),
            ("insecure_skip_verify", flag().default(false)),
        ]);
        SchemaKind::data("docker_registry_image", block).shared()
    }

    /// Asks the registry through the engine, which alone may be able to reach it.
    ///
    /// Whether a certificate is checked is for the engine to decide, too: `insecure_skip_verify` is
    /// taken and says nothing to it.
    async fn read(engine: &Client, config: Model, _: &Control) -> Result<Model, Failure> {
        let name = config.name.as_deref().unwrap_or_default();
        let Some(reference) = Reference::parse(name) else {
            let summary = format!("`{name}` names no image");
            let found = refusal("infra::docker::image_name_invalid", summary).help(NAME_FORMS);
            return Err(Refused::refused(found.at_path(Path::attribute("name"))).into());
        };
        let credentials = engine.registries.find(reference.registry()).await?;
        let answer = engine.docker.inspect_registry_image(&reference.local(), credentials).await;
        let answer = answer.map_err(|error| {
            let failure = Refused::of(&error, &format!("asking the registry for `{name}`"));
            failure.map(|found| found.at_path(Path::attribute("name")))
        })?;
        let digest = answer.descriptor.digest.unwrap_or_default();
        Ok(Model { id: Some(digest.clone()), sha256_digest: Some(digest), ..config })
    }
}

//! `data "docker_image"`: an image that the engine holds.

use super::{inspect, local_name};
use crate::{
    bridge,
    engine::Client,
    failure,
    schemas::{given, required},
};
use infra_model::{kind::Kind, schema::Block};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The data source.
pub(crate) struct ImageData;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    repo_digest: Option<String>,
}

impl DataSource for ImageData {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([("id", given()), ("name", required()), ("repo_digest", given())]);
        SchemaKind::data("docker_image", block).shared()
    }

    async fn read(engine: &Client, config: Model, _: &Control) -> Result<Model, Failure> {
        let name = config.name.as_deref().unwrap_or_default();
        let found = match inspect(engine, &local_name(name)).await? {
            Some(found) => Some(found),
            None => inspect(engine, name).await?,
        };
        let Some(found) = found else {
            let summary = format!("the engine has no image `{name}`");
            return Err(failure::not_there("infra::docker::image_not_found", summary).into());
        };
        let id = bridge::text(&found, "Id").unwrap_or_default().to_owned();
        let digest = bridge::texts(&found, "RepoDigests").first().copied().unwrap_or_default();
        Ok(Model { id: Some(id), repo_digest: Some(digest.to_owned()), ..config })
    }
}

//! The data sources `local_file` and `local_sensitive_file`: what is in a file.

use super::file::failed;
use crate::{digest::Checksums, draw::Draws};
use base64::{Engine, engine::general_purpose::STANDARD};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The data source whose content may be seen.
pub(crate) struct LocalFileData;

/// The data source whose content is a secret.
pub(crate) struct LocalSensitiveFileData;

/// The attributes of both.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    filename: String,
    content: Option<String>,
    content_base64: Option<String>,
    content_md5: Option<String>,
    content_sha1: Option<String>,
    content_sha256: Option<String>,
    content_base64sha256: Option<String>,
    content_sha512: Option<String>,
    content_base64sha512: Option<String>,
}

impl DataSource for LocalFileData {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        kind("local_file", &Attribute::computed(Type::String))
    }

    async fn read(_: &Draws, config: Model, _: &Control) -> Result<Model, Failure> {
        read(config.filename)
    }
}

impl DataSource for LocalSensitiveFileData {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        kind("local_sensitive_file", &Attribute::computed(Type::String).sensitive())
    }

    async fn read(_: &Draws, config: Model, _: &Control) -> Result<Model, Failure> {
        read(config.filename)
    }
}

fn kind(name: &str, content: &Attribute) -> Arc<dyn Kind> {
    let computed = || Attribute::computed(Type::String);
    let block = Block::of([
        ("id", computed()),
        ("filename", Attribute::required(Type::String)),
        ("content", content.clone()),
        ("content_base64", content.clone()),
        ("content_md5", computed()),
        ("content_sha1", computed()),
        ("content_sha256", computed()),
        ("content_base64sha256", computed()),
        ("content_sha512", computed()),
        ("content_base64sha512", computed()),
    ]);
    SchemaKind::data(name, block).shared()
}

fn read(filename: String) -> Result<Model, Failure> {
    let bytes =
        std::fs::read(&filename).map_err(|error| failed("read", &filename, &error).safe())?;
    let sums = Checksums::of(&bytes);
    Ok(Model {
        id: Some(sums.sha1.clone()),
        filename,
        // What is no UTF-8 becomes U+FFFD; `content_base64` has it as it is.
        content: Some(String::from_utf8_lossy(&bytes).into_owned()),
        content_base64: Some(STANDARD.encode(&bytes)),
        content_md5: Some(sums.md5),
        content_sha1: Some(sums.sha1),
        content_sha256: Some(sums.sha256),
        content_base64sha256: Some(sums.base64_sha256),
        content_sha512: Some(sums.sha512),
        content_base64sha512: Some(sums.base64_sha512),
    })
}

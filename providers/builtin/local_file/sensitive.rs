//! `local_sensitive_file`: a file whose content is a secret, and which only its owner may read.

use super::file::{self, Given, Wish, argument, common};
use crate::{draw::Draws, hooked::Hooked};
use infra_model::{diagnostic::Diagnostics, kind::Kind, schema::Block, value::Value};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    kind::SchemaKind,
    resource::{Resource, Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct LocalSensitiveFile;

/// Its attributes.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    content: Option<String>,
    content_base64: Option<String>,
    source: Option<String>,
    filename: String,
    file_permission: Option<String>,
    directory_permission: Option<String>,
    content_md5: Option<String>,
    content_sha1: Option<String>,
    content_sha256: Option<String>,
    content_base64sha256: Option<String>,
    content_sha512: Option<String>,
    content_base64sha512: Option<String>,
}

/// The attributes of which exactly one says what is in the file.
const CONTENTS: [&str; 3] = ["content", "content_base64", "source"];

impl Resource for LocalSensitiveFile {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let secret = || argument().sensitive();
        let own = [("content", secret()), ("content_base64", secret())];
        let block = Block::of(own.into_iter().chain(common("0700")));
        Hooked::new(SchemaKind::managed("local_sensitive_file", block).local())
            .validate(validate)
            .shared()
    }

    async fn read(_: &Draws, seen: Thing<Model>, _: &Control) -> Result<Option<Model>, Failure> {
        let model = seen.model;
        let is_there = file::is_unchanged(&model.filename, model.id.as_deref())?;
        Ok(is_there.then_some(model))
    }

    async fn create(
        _: &Draws,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        let model = wanted.model;
        let sums = file::create(Wish {
            filename: &model.filename,
            given: Given {
                text: model.content.as_deref(),
                base64: model.content_base64.as_deref(),
                source: model.source.as_deref(),
            },
            file_permission: model.file_permission.as_deref(),
            directory_permission: model.directory_permission.as_deref(),
        })?;
        Ok(Thing::from(Model {
            id: Some(sums.sha1.clone()),
            content_md5: Some(sums.md5),
            content_sha1: Some(sums.sha1),
            content_sha256: Some(sums.sha256),
            content_base64sha256: Some(sums.base64_sha256),
            content_sha512: Some(sums.sha512),
            content_base64sha512: Some(sums.base64_sha512),
            ..model
        }))
    }

    async fn update(
        _: &Draws,
        _: Thing<Model>,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        // Every argument replaces, so there is never anything to do here.
        Ok(wanted.model.into())
    }

    async fn delete(_: &Draws, prior: Thing<Model>, _: &Control) -> Result<(), Failure> {
        file::delete(&prior.model.filename, prior.model.id.as_deref())
    }
}

fn validate(desired: &Value) -> Diagnostics {
    file::validate(desired, &CONTENTS)
}

//! `local_file`: a file whose content may be seen.

use super::{
    file::{self, Given, Wish, argument, common},
    written::File,
};
use crate::{digest::Checksums, hooked::Hooked};
use infra_model::{
    diagnostic::Diagnostics,
    kind::Kind,
    schema::{Attribute, Block},
    text::Text,
    value::Value,
};
use infra_sdk::kind::SchemaKind;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct LocalFile;

/// Its attributes.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    content: Option<String>,
    content_base64: Option<String>,
    sensitive_content: Option<String>,
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
const CONTENTS: [&str; 4] = ["content", "content_base64", "sensitive_content", "source"];

impl File for LocalFile {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let deprecated = Some(Text::from("use `local_sensitive_file`"));
        let secret = Attribute { deprecated, ..argument().sensitive() };
        let own = [
            ("content", argument()),
            ("content_base64", argument()),
            ("sensitive_content", secret),
        ];
        let block = Block::of(own.into_iter().chain(common("0777")));
        Hooked::new(SchemaKind::managed("local_file", block).local()).validate(validate).shared()
    }

    fn wish(model: &Model) -> Wish<'_> {
        Wish {
            filename: &model.filename,
            given: Given {
                text: model.content.as_deref().or(model.sensitive_content.as_deref()),
                base64: model.content_base64.as_deref(),
                source: model.source.as_deref(),
            },
            file_permission: model.file_permission.as_deref(),
            directory_permission: model.directory_permission.as_deref(),
        }
    }

    fn id(model: &Model) -> Option<&str> {
        model.id.as_deref()
    }

    fn written(model: Model, sums: Checksums) -> Model {
        Model {
            id: Some(sums.sha1.clone()),
            content_md5: Some(sums.md5),
            content_sha1: Some(sums.sha1),
            content_sha256: Some(sums.sha256),
            content_base64sha256: Some(sums.base64_sha256),
            content_sha512: Some(sums.sha512),
            content_base64sha512: Some(sums.base64_sha512),
            ..model
        }
    }
}

fn validate(desired: &Value) -> Diagnostics {
    file::validate(desired, &CONTENTS)
}

//! `local_file`: a file with a content. One that was changed by others counts as gone, as its id is
//! the checksum of what was written.

use crate::{
    digest::{Checksums, sha1},
    draw::Draws,
    local_file::disk::{Modes, remove, write},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Facts, Find, Kind},
    path::Path,
    schema::{Attribute, Block, Schema},
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    kind::SchemaKind,
    resource::{Resource, Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use std::{io, sync::Arc};

mod disk;

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

impl Resource for LocalFile {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let given = || Attribute::optional(Type::String).replaces();
        let mode = || given().default("0777");
        let computed = || Attribute::computed(Type::String);
        let deprecated = Some(Text::from("use `local_sensitive_file`"));
        let block = Block::of([
            ("id", computed()),
            ("content", given()),
            ("content_base64", given()),
            ("sensitive_content", Attribute { deprecated, ..given().sensitive() }),
            ("source", given()),
            ("filename", Attribute::required(Type::String).replaces()),
            ("file_permission", mode()),
            ("directory_permission", mode()),
            ("content_md5", computed()),
            ("content_sha1", computed()),
            ("content_sha256", computed()),
            ("content_base64sha256", computed()),
            ("content_sha512", computed()),
            ("content_base64sha512", computed()),
        ]);
        Arc::new(FileKind { inner: SchemaKind::managed("local_file", block).local() })
    }

    async fn read(_: &Draws, file: Thing<Model>, _: &Control) -> Result<Option<Model>, Failure> {
        let model = file.model;
        match std::fs::read(&model.filename) {
            Ok(found) if Some(sha1(&found)) == model.id => Ok(Some(model)),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &model.filename, &error).unreachable()),
        }
    }

    async fn create(
        _: &Draws,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        let model = wanted.model;
        let bytes = content(&model)?;
        let permissions = Modes {
            file: mode(model.file_permission.as_deref())?,
            directory: mode(model.directory_permission.as_deref())?,
        };
        write(&model.filename, &bytes, permissions)
            .map_err(|error| failed("written", &model.filename, &error).safe())?;
        let sums = Checksums::of(&bytes);
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

    async fn delete(_: &Draws, file: Thing<Model>, _: &Control) -> Result<(), Failure> {
        let name = &file.model.filename;
        remove(name).map_err(|error| failed("removed", name, &error).safe())
    }
}

fn failed(what: &str, name: &str, error: &io::Error) -> Failure {
    let summary = format!("`{name}` can't be {what}");
    let wrong = Diagnostic::error("infra::builtin::file_failed", summary);
    Failure::new(wrong.detail(format!("{error}.")).at_path(Path::attribute("filename")))
}

fn content(model: &Model) -> Result<Vec<u8>, Failure> {
    if let Some(text) = model.content.as_ref().or(model.sensitive_content.as_ref()) {
        return Ok(text.clone().into_bytes());
    }
    if let Some(encoded) = &model.content_base64 {
        return STANDARD.decode(encoded).map_err(|_| Failure::new(base64_wrong()));
    }
    match &model.source {
        Some(source) => std::fs::read(source).map_err(|error| {
            let failure = failed("read", source, &error).safe();
            let diagnostic = failure.diagnostic.at_path(Path::attribute("source"));
            Failure { diagnostic, ..failure }
        }),
        None => Ok(Vec::new()),
    }
}

fn base64_wrong() -> Diagnostic {
    Diagnostic::error("infra::builtin::base64_wrong", "`content_base64` is no base 64")
        .help("encode it with `base64encode`, or give the text as it is in `content`")
        .at_path(Path::attribute("content_base64"))
}

/// Returns the bits of a permission in octal.
fn mode(permission: Option<&str>) -> Result<u32, Failure> {
    let text = permission.unwrap_or("0777");
    let wrong = || {
        let summary = format!("`{text}` is no permission");
        let wrong = Diagnostic::error("infra::builtin::permission_wrong", summary);
        Failure::new(wrong.help("Use three or four octal digits, such as \"0644\"."))
    };
    let is_octal = (3..=4).contains(&text.len()) && text.bytes().all(|b| (b'0'..b'8').contains(&b));
    if is_octal { u32::from_str_radix(text, 8).map_err(|_| wrong()) } else { Err(wrong()) }
}

struct FileKind {
    inner: SchemaKind,
}

impl Kind for FileKind {
    fn name(&self) -> &KindName {
        self.inner.name()
    }

    fn mode(&self) -> Mode {
        self.inner.mode()
    }

    fn schema(&self) -> &Schema {
        self.inner.schema()
    }

    fn find(&self) -> Find {
        self.inner.find()
    }

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        let mut wrong = Vec::new();
        let is_given = |name: &&&str| desired.get(name).is_some_and(|value| !value.is_null());
        let given = CONTENTS.iter().filter(is_given).count();
        if given != 1 && desired.entries().is_some() {
            let summary = format!("Exactly one of `{}` must be given", CONTENTS.join("`, `"));
            let found = Diagnostic::error("infra::builtin::content_ambiguous", summary);
            wrong.push(found.at_path(Path::attribute("content")));
        }
        let encoded = desired.get("content_base64").and_then(Value::as_text);
        if encoded.is_some_and(|text| STANDARD.decode(text.as_bytes()).is_err()) {
            wrong.push(base64_wrong());
        }
        for name in ["file_permission", "directory_permission"] {
            let given = desired.get(name).and_then(Value::as_text);
            if let Some(Err(failure)) = given.map(|text| mode(Some(text))) {
                wrong.push(failure.diagnostic.at_path(Path::attribute(name)));
            }
        }
        wrong
    }
}

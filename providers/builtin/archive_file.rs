//! `archive_file`: files in one archive, as data source and, deprecated, as resource.
//!
//! The same input gives the same bytes, and those of the ecosystem's provider: functions are
//! deployed by the checksum of such an archive.

use crate::{digest::Checksums, draw::Draws, hooked::Hooked, rules};
use entries::Entry;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    path::Path,
    schema::{Attribute, Block, NestedBlock, Nesting},
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    data::DataSource,
    failure::{Broken, Failure},
    kind::SchemaKind,
    resource::{Resource, Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};

mod entries;
mod glob;
mod output;
mod tar;
mod zip;

/// The data source.
pub(crate) struct ArchiveFileData;

/// The resource type.
pub(crate) struct ArchiveFile;

/// The attributes of both.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    r#type: String,
    source: Option<Vec<Source>>,
    source_content: Option<String>,
    source_content_filename: Option<String>,
    source_file: Option<String>,
    source_dir: Option<String>,
    excludes: Option<BTreeSet<String>>,
    exclude_symlink_directories: Option<bool>,
    output_path: String,
    output_size: Option<u64>,
    output_file_mode: Option<String>,
    output_md5: Option<String>,
    output_sha: Option<String>,
    output_sha256: Option<String>,
    output_base64sha256: Option<String>,
    output_sha512: Option<String>,
    output_base64sha512: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Source {
    content: String,
    filename: String,
}

const TYPES: [&str; 2] = ["zip", "tar.gz"];

impl DataSource for ArchiveFileData {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        Hooked::new(SchemaKind::data("archive_file", block())).validate(validate).shared()
    }

    async fn read(_: &Draws, config: Model, _: &Control) -> Result<Model, Failure> {
        archived(config)
    }
}

impl Resource for ArchiveFile {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let deprecated = Some("use the data source of the same name".into());
        let mut block = Block { deprecated, ..block() };
        for nested in block.blocks.values_mut() {
            nested.replaces = true;
        }
        for attribute in block.attributes.values_mut() {
            attribute.replaces = attribute.is_configurable();
        }
        let inner = SchemaKind::managed("archive_file", block).local();
        Hooked::new(inner).validate(validate).shared()
    }

    /// Makes the archive anew, so that a refresh sees what became of its sources.
    async fn read(_: &Draws, seen: Thing<Model>, _: &Control) -> Result<Option<Model>, Failure> {
        archived(seen.model).map(Some).map_err(Failure::unreachable)
    }

    async fn create(
        _: &Draws,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        Ok(archived(wanted.model)?.into())
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

    /// The archive stays, as with the ecosystem's provider: others may still read it.
    async fn delete(_: &Draws, _: Thing<Model>, _: &Control) -> Result<(), Failure> {
        Ok(())
    }
}

fn block() -> Block {
    let text = || Attribute::optional(Type::String);
    let computed = || Attribute::computed(Type::String);
    let source = Block::of([
        ("content", Attribute::required(Type::String)),
        ("filename", Attribute::required(Type::String)),
    ]);
    let block = Block::of([
        ("id", computed()),
        ("type", Attribute::required(Type::String)),
        ("source_content", text()),
        ("source_content_filename", text()),
        ("source_file", text()),
        ("source_dir", text()),
        ("excludes", Attribute::optional(Type::set(Type::String))),
        ("exclude_symlink_directories", Attribute::optional(Type::Bool)),
        ("output_path", Attribute::required(Type::String)),
        ("output_size", Attribute::computed(Type::Number)),
        ("output_file_mode", text()),
        ("output_md5", computed()),
        ("output_sha", computed()),
        ("output_sha256", computed()),
        ("output_base64sha256", computed()),
        ("output_sha512", computed()),
        ("output_base64sha512", computed()),
    ]);
    block.with([("source", NestedBlock::new(Nesting::Set, source))])
}

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    rules::one_of(desired, "type", &TYPES, &mut wrong);
    let sources = ["source", "source_content_filename", "source_file", "source_dir"];
    rules::exactly_one(desired, &sources, &mut wrong);
    rules::requires(desired, ("source_content", "source_content_filename"), &mut wrong);
    for other in ["source_file", "source_content_filename"] {
        rules::at_most_one(desired, &[other, "excludes"], &mut wrong);
    }
    for (_, pattern) in rules::texts(desired, "excludes") {
        if !glob::is_pattern(pattern) {
            let summary = format!("{pattern:?} is no pattern");
            let found = rules::unsupported(Path::attribute("excludes"), summary);
            wrong
                .push(found.help("close every `[` and `{`, and write something behind every `\\`"));
        }
    }
    if let Some(text) = rules::text(desired, "output_file_mode").filter(|t| mode(t).is_none()) {
        let summary = format!("{text:?} is no mode of a file");
        let found = rules::unsupported(Path::attribute("output_file_mode"), summary);
        wrong.push(found.help("write it in octal with a leading zero, such as \"0644\""));
    }
    wrong
}

/// Returns a mode, in octal behind a zero, else as the number is written.
fn mode(text: &str) -> Option<u32> {
    let parsed = if let Some(hex) = text.strip_prefix("0x") {
        u32::from_str_radix(hex, 16)
    } else if let Some(octal) = text.strip_prefix("0o").or_else(|| text.strip_prefix('0')) {
        u32::from_str_radix(if octal.is_empty() { "0" } else { octal }, 8)
    } else {
        text.parse()
    };
    parsed.ok().filter(|mode| *mode <= 0o7777)
}

/// Makes the archive, writes it if what is there is another one, and describes it.
fn archived(model: Model) -> Result<Model, Failure> {
    let wanted = model.output_file_mode.as_deref().filter(|text| !text.is_empty()).and_then(mode);
    let entries = entries(&model)?;
    let bytes = if model.r#type == "zip" {
        zip::pack(&entries, wanted).ok_or_else(|| too_large(&model))?
    } else {
        infra_model::deflate::gzip(&tar::pack(&entries, wanted))
    };
    output::write(&model.output_path, &bytes).map_err(|error| {
        failed("output_path", &format!("`{}` can't be written", model.output_path), &error)
    })?;
    let sums = Checksums::of(&bytes);
    Ok(Model {
        id: Some(sums.sha1.clone()),
        output_size: Some(bytes.len() as u64),
        output_md5: Some(sums.md5),
        output_sha: Some(sums.sha1),
        output_sha256: Some(sums.sha256),
        output_base64sha256: Some(sums.base64_sha256),
        output_sha512: Some(sums.sha512),
        output_base64sha512: Some(sums.base64_sha512),
        ..model
    })
}

fn entries(model: &Model) -> Result<Vec<Entry>, Failure> {
    if let Some(directory) = &model.source_dir {
        let excludes: Vec<&str> = model.excludes.iter().flatten().map(String::as_str).collect();
        let follows = model.exclude_symlink_directories != Some(true);
        let found = entries::of_directory(directory, &excludes, follows);
        let found = found.map_err(|(path, error)| {
            failed("source_dir", &format!("`{path}` can't be read"), &error)
        })?;
        return if found.is_empty() { Err(empty(directory)) } else { Ok(found) };
    }
    if let Some(file) = &model.source_file {
        let found = entries::of_file(file);
        let found = found
            .map_err(|error| failed("source_file", &format!("`{file}` can't be read"), &error))?;
        return Ok(vec![found]);
    }
    if let Some(name) = &model.source_content_filename {
        let content = model.source_content.clone().unwrap_or_default();
        return Ok(vec![Entry::of_content(name, content)]);
    }
    let sources = model.source.iter().flatten();
    let mut found: Vec<Entry> =
        sources.map(|source| Entry::of_content(&source.filename, source.content.clone())).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|a, b| a.name == b.name);
    Ok(found)
}

fn failed(name: &str, summary: &str, error: &std::io::Error) -> Failure {
    let found = Diagnostic::error("infra::builtin::archive_failed", summary)
        .detail(format!("{error}. No archive was written."))
        .help("mend the path or the permissions")
        .at_path(Path::attribute(name));
    Failure::new(found).safe()
}

fn empty(directory: &str) -> Failure {
    let summary = format!("There is nothing in `{directory}` to archive");
    let found = Diagnostic::error("infra::builtin::archive_failed", summary)
        .detail("The archive would be empty, so none was written.")
        .help("correct `source_dir`, or exclude less in `excludes`")
        .at_path(Path::attribute("source_dir"));
    Failure::new(found).safe()
}

fn too_large(model: &Model) -> Failure {
    let summary = format!("`{}` would be too large", model.output_path);
    let found = Diagnostic::error("infra::builtin::archive_failed", summary)
        .detail("A zip archive of this form holds 65,535 files and 4 GiB. None was written.")
        .help("archive less, or use `type = \"tar.gz\"`")
        .at_path(Path::attribute("type"));
    Failure::new(found).safe()
}

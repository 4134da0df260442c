//! What both types of files have in common: arguments, contents, and the file on disk.

use super::disk::{Modes, remove, write};
use crate::{
    digest::{Checksums, sha1},
    rules::shown,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    schema::Attribute,
    types::Type,
    value::Value,
};
use infra_sdk::failure::Failure;
use std::io;

/// The names of the attributes that hold checksums.
const SUMS: [&str; 7] = [
    "id",
    "content_md5",
    "content_sha1",
    "content_sha256",
    "content_base64sha256",
    "content_sha512",
    "content_base64sha512",
];

/// The attributes of the configuration that say what is in a file, of which one is given.
#[derive(Clone, Copy, Default)]
pub(crate) struct Given<'a> {
    pub(super) text: Option<&'a str>,
    pub(super) base64: Option<&'a str>,
    pub(super) source: Option<&'a str>,
}

/// A file to be written.
#[derive(Clone, Copy)]
pub(crate) struct Wish<'a> {
    pub(super) filename: &'a str,
    pub(super) given: Given<'a>,
    pub(super) file_permission: Option<&'a str>,
    pub(super) directory_permission: Option<&'a str>,
}

/// Returns an argument that is a text and whose change needs a new file.
pub(super) fn argument() -> Attribute {
    Attribute::optional(Type::String).replaces()
}

/// Returns the attributes that both types have; permissions are this one if none are given.
pub(super) fn common(permission: &'static str) -> impl Iterator<Item = (&'static str, Attribute)> {
    let own = [
        ("source", argument()),
        ("filename", Attribute::required(Type::String).replaces()),
        ("file_permission", argument().default(permission)),
        ("directory_permission", argument().default(permission)),
    ];
    own.into_iter().chain(SUMS.map(|name| (name, Attribute::computed(Type::String))))
}

/// Writes a file and returns the checksums of its content.
pub(super) fn create(wish: Wish<'_>) -> Result<Checksums, Failure> {
    let bytes = content(wish.given)?;
    let modes = Modes {
        file: mode("file_permission", wish.file_permission)?,
        directory: mode("directory_permission", wish.directory_permission)?,
    };
    let written = write(wish.filename, &bytes, modes);
    written.map_err(|error| failed("written", wish.filename, &error).safe())?;
    Ok(Checksums::of(&bytes))
}

/// Returns whether a file still has the content with this checksum.
pub(super) fn is_unchanged(filename: &str, id: Option<&str>) -> Result<bool, Failure> {
    match std::fs::read(filename) {
        Ok(found) => Ok(id == Some(&*sha1(&found))),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(failed("read", filename, &error).unreachable()),
    }
}

/// Removes a file, unless another content has come in its place since: that is not ours, or
/// belongs to the object that replaced this one.
pub(super) fn delete(filename: &str, id: Option<&str>) -> Result<(), Failure> {
    match std::fs::read(filename) {
        Ok(found) if id.is_some_and(|id| id != sha1(&found)) => return Ok(()),
        Err(error) if is_absent(&error) => return Ok(()),
        // One that can't be read may be removed nevertheless.
        Ok(_) | Err(_) => {}
    }
    remove(filename).map_err(|error| failed("removed", filename, &error).safe())
}

/// Returns what is wrong with the arguments, as far as it can be told without the disk.
pub(super) fn validate(desired: &Value, contents: &[&str]) -> Diagnostics {
    let mut wrong = Vec::new();
    let is_given = |name: &&&str| desired.get(name).is_some_and(|value| !value.is_null());
    let given: Vec<&&str> = contents.iter().filter(is_given).collect();
    let may_be_null = |name: &&str| desired.get(name).is_some_and(|v| !v.is_surely_not_null());
    let is_unsure = given.len() > 1 && given.iter().any(|name| may_be_null(name));
    if given.len() != 1 && !is_unsure && desired.entries().is_some() {
        let summary = format!("Exactly one of `{}` must be given", contents.join("`, `"));
        let found = Diagnostic::error("infra::builtin::content_ambiguous", summary);
        wrong.push(found.at_path(Path::attribute(given.get(1).map_or("content", |name| **name))));
    }
    let text = |name: &str| desired.get(name).and_then(Value::as_text);
    if text("content_base64").is_some_and(|text| STANDARD.decode(text.as_bytes()).is_err()) {
        wrong.push(base64_wrong());
    }
    for name in ["file_permission", "directory_permission"] {
        if text(name).is_some_and(|text| mode(name, Some(text)).is_err()) {
            let summary = format!("{} is no permission", shown(desired, name));
            wrong.push(permission_wrong(name, summary));
        }
    }
    if text("filename").is_some_and(|name| !is_file_name(name)) {
        let summary = format!("`filename` must name a file, and is {}", shown(desired, "filename"));
        let found = Diagnostic::error("infra::builtin::filename_wrong", summary)
            .detail("It is empty, names a directory, or has a zero byte. Nothing was changed.")
            .help("name the file itself, such as \"${path.module}/motd\"");
        wrong.push(found.at_path(Path::attribute("filename")));
    }
    wrong
}

/// Says that a file could not be read, written or removed.
pub(super) fn failed(what: &str, name: &str, error: &io::Error) -> Failure {
    let summary = format!("`{name}` can't be {what}");
    let wrong = Diagnostic::error("infra::builtin::file_failed", summary);
    let detail = format!("{error}. Nothing was changed.");
    Failure::new(wrong.detail(detail).at_path(Path::attribute("filename")))
}

/// A part of the path that is no directory means that nothing is there.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn content(given: Given<'_>) -> Result<Vec<u8>, Failure> {
    if let Some(text) = given.text {
        return Ok(text.as_bytes().to_vec());
    }
    if let Some(encoded) = given.base64 {
        return STANDARD.decode(encoded).map_err(|_| Failure::new(base64_wrong()));
    }
    let Some(source) = given.source else { return Ok(Vec::new()) };
    std::fs::read(source).map_err(|error| {
        let failure = failed("read", source, &error).safe();
        Failure { diagnostic: failure.diagnostic.at_path(Path::attribute("source")), ..failure }
    })
}

fn base64_wrong() -> Diagnostic {
    Diagnostic::error("infra::builtin::base64_wrong", "`content_base64` is no base 64")
        .help("encode it with `base64encode`, or give the text as it is in `content`")
        .at_path(Path::attribute("content_base64"))
}

fn is_file_name(name: &str) -> bool {
    let last = name.rsplit('/').next();
    !name.contains('\0') && !matches!(last, None | Some("" | "." | ".."))
}

/// Returns the bits of a permission in octal.
fn mode(name: &str, permission: Option<&str>) -> Result<u32, Failure> {
    let text = permission.unwrap_or("0777");
    let bits = u32::from_str_radix(text, 8).ok().filter(|bits| *bits <= 0o777);
    let is_octal = (3..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    bits.filter(|_| is_octal)
        .ok_or_else(|| permission_wrong(name, format!("`{name}` is no permission")).into())
}

fn permission_wrong(name: &str, summary: String) -> Diagnostic {
    Diagnostic::error("infra::builtin::permission_wrong", summary)
        .detail("Nothing was changed.")
        .help("Use three or four octal digits, such as \"0644\".")
        .at_path(Path::attribute(name))
}

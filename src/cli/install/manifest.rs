//! The manifest `.infra/modules/modules.json` as it is written: Terraform's format.

use super::problem::{Outcome, unwritable};
use crate::whole;
use infra_lang::config::installed::{Installed, MANIFEST};
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    key: &'a str,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    dir: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Manifest<'a> {
    modules: Vec<Entry<'a>>,
}

/// Writes the manifest.
///
/// # Errors
///
/// If it cannot be written.
pub(super) fn write(directory: &Path, installed: &Installed) -> Outcome<()> {
    let root = Entry { key: "", source: "", version: None, dir: "." };
    let others = installed.modules.iter().filter(|(key, _)| !key.is_empty());
    let others = others.map(|(key, module)| Entry {
        key,
        source: &module.source,
        version: module.version.as_deref(),
        dir: &module.directory,
    });
    let manifest = Manifest { modules: std::iter::once(root).chain(others).collect() };
    let path = directory.join(MANIFEST);
    let failed = |error: std::io::Error| unwritable(&path, &error);
    let text = serde_json::to_string(&manifest).map_err(|error| failed(error.into()))?;
    whole::write(&path, format!("{text}\n").as_bytes(), 0o644).map_err(failed)
}

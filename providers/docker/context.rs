//! Contexts of the Docker client: a named address with keys, kept in its folder.

use crate::{
    config::{Config, KeyMaterial},
    failure::{Failure, Outcome, refusal},
};
use serde_json::Value as Json;
use std::path::Path;

/// Returns the configuration with the address and keys of its context, if it names one.
pub(crate) fn resolve(mut config: Config) -> Outcome<Config> {
    let Some(name) = config.context.take() else { return Ok(config) };
    let missing = || {
        let summary = format!("there is no Docker context `{name}`");
        let help = "list contexts with `docker context ls`, or give `host`";
        Failure::refused(refusal("infra::docker::context_missing", summary).help(help))
    };
    let folder = config.registry_files.clone().ok_or_else(missing)?.join("contexts");
    let (id, meta) = find(&folder.join("meta"), &name).ok_or_else(missing)?;
    let host = meta.pointer("/Endpoints/docker/Host").and_then(Json::as_str);
    host.ok_or_else(missing)?.clone_into(&mut config.host);
    let tls = folder.join("tls").join(id).join("docker");
    if config.keys.is_none() && tls.join("ca.pem").exists() {
        config.keys = Some(KeyMaterial::read(&tls)?);
    }
    Ok(config)
}

/// Folders are named after a digest; the name of the context stands inside.
fn find(folder: &Path, name: &str) -> Option<(String, Json)> {
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let text = std::fs::read(entry.path().join("meta.json"));
        let meta = text.ok().and_then(|text| serde_json::from_slice::<Json>(&text).ok());
        if let Some(meta) =
            meta.filter(|meta| meta.get("Name").and_then(Json::as_str) == Some(name))
        {
            return Some((entry.file_name().to_string_lossy().into_owned(), meta));
        }
    }
    None
}

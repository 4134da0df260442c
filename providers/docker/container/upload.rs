//! Files that are put into a container before it starts.

use crate::{
    bridge,
    engine::Engine,
    failure::{Failure, Outcome, refusal},
    tarball::Tarball,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bollard::{body_full, query_parameters::UploadToContainerOptions};
use infra_model::path::Path;
use serde_json::Value as Json;

/// Returns the archive with all files; `None` if there are none.
pub(crate) fn archive(spec: &Json) -> Outcome<Option<Vec<u8>>> {
    let blocks = bridge::items(spec, "upload");
    if blocks.is_empty() {
        return Ok(None);
    }
    let mut archive = Tarball::default();
    for block in blocks {
        let path = bridge::text(block, "file").unwrap_or_default();
        if !archive.file(path, mode(block)?, &content(block)?) {
            return Err(refused(&format!("the path `{path}` is too long")));
        }
    }
    Ok(Some(archive.finish()))
}

/// Puts an archive into a container; missing directories are made on the way.
pub(crate) async fn put(engine: &Engine, id: &str, archive: Vec<u8>) -> Outcome<()> {
    let options = UploadToContainerOptions { path: "/".to_owned(), ..Default::default() };
    let body = body_full(archive.into());
    let sent = engine.docker.upload_to_container(id, Some(options), body).await;
    sent.map_err(|error| Failure::of(&error, "putting files into the container"))
}

fn content(block: &Json) -> Outcome<Vec<u8>> {
    if let Some(text) = block.get("content").and_then(Json::as_str) {
        return Ok(text.as_bytes().to_vec());
    }
    if let Some(text) = bridge::text(block, "content_base64") {
        return STANDARD.decode(text).map_err(|_| refused("`content_base64` is not base64"));
    }
    if let Some(path) = bridge::text(block, "source") {
        return std::fs::read(path).map_err(|error| refused(&format!("`{path}`: {error}")));
    }
    Ok(Vec::new())
}

/// What is executable is so for its owner alone, as the ecosystem's provider has it.
fn mode(block: &Json) -> Outcome<u32> {
    match bridge::text(block, "permissions") {
        Some(text) => {
            u32::from_str_radix(text, 8).map_err(|_| refused("`permissions` is not octal"))
        }
        None if bridge::is_true(block, "executable") => Ok(0o744),
        None => Ok(0o644),
    }
}

fn refused(why: &str) -> Failure {
    let path = Path::attribute("upload");
    let help = "correct the `upload` block; a `source` must be a file that can be read";
    Failure::refused(refusal("infra::docker::upload_unusable", why).help(help).at_path(path))
}

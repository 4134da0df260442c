//! Reading, fetching and removing images.

use super::{Model, NAME_FORMS, pull::pull};
use crate::{
    bridge,
    engine::Engine,
    failure::{Failure, Outcome, is_conflict, is_missing, refusal},
    reference::Reference,
};
use bollard::query_parameters::RemoveImageOptions;
use infra_model::path::Path;
use infra_sdk::connection::Control;
use serde_json::Value as Json;

/// Returns an image by name or id; `None` if the engine does not hold it.
pub(crate) async fn inspect(engine: &Engine, name: &str) -> Outcome<Option<Json>> {
    let doing = format!("reading image `{name}`");
    match engine.docker.inspect_image(name).await {
        Ok(image) => bridge::answered(&image, &doing).map(Some),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(Failure::of(&error, &doing)),
    }
}

/// Makes sure that the engine holds the image, and returns it as inspected.
///
/// An image that is there is taken as it is, unless a trigger asks for the newest of its tag.
pub(super) async fn fetch(engine: &Engine, wanted: &Model, control: &Control) -> Outcome<Json> {
    let name = wanted.name();
    let Some(reference) = Reference::parse(name) else {
        let summary = format!("`{name}` names no image");
        let found = refusal("infra::docker::image_name_invalid", summary);
        return Err(Failure::refused(found.help(NAME_FORMS).at_path(Path::attribute("name"))));
    };
    let local = reference.local();
    let has_trigger = wanted.pull_triggers.as_ref().is_some_and(|all| !all.is_empty())
        || wanted.triggers.as_ref().is_some_and(|all| !all.is_empty());
    let is_fresh = reference.digest.is_none() && has_trigger;
    if !is_fresh && let Some(image) = inspect(engine, &local).await? {
        return Ok(image);
    }
    let platform = wanted.platform.as_deref().unwrap_or_default();
    pull(engine, &reference, platform, control).await?;
    inspect(engine, &local).await?.ok_or_else(|| {
        let summary = format!("image `{name}` was pulled and is not there");
        let help = "apply again; see whether something on the engine removes images";
        Failure::refused(refusal("infra::docker::image_not_found", summary).help(help))
    })
}

/// Takes the name off the image, and removes it if that was its last name.
pub(super) async fn delete(engine: &Engine, image: &Model) -> Outcome<()> {
    if image.keep_locally == Some(true) {
        return Ok(());
    }
    let name = image.local_name();
    let force = image.force_remove == Some(true);
    let options = RemoveImageOptions { force, ..RemoveImageOptions::default() };
    match engine.docker.remove_image(&name, Some(options), None).await {
        Ok(_) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => {
            let in_use = is_conflict(&error);
            let mut failure = Failure::of(&error, &format!("removing image `{name}`"));
            if in_use {
                let help = "set `keep_locally` to leave it there, or `force_remove`";
                failure = failure.map(|d| d.help(help));
            }
            Err(failure)
        }
    }
}

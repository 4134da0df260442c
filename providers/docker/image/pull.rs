//! Pulling an image, with progress.

use crate::{
    engine::Engine,
    failure::{Failure, Outcome, refusal},
    reference::Reference,
};
use bollard::{models::CreateImageInfo, query_parameters::CreateImageOptions};
use futures_util::StreamExt as _;
use infra_model::diagnostic::Retry;
use infra_sdk::connection::Control;
use std::collections::BTreeMap;

/// How far each layer is: bytes there and bytes in all.
#[derive(Default)]
struct Layers(BTreeMap<String, (i64, i64)>);

/// Pulls an image, by digest if one is written.
pub(super) async fn pull(
    engine: &Engine,
    reference: &Reference,
    platform: &str,
    control: &Control,
) -> Outcome<()> {
    let credentials = engine.registries.find(reference.registry()).await?;
    let is_anonymous = credentials.is_none();
    let options = CreateImageOptions {
        from_image: Some(reference.repository.clone()),
        tag: Some(reference.pulled().to_owned()),
        platform: platform.to_owned(),
        ..CreateImageOptions::default()
    };
    let name = reference.local();
    let mut stream = std::pin::pin!(engine.docker.create_image(Some(options), None, credentials));
    let mut layers = Layers::default();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|error| {
            explained(Failure::of(&error, &format!("pulling `{name}`")), reference, is_anonymous)
        })?;
        if let Some(error) = part.error_detail.as_ref().and_then(|e| e.message.as_deref()) {
            let error = bollard::errors::Error::DockerStreamError { error: error.to_owned() };
            let failure = Failure::of(&error, &format!("pulling `{name}`"));
            return Err(explained(failure, reference, is_anonymous));
        }
        if let Some(line) = layers.note(&part) {
            control.progress.line(&format!("pulling {name}: {line}"));
        }
    }
    Ok(())
}

impl Layers {
    /// Takes one message in and returns the line to show.
    fn note(&mut self, part: &CreateImageInfo) -> Option<String> {
        let status = part.status.as_deref()?;
        let Some(id) = part.id.as_deref() else { return Some(status.to_owned()) };
        let detail = part.progress_detail.as_ref();
        let current = detail.and_then(|d| d.current).unwrap_or(0);
        let total = detail.and_then(|d| d.total).unwrap_or(0);
        let is_done = status == "Pull complete" || status == "Already exists";
        let layer = self.0.entry(id.to_owned()).or_default();
        if status == "Downloading" {
            *layer = (current, total);
        } else if is_done {
            *layer = (layer.1.max(1), layer.1.max(1));
        }
        let done = self.0.values().filter(|(c, t)| *t > 0 && c >= t).count();
        let (got, all) = self.0.values().fold((0, 0), |(g, a), (c, t)| (g + c, a + t));
        let megabytes = |bytes: i64| bytes / 1_000_000;
        Some(format!(
            "{done} of {} layers, {} of {} MB",
            self.0.len(),
            megabytes(got),
            megabytes(all)
        ))
    }
}

/// The engine's own words on a refused pull leave open whether name or credentials are wrong.
fn explained(mut failure: Failure, reference: &Reference, is_anonymous: bool) -> Failure {
    if failure.diagnostic.code != "infra::docker::registry_auth_refused" {
        let is_final = failure.diagnostic.code == "infra::docker::image_not_found";
        // A pull may be repeated at will; trouble with the network passes.
        failure.retry = if is_final { failure.retry } else { Retry::Safe };
        return failure;
    }
    let host = reference.registry();
    let help = if is_anonymous {
        format!("no credentials for `{host}` were found: give a `registry_auth` block or log in")
    } else {
        format!("check the credentials for `{host}` and that the image exists")
    };
    let detail = failure.diagnostic.detail.clone();
    let summary = format!("registry `{host}` refused to give `{}`", reference.local());
    let code = "infra::docker::registry_auth_refused";
    failure.map(|_| refusal(code, summary).detail(detail).help(help))
}

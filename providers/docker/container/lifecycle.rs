//! Making, reading and removing containers.

use super::{body, health, networks, upload};
use crate::{
    bridge,
    engine::{ApiVersion, Engine},
    failure::{Failure, Outcome, is_conflict, is_missing, refusal},
    follow,
    needs::{self, Need},
    ownership, pairs,
};
use bollard::{
    errors::Error,
    models::ContainerCreateBody,
    query_parameters::{
        CreateContainerOptions, InspectContainerOptions, ListContainersOptions, LogsOptions,
        RemoveContainerOptions, StartContainerOptions, StopContainerOptions,
    },
};
use infra_model::path::Path;
use infra_sdk::{connection::Control, listing::Listing, mark::Mark};
use serde_json::{Value as Json, json};

/// What engines of older versions lack.
const NEEDS: &[Need] = &[
    ("healthcheck", Some("start_interval"), ApiVersion(1, 44)),
    ("networks_advanced", Some("mac_address"), ApiVersion(1, 44)),
    ("networks_advanced", Some("gw_priority"), ApiVersion(1, 48)),
];

/// A container after its create: as inspected, and what it wrote if that was asked for.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) inspected: Json,
    pub(crate) logs: Option<String>,
}

/// A create that failed: what went wrong, and what is there all the same.
pub(crate) struct Unmade {
    pub(crate) failure: Failure,
    pub(crate) left: Option<Made>,
}

impl From<Failure> for Unmade {
    fn from(failure: Failure) -> Self {
        Self { failure, left: None }
    }
}

/// Returns a container by id or name; `None` if there is none.
pub(crate) async fn inspect(engine: &Engine, id: &str) -> Outcome<Option<Json>> {
    let doing = "reading a container";
    match engine.docker.inspect_container(id, None::<InspectContainerOptions>).await {
        Ok(container) => bridge::answered(&container, doing).map(Some),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(Failure::of(&error, doing)),
    }
}

/// Returns all containers, stopped ones too, in short.
pub(crate) async fn list(engine: &Engine) -> Outcome<Vec<Json>> {
    let doing = "listing containers";
    let options = ListContainersOptions { all: true, ..ListContainersOptions::default() };
    let all = engine.docker.list_containers(Some(options)).await;
    let all = all.map_err(|error| Failure::of(&error, doing))?;
    all.iter().map(|container| bridge::answered(container, doing)).collect()
}

/// Returns all containers in short, by id.
pub(super) async fn listing(engine: &Engine) -> Outcome<Listing<Json>> {
    let all = list(engine).await?;
    Ok(Listing::new(all, |container| bridge::text(container, "Id"), ownership::mark))
}

/// Returns the name of a container of a list.
pub(crate) fn name_of(listed: &Json) -> &str {
    // Further names are links from other containers and have a second slash.
    let names = bridge::texts(listed, "Names").into_iter().map(|name| name.trim_start_matches('/'));
    names.into_iter().find(|name| !name.contains('/')).unwrap_or_default()
}

/// Creates a container and brings it to where it is wanted.
pub(crate) async fn create(
    engine: &Engine,
    spec: &Json,
    mark: &Mark,
    control: &Control,
) -> Result<Made, Unmade> {
    needs::check(NEEDS, spec, engine.api().await?)?;
    let files = upload::archive(spec)?;
    let id = make(engine, spec, mark).await?;
    let ended = bring_up(engine, &id, spec, files, control).await;
    match (ended, inspect(engine, &id).await) {
        (Ok(logs), Ok(Some(inspected))) => Ok(Made { id, inspected, logs }),
        (Ok(_), Ok(None)) => {
            let summary = "the new container is gone already";
            let help = "a container with `rm` needs `must_run = false` if it is to end";
            Err(Failure::refused(refusal("infra::docker::container_ended", summary).help(help))
                .into())
        }
        // It is there as it was wanted, so whoever looks it up takes it as it is.
        (Ok(_), Err(unseen)) => Err(unseen.after_lookup().into()),
        (Err(failure), Ok(Some(inspected))) => {
            Err(Unmade { failure, left: Some(Made { id, inspected, logs: None }) })
        }
        (Err(failure), Ok(None)) => Err(failure.into()),
        // A lookup would take it for whole; its id is enough to replace it.
        (Err(failure), Err(unseen)) => {
            let inspected = json!({ "Id": id });
            let failure = failure.map(|found| found.related(*unseen.diagnostic));
            Err(Unmade { failure, left: Some(Made { id, inspected, logs: None }) })
        }
    }
}

async fn make(engine: &Engine, spec: &Json, mark: &Mark) -> Outcome<String> {
    let name = bridge::text(spec, "name").unwrap_or_default();
    let mut labels = pairs::labels_to_map(spec, "labels");
    ownership::stamp(&mut labels, mark);
    let request: ContainerCreateBody = bridge::parsed(body::body(spec, &labels))?;
    let options = CreateContainerOptions {
        name: Some(name.to_owned()),
        platform: bridge::text(spec, "platform").unwrap_or_default().to_owned(),
    };
    let doing = format!("creating container `{name}`");
    match engine.docker.create_container(Some(options), request).await {
        Ok(answer) => Ok(answer.id),
        Err(error) if is_conflict(&error) => {
            let other = inspect(engine, name).await.map_err(Failure::after_lookup)?;
            let theirs = other.as_ref().and_then(|o| o.pointer("/Config/Labels"));
            if ownership::mark_of(theirs).is_some_and(|theirs| theirs.token == mark.token) {
                return Ok(other
                    .as_ref()
                    .and_then(|o| bridge::text(o, "Id"))
                    .unwrap_or(name)
                    .to_owned());
            }
            Err(Failure::of(&error, &doing).map(|d| d.at_path(Path::attribute("name"))))
        }
        Err(error) => {
            Err(missing_image(&error, spec).unwrap_or_else(|| Failure::of(&error, &doing)))
        }
    }
}

fn missing_image(error: &Error, spec: &Json) -> Option<Failure> {
    let is_it = is_missing(error) && error.to_string().to_lowercase().contains("no such image");
    let image = bridge::text(spec, "image").unwrap_or_default();
    let found =
        refusal("infra::docker::image_not_found", format!("the engine has no image `{image}`"))
            .detail("A container is made from an image that is there; it is not pulled by itself.")
            .help("add a `docker_image` and write `image = docker_image.NAME.image_id`")
            .at_path(Path::attribute("image"));
    is_it.then(|| Failure::refused(found))
}

/// Connects, fills and starts a new container, and waits for what is to be waited for.
async fn bring_up(
    engine: &Engine,
    id: &str,
    spec: &Json,
    files: Option<Vec<u8>>,
    control: &Control,
) -> Outcome<Option<String>> {
    if !bridge::items(spec, "networks_advanced").is_empty() {
        let now = inspect(engine, id).await?.unwrap_or_default();
        networks::settle(engine, id, spec, &now).await?;
    }
    if let Some(files) = files {
        upload::put(engine, id, files).await?;
    }
    if spec.get("start").and_then(Json::as_bool) == Some(false) {
        return Ok(None);
    }
    start(engine, id, spec).await?;
    if bridge::is_true(spec, "attach") {
        return run_to_end(engine, id, spec, control).await;
    }
    if bridge::is_true(spec, "wait") {
        health::wait(engine, id, spec, control).await?;
    } else if super::must_run(spec) {
        still_runs(engine, id, spec).await?;
    }
    Ok(None)
}

/// Starts a container; one that runs already is left alone.
pub(crate) async fn start(engine: &Engine, id: &str, spec: &Json) -> Outcome<()> {
    let name = bridge::text(spec, "name").unwrap_or(id);
    let started = engine.docker.start_container(id, None::<StartContainerOptions>).await;
    started.map_err(|error| {
        let mut failure = Failure::of(&error, &format!("starting container `{name}`"));
        if failure.diagnostic.code == "infra::docker::port_taken" {
            failure = failure.map(|d| d.at_path(Path::attribute("ports")));
        }
        failure
    })
}

/// Waits for a one-shot container; its failure is the failure of the step.
async fn run_to_end(
    engine: &Engine,
    id: &str,
    spec: &Json,
    control: &Control,
) -> Outcome<Option<String>> {
    let name = bridge::text(spec, "name").unwrap_or(id);
    control.progress.line(&format!("waiting for container {name} to end"));
    let code = follow::exit_code(engine, id, "not-running").await?;
    let mut logs = None;
    if bridge::is_true(spec, "logs") {
        let options = LogsOptions { stdout: true, stderr: true, ..LogsOptions::default() };
        logs = Some(follow::logs(engine, id, options).await?.join("\n"));
    }
    if code != 0 {
        let lines = follow::last_lines(engine, id).await;
        let said = if lines.is_empty() { "It wrote nothing.".to_owned() } else { lines };
        let summary = format!("container `{name}` ended with exit code {code}");
        return Err(Failure::refused(
            refusal("infra::docker::container_failed", summary)
                .detail(format!("Its last lines:\n{said}"))
                .help("mend the command; the next apply replaces the container and runs it again"),
        ));
    }
    Ok(logs)
}

/// A container that is to run and ended at once is a failure now, not drift tomorrow.
async fn still_runs(engine: &Engine, id: &str, spec: &Json) -> Outcome<()> {
    let state =
        inspect(engine, id).await?.and_then(|c| c.get("State").cloned()).unwrap_or_default();
    let is_alive = ["Running", "Restarting"].iter().any(|name| bridge::is_true(&state, name));
    // The policy may start it again in a moment.
    let comes_back = bridge::text(spec, "restart").is_some_and(|policy| policy != "no");
    if is_alive || comes_back || bridge::text(&state, "Status").is_none() {
        return Ok(());
    }
    let name = bridge::text(spec, "name").unwrap_or(id);
    let lines = follow::last_lines(engine, id).await;
    let detail = format!("{}.\nIts last lines:\n{lines}", health::ended(&state));
    Err(Failure::refused(
        refusal("infra::docker::container_ended", format!("container `{name}` ended at once"))
            .detail(detail)
            .help("mend the command, or set `must_run = false` if it is to end"),
    ))
}

/// Stops and removes a container; what is not there is removed already.
pub(crate) async fn delete(engine: &Engine, id: &str, spec: &Json) -> Outcome<()> {
    let grace = bridge::number(spec, "destroy_grace_seconds").filter(|seconds| *seconds > 0);
    let t = grace.and_then(|seconds| i32::try_from(seconds).ok());
    let options = StopContainerOptions { signal: None, t };
    match engine.docker.stop_container(id, Some(options)).await {
        Ok(()) => {}
        Err(error) if is_missing(&error) => return Ok(()),
        Err(error) => {
            // What can't be stopped is killed by the removal, which says what is still wrong.
            let failure = Failure::of(&error, "stopping a container");
            if failure.unreachable {
                return Err(failure);
            }
        }
    }
    let v = spec.get("remove_volumes").and_then(Json::as_bool) != Some(false);
    let options = RemoveContainerOptions { v, force: true, link: false };
    match engine.docker.remove_container(id, Some(options)).await {
        Ok(()) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        // It removes itself, because it was made to.
        Err(error) if is_conflict(&error) && bridge::is_true(spec, "rm") => {
            follow::exit_code(engine, id, "removed").await.map(drop).or(Ok(()))
        }
        Err(error) => Err(Failure::of(&error, "removing a container")),
    }
}

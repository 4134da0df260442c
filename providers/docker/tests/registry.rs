//! Pulls from a registry of our own, with and without credentials.

use super::{
    bench::{Bench, control, done, provider_config, skip, text, with},
    images::BASE,
};
use crate::{DockerProvider, Environment, bridge};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bollard::{
    auth::DockerCredentials,
    query_parameters::{PushImageOptionsBuilder, TagImageOptions},
};
use futures_util::StreamExt as _;
use infra_model::{
    address::KindName,
    ask::{Answer, Question},
    journal::Verb,
    kind::Facts,
};
use infra_sdk::connection::{Connection, Provider as _};
use serde_json::{Value as Json, json};
use std::{path::Path, process::Stdio, sync::Arc};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// A password whose credentials differ between the two alphabets of base64.
const PASSWORD: &str = "p>>?~~ÿ";
/// What the registry keeps of it.
const HASH: &str = "$2b$04$abcdefghijklmnopqrstuu.mdaFPDRmTEn/g66dvCK3qjI.L2aqu2";

/// A running registry.
pub(super) struct Registry {
    address: String,
    folder: tempfile::TempDir,
    _child: Child,
}

impl Registry {
    pub(super) async fn start(with_password: bool) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let mut config = json!({
            "version": "0.1", "log": {"level": "info"},
            "storage": {"filesystem": {"rootdirectory": path("data")}},
            "http": {"addr": "127.0.0.1:0"},
        });
        if with_password {
            std::fs::write(folder.path().join("users"), format!("user:{HASH}\n")).unwrap();
            config["auth"] = json!({"htpasswd": {"realm": "test", "path": path("users")}});
        }
        std::fs::write(folder.path().join("config.yml"), config.to_string()).unwrap();
        let mut child = Command::new("docker-registry")
            .args(["serve", &path("config.yml")])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .ok()?;
        let mut lines = BufReader::new(child.stderr.take()?).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some((_, after)) = line.split_once("listening on ") {
                let address = after.split('"').next()?.to_owned();
                tokio::spawn(
                    async move { while matches!(lines.next_line().await, Ok(Some(_))) {} },
                );
                return Some(Self { address, folder, _child: child });
            }
        }
        None
    }

    /// Puts the base image there under a name.
    pub(super) async fn push(&self, bench: &Bench, name: &str) -> String {
        let repo = format!("{}/{name}", self.address);
        let options = TagImageOptions { repo: Some(repo.clone()), tag: Some("1".to_owned()) };
        bench.docker.tag_image(BASE, Some(options)).await.unwrap();
        let credentials = DockerCredentials {
            username: Some("user".to_owned()),
            password: Some(PASSWORD.to_owned()),
            ..DockerCredentials::default()
        };
        let options = PushImageOptionsBuilder::default().tag("1").build();
        let mut stream =
            std::pin::pin!(bench.docker.push_image(&repo, Some(options), Some(credentials)));
        while let Some(part) = stream.next().await {
            part.unwrap();
        }
        let full = format!("{repo}:1");
        bench.remove_image(&full).await;
        full
    }
}

async fn connect(bench: &Bench, environment: Environment, auth: Json) -> Arc<dyn Connection> {
    let mut config = json!({"host": super::bench::host().unwrap()});
    if !auth.is_null() {
        config["registry_auth"] = json!([auth]);
    }
    let provider = DockerProvider::new(environment);
    provider.connect(provider_config(&config), control(bench.lines.clone())).await.unwrap().0
}

/// Pulls an image over a connection.
async fn pull(
    bench: &Bench,
    connection: &Arc<dyn Connection>,
    json: Json,
) -> infra_model::ask::CallOutcome {
    let desired = bench.desired("docker_image", json);
    let planned = bench.kind("docker_image").planned(None, &desired, &Facts::new()).planned;
    let intent = bench.intent("docker_image", Verb::Create, &desired);
    let call = infra_model::ask::Call { intent, prior: None, desired, planned };
    connection.call(KindName("docker_image".into()), vec![call], bench.control()).await.remove(0)
}

#[tokio::test]
async fn image_is_pulled_with_progress_by_tag_and_by_digest() {
    with("pull", |bench| async move {
        let Some(registry) = Registry::start(false).await else {
            return skip("pull", "no docker-registry");
        };
        let name = registry.push(&bench, &bench.run).await;
        let json = json!({"name": name});
        let image = bench.create("docker_image", json.clone()).await;
        let lines = bench.lines.0.lock().unwrap().clone();
        assert!(lines.iter().any(|line| line.starts_with("pulling ")), "{lines:?}");
        let digest = text(&image, "repo_digest");
        assert!(
            digest.starts_with(&format!("{}/{}@sha256:", registry.address, bench.run)),
            "{digest}"
        );
        bench.is_settled("docker_image", &image, json).await;

        let config = json!({"name": name});
        let Answer::Value(read, _) = bench.data("docker_registry_image", config).await else {
            panic!("the registry has it")
        };
        let remote = read.get("sha256_digest").unwrap().as_text().unwrap().to_string();
        assert!(digest.ends_with(&remote), "{digest} {remote}");
        bench.delete("docker_image", &image).await;

        let pinned = bench.create("docker_image", json!({"name": digest})).await;
        assert_eq!(text(&pinned, "repo_digest"), digest);
        let container = json!({"name": bench.run, "image": text(&pinned, "image_id")});
        let container = bench.create("docker_container", container).await;
        bench.delete("docker_container", &container).await;
        bench.is_settled("docker_image", &pinned, json!({"name": digest})).await;
        bench.delete("docker_image", &pinned).await;
    })
    .await;
}

#[tokio::test]
async fn image_that_the_registry_does_not_have_is_told() {
    with("pull-missing", |bench| async move {
        let Some(registry) = Registry::start(false).await else {
            return skip("pull", "no docker-registry");
        };
        let name = format!("{}/nothing:1", registry.address);
        let failure = bench.fails("docker_image", json!({"name": name})).await;
        assert_eq!(
            failure.diagnostic.code, "infra::docker::image_not_found",
            "{:?}",
            failure.diagnostic
        );
    })
    .await;
}

#[tokio::test]
async fn trigger_pulls_the_newest_image_of_a_tag() {
    with("pull-trigger", |bench| async move {
        let Some(registry) = Registry::start(false).await else {
            return skip("pull", "no docker-registry");
        };
        let name = registry.push(&bench, &bench.run).await;
        // Under the same name this machine has an older one.
        bench.make_image(&name, &["LABEL old=1"]).await;
        let stale = bench.create("docker_image", json!({"name": name})).await;
        let fresh =
            bench.create("docker_image", json!({"name": name, "pull_triggers": ["x"]})).await;
        assert_ne!(text(&stale, "image_id"), text(&fresh, "image_id"));
        bench.remove_image(&text(&stale, "image_id")).await;
        bench.delete("docker_image", &fresh).await;
    })
    .await;
}

#[tokio::test]
async fn credentials_come_from_blocks_and_files_and_survive_their_encoding() {
    with("pull-auth", |bench| async move {
        let Some(registry) = Registry::start(true).await else {
            return skip("pull-auth", "no docker-registry");
        };
        let name = registry.push(&bench, &bench.run).await;
        let host = registry.address.clone();
        let encoded = STANDARD.encode(format!("user:{PASSWORD}"));
        let file = json!({"auths": {&host: {"auth": encoded}}}).to_string();
        let folder = registry.folder.path();
        std::fs::write(folder.join("config.json"), &file).unwrap();
        let of_folder =
            Environment { docker_config: Some(folder.to_owned()), ..Environment::default() };
        let none = Environment::default;
        let path = folder.join("config.json").display().to_string();
        for (environment, auth) in [
            (none(), json!({"address": host, "username": "user", "password": PASSWORD})),
            (
                none(),
                json!({"address": format!("https://{host}/v2/"), "config_file_content": file}),
            ),
            (none(), json!({"address": host, "config_file": path})),
            (of_folder, Json::Null),
        ] {
            let connection = connect(&bench, environment, auth.clone()).await;
            let image = done(pull(&bench, &connection, json!({"name": name})).await);
            bench.delete("docker_image", &image).await;
        }
    })
    .await;
}

#[tokio::test]
async fn credentials_that_are_refused_are_told_without_showing_them() {
    with("pull-refused", |bench| async move {
        let Some(registry) = Registry::start(true).await else {
            return skip("pull-refused", "no docker-registry");
        };
        let name = format!("{}/{}:1", registry.address, bench.run);
        for auth in [
            Json::Null,
            json!({"address": registry.address, "auth_disabled": true}),
            json!({"address": registry.address, "username": "user", "password": "wrong-password"}),
        ] {
            let connection = connect(&bench, Environment::default(), auth).await;
            let outcome = pull(&bench, &connection, json!({"name": name})).await;
            let infra_model::ask::CallOutcome::Failed(failure) = outcome else {
                panic!("it must be refused")
            };
            assert_eq!(
                failure.diagnostic.code, "infra::docker::registry_auth_refused",
                "{:?}",
                failure.diagnostic
            );
            assert!(!format!("{failure:?}").contains("wrong-password"));
        }
        let config = bridge::object_from_json(
            &bench
                .provider
                .kinds()
                .iter()
                .find(|k| &*k.name().0 == "docker_registry_image")
                .unwrap()
                .schema()
                .block,
            &json!({"name": name}),
        );
        let kind = KindName("docker_registry_image".into());
        let answer = bench.connection.ask(Question::ReadData(kind, config), bench.control()).await;
        assert!(
            matches!(answer, Answer::Failed(d) if d.code == "infra::docker::registry_auth_refused")
        );
    })
    .await;
}

#[tokio::test]
async fn broken_configuration_of_docker_is_told_without_its_content() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.json"), "{\"auths\": secret-word").unwrap();
    let registries = crate::auth::Registries::new(Vec::new(), Some(folder.path().to_owned()));
    let found = registries.find("ghcr.io").await.unwrap_err();
    assert_eq!(found.diagnostic.code, "infra::docker::registry_auth_unusable");
    assert!(!found.diagnostic.detail.contains("secret-word"));
    let none = crate::auth::Registries::new(Vec::new(), Some(Path::new("/nonexistent").to_owned()));
    assert!(none.find("ghcr.io").await.unwrap().is_none());
}

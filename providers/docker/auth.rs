//! Credentials of registries: `registry_auth` blocks, then Docker's own `config.json` with its
//! credential helpers.

use crate::{
    config::RegistryAuth,
    failure::{Failure, Outcome, refusal},
    reference::{HUB_KEY, canonical_host},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bollard::auth::DockerCredentials;
use serde_json::Value as Json;
use std::{
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::{io::AsyncWriteExt as _, process::Command};

/// The name under which helpers and files keep a token instead of a password.
const TOKEN_USER: &str = "<token>";

/// Where credentials may come from.
pub(crate) struct Registries {
    blocks: Vec<RegistryAuth>,
    folder: Option<PathBuf>,
}

impl Registries {
    /// Returns the credentials of these blocks and of the `config.json` in a folder.
    pub(crate) fn new(blocks: Vec<RegistryAuth>, folder: Option<PathBuf>) -> Self {
        Self { blocks, folder }
    }

    /// Returns the credentials of a registry; none is no error, many registries need none.
    pub(crate) async fn find(&self, host: &str) -> Outcome<Option<DockerCredentials>> {
        let wanted = canonical_host(host);
        let block = self.blocks.iter().find(|block| canonical_host(&block.address) == wanted);
        if let Some(block) = block {
            if block.disabled {
                return Ok(None);
            }
            if let Some((user, password)) = &block.login {
                return Ok(Some(credentials(wanted, user, password)));
            }
            if let Some(content) = &block.config_file_content {
                return from_text(content.as_bytes(), wanted, "config_file_content").await;
            }
            if let Some(path) = &block.config_file {
                return from_file(path, wanted, true).await;
            }
        }
        match &self.folder {
            Some(folder) => from_file(&folder.join("config.json"), wanted, false).await,
            None => Ok(None),
        }
    }
}

async fn from_file(path: &Path, host: &str, must: bool) -> Outcome<Option<DockerCredentials>> {
    match std::fs::read(path) {
        Ok(text) => from_text(&text, host, &path.display().to_string()).await,
        Err(error) if must || error.kind() != std::io::ErrorKind::NotFound => {
            Err(unusable(&path.display().to_string(), &error.to_string()))
        }
        Err(_) => Ok(None),
    }
}

async fn from_text(text: &[u8], host: &str, name: &str) -> Outcome<Option<DockerCredentials>> {
    // The parser's own words may repeat the content: only the place is told.
    let json: Json = serde_json::from_slice(text).map_err(|error| {
        unusable(name, &format!("no JSON at line {} column {}", error.line(), error.column()))
    })?;
    let of_host = |section: &str| {
        let entries = json.get(section)?.as_object()?;
        entries.iter().find(|(key, _)| canonical_host(key) == host)
    };
    if let Some((key, helper)) = of_host("credHelpers")
        && let Some(helper) = helper.as_str()
    {
        return from_helper(helper, key, host).await;
    }
    if let Some((_, entry)) = of_host("auths")
        && let Some(found) = from_entry(entry, host)
    {
        return Ok(Some(found));
    }
    match json.get("credsStore").and_then(Json::as_str).filter(|store| !store.is_empty()) {
        Some(store) => from_helper(store, server_key(host), host).await,
        None => Ok(None),
    }
}

fn from_entry(entry: &Json, host: &str) -> Option<DockerCredentials> {
    let text = |name: &str| entry.get(name).and_then(Json::as_str).filter(|t| !t.is_empty());
    if let Some(token) = text("identitytoken") {
        return Some(identity(host, token));
    }
    if let Some(auth) = text("auth") {
        let decoded = String::from_utf8(STANDARD.decode(auth).ok()?).ok()?;
        let (user, password) = decoded.split_once(':')?;
        return Some(credentials(host, user, password.trim_end_matches('\0')));
    }
    Some(credentials(host, text("username")?, text("password")?))
}

/// Asks `docker-credential-NAME`; it saying that it has none is no error.
async fn from_helper(helper: &str, server: &str, host: &str) -> Outcome<Option<DockerCredentials>> {
    let program = format!("docker-credential-{helper}");
    if !helper.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
        return Err(unusable(&program, "this is no name of a credential helper"));
    }
    let run = async {
        let mut child = Command::new(&program)
            .arg("get")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .process_group(0)
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(server.as_bytes()).await?;
        }
        child.wait_with_output().await
    };
    let output = run.await.map_err(|error| unusable(&program, &error.to_string()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout).to_lowercase();
        let has_none = said.contains("not found");
        return if has_none { Ok(None) } else { Err(unusable(&program, "it failed")) };
    }
    let json: Json = serde_json::from_slice(&output.stdout)
        .map_err(|_| unusable(&program, "its answer is no JSON"))?;
    let text = |name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default();
    let (user, secret) = (text("Username"), text("Secret"));
    Ok(Some(if user == TOKEN_USER {
        identity(host, secret)
    } else {
        credentials(host, user, secret)
    }))
}

fn credentials(host: &str, user: &str, password: &str) -> DockerCredentials {
    DockerCredentials {
        username: Some(user.to_owned()),
        password: Some(password.to_owned()),
        serveraddress: Some(server_key(host).to_owned()),
        ..DockerCredentials::default()
    }
}

fn identity(host: &str, token: &str) -> DockerCredentials {
    DockerCredentials {
        identitytoken: Some(token.to_owned()),
        serveraddress: Some(server_key(host).to_owned()),
        ..DockerCredentials::default()
    }
}

fn server_key(host: &str) -> &str {
    if host == "docker.io" { HUB_KEY } else { host }
}

fn unusable(name: &str, why: &str) -> Failure {
    let summary = format!("`{name}` cannot be used");
    let help = "mend it, or give a `registry_auth` block with `username` and `password`";
    Failure::refused(
        refusal("infra::docker::registry_auth_unusable", summary).detail(why).help(help),
    )
}

//! The provider's configuration: its schema, and what it means together with the environment.

use crate::{
    bridge,
    failure::{Failure, Outcome, mistake, refusal},
};
use infra_model::{
    diagnostic::Diagnostics,
    path::Path,
    schema::{Attribute, Block, NestedBlock, Nesting, Schema},
    types::Type,
    value::Value,
};
use serde_json::Value as Json;
use std::path::PathBuf;

/// What of the process environment matters here; the command line alone reads it.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub docker_context: Option<String>,
    /// `DOCKER_CONFIG`, the folder that holds `config.json`.
    pub docker_config: Option<PathBuf>,
    /// `DOCKER_CERT_PATH`.
    pub docker_cert_path: Option<PathBuf>,
    /// `DOCKER_SSH_OPTS`, split at spaces.
    pub docker_ssh_opts: Vec<String>,
    /// `DOCKER_CA_MATERIAL`, `DOCKER_CERT_MATERIAL` and `DOCKER_KEY_MATERIAL`.
    pub docker_key_material: Option<(String, String, String)>,
    /// `DOCKER_REGISTRY_USER` and `DOCKER_REGISTRY_PASS`.
    pub registry_login: Option<(String, String)>,
    /// `HOME`.
    pub home: Option<PathBuf>,
}

impl Environment {
    /// Returns the folder with Docker's own configuration.
    pub(crate) fn docker_folder(&self) -> Option<PathBuf> {
        let of_home = || self.home.as_ref().map(|home| home.join(".docker"));
        self.docker_config.clone().or_else(of_home)
    }
}

/// Certificates and key for TLS, as PEM.
#[derive(Clone)]
pub(crate) struct KeyMaterial {
    pub(crate) ca: String,
    pub(crate) cert: String,
    pub(crate) key: String,
}

/// One `registry_auth` block.
#[derive(Clone)]
pub(crate) struct RegistryAuth {
    pub(crate) address: String,
    pub(crate) login: Option<(String, String)>,
    pub(crate) config_file: Option<PathBuf>,
    pub(crate) config_file_content: Option<String>,
    pub(crate) disabled: bool,
}

/// Everything that is needed to connect.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) host: String,
    pub(crate) context: Option<String>,
    pub(crate) ssh_opts: Vec<String>,
    pub(crate) keys: Option<KeyMaterial>,
    pub(crate) registries: Vec<RegistryAuth>,
    /// The folder with `config.json` and `contexts`.
    pub(crate) registry_files: Option<PathBuf>,
    pub(crate) check: bool,
}

/// The forms that the address of an engine may have.
pub(crate) const HOST_FORMS: &str = "write unix:///path, tcp://host:port or ssh://user@host";

/// Where an engine listens unless anything else is said.
const DEFAULT_HOST: &str = "unix:///var/run/docker.sock";

/// Returns the schema of the `provider "docker"` block.
pub(crate) fn schema() -> Schema {
    let text = || Attribute::optional(Type::String);
    let registry = Block::of([
        ("address", Attribute::required(Type::String).describe("the registry, such as ghcr.io")),
        ("username", text()),
        ("password", text().sensitive()),
        ("config_file", text().describe("a config.json of Docker")),
        ("config_file_content", text().sensitive()),
        ("auth_disabled", Attribute::optional(Type::Bool).default(false)),
    ]);
    let block = Block::of([
        ("host", text().describe("unix://, tcp:// or ssh:// address of the engine")),
        ("context", text().describe("a context of the Docker client to take the address from")),
        ("ssh_opts", Attribute::optional(Type::list(Type::String))),
        ("ca_material", text()),
        ("cert_material", text()),
        ("key_material", text().sensitive()),
        ("cert_path", text().describe("a folder with ca.pem, cert.pem and key.pem")),
        ("disable_docker_daemon_check", Attribute::optional(Type::Bool).default(false)),
    ])
    .with([("registry_auth", NestedBlock::new(Nesting::Set, registry))]);
    Schema { version: 0, block }
}

/// Returns what is wrong with a configuration; unknown parts are not judged.
pub(crate) fn validate(config: &Value) -> Diagnostics {
    let mut found = Vec::new();
    let text = |name: &str| config.get(name).and_then(Value::as_text);
    let schemes = ["unix://", "tcp://", "http://", "https://", "ssh://"];
    if let Some(host) = text("host")
        && !host.is_empty()
        && !schemes.iter().any(|scheme| host.starts_with(scheme))
    {
        let is_secret = config.get("host").is_some_and(|host| !host.marks().is_empty());
        let what = if is_secret { "`host`".to_owned() } else { format!("`{host}`") };
        found.push(
            mistake(
                "infra::docker::host_invalid",
                format!("{what} is not an address of a Docker Engine"),
            )
            .help(HOST_FORMS)
            .at_path(Path::attribute("host")),
        );
    }
    // An empty text counts as left out, as everywhere in this block.
    let is_given = |name: &&&str| {
        let is_empty = text(name).is_some_and(|text| text.is_empty());
        config.get(name).is_some_and(|value| !value.is_null()) && !is_empty
    };
    let materials = ["ca_material", "cert_material", "key_material"];
    let given: Vec<_> = materials.iter().filter(is_given).collect();
    if let Some(first) = given.first().filter(|_| given.len() < materials.len()) {
        let missing: Vec<String> = materials
            .iter()
            .filter(|name| !given.contains(name))
            .map(|name| format!("`{name}`"))
            .collect();
        found.push(
            mistake("infra::docker::keys_incomplete", "a certificate or key for TLS is missing")
                .detail(format!("`{first}` is given without {}.", missing.join(" and ")))
                .help("give `ca_material`, `cert_material` and `key_material` together")
                .at_path(Path::attribute(**first)),
        );
    }
    found
}

impl Config {
    /// Reads a wholly known configuration, falling back on the environment.
    pub(crate) fn read(config: &Value, environment: &Environment) -> Outcome<Self> {
        let json = bridge::to_json(config);
        let own = |name: &str| bridge::text(&json, name).map(str::to_owned);
        let context = own("context").or_else(|| {
            let free = own("host").is_none() && environment.docker_host.is_none();
            environment.docker_context.clone().filter(|_| free)
        });
        let host = own("host").or_else(|| environment.docker_host.clone());
        let options: Vec<String> =
            bridge::texts(&json, "ssh_opts").into_iter().map(str::to_owned).collect();
        let blocks = bridge::items(&json, "registry_auth");
        Ok(Self {
            host: host.unwrap_or_else(|| DEFAULT_HOST.to_owned()),
            context: context.filter(|name| name != "default"),
            ssh_opts: if options.is_empty() {
                environment.docker_ssh_opts.clone()
            } else {
                options
            },
            keys: keys(&json, environment)?,
            registries: blocks.iter().map(|block| registry(block, environment)).collect(),
            registry_files: environment.docker_folder(),
            check: !bridge::is_true(&json, "disable_docker_daemon_check"),
        })
    }
}

fn registry(block: &Json, environment: &Environment) -> RegistryAuth {
    let own = |name: &str| bridge::text(block, name).map(str::to_owned);
    let file = own("config_file");
    let login = match (own("username"), own("password")) {
        (Some(user), Some(password)) => Some((user, password)),
        _ if file.is_none() => environment.registry_login.clone(),
        _ => None,
    };
    RegistryAuth {
        address: own("address").unwrap_or_default(),
        login,
        config_file: file.map(|path| expand(&path, environment)),
        config_file_content: own("config_file_content"),
        disabled: bridge::is_true(block, "auth_disabled"),
    }
}

fn keys(json: &Json, environment: &Environment) -> Outcome<Option<KeyMaterial>> {
    let own = |name: &str| bridge::text(json, name).map(str::to_owned);
    let given = (own("ca_material"), own("cert_material"), own("key_material"));
    if let (Some(ca), Some(cert), Some(key)) = given {
        return Ok(Some(KeyMaterial { ca, cert, key }));
    }
    if let Some(path) = own("cert_path") {
        return KeyMaterial::read(&expand(&path, environment)).map(Some);
    }
    if let Some((ca, cert, key)) = environment.docker_key_material.clone() {
        return Ok(Some(KeyMaterial { ca, cert, key }));
    }
    environment.docker_cert_path.as_deref().map(KeyMaterial::read).transpose()
}

impl KeyMaterial {
    /// Reads `ca.pem`, `cert.pem` and `key.pem` of a folder.
    pub(crate) fn read(folder: &std::path::Path) -> Outcome<Self> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|error| {
                let summary = format!("`{}` cannot be read", path.display());
                Failure::refused(
                    refusal("infra::docker::keys_unusable", summary)
                        .detail(error.to_string())
                        .help("name a folder with ca.pem, cert.pem and key.pem in `cert_path`"),
                )
            })
        };
        Ok(Self { ca: read("ca.pem")?, cert: read("cert.pem")?, key: read("key.pem")? })
    }
}

fn expand(path: &str, environment: &Environment) -> PathBuf {
    match (path.strip_prefix("~/"), &environment.home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

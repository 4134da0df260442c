//! Making the connection to an engine: unix socket, tcp, tcp with TLS, ssh.
//!
//! Two defects of bollard are worked around here and nowhere else, by changing each request just
//! before it is sent: it never sends the API version, and it encodes registry credentials in an
//! alphabet that the engine does not read.

use crate::{
    auth::Registries,
    config::{Config, HOST_FORMS},
    context,
    engine::{Engine, Pinned},
    failure::{Failure, Outcome, refusal},
    ssh::Tunnel,
    tls,
};
use bollard::{API_DEFAULT_VERSION, BollardRequest, Docker};
use infra_model::diagnostic::Diagnostic;
use std::time::Duration;

/// Long enough for a stop with a long grace period; calls have deadlines of their own.
const TIMEOUT_S: u64 = 3600;
/// Requests at once on this machine or over tcp.
const REQUESTS_MAX: usize = 8;
/// Requests at once over one ssh connection.
const REQUESTS_MAX_SSH: usize = 4;
/// The header that carries registry credentials.
const AUTH_HEADER: &str = "x-registry-auth";

/// Connects an engine; nothing is sent to it yet, except that ssh logs in.
pub(crate) async fn connect(config: Config) -> Outcome<Engine> {
    let config = context::resolve(config)?;
    let host = config.host.clone();
    let pinned = Pinned::default();
    let mut tunnel = None;
    let docker = if let Some(rest) = host.strip_prefix("ssh://") {
        let opened = Tunnel::open(rest, &config.ssh_opts).await?;
        let socket = opened.socket().display().to_string();
        tunnel = Some(opened);
        Docker::connect_with_unix(&socket, TIMEOUT_S, API_DEFAULT_VERSION)
    } else if let Some(path) = host.strip_prefix("unix://") {
        Docker::connect_with_unix(path, TIMEOUT_S, API_DEFAULT_VERSION)
    } else if let Some(address) = tcp(&host) {
        match &config.keys {
            None => Docker::connect_with_http(address, TIMEOUT_S, API_DEFAULT_VERSION),
            Some(material) => Ok(tls::connect(address, material, TIMEOUT_S)?),
        }
    } else {
        let summary = format!("`{host}` is not an address of a Docker Engine");
        let found = refusal("infra::docker::host_invalid", summary);
        return Err(Failure::refused(found.help(HOST_FORMS)));
    };
    let docker = docker.map_err(|error| unreachable(&host, &error.to_string()))?;
    Ok(Engine {
        host,
        docker: with_modifier(docker, pinned.clone()).with_timeout(Duration::from_secs(TIMEOUT_S)),
        registries: Registries::new(config.registries, config.registry_files),
        requests_max: if tunnel.is_some() { REQUESTS_MAX_SSH } else { REQUESTS_MAX },
        pinned,
        tunnel,
    })
}

/// Returns the failure of an engine that does not answer.
pub(crate) fn unreachable(host: &str, why: &str) -> Failure {
    Failure::unreached(
        Diagnostic::error(
            "infra::docker::engine_unreachable",
            format!("the Docker Engine at `{host}` cannot be reached"),
        )
        .detail(why)
        .help("check that the engine runs there and that this user may talk to it"),
    )
}

fn tcp(host: &str) -> Option<&str> {
    ["tcp://", "http://", "https://"].iter().find_map(|scheme| host.strip_prefix(scheme))
}

fn with_modifier(docker: Docker, pinned: Pinned) -> Docker {
    docker.with_request_modifier(move |mut request| {
        make_auth_url_safe(&mut request);
        if let Some(version) = pinned.get() {
            pin(&mut request, &format!("/v{version}"));
        }
        request
    })
}

/// The engine reads the URL-safe alphabet alone and drops the header silently otherwise.
fn make_auth_url_safe(request: &mut BollardRequest) {
    let Some(auth) = request.headers().get(AUTH_HEADER) else { return };
    let Ok(text) = auth.to_str() else { return };
    if let Ok(value) = text.replace('+', "-").replace('/', "_").parse() {
        request.headers_mut().insert(AUTH_HEADER, value);
    }
}

/// Puts the version before the path, so that every engine answers in the shape that was agreed.
fn pin(request: &mut BollardRequest, version: &str) {
    let uri = request.uri();
    if uri.path().starts_with("/v1.") {
        return;
    }
    let rest = uri.path_and_query().map_or("/", |p| p.as_str());
    let text = match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) => format!("{scheme}://{authority}{version}{rest}"),
        _ => format!("{version}{rest}"),
    };
    if let Ok(uri) = text.parse() {
        *request.uri_mut() = uri;
    }
}

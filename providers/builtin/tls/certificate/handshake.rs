//! The certificates that a server shows in a handshake, directly or through a proxy.

use crate::{
    tls::Client,
    trust::{self, Trust},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use infra_model::{diagnostic::Diagnostic, path::Path};
use infra_sdk::{connection::Control, failure::Failure};
use reqwest::Url;
use rustls::pki_types::ServerName;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

/// How long a handshake may take.
const LIMIT_MS: u64 = 30_000;
/// The longest answer of a proxy.
const ANSWER_BYTES_MAX: usize = 16 << 10;

/// Returns what a server shows, its own certificate first.
pub(super) async fn chain(
    client: &Client,
    url: &Url,
    is_verified: bool,
    control: &Control,
) -> Result<Vec<Vec<u8>>, Failure> {
    let late = control.clock.sleep(Duration::from_millis(LIMIT_MS));
    let shown = tokio::select! {
        shown = shake(client, url, is_verified) => shown,
        () = late => Err(io::Error::other(format!("there was no answer within {LIMIT_MS} ms"))),
    };
    shown.map_err(|error| {
        let host = url.host_str().unwrap_or_default();
        let summary = format!("`{host}` did not show its certificates");
        let found = Diagnostic::error("infra::builtin::handshake_failed", summary)
            .detail(format!("{error}. Nothing was changed."))
            .help("check `url`; for a server whose chain is not trusted here, set `verify_chain = false`")
            .at_path(Path::attribute("url"));
        Failure::new(found).safe()
    })
}

/// What is wrong, in one line.
fn said(wrong: &Diagnostic) -> String {
    format!("{}: {}", wrong.summary, wrong.detail)
}

async fn shake(client: &Client, url: &Url, is_verified: bool) -> io::Result<Vec<Vec<u8>>> {
    let trust = if is_verified { Trust::System } else { Trust::Anyone };
    let config = trust::config(&trust, None).map_err(|wrong| io::Error::other(wrong.problem))?;
    let host = url.host_str().unwrap_or_default();
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(443);
    let name = ServerName::try_from(plain.to_owned()).map_err(io::Error::other)?;
    let proxy = client.proxy.as_ref().filter(|_| url.scheme() == "https");
    let proxy = proxy.map_or(Ok(None), |proxy| proxy.of(host, port));
    let stream = match proxy.map_err(|wrong| io::Error::other(said(&wrong)))? {
        Some(proxy) => through(&proxy, host, port).await?,
        None => TcpStream::connect((plain, port)).await?,
    };
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let (_, session) = stream.get_ref();
    let shown = session.peer_certificates().unwrap_or_default();
    Ok(shown.iter().map(|certificate| certificate.to_vec()).collect())
}

/// Asks a proxy for a way to a host.
async fn through(proxy: &Url, host: &str, port: u16) -> io::Result<TcpStream> {
    if proxy.scheme() != "http" {
        return Err(io::Error::other("only proxies with `http://` can be used for this"));
    }
    let at = proxy.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let mut stream = TcpStream::connect((at, proxy.port_or_known_default().unwrap_or(80))).await?;
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
    if !proxy.username().is_empty() {
        let login = format!("{}:{}", proxy.username(), proxy.password().unwrap_or_default());
        request.push_str(&format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(login)));
    }
    stream.write_all(format!("{request}\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() == ANSWER_BYTES_MAX {
            return Err(io::Error::other("the proxy answers without end"));
        }
        // One by one, as what comes after belongs to the host behind.
        answer.push(stream.read_u8().await?);
    }
    let first = String::from_utf8_lossy(&answer);
    let status = first.split_whitespace().nth(1).unwrap_or_default().to_owned();
    if status.starts_with('2') {
        return Ok(stream);
    }
    Err(io::Error::other(format!("the proxy answered {status}")))
}

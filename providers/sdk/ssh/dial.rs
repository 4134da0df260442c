//! The bytes' way to a machine: straight, or through a proxy.

use super::settings::Proxy;
use base64::{Engine, engine::general_purpose::STANDARD};
use std::io;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// How long an answer of a proxy may be, in bytes.
const ANSWER_BYTES_MAX: usize = 16 << 10;

/// Connects to a port of a machine.
pub(super) async fn dial(
    (host, port): (&str, u16),
    proxy: Option<&Proxy>,
) -> Result<TcpStream, String> {
    let straight = |host: String, port: u16| async move {
        let told = |error: io::Error| format!("dial tcp {host}:{port}: connect: {}", plain(&error));
        TcpStream::connect((host.as_str(), port)).await.map_err(told)
    };
    let Some(proxy) = proxy else { return straight(host.to_owned(), port).await };
    let mut stream = straight(proxy.host.clone(), proxy.port).await?;
    let result = match proxy.scheme.as_str() {
        "socks5" => through_socks(&mut stream, (host, port), proxy).await,
        _ => through_http(&mut stream, (host, port), proxy).await,
    };
    result.map_err(|problem| format!("proxy {}:{}: {problem}", proxy.host, proxy.port))?;
    Ok(stream)
}

/// Errors of the system, in Go's words for the one that everybody meets.
fn plain(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::ConnectionRefused {
        "connection refused".to_owned()
    } else {
        error.to_string()
    }
}

async fn through_http(
    stream: &mut TcpStream,
    (host, port): (&str, u16),
    proxy: &Proxy,
) -> Result<(), String> {
    let place =
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let mut request = format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n");
    if !proxy.user.is_empty() || proxy.password.is_some() {
        let password = proxy.password.as_deref().unwrap_or_default();
        let word = STANDARD.encode(format!("{}:{password}", proxy.user));
        request.push_str(&format!("Proxy-Authorization: Basic {word}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await.map_err(|error| plain(&error))?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        // One byte at a time: what follows the head belongs to the machine behind.
        let byte = stream.read_u8().await.map_err(|error| plain(&error))?;
        answer.push(byte);
        if answer.len() > ANSWER_BYTES_MAX {
            return Err("its answer is too long".to_owned());
        }
    }
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.lines().next().unwrap_or_default();
    match status.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(status.to_owned()),
    }
}

async fn through_socks(
    stream: &mut TcpStream,
    (host, port): (&str, u16),
    proxy: &Proxy,
) -> Result<(), String> {
    let told = |error: io::Error| plain(&error);
    let has_login = !proxy.user.is_empty();
    let methods: &[u8] = if has_login { &[5, 2, 0, 2] } else { &[5, 1, 0] };
    stream.write_all(methods).await.map_err(told)?;
    let mut chosen = [0; 2];
    stream.read_exact(&mut chosen).await.map_err(told)?;
    match chosen {
        [5, 0] => {}
        [5, 2] if has_login => {
            let password = proxy.password.as_deref().unwrap_or_default();
            let login = [&[1][..], &counted(&proxy.user)?, &counted(password)?].concat();
            stream.write_all(&login).await.map_err(told)?;
            stream.read_exact(&mut chosen).await.map_err(told)?;
            if chosen[1] != 0 {
                return Err("socks5: the proxy refuses user and password".to_owned());
            }
        }
        _ => return Err("socks5: no acceptable authentication methods".to_owned()),
    }
    let request = [&[5, 1, 0, 3][..], &counted(host)?, &port.to_be_bytes()].concat();
    stream.write_all(&request).await.map_err(told)?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await.map_err(told)?;
    if head[1] != 0 {
        return Err(format!("socks5: the proxy cannot connect (code {})", head[1]));
    }
    let rest = match head[3] {
        1 => 4 + 2,
        4 => 16 + 2,
        _ => usize::from(stream.read_u8().await.map_err(told)?) + 2,
    };
    let mut bound = vec![0; rest];
    stream.read_exact(&mut bound).await.map_err(told)?;
    Ok(())
}

/// A text with its length before it.
fn counted(text: &str) -> Result<Vec<u8>, String> {
    let length = u8::try_from(text.len()).map_err(|_| "socks5: a name is too long".to_owned())?;
    Ok([&[length], text.as_bytes()].concat())
}

//! A server on the loopback that answers what it is told, and remembers what it was asked.

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread::JoinHandle,
};

/// A server that serves as many connections as it has answers.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    thread: JoinHandle<Vec<String>>,
}

impl Server {
    /// Starts a server; each answer is status line, headers and body.
    pub(super) fn start(answers: Vec<String>) -> Self {
        Self::over(None, answers)
    }

    /// Starts one that speaks TLS, with a chain and a key in PEM.
    pub(super) fn with_tls(chain: &str, key: &str, answers: Vec<String>) -> Self {
        let chain = CertificateDer::pem_slice_iter(chain.as_bytes()).collect::<Result<_, _>>();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain.unwrap(), key)
            .unwrap();
        Self::over(Some(Arc::new(config)), answers)
    }

    fn over(tls: Option<Arc<ServerConfig>>, answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            let serve = |answer: String| {
                let (stream, _) = listener.accept().unwrap();
                match &tls {
                    None => exchange(stream, &answer),
                    Some(config) => {
                        let session = ServerConnection::new(Arc::clone(config)).unwrap();
                        exchange(StreamOwned::new(session, stream), &answer)
                    }
                }
            };
            answers.into_iter().map(serve).collect()
        });
        Self { address, thread }
    }

    /// Returns an address of it.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns what it was asked, once all answers are given.
    pub(super) fn asked(self) -> Vec<String> {
        self.thread.join().unwrap()
    }
}

/// Returns an answer with a body.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

/// Reads a request and answers; a client that hangs up during the handshake asked nothing.
fn exchange(mut stream: impl Read + Write, answer: &str) -> String {
    let mut asked = Vec::new();
    let mut byte = [0];
    while !is_whole(&asked) {
        match stream.read(&mut byte) {
            Ok(1) => asked.push(byte[0]),
            _ => return String::from_utf8_lossy(&asked).into_owned(),
        }
    }
    stream.write_all(answer.as_bytes()).ok();
    stream.flush().ok();
    String::from_utf8(asked).unwrap()
}

fn is_whole(asked: &[u8]) -> bool {
    let text = String::from_utf8_lossy(asked);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    body.len() >= length.unwrap_or(0)
}

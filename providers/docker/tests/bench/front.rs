//! Something that listens before the engine, and hands on what it takes.

use std::future::Future;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UnixStream},
};

/// Listens on a port of this machine, which is returned; each connection is given to `each` with one
/// to the socket of the engine.
pub(in crate::tests) async fn listen<F: Future<Output = ()> + Send + 'static>(
    socket: String,
    each: impl Fn(TcpStream, UnixStream) -> F + Send + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let engine = UnixStream::connect(&socket).await.unwrap();
            tokio::spawn(each(client, engine));
        }
    });
    port
}

/// Listens on a port of this machine, which is returned, and hands on everything but the requests to
/// inspect one object of a collection, such as `containers`: these are answered with a text, and
/// the connection is cut.
pub(in crate::tests) async fn without_inspection(
    socket: String,
    collection: &'static str,
    answer: &'static str,
) -> u16 {
    let each = move |mut client: TcpStream, mut engine: UnixStream| async move {
        let (mut sent, mut told) = ([0; 8192], [0; 8192]);
        loop {
            let is_handed_on = tokio::select! {
                count = client.read(&mut sent) => {
                    let sent = &sent[..count.unwrap_or(0)];
                    if inspects(sent, collection) {
                        client.write_all(answer.as_bytes()).await.ok();
                        return;
                    }
                    !sent.is_empty() && engine.write_all(sent).await.is_ok()
                }
                count = engine.read(&mut told) => {
                    let told = &told[..count.unwrap_or(0)];
                    !told.is_empty() && client.write_all(told).await.is_ok()
                }
            };
            if !is_handed_on {
                return;
            }
        }
    };
    listen(socket, each).await
}

/// Returns whether a request asks for one object: clients send the head of a request in one piece.
fn inspects(request: &[u8], collection: &str) -> bool {
    let request = String::from_utf8_lossy(request);
    let Some((path, _)) = request.strip_prefix("GET ").and_then(|rest| rest.split_once(' ')) else {
        return false;
    };
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let mut parts = path.split('/').skip_while(|part| *part != collection).skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(id), None, _) => id != "json",
        (Some(_), Some("json"), None) => true,
        _ => false,
    }
}

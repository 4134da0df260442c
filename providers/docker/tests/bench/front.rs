//! Something that listens before the engine, and hands on what it takes.

use std::future::Future;
use tokio::net::{TcpListener, TcpStream, UnixStream};

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

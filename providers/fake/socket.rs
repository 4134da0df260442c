//! The cloud in a process of its own, behind a Unix socket: it outlives an `infra` that is killed.
//!
//! One connection carries one request: a frame of JSON behind its length in four bytes, and one
//! frame back. What a killed client had sent whole still happens, as with a real cloud.

use crate::{
    protocol::{Code, Frame, Instance, Reply, Request, Trouble},
    provider::{SharedWorld, locked},
};
use infra_sdk::connection::Clock;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    io::{self, Read as _, Write as _},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
};

/// The longest frame, in bytes: some ten thousand objects.
const FRAME_BYTES_MAX: usize = 64 << 20;

/// Serves a world on a socket until the future is dropped.
///
/// # Errors
///
/// If the socket can't be opened.
pub async fn serve(path: &Path, world: SharedWorld, clock: Arc<dyn Clock>) -> io::Result<()> {
    let listener = UnixListener::bind(path)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (world, clock) = (world.clone(), clock.clone());
        // A client that goes away is no concern of the others.
        tokio::spawn(async move { serve_one(stream, world, clock).await.ok() });
    }
}

async fn serve_one(
    mut stream: UnixStream,
    world: SharedWorld,
    clock: Arc<dyn Clock>,
) -> io::Result<()> {
    let frame: Frame = read(&mut stream).await?;
    let delay_ms = locked(&world, |world| world.duration_ms(&frame.request));
    // The effect lies in the middle: a client may die before it and after it.
    clock.sleep(Duration::from_millis(delay_ms / 2)).await;
    let now_ms = clock.now_ms();
    let reply = locked(&world, |world| world.handle(&frame.instance, &frame.request, now_ms));
    clock.sleep(Duration::from_millis(delay_ms / 2)).await;
    write(&mut stream, &reply).await
}

/// Sends a request and waits for the reply; a broken connection becomes a lost reply.
pub(crate) async fn send(path: &Path, frame: &Frame) -> Reply {
    let mut stream = match UnixStream::connect(path).await {
        Ok(stream) => stream,
        Err(error) => {
            let text = format!("the fake cloud at `{}` does not answer: {error}", path.display());
            return Reply::Refused(Trouble::new(Code::Unreachable, text));
        }
    };
    let exchanged = async {
        write(&mut stream, frame).await?;
        read(&mut stream).await
    };
    exchanged.await.unwrap_or_else(|error: io::Error| {
        let text = format!("the connection to the fake cloud broke: {error}");
        Reply::Refused(Trouble::new(Code::ReplyLost, text))
    })
}

/// Sends a request without async, for tests that watch or arrange a cloud from outside.
///
/// # Errors
///
/// If there is no cloud or it does not answer.
pub fn request(path: &Path, request: Request) -> io::Result<Reply> {
    let frame = Frame { instance: Instance::default(), request };
    let bytes = serde_json::to_vec(&frame)?;
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::other("frame too long"))?;
    let mut stream = std::os::unix::net::UnixStream::connect(path)?;
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(&bytes)?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::other("frame too long"));
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

async fn write<T: Serialize>(stream: &mut UnixStream, message: &T) -> io::Result<()> {
    let bytes = serde_json::to_vec(message)?;
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::other("frame too long"))?;
    stream.write_all(&length.to_be_bytes()).await?;
    stream.write_all(&bytes).await?;
    stream.flush().await
}

async fn read<T: DeserializeOwned>(stream: &mut UnixStream) -> io::Result<T> {
    let length = stream.read_u32().await? as usize;
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::other("frame too long"));
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await?;
    Ok(serde_json::from_slice(&bytes)?)
}

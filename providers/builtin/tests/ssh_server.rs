//! An ssh server in this process, which takes a password and runs what it is told with `/bin/sh`.

use russh::{
    Channel, ChannelId,
    keys::{Algorithm, PrivateKey, key::safe_rng},
    server::{self, Auth, ChannelOpenHandle, Handler, Msg, Session},
};
use std::{collections::BTreeMap, process::Stdio, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::{ChildStdin, Command},
};

/// The password of everybody.
pub(super) const PASSWORD: &str = "open-sesame";

/// A command with this in it ends the connection.
pub(super) const CUT: &str = "cut the line";

/// One connection of a server.
#[derive(Default)]
struct Guest {
    inputs: BTreeMap<u32, ChildStdin>,
}

/// Returns a new host key.
pub(super) fn host_key() -> PrivateKey {
    PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap()
}

/// Starts a server that shows these keys, one connection after the other and then the last, and
/// returns its port.
pub(super) async fn serve(keys: Vec<PrivateKey>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let configs: Vec<Arc<server::Config>> = keys
        .into_iter()
        .map(|key| {
            Arc::new(server::Config {
                keys: vec![key],
                auth_rejection_time: Duration::ZERO,
                auth_rejection_time_initial: Some(Duration::ZERO),
                ..server::Config::default()
            })
        })
        .collect();
    tokio::spawn(async move {
        let mut next = 0;
        while let Ok((stream, _)) = listener.accept().await {
            let config = configs[next.min(configs.len() - 1)].clone();
            next += 1;
            tokio::spawn(async move {
                if let Ok(session) = server::run_stream(config, stream, Guest::default()).await {
                    // Guests come and go as they like.
                    session.await.ok();
                }
            });
        }
    });
    port
}

impl Handler for Guest {
    type Error = russh::Error;

    async fn auth_password(&mut self, _: &str, password: &str) -> Result<Auth, Self::Error> {
        Ok(if password == PASSWORD { Auth::Accept } else { Auth::reject() })
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "so is the trait")]
    async fn channel_open_direct_tcpip(
        &mut self,
        channel: Channel<Msg>,
        host: &str,
        port: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        let mut stream = TcpStream::connect((host, u16::try_from(port).unwrap())).await?;
        reply.accept().await;
        tokio::spawn(async move {
            tokio::io::copy_bidirectional(&mut channel.into_stream(), &mut stream).await.ok();
        });
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let command = String::from_utf8_lossy(command).into_owned();
        session.channel_success(channel)?;
        let mut child = Command::new("/bin/sh")
            .args(["-c", &command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        self.inputs.insert(channel.into(), child.stdin.take().unwrap());
        let handle = session.handle();
        tokio::spawn(async move {
            let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
            // Bit by bit, since a command may wait for an answer to what it says.
            let mut chunk = vec![0; 4 << 10];
            while let Ok(length @ 1..) = out.read(&mut chunk).await {
                if String::from_utf8_lossy(&chunk[..length]).contains(CUT) {
                    let reason = russh::Disconnect::ByApplication;
                    handle.disconnect(reason, String::new(), String::new()).await.ok();
                    return;
                }
                handle.data(channel, chunk[..length].to_vec()).await.ok();
            }
            let mut blamed = Vec::new();
            err.read_to_end(&mut blamed).await.unwrap();
            handle.data(channel, blamed).await.ok();
            let status = child.wait().await.unwrap();
            let code = u32::try_from(status.code().unwrap_or(1)).unwrap();
            handle.exit_status_request(channel, code).await.ok();
            handle.close(channel).await.ok();
        });
        Ok(())
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        if let Some(input) = self.inputs.get_mut(&channel.into()) {
            // A command need not read what it is given.
            input.write_all(data).await.ok();
        }
        Ok(())
    }

    async fn channel_eof(
        &mut self,
        channel: ChannelId,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        self.inputs.remove(&channel.into());
        Ok(())
    }
}

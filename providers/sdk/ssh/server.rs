//! An ssh server in this process, for tests: it takes a password or keys, and runs what it is told with
//! `/bin/sh`.

use russh::{
    Channel, ChannelId,
    keys::{Algorithm, PrivateKey, key::safe_rng, ssh_key::LineEnding},
    server::{self, Auth, ChannelOpenHandle, Handler, Msg, Session, VerifiedPublicKey},
};
use std::{
    collections::BTreeMap,
    io,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdin, Command},
};

/// The password of everybody.
pub const PASSWORD: &str = "open-sesame";

/// A command with this in its output ends the connection.
pub const CUT: &str = "cut the line";

/// A key of a server or of a user.
#[derive(Clone)]
pub struct Key(PrivateKey);

/// What a server is like.
#[derive(Clone, Default)]
pub struct Options {
    /// The keys that it shows, one connection after the other and then the last.
    pub keys: Vec<Key>,
    /// Public keys that it takes besides the password, as `TYPE BASE64`.
    pub authorized: Vec<String>,
    /// How many logins it refuses at first, whatever is shown.
    pub refused: usize,
    /// Variables of what it runs.
    pub environment: Vec<(String, String)>,
    /// Texts of commands, and what stands in their place: paths of another machine.
    pub replaced: Vec<(String, String)>,
}

/// One connection of a server.
struct Guest {
    options: Arc<Options>,
    logins: Arc<AtomicUsize>,
    inputs: BTreeMap<u32, ChildStdin>,
}

impl Key {
    /// Returns a new key.
    ///
    /// # Errors
    ///
    /// That none can be made.
    pub fn draw() -> io::Result<Self> {
        PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).map(Self).map_err(io::Error::other)
    }

    /// Returns its public half as `TYPE BASE64`.
    ///
    /// # Errors
    ///
    /// That it can't be written.
    pub fn line(&self) -> io::Result<String> {
        super::hop::line(self.0.public_key()).map_err(io::Error::other)
    }

    /// Returns it as the file of a user.
    ///
    /// # Errors
    ///
    /// That it can't be written.
    pub fn file(&self) -> io::Result<String> {
        let text = self.0.to_openssh(LineEnding::LF).map_err(io::Error::other)?;
        Ok(text.to_string())
    }

    /// Returns its fingerprint.
    pub fn fingerprint(&self) -> String {
        super::trust::fingerprint(self.0.public_key())
    }
}

impl Options {
    /// Returns a server that shows these keys.
    pub fn showing(keys: impl IntoIterator<Item = Key>) -> Self {
        Self { keys: keys.into_iter().collect(), ..Self::default() }
    }
}

/// Starts a server and returns its port.
///
/// # Errors
///
/// Those of the system.
pub async fn serve(options: Options) -> io::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    serve_on(listener, options);
    Ok(port)
}

/// Starts a server that listens here.
pub fn serve_on(listener: TcpListener, options: Options) {
    let config = |key: &Key| {
        Arc::new(server::Config {
            keys: vec![key.0.clone()],
            auth_rejection_time: Duration::ZERO,
            auth_rejection_time_initial: Some(Duration::ZERO),
            ..server::Config::default()
        })
    };
    let configs: Vec<Arc<server::Config>> = options.keys.iter().map(config).collect();
    let (options, logins) = (Arc::new(options), Arc::default());
    tokio::spawn(async move {
        let mut next = 0;
        while let Ok((stream, _)) = listener.accept().await {
            let Some(config) = configs.get(next).or(configs.last()).cloned() else { return };
            next += 1;
            let (options, logins) = (Arc::clone(&options), Arc::clone(&logins));
            let guest = Guest { options, logins, inputs: BTreeMap::new() };
            tokio::spawn(async move {
                // Guests come and go as they like.
                if let Ok(session) = server::run_stream(config, stream, guest).await {
                    drop(session.await);
                }
            });
        }
    });
}

impl Guest {
    fn judged(&self, is_right: bool) -> Auth {
        let is_early = self.logins.load(Ordering::SeqCst) < self.options.refused;
        if is_right && is_early {
            self.logins.fetch_add(1, Ordering::SeqCst);
        }
        if is_right && !is_early { Auth::Accept } else { Auth::reject() }
    }

    fn begin(&self, command: &str) -> io::Result<Child> {
        let mut command = command.to_owned();
        for (there, here) in &self.options.replaced {
            command = command.replace(there, here);
        }
        Command::new("/bin/sh")
            .args(["-c", &command])
            .envs(self.options.environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }
}

/// Hands on what a command says, bit by bit, since it may wait for an answer to it.
async fn tell(mut child: Child, channel: ChannelId, handle: server::Handle) -> io::Result<()> {
    let mut chunk = vec![0; 4 << 10];
    if let Some(out) = &mut child.stdout {
        while let Ok(length @ 1..) = out.read(&mut chunk).await {
            if String::from_utf8_lossy(&chunk[..length]).contains(CUT) {
                let reason = russh::Disconnect::ByApplication;
                drop(handle.disconnect(reason, String::new(), String::new()).await);
                return Ok(());
            }
            drop(handle.data(channel, chunk[..length].to_vec()).await);
        }
    }
    let mut blamed = Vec::new();
    if let Some(err) = &mut child.stderr {
        err.read_to_end(&mut blamed).await?;
    }
    drop(handle.data(channel, blamed).await);
    let status = child.wait().await?;
    let code = u32::try_from(status.code().unwrap_or(1)).unwrap_or(1);
    let gone = |()| io::ErrorKind::ConnectionReset.into();
    handle.exit_status_request(channel, code).await.map_err(gone)?;
    handle.close(channel).await.map_err(gone)
}

impl Handler for Guest {
    type Error = russh::Error;

    async fn auth_password(&mut self, _: &str, password: &str) -> Result<Auth, Self::Error> {
        Ok(self.judged(password == PASSWORD))
    }

    async fn auth_publickey(
        &mut self,
        _: &str,
        shown: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        let line = super::hop::line(shown.public_key).unwrap_or_default();
        Ok(self.judged(self.options.authorized.contains(&line)))
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
        let mut stream = TcpStream::connect((host, u16::try_from(port).unwrap_or(0))).await?;
        reply.accept().await;
        tokio::spawn(async move {
            drop(tokio::io::copy_bidirectional(&mut channel.into_stream(), &mut stream).await);
        });
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)?;
        let mut child = self.begin(&String::from_utf8_lossy(command))?;
        if let Some(input) = child.stdin.take() {
            self.inputs.insert(channel.into(), input);
        }
        tokio::spawn(tell(child, channel, session.handle()));
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
            drop(input.write_all(data).await);
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

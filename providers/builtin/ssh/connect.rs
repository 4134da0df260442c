//! Connecting, tried again until the time that the block gives is over.

use super::{
    agent, dial,
    hop::Hop,
    login::{Login, UseAgent},
    settings::{Platform, Settings},
    trust::{self, Judge, Pins, Seen},
    voice::Voice,
};
use infra_model::{diagnostic::Diagnostic, program::When};
use russh::{
    client::{self, Handle},
    keys::PublicKey,
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncWrite};

/// The waits between attempts: each twice the last.
const WAIT_FIRST: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(20);

/// How long one attempt may take.
const ATTEMPT_MAX: Duration = Duration::from_secs(30);

/// How often a wait looks whether the run is being stopped.
const LOOK: Duration = Duration::from_millis(250);

/// How often an idle connection is asked whether it still lives; after three silences it does not.
const ALIVE: Duration = Duration::from_secs(15);

/// A machine that is logged in to.
pub(crate) struct Session {
    pub(super) handle: Handle<Judge>,
    /// The connection that this one goes through; it lives as long.
    _bastion: Option<Handle<Judge>>,
    pub(super) platform: Platform,
}

/// Why an attempt failed.
enum Trouble {
    /// The next one may do better.
    Passing(String),
    /// A machine is not the one it was.
    Changed(Diagnostic),
}

/// One connection to be made.
struct Caller<'a> {
    settings: &'a Settings,
    pins: &'a Arc<Pins>,
    when: When,
    voice: &'a Voice<'a>,
    has_agent: bool,
}

/// Connects and logs in, saying so in Terraform's words.
///
/// # Errors
///
/// `infra::builtin::connection_failed` at the end of the time, `infra::builtin::host_key_changed` at
/// once.
pub(crate) async fn connect(
    settings: &Settings,
    pins: &Arc<Pins>,
    when: When,
    voice: &Voice<'_>,
) -> Result<Session, Diagnostic> {
    let failed = |detail: String| {
        voice
            .failure("infra::builtin::connection_failed", detail)
            .help("see that the server runs sshd and that the `connection` block is right")
    };
    let has_agent = agent::is_there(settings.agent).await.map_err(failed)?;
    let caller = Caller { settings, pins, when, voice, has_agent };
    let clock = &voice.control.clock;
    let until_ms = clock.now_ms().saturating_add(milliseconds(settings.timeout));
    let until_ms = voice.control.deadline_ms.map_or(until_ms, |at| at.min(until_ms));
    let over = async {
        let left = Duration::from_millis(until_ms.saturating_sub(clock.now_ms()));
        clock.sleep(left).await;
    };
    let last = Mutex::new(String::new());
    let session = tokio::select! {
        biased;
        session = caller.keep_trying(&last) => session,
        () = over => Err(Trouble::Passing("timeout".to_owned())),
    };
    let session = session.map_err(|trouble| match trouble {
        Trouble::Changed(diagnostic) => diagnostic,
        Trouble::Passing(end) => {
            let last = last.lock().unwrap_or_else(PoisonError::into_inner);
            failed(if last.is_empty() { end } else { format!("{end} - last error: {last}") })
        }
    })?;
    voice.say("Connected!");
    Ok(session)
}

impl Caller<'_> {
    async fn keep_trying(&self, last: &Mutex<String>) -> Result<Session, Trouble> {
        let clock = &self.voice.control.clock;
        let mut wait = WAIT_FIRST;
        loop {
            self.voice.say(&self.listing());
            let late = "the server does not answer".to_owned();
            let attempt = tokio::select! {
                biased;
                attempt = self.attempt() => attempt,
                () = clock.sleep(ATTEMPT_MAX) => Err(Trouble::Passing(late)),
            };
            match attempt {
                Err(Trouble::Passing(problem)) => {
                    *last.lock().unwrap_or_else(PoisonError::into_inner) = problem;
                }
                end => return end,
            }
            let mut waited = Duration::ZERO;
            while waited < wait {
                if self.voice.control.is_stopping() {
                    return Err(Trouble::Passing("interrupted".to_owned()));
                }
                clock.sleep(LOOK).await;
                waited += LOOK;
            }
            wait = (wait * 2).min(WAIT_MAX);
        }
    }

    fn listing(&self) -> String {
        let Settings { target, bastion, proxy, platform, .. } = self.settings;
        let platform = if *platform == Platform::Unix { "unix" } else { "windows" };
        let mut text = format!(
            "Connecting to remote host via SSH...\n{}  Target Platform: {platform}\n",
            target.listing(self.has_agent)
        );
        if let Some(bastion) = bastion {
            text += "Using configured bastion host...\n";
            text += &bastion.listing(self.has_agent);
        }
        if let Some(proxy) = proxy {
            text += &format!(
                "Using configured proxy host...\n  ProxyHost: {}\n  ProxyPort: {}\n  \
                 ProxyUserName: {}\n  ProxyUserPassword: {}\n",
                proxy.host,
                proxy.port,
                proxy.user,
                proxy.password.is_some()
            );
        }
        text
    }

    async fn attempt(&self) -> Result<Session, Trouble> {
        let Settings { target, bastion, proxy, platform, .. } = self.settings;
        let proxy = proxy.as_ref();
        let passing = Trouble::Passing;
        let Some(bastion) = bastion else {
            let stream = dial::dial((&target.host, target.port), proxy).await.map_err(passing)?;
            let handle = self.log_in(stream, target).await?;
            return Ok(Session { handle, _bastion: None, platform: *platform });
        };
        let stream = dial::dial((&bastion.host, bastion.port), proxy).await;
        let between =
            |problem: String| Trouble::Passing(format!("Error connecting to bastion: {problem}"));
        let stream = stream.map_err(between)?;
        let first = self.log_in(stream, bastion).await?;
        let port = u32::from(target.port);
        let channel = first.channel_open_direct_tcpip(&target.host, port, "127.0.0.1", 0).await;
        let channel = channel.map_err(|error| between(error.to_string()))?;
        let handle = self.log_in(channel.into_stream(), target).await?;
        Ok(Session { handle, _bastion: Some(first), platform: *platform })
    }

    async fn log_in<S>(&self, stream: S, hop: &Hop) -> Result<Handle<Judge>, Trouble>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let now_s = self.voice.control.clock.now_ms() / 1_000;
        let (judge, seen) = Judge::new(self.pins, self.when, hop, now_s);
        let config = client::Config {
            preferred: judge.preferred(),
            keepalive_interval: Some(ALIVE),
            nodelay: true,
            ..client::Config::default()
        };
        let result = client::connect_stream(Arc::new(config), stream, judge).await;
        let found = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let login = hop.shown_login();
        let failed = |problem: String| {
            Trouble::Passing(format!("SSH authentication failed ({login}): {problem}"))
        };
        match &found {
            Seen::Changed(before, now) => return Err(self.changed(hop, before, now)),
            Seen::Mismatch => {
                let problem = "ssh: handshake failed: knownhosts: key mismatch";
                return Err(failed(problem.to_owned()));
            }
            Seen::Nothing | Seen::Expected | Seen::First(_) => {}
        }
        let mut handle =
            result.map_err(|error| failed(format!("ssh: handshake failed: {error}")))?;
        let preferred = self.settings.agent_identity.as_deref();
        let agent = self.has_agent.then_some(UseAgent { preferred });
        Login::new(&mut handle, hop).run(agent).await.map_err(failed)?;
        if let Seen::First(key) = found {
            self.pin(hop, &key)?;
        }
        Ok(handle)
    }

    /// Believes the key of a machine that took the login, which one that is still being set up does
    /// not: its key may change until then.
    fn pin(&self, hop: &Hop, key: &PublicKey) -> Result<(), Trouble> {
        let fingerprint = trust::fingerprint(key);
        let pinned = self.pins.pin(trust::place(self.when, hop), key);
        pinned.map_err(|(before, now)| self.changed(hop, &before, &now))?;
        self.voice.note(&format!(
            "Host key of {} accepted on the first connection, and kept for this run: {fingerprint}",
            hop.shown_place()
        ));
        Ok(())
    }

    fn changed(&self, hop: &Hop, before: &str, now: &str) -> Trouble {
        let detail = format!(
            "{} showed {before} before in this run, and shows {now} now. Nothing was done there.",
            hop.shown_place()
        );
        let diagnostic = self.voice.failure("infra::builtin::host_key_changed", detail);
        Trouble::Changed(diagnostic.help(
            "find out which machine answers there; if the change is meant, say which key is \
             expected with `host_key`",
        ))
    }
}

/// Does the work of a provisioner, but no longer than it may take.
///
/// # Errors
///
/// Those of the work, and `infra::builtin::command_late`.
pub(crate) async fn in_time(
    voice: &Voice<'_>,
    work: impl Future<Output = Result<(), Diagnostic>>,
) -> Result<(), Diagnostic> {
    let clock = &voice.control.clock;
    let Some(deadline_ms) = voice.control.deadline_ms else { return work.await };
    let left = Duration::from_millis(deadline_ms.saturating_sub(clock.now_ms()));
    tokio::select! {
        biased;
        done = work => done,
        () = clock.sleep(left) => {
            let told = "It took too long, and its connection was cut, which ends it there.";
            Err(voice.failure("infra::builtin::command_late", told))
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

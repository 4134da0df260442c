//! Connecting, tried again until the time that the block gives is over.

use super::{
    agent, dial,
    hop::Hop,
    login::{Login, UseAgent},
    settings::{Platform, Settings},
    trust::{self, Judge, Scope, Seen, Trust},
};
use crate::connection::Control;
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
pub struct Session {
    pub(super) handle: Handle<Judge>,
    /// The connection that this one goes through; it lives as long.
    _bastion: Option<Handle<Judge>>,
    pub(super) platform: Platform,
}

/// Who hears how connecting goes on.
pub trait Witness: Send + Sync {
    /// An attempt begins: Terraform's listing of what it is made with.
    fn trying(&self, listing: &str);

    /// An attempt failed, and there may be another one.
    fn failed(&self, problem: &str);

    /// The key that a machine showed first is believed from now on.
    fn pinned(&self, place: &str, fingerprint: &str);

    /// The machine is logged in to.
    fn connected(&self);
}

/// Why there is no connection.
pub enum Unconnected {
    /// The time was over, the run was stopped, or nothing could be tried at all.
    Failed(String),
    /// A machine is not the one it was; nothing was done there.
    Changed {
        /// Where it is.
        place: String,
        /// The fingerprint of the key that is believed.
        before: String,
        /// The fingerprint of the key that was shown.
        now: String,
    },
}

/// Why an attempt failed.
enum Trouble {
    /// The next one may do better.
    Passing(String),
    /// None will.
    Final(Unconnected),
}

/// One connection to be made.
struct Caller<'a> {
    settings: &'a Settings,
    trust: &'a Trust,
    witness: &'a dyn Witness,
    control: &'a Control,
    has_agent: bool,
}

/// Connects and logs in.
///
/// # Errors
///
/// At the end of the time with what went wrong last, or at once where a machine is another one.
pub async fn connect(
    settings: &Settings,
    trust: &Trust,
    witness: &dyn Witness,
    control: &Control,
) -> Result<Session, Unconnected> {
    let has_agent = agent::is_there(settings.agent).await.map_err(Unconnected::Failed)?;
    let caller = Caller { settings, trust, witness, control, has_agent };
    let clock = &control.clock;
    let until_ms = clock.now_ms().saturating_add(milliseconds(settings.timeout));
    let until_ms = control.deadline_ms.map_or(until_ms, |at| at.min(until_ms));
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
        Trouble::Final(end) => end,
        Trouble::Passing(end) => {
            let last = last.lock().unwrap_or_else(PoisonError::into_inner);
            let is_mute = last.is_empty();
            Unconnected::Failed(if is_mute { end } else { format!("{end} - last error: {last}") })
        }
    })?;
    witness.connected();
    Ok(session)
}

impl Caller<'_> {
    async fn keep_trying(&self, last: &Mutex<String>) -> Result<Session, Trouble> {
        let clock = &self.control.clock;
        let mut wait = WAIT_FIRST;
        loop {
            self.witness.trying(&self.listing());
            let late = "the server does not answer".to_owned();
            let attempt = tokio::select! {
                biased;
                attempt = self.attempt() => attempt,
                () = clock.sleep(ATTEMPT_MAX) => Err(Trouble::Passing(late)),
            };
            match attempt {
                Err(Trouble::Passing(problem)) => {
                    self.witness.failed(&problem);
                    *last.lock().unwrap_or_else(PoisonError::into_inner) = problem;
                }
                end => return end,
            }
            let mut waited = Duration::ZERO;
            while waited < wait {
                if self.control.is_stopping() {
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
            let handle = self.log_in(stream, (target, &self.trust.target)).await?;
            return Ok(Session { handle, _bastion: None, platform: *platform });
        };
        let stream = dial::dial((&bastion.host, bastion.port), proxy).await;
        let between =
            |problem: String| Trouble::Passing(format!("Error connecting to bastion: {problem}"));
        let stream = stream.map_err(between)?;
        let first = self.log_in(stream, (bastion, &self.trust.bastion)).await?;
        let port = u32::from(target.port);
        let channel = first.channel_open_direct_tcpip(&target.host, port, "127.0.0.1", 0).await;
        let channel = channel.map_err(|error| between(error.to_string()))?;
        let stream = channel.into_stream();
        let handle = self.log_in(stream, (target, &self.trust.target)).await?;
        Ok(Session { handle, _bastion: Some(first), platform: *platform })
    }

    async fn log_in<S>(
        &self,
        stream: S,
        (hop, scope): (&Hop, &Scope),
    ) -> Result<Handle<Judge>, Trouble>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let now_s = self.control.clock.now_ms() / 1_000;
        let (judge, seen) = Judge::new(&self.trust.pins, scope, hop, now_s);
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
            Seen::Changed(before, now) => return Err(changed(hop, before, now)),
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
            self.pin((hop, scope), &key)?;
        }
        Ok(handle)
    }

    /// Believes the key of a machine that took the login, which one that is still being set up does
    /// not: its key may change until then.
    fn pin(&self, (hop, scope): (&Hop, &Scope), key: &PublicKey) -> Result<(), Trouble> {
        let pinned = self.trust.pins.pin(trust::place(scope, hop), key);
        pinned.map_err(|(before, now)| changed(hop, &before, &now))?;
        self.witness.pinned(&hop.shown_place(), &trust::fingerprint(key));
        Ok(())
    }
}

fn changed(hop: &Hop, before: &str, now: &str) -> Trouble {
    Trouble::Final(Unconnected::Changed {
        place: hop.shown_place(),
        before: before.to_owned(),
        now: now.to_owned(),
    })
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

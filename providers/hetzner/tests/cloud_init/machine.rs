//! The machine behind a server of the simulator, and time that passes with short waits alone.

use crate::tests::bench::Bench;
use infra_hetzner_simulator::Simulator;
use infra_sdk::{
    clock::VirtualClock,
    connection::{BoxFuture, Clock, Control, Progress},
    ssh::server::{Key, Options, serve_on},
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};
use tempfile::TempDir;
use tokio::net::TcpSocket;

/// What is at least as long limits what takes real time here, and does not let time pass.
const LIMIT: Duration = Duration::from_secs(30);

/// Says the next of its reports, in the form that it has; the last one again and again.
const STAND_IN: &str = r#"#!/bin/sh
n=$(/bin/cat "$D/asked")
f="$D/$n"; [ -e "$f" ] || f="$D/last"
case "$(/usr/bin/head -c 1 "$f") $2" in
  "{ --format=json") ;;
  "{ "* | *" --format=json") exit 2 ;;
esac
echo $((n + 1)) > "$D/asked"
/bin/cat "$f"
exit 1
"#;

/// A machine that can be logged in to with a key.
pub(crate) struct Machine {
    pub(crate) port: u16,
    /// The host keys that it shows, connection by connection.
    pub(crate) keys: Vec<Key>,
    /// The private key of its user.
    pub(crate) user_key: String,
    pub(crate) options: Options,
    /// Its port, which nobody else gets and at which nobody answers until it is open.
    socket: Option<TcpSocket>,
    folder: TempDir,
}

impl Machine {
    /// Returns a machine with one host key whose cloud-init says this; nothing, and it has none.
    pub(crate) fn start(says: &[&str]) -> Self {
        Self::showing(vec![Key::draw().unwrap()], says)
    }

    pub(crate) fn showing(keys: Vec<Key>, says: &[&str]) -> Self {
        let mut machine = Self::made(keys, says);
        machine.open();
        machine
    }

    /// Returns a machine that nobody can reach yet.
    pub(crate) fn shut(says: &[&str]) -> Self {
        Self::made(vec![Key::draw().unwrap()], says)
    }

    fn made(keys: Vec<Key>, says: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let port = socket.local_addr().unwrap().port();
        let user = Key::draw().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let log: Vec<String> = (1..=30).map(|n| format!("line {n}\r")).collect();
        fs::write(path("log"), log.join("\n")).unwrap();
        let options = Options {
            authorized: vec![user.line().unwrap()],
            environment: vec![("PATH".to_owned(), path("bin")), ("D".to_owned(), path(""))],
            replaced: vec![
                ("/var/log/cloud-init-output.log".to_owned(), path("log")),
                // Nothing else of this machine is to be found there, cloud-init least of all.
                ("tail ".to_owned(), "/usr/bin/tail ".to_owned()),
            ],
            ..Options::showing(keys.clone())
        };
        let user_key = user.file().unwrap();
        let machine = Self { port, keys, user_key, options, socket: Some(socket), folder };
        machine.says(says);
        if !says.is_empty() {
            let place = machine.folder.path().join("bin");
            fs::create_dir(&place).unwrap();
            executable(&place.join("cloud-init"));
        }
        machine
    }

    /// Lets it be reached.
    pub(crate) fn open(&mut self) {
        self.opening()();
    }

    /// Returns what lets it be reached, to be done later on any thread.
    pub(crate) fn opening(&mut self) -> impl FnOnce() + Send + 'static {
        let (socket, options) = (self.socket.take().unwrap(), self.options.clone());
        let runtime = tokio::runtime::Handle::current();
        move || {
            let _inside = runtime.enter();
            serve_on(socket.listen(64).unwrap(), options);
        }
    }

    /// Says what its cloud-init says from now on.
    pub(crate) fn says(&self, says: &[&str]) {
        let path = |name: &str| -> PathBuf { self.folder.path().join(name) };
        for (n, report) in says.iter().enumerate() {
            fs::write(path(&n.to_string()), report).unwrap();
            fs::write(path("last"), report).unwrap();
        }
        fs::write(path("asked"), "0").unwrap();
    }

    /// Returns how often its cloud-init was asked.
    pub(crate) fn asked(&self) -> u64 {
        fs::read_to_string(self.folder.path().join("asked")).unwrap().trim().parse().unwrap()
    }

    /// Returns its first host key.
    pub(crate) fn line(&self) -> String {
        self.keys[0].line().unwrap()
    }
}

fn executable(path: &Path) {
    fs::write(path, STAND_IN).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The clock of a simulator, for work that takes real time.
struct Passing {
    simulator: Simulator,
    limits: VirtualClock,
}

impl Clock for Passing {
    fn now_ms(&self) -> u64 {
        self.simulator.now_ms()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if duration >= LIMIT {
            return self.limits.sleep(duration);
        }
        self.simulator.advance(u64::try_from(duration.as_millis()).unwrap());
        self.limits.advance(duration);
        Box::pin(tokio::task::yield_now())
    }
}

/// What is done when a line is told that holds a text.
type Trap = (&'static str, Box<dyn FnOnce() + Send>);

/// What was told, and what is done when a text is.
#[derive(Clone, Default)]
pub(crate) struct Patient {
    lines: Arc<Mutex<Vec<String>>>,
    trap: Arc<Mutex<Option<Trap>>>,
}

impl Patient {
    /// Does something when a line is told that holds a text, once.
    pub(crate) fn on(&self, text: &'static str, then: impl FnOnce() + Send + 'static) {
        *self.trap.lock().unwrap() = Some((text, Box::new(then)));
    }

    /// Returns what was told of logging in and waiting since the last time.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = std::mem::take(&mut *self.lines.lock().unwrap());
        let is_ours = |line: &String| line.ends_with(" s)") || line.starts_with("Host key");
        lines.into_iter().filter(is_ours).collect()
    }
}

impl Progress for Patient {
    fn line(&self, text: &str) {
        self.lines.lock().unwrap().push(text.to_owned());
        let trap = {
            let mut trap = self.trap.lock().unwrap();
            trap.take_if(|(part, _)| text.contains(*part))
        };
        if let Some((_, then)) = trap {
            then();
        }
    }
}

/// Lets a bench wait patiently, and returns what is told meanwhile.
pub(crate) fn patient(bench: &Bench) -> Patient {
    let patient = Patient::default();
    let simulator = bench.simulator.clone();
    let clock = Passing { limits: VirtualClock::manual(simulator.now_ms()), simulator };
    let usual = bench.control();
    let control = Control { clock: Arc::new(clock), progress: Arc::new(patient.clone()), ..usual };
    *bench.other.lock().unwrap() = Some(control);
    patient
}

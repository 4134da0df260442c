//! The machine behind the servers of a simulator: it is logged in to with a key, and a stand-in for
//! cloud-init says there what a test wants.

use infra_sdk::ssh::server::{Key, Options, serve};
use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, sync::mpsc, thread::JoinHandle};
use tempfile::TempDir;
use tokio::sync::oneshot;

pub(super) const DONE: &str = r#"{"status": "done", "extended_status": "done"}"#;
pub(super) const RUNNING: &str = r#"{"status": "running"}"#;
pub(super) const FAILED: &str = r#"{"status": "error", "errors": ["runcmd failed"]}"#;

/// Tells its report, and ends the process that is hunted, if there is one.
const STAND_IN: &str = r#"#!/bin/sh
echo >> "$D/asked"
if [ -e "$D/prey" ]; then kill -s KILL "$(cat "$D/prey")"; rm "$D/prey"; fi
cat "$D/report"
"#;

/// A machine that answers until it is dropped.
pub(super) struct Machine {
    pub(super) port: u16,
    /// The line of its host key.
    pub(super) line: String,
    /// The private key of its user.
    pub(super) user_key: String,
    /// The line of its public half.
    pub(super) user_line: String,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Machine {
    pub(super) fn start(report: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (host, user) = (Key::draw().unwrap(), Key::draw().unwrap());
        fs::create_dir(path("bin")).unwrap();
        fs::write(path("bin/cloud-init"), STAND_IN).unwrap();
        fs::set_permissions(path("bin/cloud-init"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(path("log"), "Err: no network\nE: Unable to locate package docker.io\n").unwrap();
        fs::write(path("report"), report).unwrap();
        fs::write(path("asked"), "").unwrap();
        let (line, user_line) = (host.line().unwrap(), user.line().unwrap());
        let options = Options {
            authorized: vec![user_line.clone()],
            environment: vec![
                ("PATH".to_owned(), format!("{}:/usr/bin:/bin", path("bin"))),
                ("D".to_owned(), path("")),
            ],
            replaced: vec![("/var/log/cloud-init-output.log".to_owned(), path("log"))],
            ..Options::showing([host])
        };
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                tell.send(serve(options).await.unwrap()).unwrap();
                drop(stopped.await);
            });
        });
        let port = told.recv().unwrap();
        let user_key = user.file().unwrap();
        let (stop, thread) = (Some(stop), Some(thread));
        Self { port, line, user_key, user_line, folder, stop, thread }
    }

    /// Says what its cloud-init says from now on.
    pub(super) fn says(&self, report: &str) {
        fs::write(self.path("report"), report).unwrap();
    }

    /// Returns how often its cloud-init was asked.
    pub(super) fn asked(&self) -> usize {
        fs::read_to_string(self.path("asked")).unwrap().lines().count()
    }

    /// Kills a process when it asks next.
    pub(super) fn hunt(&self, process: u32) {
        let beside = self.path("prey.new");
        fs::write(&beside, process.to_string()).unwrap();
        fs::rename(beside, self.path("prey")).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

//! One ssh connection per host, over which the engine's socket is forwarded.
//!
//! The client is the system's `ssh`, so that the user's configuration, agent and known hosts hold.
//! It must not outlive this program, however that ends: the remote command reads a pipe whose other
//! end is ours alone. When we are gone, by SIGKILL too, the pipe closes, the command ends, and ssh
//! with it.
//!
//! ```text
//! infra ──pipe──> ssh ──> remote: cat          (ends when the pipe closes)
//!   └── private folder/engine.sock ──ssh -L──> /var/run/docker.sock
//! ```

use crate::failure::{Failure, Outcome, refusal};
use infra_model::diagnostic::Diagnostic;
use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Stdio,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, ChildStdin, Command},
};

/// What the remote command says once the forwarding stands.
const READY: &str = "infra-ready";
/// Where engines listen unless the address says otherwise.
const REMOTE_SOCKET: &str = "/var/run/docker.sock";
/// No more of what ssh says is shown.
const COMPLAINT_MAX: u64 = 4096;

/// A running ssh with a forwarded socket; ends when dropped.
pub(crate) struct Tunnel {
    socket: PathBuf,
    _child: Child,
    /// Closing it ends the remote command.
    _stdin: ChildStdin,
    /// Only this user may enter it.
    _folder: TempDir,
}

/// The parts of `ssh://user@host:port/socket`.
#[derive(Debug, PartialEq, Eq)]
struct Target<'a> {
    destination: &'a str,
    port: Option<&'a str>,
    socket: &'a str,
}

impl Tunnel {
    /// Logs in and forwards the socket; `address` is what follows `ssh://`.
    pub(crate) async fn open(address: &str, options: &[String]) -> Outcome<Self> {
        let Some(target) = Target::parse(address) else {
            let summary = format!("`ssh://{address}` is not an address");
            let help = "write ssh://user@host, ssh://user@host:port or ssh://user@host/socket/path";
            return Err(Failure::refused(
                refusal("infra::docker::host_invalid", summary).help(help),
            ));
        };
        Self::start(&target, options).await.map_err(|why| {
            let summary = format!("ssh cannot log in at `{}`", target.destination);
            let help = "try `ssh` with the same address by hand; give options in `ssh_opts`";
            let found = Diagnostic::error("infra::docker::ssh_failed", summary);
            Failure::unreached(found.detail(why).help(help))
        })
    }

    /// Returns the local socket.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    async fn start(target: &Target<'_>, options: &[String]) -> Result<Self, String> {
        let folder = tempfile::Builder::new()
            .prefix("infra-ssh-")
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir()
            .map_err(|error| error.to_string())?;
        let socket = folder.path().join("engine.sock");
        let mut child = command(target, options, &socket)
            .spawn()
            .map_err(|error| format!("the program `ssh` cannot be started: {error}"))?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err("ssh has no pipes".to_owned());
        };
        let mut lines = BufReader::new(stdout).lines();
        loop {
            match lines.next_line().await {
                Ok(Some(line)) if line.trim() == READY => break,
                // A login shell may greet first.
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => {
                    let mut text = Vec::new();
                    let mut complaint = stderr.take(COMPLAINT_MAX);
                    let read = complaint.read_to_end(&mut text).await;
                    let text = read.map(|_| String::from_utf8_lossy(&text).trim().to_owned());
                    return Err(text.unwrap_or_default());
                }
            }
        }
        drain(stderr);
        Ok(Self { socket, _child: child, _stdin: stdin, _folder: folder })
    }
}

/// Reads on, so that ssh never waits for us to listen.
fn drain(mut stderr: tokio::process::ChildStderr) {
    tokio::spawn(async move {
        let mut buffer = [0; 1024];
        while matches!(stderr.read(&mut buffer).await, Ok(read) if read > 0) {}
    });
}

fn command(target: &Target<'_>, options: &[String], socket: &Path) -> Command {
    let mut command = Command::new("ssh");
    command
        .args(options)
        .args(["-T", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes"])
        .args(["-o", "ControlPath=none", "-o", "ServerAliveInterval=15"])
        .args(["-o", "StreamLocalBindMask=0177", "-o", "ClearAllForwardings=no"])
        .arg("-L")
        .arg(format!("{}:{}", socket.display(), target.socket));
    if let Some(port) = target.port {
        command.args(["-p", port]);
    }
    command
        .arg("--")
        .arg(target.destination)
        .arg(format!("echo {READY}; exec cat >/dev/null"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    command
}

impl<'a> Target<'a> {
    fn parse(address: &'a str) -> Option<Self> {
        let (host, socket) = match address.find('/') {
            Some(at) if address.len() > at + 1 => (&address[..at], &address[at..]),
            Some(at) => (&address[..at], REMOTE_SOCKET),
            None => (address, REMOTE_SOCKET),
        };
        let (destination, port) = match host.rsplit_once(':') {
            Some((before, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
                (before, Some(port))
            }
            _ => (host, None),
        };
        // A destination that begins with a dash would be read as an option.
        let valid = !destination.is_empty() && !destination.starts_with('-') && port != Some("");
        valid.then_some(Self { destination, port, socket })
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    fn parts(address: &str) -> Option<(&str, Option<&str>, &str)> {
        Target::parse(address).map(|t| (t.destination, t.port, t.socket))
    }

    #[test]
    fn reads_addresses() {
        assert_eq!(parts("host"), Some(("host", None, "/var/run/docker.sock")));
        assert_eq!(parts("a@host:22/"), Some(("a@host", Some("22"), "/var/run/docker.sock")));
        assert_eq!(parts("a@host/run/d.sock"), Some(("a@host", None, "/run/d.sock")));
        assert_eq!(parts("-oProxyCommand=x"), None);
        assert_eq!(parts(""), None);
    }
}

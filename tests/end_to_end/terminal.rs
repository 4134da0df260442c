//! A pseudo-terminal with the program at it: keys go in, and what the screen gets is waited for.

use super::child::PATIENCE;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::ffi::OsStringExt,
    path::PathBuf,
    process::{Child, Command},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
};

/// A program at a terminal.
pub(super) struct Terminal {
    keys: File,
    screen: Receiver<Vec<u8>>,
    /// What came and was not waited for yet.
    rest: String,
    child: Child,
}

impl Terminal {
    /// Starts a program at a terminal of its own.
    pub(super) fn start(mut command: Command) -> Self {
        let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&near).unwrap();
        unlockpt(&near).unwrap();
        let name = ptsname(&near, Vec::new()).unwrap().into_bytes();
        let path = PathBuf::from(std::ffi::OsString::from_vec(name));
        let far = OpenOptions::new().read(true).write(true).open(path).unwrap();
        command.stdin(far.try_clone().unwrap()).stdout(far.try_clone().unwrap()).stderr(far);
        if command.get_envs().all(|(name, _)| name != "TERM") {
            command.env("TERM", "xterm");
        }
        let child = command.spawn().unwrap();
        // The terminal ends when the program does, and not with this handle of it.
        drop(command);
        let keys = File::from(near);
        let mut output = keys.try_clone().unwrap();
        let (send, screen) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut bytes) {
                if send.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { keys, screen, rest: String::new(), child }
    }

    /// Presses keys.
    pub(super) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until a text is on the screen, and returns what came before it.
    pub(super) fn wait_for(&mut self, text: &str) -> String {
        loop {
            if let Some((before, after)) = self.rest.split_once(text) {
                let before = before.to_owned();
                self.rest = after.to_owned();
                return before;
            }
            match self.screen.recv_timeout(PATIENCE) {
                Ok(bytes) => {
                    self.rest.push_str(&String::from_utf8_lossy(&bytes));
                    self.rest = plain(&self.rest);
                }
                Err(error) => panic!("no {text:?}: {error}; the screen has {:?}", self.rest),
            }
        }
    }

    /// Waits for more on the screen, and returns it as it came.
    pub(super) fn receive(&mut self) -> Vec<u8> {
        self.screen.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("nothing more: {error}"))
    }

    /// Sends what Ctrl-C sends.
    pub(super) fn interrupt(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
    }

    /// Waits for the end, and returns what came until then, with the exit code.
    pub(super) fn rest(mut self) -> (Vec<u8>, Option<i32>) {
        let mut rest = Vec::new();
        loop {
            match self.screen.recv_timeout(PATIENCE) {
                Ok(bytes) => rest.extend(bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end"),
            }
        }
        (rest, self.child.wait().unwrap().code())
    }

    /// Waits for the end, and returns the exit code.
    pub(super) fn end(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Terminal {
    /// A test that failed leaves no program behind.
    fn drop(&mut self) {
        // One that has ended cannot be stopped.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Returns what a screen got without what moves and colours; a sequence that is not whole yet stays.
fn plain(screen: &str) -> String {
    let mut out = String::new();
    let mut rest = screen;
    while let Some((before, sequence)) = rest.split_once("\u{1b}[") {
        let Some(end) = sequence.find(|c: char| c.is_ascii_alphabetic()) else { break };
        out.push_str(before);
        rest = &sequence[end + 1..];
    }
    (out + rest).replace('\r', "")
}

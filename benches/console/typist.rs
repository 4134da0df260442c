//! Terraform's console at a pseudo-terminal: each expression is typed when it asks for one.

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::ffi::OsStringExt as _,
    path::Path,
    process::{Child, Command},
};

/// What the screen ends with when a new expression is asked for, as its line editor draws it.
const ASKS: &[u8] = b"\x1b[J>  \x08";

/// What it ends with when an expression is to go on.
const ASKS_ON: &[u8] = b"\x1b[J:  \x08";

/// A console, and the terminal that it is at.
struct Console {
    near: File,
    child: Child,
}

/// Types expressions, and returns when the console has answered them and ended. One that it holds
/// to be unfinished ends it, and the next are typed at another.
pub(super) fn type_all<'a>(
    directory: &Path,
    expressions: impl Iterator<Item = &'a str>,
) -> io::Result<()> {
    let mut console = Console::start(directory)?;
    for expression in expressions {
        let mut is_asked_on = false;
        for line in expression.split('\n') {
            // A tab would ask for completions.
            console.near.write_all((line.replace('\t', " ") + "\r").as_bytes())?;
            is_asked_on = console.wait()?;
        }
        if is_asked_on {
            console.end()?;
            console = Console::start(directory)?;
        }
    }
    console.end()
}

impl Console {
    fn start(directory: &Path) -> io::Result<Self> {
        let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&near)?;
        unlockpt(&near)?;
        let path = OsString::from_vec(ptsname(&near, Vec::new())?.into_bytes());
        let far = OpenOptions::new().read(true).write(true).open(path)?;
        let child = Command::new("terraform")
            .arg("console")
            .current_dir(directory)
            .env("TF_CLI_CONFIG_FILE", "/dev/null")
            .env("CHECKPOINT_DISABLE", "1")
            .env("TERM", "xterm")
            .stdin(far.try_clone()?)
            .stdout(far.try_clone()?)
            .stderr(far)
            .spawn()?;
        let mut console = Self { near: File::from(near), child };
        console.wait()?;
        Ok(console)
    }

    /// Waits until something is asked for, and returns whether the expression is to go on.
    fn wait(&mut self) -> io::Result<bool> {
        let (mut screen, mut bytes) = (Vec::new(), vec![0; 1 << 16]);
        loop {
            let count = self.near.read(&mut bytes)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            screen.extend_from_slice(&bytes[..count]);
            if screen.ends_with(ASKS) {
                return Ok(false);
            }
            if screen.ends_with(ASKS_ON) {
                return Ok(true);
            }
        }
    }

    /// Hangs up, and waits for the end.
    fn end(self) -> io::Result<()> {
        let Self { near, mut child } = self;
        drop(near);
        child.wait().map(drop)
    }
}

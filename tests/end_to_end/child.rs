//! A process of the program that runs: its lines as they come, and its end.
//!
//! Nothing here waits for time to pass: tests wait for lines, for files, or for the end, and give
//! up after [`PATIENCE`].

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

/// How long a test waits for anything before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_mins(4);

/// How often a file is looked for.
const POLL: Duration = Duration::from_millis(5);

/// What a process leaves.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// What was run, for messages.
    pub(crate) command: String,
}

/// A running process.
pub(crate) struct Running {
    child: Child,
    events: Receiver<Event>,
    open: usize,
    output: Output,
}

enum Event {
    Out(String),
    Err(String),
    End,
}

impl Running {
    pub(crate) fn start(command: Command, shown: String) -> Self {
        Self::reading(command, shown, Stdio::null())
    }

    /// Starts a program that is fed line by line; it sees the end when what is returned is dropped.
    pub(crate) fn fed(command: Command, shown: String) -> (Self, ChildStdin) {
        let mut running = Self::reading(command, shown, Stdio::piped());
        let input = running.child.stdin.take().unwrap();
        (running, input)
    }

    fn reading(mut command: Command, shown: String, input: Stdio) -> Self {
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{shown}: {error}"));
        let (sender, events) = channel();
        read_lines(child.stdout.take().unwrap(), sender.clone(), Event::Out);
        read_lines(child.stderr.take().unwrap(), sender, Event::Err);
        let output =
            Output { code: None, stdout: String::new(), stderr: String::new(), command: shown };
        Self { child, events, open: 2, output }
    }

    /// Returns the next line of the standard output; `None` at its end.
    pub(crate) fn line(&mut self) -> Option<String> {
        while self.open > 0 {
            match self.events.recv_timeout(PATIENCE) {
                Ok(Event::Out(line)) => {
                    self.output.stdout.push_str(&line);
                    return Some(line);
                }
                Ok(Event::Err(line)) => self.output.stderr.push_str(&line),
                Ok(Event::End) => self.open -= 1,
                Err(RecvTimeoutError::Timeout) => self.give_up(),
                Err(RecvTimeoutError::Disconnected) => self.open = 0,
            }
        }
        None
    }

    /// Reads until a line of the standard output holds a text.
    pub(crate) fn wait_for(&mut self, text: &str) {
        while let Some(line) = self.line() {
            if line.contains(text) {
                return;
            }
        }
        panic!("`{}` ended without saying `{text}`:\n{}", self.output.command, self.output.all());
    }

    /// Sends a signal by its name, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success(), "kill -s {name} {id}");
    }

    /// Returns the process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it where it stands; it may have ended already.
    pub(crate) fn kill(mut self) -> Output {
        // An error means that it has ended.
        self.child.kill().ok();
        self.finish()
    }

    /// Reads to the end and returns what was said.
    pub(crate) fn finish(mut self) -> Output {
        while self.line().is_some() {}
        let status = self.child.wait().unwrap();
        Output { code: status.code(), ..self.output.clone() }
    }

    fn give_up(&mut self) -> ! {
        self.child.kill().ok();
        let Output { command, .. } = &self.output;
        panic!(
            "`{command}` says nothing for {PATIENCE:?} and does not end:\n{}",
            self.output.all()
        );
    }
}

impl Drop for Running {
    /// A test that failed leaves no process behind.
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Output {
    /// Checks the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code of `{}`:\n{}", self.command, self.all());
        self
    }

    /// Checks that a text was printed.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.has(text), "`{}` does not say `{text}`:\n{}", self.command, self.all());
        self
    }

    /// Checks that a text was not printed.
    #[track_caller]
    pub(crate) fn lacks(self, text: &str) -> Self {
        assert!(!self.has(text), "`{}` says `{text}`:\n{}", self.command, self.all());
        self
    }

    /// Returns whether a text was printed, line breaks of the error boxes left aside.
    pub(crate) fn has(&self, text: &str) -> bool {
        let all = self.all();
        all.contains(text) || flowing(&all).contains(&flowing(text))
    }

    /// Returns both streams.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Returns the addresses of lines such as `a.b: Creation complete after 0s`.
    pub(crate) fn addresses(&self, what: &str) -> Vec<String> {
        let address = |line: &str| {
            Some(line.split_once(": ").filter(|l| l.1.starts_with(what))?.0.to_owned())
        };
        self.stdout.lines().filter_map(address).collect()
    }

    /// Returns the standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("`{}` prints no JSON: {error}\n{}", self.command, self.all())
        })
    }
}

/// Returns a text with white space, and the bars that errors are drawn with, as single blanks.
fn flowing(text: &str) -> String {
    let is_gap = |c: char| c.is_whitespace() || c == '│';
    text.split(is_gap).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn read_lines(
    stream: impl Read + Send + 'static,
    sender: Sender<Event>,
    event: fn(String) -> Event,
) {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        // Whoever does not listen any more has what it wanted.
        while stream.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).into_owned();
            if sender.send(event(text)).is_err() {
                return;
            }
            line.clear();
        }
        sender.send(Event::End).ok();
    });
}

/// Waits until a file is there.
#[track_caller]
pub(crate) fn wait_for_file(path: &Path) {
    wait_until(&format!("{} is there", path.display()), || path.exists());
}

/// Waits until something is so, which is looked at again and again.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "what happens in another process can only be polled")]
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let rounds = PATIENCE.as_millis() / POLL.as_millis();
    for _ in 0..rounds {
        if is_so() {
            return;
        }
        thread::sleep(POLL);
    }
    panic!("waited in vain until {what}");
}

//! What a child prints, line by line as it comes, and the end of it for a message.

use infra_sdk::connection::Control;
use infra_sdk::lines::Lines;
use std::collections::VecDeque;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, ChildStderr, ChildStdout},
};

/// How many lines a message holds.
const TAIL_LINES_MAX: usize = 20;

/// The two streams of a child.
pub(super) struct Output {
    out: Stream<ChildStdout>,
    err: Stream<ChildStderr>,
    is_secret: bool,
    tail: VecDeque<String>,
}

/// One stream and its unfinished line.
struct Stream<R> {
    reader: Option<R>,
    lines: Lines,
    chunk: Vec<u8>,
}

impl Output {
    /// Takes the streams of a child; secret output is read and not shown.
    pub(super) fn new(child: &mut Child, is_secret: bool) -> Self {
        let (out, err) = (child.stdout.take(), child.stderr.take());
        Self { out: Stream::new(out), err: Stream::new(err), is_secret, tail: VecDeque::new() }
    }

    /// Shows lines until both streams end; may be dropped and called again.
    pub(super) async fn stream(&mut self, control: &Control) {
        while self.out.reader.is_some() || self.err.reader.is_some() {
            let lines = tokio::select! {
                lines = self.out.next(), if self.out.reader.is_some() => lines,
                lines = self.err.next(), if self.err.reader.is_some() => lines,
            };
            for line in lines {
                self.show(&line, control);
            }
        }
    }

    /// Returns the last lines; says so if they are secret.
    pub(super) fn tail(&self) -> String {
        if self.is_secret {
            return "(sensitive)".to_owned();
        }
        self.tail.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    fn show(&mut self, line: &str, control: &Control) {
        if self.is_secret {
            return;
        }
        control.progress.line(line);
        if self.tail.len() == TAIL_LINES_MAX {
            self.tail.pop_front();
        }
        self.tail.push_back(line.to_owned());
    }
}

impl<R: AsyncRead + Unpin> Stream<R> {
    fn new(reader: Option<R>) -> Self {
        Self { reader, lines: Lines::default(), chunk: vec![0; 4096] }
    }

    /// Reads on and returns the lines that are whole; at the end also the one that is not.
    async fn next(&mut self) -> Vec<String> {
        let Some(reader) = &mut self.reader else { return Vec::new() };
        let Ok(length @ 1..) = reader.read(&mut self.chunk).await else {
            self.reader = None;
            return self.lines.rest().into_iter().collect();
        };
        self.lines.take(&self.chunk[..length])
    }
}

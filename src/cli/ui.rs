//! The terminal: what is printed where, in colour or not, and what is asked.

mod plain;
mod progress;
pub mod prompt;
mod style;

pub use plain::plain;
pub use progress::{LiveProgress, Voice, Words, duration_text, lease_words, words};
pub use prompt::{Confirmation, confirm, confirm_unless};
pub use style::{Paint, Style};

use crate::{
    clock::SystemClock,
    environment::Environment,
    render::{
        diagnostics::{Appearance, render, render_compact},
        json::lines,
    },
};
use infra_model::{
    diagnostic::{self, Diagnostic, Severity},
    journal::Time,
    source::SourceMap,
};
use infra_sdk::connection::Clock;
use std::io::{IsTerminal, Write};

/// How wide text is set where the terminal does not say.
const WIDTH_DEFAULT: usize = 100;

/// The terminal of a command.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Colours are wanted and can be shown.
    pub color: bool,
    /// The same of the standard error.
    pub color_errors: bool,
    /// A person watches: lines may be rewritten.
    pub live: bool,
    /// Questions may be asked.
    pub may_ask: bool,
    /// Warnings are shown as one line each.
    pub compact_warnings: bool,
    /// A program reads the standard output: nothing but what it asked for goes there.
    pub machine: bool,
    /// The standard output is one JSON object a line, diagnostics among them.
    pub events: bool,
    /// Columns.
    pub width: usize,
}

impl Screen {
    /// Returns the terminal as the environment and the flags describe it.
    pub fn new(environment: &Environment, no_color: bool) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let width = environment.get("COLUMNS").and_then(|c| c.parse().ok());
        let colors = !no_color && !environment.no_color();
        Self {
            color: terminal && colors,
            color_errors: std::io::stderr().is_terminal() && colors,
            live: terminal && environment.get("TERM") != Some("dumb"),
            may_ask: std::io::stdin().is_terminal() && environment.may_ask(),
            compact_warnings: false,
            machine: false,
            events: false,
            width: width.unwrap_or_else(|| terminal_width().unwrap_or(WIDTH_DEFAULT)),
        }
    }

    /// Prints to the standard output; a closed pipe ends nothing by itself.
    pub fn print(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // Whoever closed the pipe does not want to know more; the run itself must go on.
        let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Prints to the standard error.
    pub fn print_error(&self, text: &str) {
        let mut out = std::io::stderr().lock();
        let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Prints diagnostics: warnings to the standard output unless a program reads it, errors to the
    /// standard error; all of them to the standard output where it is made of lines of JSON.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic], sources: &SourceMap) {
        if self.events {
            let now = Time(SystemClock.now_ms());
            return self.print(&lines::diagnostics(diagnostics, sources, now));
        }
        let mut sorted = diagnostics.to_vec();
        diagnostic::sort(&mut sorted);
        let (warnings, errors): (Vec<_>, Vec<_>) =
            sorted.into_iter().partition(|d| d.severity == Severity::Warning);
        let appearance = Appearance { color: self.color, unicode: true, width: self.width };
        if !warnings.is_empty() {
            let text = if self.compact_warnings {
                render_compact(&warnings, sources)
            } else {
                render(&warnings, sources, appearance)
            };
            if self.machine { self.print_error(&text) } else { self.print(&text) }
        }
        if !errors.is_empty() {
            let appearance = Appearance { color: self.color_errors, ..appearance };
            self.print_error(&render(&errors, sources, appearance));
        }
    }

    /// Prints diagnostics below other text, with an empty line between.
    pub fn diagnostics_below(&self, diagnostics: &[Diagnostic], sources: &SourceMap) {
        if !self.events && !diagnostics.is_empty() {
            let is_warning = |found: &Diagnostic| found.severity == Severity::Warning;
            if diagnostics.iter().any(is_warning) && !self.machine {
                self.print("\n");
            } else {
                self.print_error("\n");
            }
        }
        self.diagnostics(diagnostics, sources);
    }

    /// Returns the brush for this terminal.
    pub fn paint(&self) -> Paint {
        Paint::new(self.color)
    }
}

/// Asks the terminal for its width.
fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

//! How a provisioner speaks: line by line, or not at all where secrets are about.

use infra_model::{
    diagnostic::Diagnostic,
    value::{Marks, Value},
};
use infra_sdk::connection::Control;

/// What is shown in place of what may hold a secret; Terraform's words.
const SUPPRESSED: &str = "(output suppressed due to sensitive value in config)";

/// The voice of one provisioner.
pub(crate) struct Voice<'a> {
    /// Where lines go, and the clock.
    pub(crate) control: &'a Control,
    /// The type of the provisioner.
    pub(crate) kind: &'static str,
    /// Its arguments hold secrets, so that nothing of what it says may be shown.
    pub(crate) is_secret: bool,
    /// It says nothing of its doings, as Terraform's `file`.
    pub(crate) is_quiet: bool,
}

impl<'a> Voice<'a> {
    /// Returns the voice of a provisioner over its arguments.
    pub(crate) fn over(config: &Value, control: &'a Control, kind: &'static str) -> Self {
        // A mark of either sort means that nothing of it may be shown.
        let is_secret = config.deep_marks() != Marks::NONE;
        Self { control, kind, is_secret, is_quiet: false }
    }

    /// Says something of one or more lines.
    pub(crate) fn say(&self, text: &str) {
        if self.is_quiet {
            return;
        }
        if self.is_secret {
            return self.control.progress.line(SUPPRESSED);
        }
        for line in text.lines() {
            self.control.progress.line(line);
        }
    }

    /// Says what is no part of Terraform's output, and holds nothing of the arguments.
    pub(crate) fn note(&self, line: &str) {
        self.control.progress.line(line);
    }

    /// Returns a failure in Terraform's words.
    pub(crate) fn failure(&self, code: &'static str, detail: impl AsRef<str>) -> Diagnostic {
        let summary = format!("{} provisioner error", self.kind);
        Diagnostic::error(code, summary).detail(detail.as_ref())
    }

    /// Returns what is wrong with the block itself, in Terraform's words.
    pub(crate) fn block_wrong(&self, detail: impl AsRef<str>) -> Diagnostic {
        self.failure("infra::builtin::provisioner_wrong", detail)
            .help("correct the block; nothing was done on the server")
    }
}

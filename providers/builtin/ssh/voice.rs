//! How a provisioner speaks: line by line, or not at all where secrets are about.

use infra_model::diagnostic::Diagnostic;
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

impl Voice<'_> {
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
}

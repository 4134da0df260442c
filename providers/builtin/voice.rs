//! How a provisioner speaks: line by line, or not at all where secrets are about; and how it connects,
//! in Terraform's words.

use infra_model::{
    diagnostic::Diagnostic,
    program::When,
    value::{Marks, Value},
};
use infra_sdk::{
    connection::Control,
    ssh::{self, Pins, Scope, Session, Settings, Trust, Unconnected, Witness},
};
use std::{sync::Arc, time::Duration};

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

    /// Connects and logs in, saying so in Terraform's words.
    ///
    /// # Errors
    ///
    /// `infra::builtin::connection_failed` at the end of the time, `infra::builtin::host_key_changed`
    /// at once.
    pub(crate) async fn connect(
        &self,
        settings: &Settings,
        pins: &Arc<Pins>,
        when: When,
    ) -> Result<Session, Diagnostic> {
        // A machine may be destroyed and another made at its address in the same run.
        let scope = if when == When::Destroy { Scope::Leaving } else { Scope::Standing };
        let trust = Trust { pins: pins.clone(), target: scope.clone(), bastion: scope };
        let session = ssh::connect(settings, &trust, self, self.control).await;
        session.map_err(|end| match end {
            Unconnected::Failed(detail) => self
                .failure("infra::builtin::connection_failed", detail)
                .help("see that the server runs sshd and that the `connection` block is right"),
            Unconnected::Changed { place, before, now } => {
                let detail = format!(
                    "{place} showed {before} before in this run, and shows {now} now. Nothing was \
                     done there."
                );
                self.failure("infra::builtin::host_key_changed", detail).help(
                    "find out which machine answers there; if the change is meant, say which key \
                     is expected with `host_key`",
                )
            }
        })
    }

    /// Does the work of a provisioner, but no longer than it may take.
    ///
    /// # Errors
    ///
    /// Those of the work, and `infra::builtin::command_late`.
    pub(crate) async fn in_time(
        &self,
        work: impl Future<Output = Result<(), Diagnostic>>,
    ) -> Result<(), Diagnostic> {
        let clock = &self.control.clock;
        let Some(deadline_ms) = self.control.deadline_ms else { return work.await };
        let left = Duration::from_millis(deadline_ms.saturating_sub(clock.now_ms()));
        tokio::select! {
            biased;
            done = work => done,
            () = clock.sleep(left) => {
                let told = "It took too long, and its connection was cut, which ends it there.";
                Err(self.failure("infra::builtin::command_late", told))
            }
        }
    }
}

impl Witness for Voice<'_> {
    fn trying(&self, listing: &str) {
        self.say(listing);
    }

    // Terraform tells the last one alone, at the end.
    fn failed(&self, _: &str) {}

    fn pinned(&self, place: &str, fingerprint: &str) {
        // No part of Terraform's output, and it holds nothing of the arguments.
        self.control.progress.line(&format!(
            "Host key of {place} accepted on the first connection, and kept for this run: \
             {fingerprint}"
        ));
    }

    fn connected(&self) {
        self.say("Connected!");
    }
}

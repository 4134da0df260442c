//! What is told of a server that is there and not as it should be.

use super::{super::Model, report::Report, watch::End};
use infra_model::{
    address::Address,
    diagnostic::{Diagnostic, Diagnostics, Retry},
};

/// Shown in place of what may hold a secret.
const HIDDEN: &str = "What cloud-init says is not shown, since `user_data` holds sensitive values.";

/// What a message is about.
pub(super) struct About<'a> {
    pub(super) model: &'a Model,
    pub(super) address: &'a Address,
    /// Who logs in where, as it may be shown.
    pub(super) login: &'a str,
    /// The server was made just now.
    pub(super) is_new: bool,
    /// Nothing of what the server says may be shown.
    pub(super) is_secret: bool,
}

impl About<'_> {
    fn name(&self) -> &str {
        self.model.name.as_deref().unwrap_or("the server")
    }

    fn error(&self, code: &'static str, summary: String, detail: &str) -> Diagnostic {
        let id = self.model.number();
        // Whether it has provisioners is not known here; they come after this.
        let next = if self.is_new {
            "The next apply waits again; a server with provisioners of its own is made anew."
        } else {
            "The next apply waits again."
        };
        let rest = format!("The server (id {id}) is there and recorded. {next}");
        let detail = if detail.is_empty() { rest } else { format!("{detail}\n\n{rest}") };
        Diagnostic::error(code, summary).detail(detail)
    }

    /// What the server says, or that it is not shown.
    fn said(&self, report: &Report, log: &[String]) -> String {
        if self.is_secret {
            return HIDDEN.to_owned();
        }
        let mut parts = Vec::new();
        if !report.errors.is_empty() {
            parts.push(format!("Its errors:\n{}", indented(&report.errors)));
        }
        if !report.recoverable.is_empty() {
            parts.push(format!("What was not right:\n{}", indented(&report.recoverable)));
        }
        parts.extend(tail(log));
        parts.join("\n\n")
    }

    /// Cloud-init has failed.
    pub(super) fn failed(&self, report: &Report, log: &[String]) -> Diagnostic {
        let summary = format!("cloud-init failed on `{}`", self.name());
        let word = &report.word;
        let said = self.said(report, log);
        let detail = format!("Its status at {} is `{word}`.\n\n{said}", self.login);
        let help = format!(
            "correct `user_data` and make the server anew with `infra apply -replace='{}'`, or mend \
             it there (`cloud-init clean --reboot` runs everything once more) and apply again",
            self.address
        );
        self.error("infra::hetzner::cloud_init_failed", summary, detail.trim_end()).help(help)
    }

    /// It was not over in time.
    pub(super) fn late(&self, word: &str, log: &[String], is_stopped: bool) -> Diagnostic {
        let how = if is_stopped { "was not waited for" } else { "took too long" };
        let summary = format!("cloud-init on `{}` {how}", self.name());
        let mut detail = format!("Its status at {} is `{word}`.", self.login);
        if self.is_secret {
            detail = format!("{detail}\n\n{HIDDEN}");
        } else if let Some(tail) = tail(log) {
            detail = format!("{detail}\n\n{tail}");
        }
        let help = if is_stopped {
            "apply again"
        } else {
            "apply again; if it needs longer, raise `timeout` in the `cloud_init` block"
        };
        let found = self.error("infra::hetzner::cloud_init_late", summary, &detail);
        found.help(help).retry(Retry::Safe)
    }

    /// Nobody could log in.
    pub(super) fn locked(&self, problem: &str) -> Diagnostic {
        let summary = format!("Nobody could log in to `{}`", self.name());
        let detail = format!("{}: {problem}.", self.login);
        let help = "see that the key is one of `ssh_keys`, that the firewall lets port and sender \
                    through, and that the `cloud_init` block is right; then apply again";
        let found = self.error("infra::hetzner::login_failed", summary, &detail);
        found.help(help).retry(Retry::Safe)
    }

    /// The system has no cloud-init.
    pub(super) fn missing(&self) -> Diagnostic {
        let summary = format!("There is no cloud-init on `{}`", self.name());
        let detail = format!("{} was logged in to, and has no command `cloud-init`.", self.login);
        let help = "use an image with cloud-init, as Hetzner's own have it, or remove the \
                    `cloud_init` block; nothing has carried out `user_data`";
        self.error("infra::hetzner::cloud_init_missing", summary, &detail).help(help)
    }

    /// Another machine answers.
    pub(super) fn changed(&self, (place, before, now): (&str, &str, &str)) -> Diagnostic {
        let summary = format!("`{}` shows another host key", self.name());
        let detail = format!(
            "{place} showed {before} before, and shows {now} now. Nothing was done or changed there."
        );
        let help = "find out which machine answers there; if the change is meant, give the new key \
                    as `host_key` in the `cloud_init` block";
        self.error("infra::hetzner::host_key_changed", summary, &detail).help(help)
    }

    /// Returns what is told of a server that was waited for to its end.
    pub(super) fn degraded(&self, report: &Report) -> Diagnostics {
        let summary =
            format!("cloud-init on `{}` ended with something that was not right", self.name());
        let found = Diagnostic::warning("infra::hetzner::cloud_init_degraded", summary)
            .detail(self.said(report, &[]))
            .help("see `cloud-init status --long` there; it is not waited for again");
        vec![found]
    }

    /// Returns what is told of a system whose cloud-init is switched off.
    pub(super) fn disabled(&self) -> Diagnostics {
        let summary = format!("cloud-init is switched off on `{}`", self.name());
        let found = Diagnostic::warning("infra::hetzner::cloud_init_disabled", summary)
            .detail("Nothing has carried out `user_data`. It is not waited for again.")
            .help("use an image in which cloud-init is on, or remove the `cloud_init` block");
        vec![found]
    }

    /// Returns what is told of a server that was there before the block.
    pub(super) fn skipped(&self) -> Diagnostics {
        let summary = format!("`{}` is not waited for: its host key is not known", self.name());
        let found = Diagnostic::warning("infra::hetzner::cloud_init_skipped", summary)
            .detail(
                "It was there before the `cloud_init` block, and only a server that was just made \
                 may show a key that nobody knows. Nothing was done there.",
            )
            .help(
                "nothing, if it is set up already: the block holds for the next server or disk; or \
                 give `host_key` in the block",
            );
        vec![found]
    }

    /// Returns what is told of an end without a report.
    pub(super) fn ended(&self, end: &End, is_stopped: bool) -> Option<Diagnostic> {
        match end {
            End::Ended(..) => None,
            End::Late(word, log) => Some(self.late(word, log, is_stopped)),
            End::Locked(problem) => Some(self.locked(problem)),
            End::Changed { place, before, now } => Some(self.changed((place, before, now))),
        }
    }
}

fn tail(log: &[String]) -> Option<String> {
    let head = "The end of /var/log/cloud-init-output.log:";
    (!log.is_empty()).then(|| format!("{head}\n{}", indented(log)))
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

//! Logging in, and asking until cloud-init has ended, the time is over, or the run is stopped.

use super::report::{self, Report, Stage};
use infra_model::text::Text;
use infra_sdk::{
    connection::Control,
    ssh::{self, Session, Settings, Trust, Unconnected, Witness, quoted},
};
use std::time::Duration;

/// The waits between questions: each twice the last.
const WAIT_FIRST: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(8);

/// How long one question may take; a machine that restarts may never answer it.
const ANSWER_MAX: Duration = Duration::from_mins(1);

/// How often a wait looks whether the run is being stopped.
const LOOK: Duration = Duration::from_millis(250);

/// Shows the end of the log, which some images show to root alone.
const LOG: &str = "f=/var/log/cloud-init-output.log
tail -n 20 \"$f\" 2>/dev/null || sudo -n tail -n 20 \"$f\" 2>/dev/null
exit 0";

/// One server that is waited for.
pub(super) struct Watch<'a> {
    /// How to log in.
    pub(super) settings: Settings,
    /// Whose host keys are believed.
    pub(super) trust: Trust,
    /// The id of the server, for people.
    pub(super) id: Text,
    /// What time it was when waiting began, in milliseconds.
    pub(super) since_ms: u64,
    /// When to give up, in milliseconds.
    pub(super) until_ms: u64,
    /// Where to say how far it is, the clock, and the stop signal.
    pub(super) control: &'a Control,
}

/// How waiting ended.
pub(super) enum End {
    /// Cloud-init has ended; with the last lines of its log if it failed.
    Ended(Report, Vec<String>),
    /// It was not over in time, or the run was stopped; with the word for how far it was.
    Late(&'static str, Vec<String>),
    /// Nobody could log in, and why.
    Locked(String),
    /// Another machine answers than the one that is known.
    Changed { place: String, before: String, now: String },
}

impl Watch<'_> {
    /// Waits.
    pub(super) async fn run(&self) -> End {
        let mut wait = WAIT_FIRST;
        let mut session = None;
        let mut word = Stage::Waiting.word();
        loop {
            let open = match session.take() {
                Some(open) => open,
                None => match self.log_in().await {
                    Ok(open) => open,
                    Err(end) => return end,
                },
            };
            match self.ask(&open, report::QUESTION).await {
                Ok(answer) => {
                    let report = report::read(&answer);
                    match report.stage {
                        Stage::Waiting | Stage::Running => {
                            word = report.stage.word();
                            self.say(&format!("cloud-init on {}: {word}", self.place()));
                        }
                        Stage::Failed => return End::Ended(report, self.log(&open).await),
                        Stage::Done | Stage::Degraded | Stage::Disabled | Stage::Missing => {
                            return End::Ended(report, Vec::new());
                        }
                    }
                    session = Some(open);
                }
                // A server may be restarted by what it is told to do.
                Err(problem) => {
                    let place = self.place();
                    self.say(&format!("The connection to {place} is lost ({problem})"));
                }
            }
            if self.pause(wait).await.is_none() {
                let log = match &session {
                    Some(open) => self.log(open).await,
                    None => Vec::new(),
                };
                return End::Late(word, log);
            }
            wait = (wait * 2).min(WAIT_MAX);
        }
    }

    async fn log_in(&self) -> Result<Session, End> {
        let settings = self.settings.trying_for(self.left());
        let session = ssh::connect(&settings, &self.trust, self, self.control).await;
        session.map_err(|end| match end {
            Unconnected::Failed(problem) => End::Locked(problem),
            Unconnected::Changed { place, before, now } => End::Changed { place, before, now },
        })
    }

    async fn ask(&self, session: &Session, script: &str) -> Result<String, String> {
        let clock = &*self.control.clock;
        let command = format!("/bin/sh -c {}", quoted(script));
        tokio::select! {
            biased;
            answer = session.answer(&command, clock) => answer,
            () = clock.sleep(ANSWER_MAX) => Err("it does not answer".to_owned()),
        }
    }

    /// Returns the last lines of the log; a log that can't be read is no second failure.
    async fn log(&self, session: &Session) -> Vec<String> {
        match self.ask(session, LOG).await {
            Ok(log) => report::readable(&log),
            Err(_) => Vec::new(),
        }
    }

    /// Waits a little; `None` if there is no time left for more, or the run is being stopped.
    async fn pause(&self, wait: Duration) -> Option<()> {
        let mut waited = Duration::ZERO;
        while waited < wait {
            if self.control.is_stopping() || self.left().is_zero() {
                return None;
            }
            self.control.clock.sleep(LOOK).await;
            waited += LOOK;
        }
        Some(())
    }

    fn left(&self) -> Duration {
        Duration::from_millis(self.until_ms.saturating_sub(self.control.clock.now_ms()))
    }

    fn place(&self) -> String {
        self.settings.shown_login()
    }

    fn say(&self, line: &str) {
        let now_ms = self.control.clock.now_ms();
        let waited_s = now_ms.saturating_sub(self.since_ms) / 1_000;
        self.control.progress.line(&format!("{line} ({waited_s} s)"));
    }
}

impl Witness for Watch<'_> {
    fn trying(&self, _: &str) {
        self.say(&format!("Connecting to {}", self.place()));
    }

    fn failed(&self, problem: &str) {
        self.say(&format!("No login at {} yet: {problem}", self.place()));
    }

    fn pinned(&self, place: &str, fingerprint: &str) {
        let is_server = place == self.settings.shown_place();
        let kept = if is_server {
            format!("recorded with the server {}", self.id)
        } else {
            "kept for this run".to_owned()
        };
        let line =
            format!("Host key of {place} accepted on the first connection, {kept}: {fingerprint}");
        self.control.progress.line(&line);
    }

    fn connected(&self) {}
}

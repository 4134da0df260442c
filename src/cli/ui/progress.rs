//! The run as it goes: plain lines for logs, and a line below them that lives in a terminal.

#[cfg(test)]
mod tests;

use super::{Paint, Screen, Style, plain};
use crate::render::json::hooks;
use infra_exec::{
    driver::Watcher,
    report::{LeaseNews, LeaseWork, Report, Subject},
};
use infra_model::{address::Address, journal::Time, text::Text};
use infra_plan::plan::Work;
use infra_sdk::connection::Clock;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// How often a running step says that it is still running, in milliseconds.
const STILL_MS: u64 = 10_000;

/// How a run speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
    /// Not at all.
    Silent,
}

/// Shows reports as they come.
pub struct LiveProgress {
    screen: Screen,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    voice: Voice,
}

#[derive(Default)]
struct State {
    running: BTreeMap<Text, Running>,
    settled: usize,
    total: usize,
    /// The live line is on the screen.
    live_line: bool,
}

/// A step of which it is time to say that it is still running.
#[derive(Debug, PartialEq, Eq)]
struct Still {
    subject: Text,
    address: Address,
    doing: &'static str,
    elapsed_ms: u64,
}

impl State {
    /// Returns the steps of which nothing was said for so long that somebody may wonder.
    fn still(&mut self, now: u64) -> Vec<Still> {
        let mut all = Vec::new();
        for (subject, running) in &mut self.running {
            if now.saturating_sub(running.said_ms) >= STILL_MS {
                running.said_ms = now;
                all.push(Still {
                    subject: subject.clone(),
                    address: running.address.clone(),
                    doing: running.doing,
                    elapsed_ms: now.saturating_sub(running.since_ms),
                });
            }
        }
        all
    }

    /// Takes note of a step that begins.
    fn began(&mut self, subject: &Subject, doing: &'static str, now: u64) {
        let running = Running {
            address: subject.address.clone(),
            provisioner: Text::from(""),
            doing,
            since_ms: now,
            said_ms: now,
            line: Text::from(""),
        };
        self.running.insert(Text::from(subject.to_string()), running);
    }
}

struct Running {
    address: Address,
    /// The provisioner that runs for it; empty if none does.
    provisioner: Text,
    doing: &'static str,
    since_ms: u64,
    said_ms: u64,
    /// The last line of the provider, for the live line.
    line: Text,
}

impl LiveProgress {
    /// Returns a watcher for a screen.
    pub fn new(screen: Screen, clock: Arc<dyn Clock>, voice: Voice) -> Self {
        Self { screen, clock, state: Mutex::default(), voice }
    }

    fn now(&self) -> Time {
        Time(self.clock.now_ms())
    }

    /// Says of long steps that they are still running, and renews the live line; called regularly.
    pub fn tick(&self) {
        let now = self.clock.now_ms();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = Vec::new();
        for Still { subject, address, doing, elapsed_ms } in state.still(now) {
            if self.voice == Voice::Json {
                let line = hooks::still((&address, doing), elapsed_ms, Time(now));
                self.screen.print(&line);
            }
            let elapsed = duration_text(elapsed_ms);
            lines.push(format!("{subject}: Still {doing}... [{elapsed} elapsed]"));
        }
        if lines.is_empty() && !self.screen.live {
            return;
        }
        self.say(&mut state, &lines);
    }

    /// Takes the live line off the screen.
    pub fn end(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.running.clear();
        self.say(&mut state, &[]);
    }

    /// Prints lines above the live line.
    fn say(&self, state: &mut State, lines: &[String]) {
        if self.voice != Voice::Text {
            return;
        }
        let mut out = String::new();
        if state.live_line {
            out.push_str("\r\u{1b}[2K");
            state.live_line = false;
        }
        for line in lines {
            out.push_str(line);
            out.push('\n');
        }
        if self.screen.live && !state.running.is_empty() {
            out.push_str(&self.live_line(state));
            state.live_line = true;
        }
        if !out.is_empty() {
            self.screen.print(&out);
        }
    }

    /// What runs, how long, and what is left, cut to the width of the terminal.
    fn live_line(&self, state: &State) -> String {
        let now = self.clock.now_ms();
        let mut parts = Vec::new();
        if state.total > 0 {
            // While a plan is made there is nothing to count yet.
            parts.push(format!("{}/{} done", state.settled, state.total));
        }
        let mut running: Vec<_> = state.running.iter().collect();
        running.sort_by_key(|(_, running)| running.since_ms);
        for (address, running) in running {
            let elapsed = duration_text(now.saturating_sub(running.since_ms));
            let line = if running.line.is_empty() { "" } else { ": " };
            parts.push(format!("{address} {elapsed}{line}{}", running.line));
        }
        let line: String = parts.join(" | ");
        let cut: String = line.chars().take(self.screen.width.saturating_sub(1)).collect();
        Paint::new(self.screen.color).on(Style::Dim, &cut)
    }

    /// Says what happens with an ephemeral resource.
    fn lease(
        &self,
        state: &mut State,
        address: &Address,
        (work, news): (LeaseWork, LeaseNews),
    ) -> String {
        let Words { begin, doing, end } = lease_words(work);
        if news == LeaseNews::Began {
            state.began(&address.clone().into(), doing, self.clock.now_ms());
        } else {
            state.running.remove(address.to_string().as_str());
        }
        match news {
            LeaseNews::Began => format!("{address}: {begin}..."),
            LeaseNews::Done(ms) => format!("{address}: {end} complete after {}", duration_text(ms)),
            LeaseNews::Failed(ms) => {
                let text = format!("{address}: {end} failed after {}", duration_text(ms));
                Paint::new(self.screen.color).on(Style::Error, &text)
            }
            LeaseNews::Deferred => format!("{address}: Configuration unknown, deferring..."),
        }
    }
}

impl Watcher for LiveProgress {
    fn report(&self, report: &Report) {
        let wanted = self.voice == Voice::Json;
        if let Some(line) = wanted.then(|| hooks::report(report, self.now())).flatten() {
            self.screen.print(&line);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = Vec::new();
        match report {
            Report::Refreshing(objects) => lines.extend(objects.iter().map(|object| {
                format!("{}: Refreshing state...{}", object.subject, id_text(object.id.as_ref()))
            })),
            Report::Planned | Report::Refreshed(_) => {}
            Report::Started { subject, work, id } => {
                let Words { begin, doing, .. } = words(*work);
                state.began(subject, doing, self.clock.now_ms());
                lines.push(format!("{subject}: {begin}...{}", id_text(id.as_ref())));
            }
            Report::Provisioning { address, kind } => {
                if let Some(running) = state.running.get_mut(address.to_string().as_str()) {
                    running.provisioner = kind.clone();
                }
                lines.push(format!("{address}: Provisioning with '{kind}'..."));
            }
            Report::Provisioned { address, .. } => {
                if let Some(running) = state.running.get_mut(address.to_string().as_str()) {
                    running.provisioner = Text::from("");
                }
            }
            Report::Repeating { subject, at, diagnostic } => {
                let wait = duration_text(at.0.saturating_sub(self.clock.now_ms()));
                lines.push(format!("{subject}: Trying again in {wait}: {}", diagnostic.summary));
            }
            Report::Finished { subject, work, elapsed_ms, id } => {
                let end = words(*work).end;
                state.running.remove(subject.to_string().as_str());
                let elapsed = duration_text(*elapsed_ms);
                let id = id_text(id.as_ref());
                lines.push(format!("{subject}: {end} complete after {elapsed}{id}"));
            }
            Report::Failed { subject, work, elapsed_ms } => {
                let end = words(*work).end;
                state.running.remove(subject.to_string().as_str());
                let text = format!("{subject}: {end} failed after {}", duration_text(*elapsed_ms));
                lines.push(Paint::new(self.screen.color).on(Style::Error, &text));
            }
            Report::Progress { settled, total } => {
                (state.settled, state.total) = (*settled, *total);
            }
            Report::Lease { address, work, news } => {
                lines.push(self.lease(&mut state, address, (*work, *news)));
            }
            Report::PlanningDeferred(count) => {
                lines.push(format!(
                    "Planning {count} deferred part(s): what they waited for is known now."
                ));
            }
            Report::Stopping(0) => lines.push(
                "\nStopping: nothing is being changed, and nothing is begun. Interrupt once more to\n\
                 wait for nothing.\n"
                    .to_owned(),
            ),
            Report::Stopping(in_flight) => lines.push(format!(
                "\nStopping: {in_flight} step(s) in flight are being finished and recorded, and\n\
                 nothing new is begun. Interrupt once more to stop waiting for them; they\n\
                 then stay open and are looked up by the next plan.\n"
            )),
        }
        self.say(&mut state, &lines);
    }

    fn line(&self, address: &Address, text: &str) {
        let rewritten = text.starts_with('\r');
        let text = plain(text);
        let address = Text::from(address.to_string());
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if self.voice == Voice::Json {
            // Of what a provider says on the way Terraform's lines have nothing.
            let running = state.running.get(&address).filter(|r| !r.provisioner.is_empty());
            if let Some(running) = running {
                let about = (&running.address, &*running.provisioner);
                self.screen.print(&hooks::provision_progress(about, &text, self.now()));
            }
            return;
        }
        match state.running.get_mut(&address) {
            Some(running) if self.screen.live && rewritten => {
                running.line = Text::from(text);
                self.say(&mut state, &[]);
            }
            Some(Running { provisioner, .. }) if !provisioner.is_empty() => {
                let line = format!("{address} ({provisioner}): {text}");
                self.say(&mut state, &[line]);
            }
            Some(_) | None => {
                self.say(&mut state, &[format!("{address}: {text}")]);
            }
        }
    }
}

/// How a step is spoken of.
pub struct Words {
    /// When it begins.
    pub begin: &'static str,
    /// While it runs.
    pub doing: &'static str,
    /// When it has ended.
    pub end: &'static str,
}

/// Returns how a step is spoken of.
pub fn words(work: Work) -> Words {
    let (begin, doing, end) = match work {
        Work::Create { .. } => ("Creating", "creating", "Creation"),
        Work::Update => ("Modifying", "modifying", "Modifications"),
        Work::Delete => ("Destroying", "destroying", "Destruction"),
        Work::Read => ("Reading", "reading", "Read"),
        Work::Join => ("Waiting", "waiting", "Wait"),
    };
    Words { begin, doing, end }
}

/// Returns how the work on an ephemeral resource is spoken of.
pub fn lease_words(work: LeaseWork) -> Words {
    let (begin, doing, end) = match work {
        LeaseWork::Open => ("Opening", "opening", "Opening"),
        LeaseWork::Renew => ("Renewing", "renewing", "Renewal"),
        LeaseWork::Close => ("Closing", "closing", "Closing"),
    };
    Words { begin, doing, end }
}

fn id_text(id: Option<&Text>) -> String {
    id.map(|id| format!(" [id={id}]")).unwrap_or_default()
}

/// Returns `0s`, `12s`, `1m5s`, `2h0m5s`.
pub fn duration_text(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, _) => format!("{minutes}m{rest}s"),
        _ => format!("{hours}h{minutes}m{rest}s"),
    }
}

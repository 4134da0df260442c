//! Group commit: outcomes of some steps and intents of others go to the journal together.
//!
//! Journal before effect: a call starts only when its intent is durable.
//! Outcome before dependants: what waits for a step starts only when its outcome is durable. That
//! outcome and the intents of the dependants may share a commit, because both are durable when the
//! calls begin.

use super::{Machine, run::Phase};
use crate::{
    event::Effect,
    report::{LeaseNews, LeaseWork, Report},
    status::{Move, Status},
};
use infra_model::{
    address::Mode,
    diagnostic::{Diagnostic, Retry},
    journal::{Entry, Record, Time},
};

/// What follows once a commit is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Start the call that these steps share.
    Start(Vec<usize>),
    /// The step is done.
    Done(usize),
    /// The step has failed.
    Failed(usize),
    /// The object is recorded: run the next provisioner of the step.
    Provision(usize),
    /// The records of the plan itself are durable.
    Begun,
    /// Outputs and checks are durable.
    Closed,
}

/// What is waiting for the journal.
#[derive(Debug, Default)]
pub(super) struct Commit {
    records: Vec<Record>,
    then: Vec<Then>,
    in_flight: Option<(Vec<Record>, Vec<Then>)>,
    /// The store has failed: nothing new is begun, outcomes are still saved.
    pub(super) broken: bool,
    /// The last attempt to save outcomes failed too.
    refused: bool,
    /// The one more attempt at the end was made.
    last_try: bool,
}

impl Commit {
    pub(super) fn push(&mut self, record: Record) {
        self.records.push(record);
    }

    pub(super) fn then(&mut self, then: Then) {
        self.then.push(then);
    }

    pub(super) fn is_in_flight(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Returns whether nothing waits and nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.is_none() && self.records.is_empty() && self.then.is_empty()
    }
}

impl Machine {
    /// Hands everything that waits to the journal, unless a commit is in flight.
    pub(super) fn flush(&mut self) {
        if self.commit.is_in_flight() {
            return;
        }
        if self.commit.records.is_empty() {
            let then = std::mem::take(&mut self.commit.then);
            if !then.is_empty() {
                self.follow(then);
                self.advance_run();
                self.flush();
            }
            return;
        }
        if self.commit.refused {
            // Saved together with what is still to come; at the end there is one more attempt.
            if self.commit.last_try || self.is_under_way() {
                return;
            }
            self.commit.last_try = true;
        }
        let records = std::mem::take(&mut self.commit.records);
        let then = std::mem::take(&mut self.commit.then);
        self.commit.in_flight = Some((records.clone(), then));
        self.effects.push(Effect::Append(records));
    }

    pub(super) fn take_appended(&mut self) {
        let Some((records, then)) = self.commit.in_flight.take() else {
            debug_assert!(false, "nothing was being appended");
            return;
        };
        self.commit.refused = false;
        for record in records {
            let entry = Entry {
                sequence: self.snapshot().sequence + 1,
                epoch: self.settings.epoch,
                at: self.now,
                record,
            };
            if let Err(error) = self.folder.fold(&entry) {
                self.diagnostics.push(does_not_fold(&error.to_string()));
            }
        }
        self.follow(then);
    }

    /// Nothing of the commit counts: what was to begin does not, what has ended is kept and tried
    /// again.
    pub(super) fn take_store_failure(&mut self, diagnostic: Diagnostic) {
        let Some((records, then)) = self.commit.in_flight.take() else { return };
        if !self.commit.broken {
            self.blame(diagnostic);
        }
        // A store without room for intents keeps room for the outcomes of what is in flight.
        let only_outcomes = !records.iter().any(|r| matches!(r, Record::Started(_)));
        self.commit.refused = only_outcomes;
        self.commit.broken = true;
        let outcomes = records.into_iter().filter(|r| !matches!(r, Record::Started(_)));
        let mut kept: Vec<Record> = outcomes.collect();
        kept.append(&mut self.commit.records);
        self.commit.records = kept;
        let mut later = Vec::new();
        for then in then.into_iter().chain(std::mem::take(&mut self.commit.then)) {
            match then {
                Then::Start(steps) => self.never_began(steps),
                // The record of these is still to be saved; until then they are not done.
                Then::Done(step) | Then::Failed(step) | Then::Provision(step) => {
                    later.push(Then::Failed(step));
                }
                Then::Begun | Then::Closed => self.give_up(),
            }
        }
        self.commit.then = later;
        if self.commit.last_try {
            self.report_unsaved();
        }
    }

    /// Returns whether a call or provisioner may still end.
    fn is_under_way(&self) -> bool {
        let ends = |status: Status| {
            matches!(status, Status::Running | Status::Provisioning | Status::Resting)
        };
        self.run.as_ref().is_some_and(|run| run.steps.iter().any(|s| ends(s.status)))
    }

    fn never_began(&mut self, steps: Vec<usize>) {
        let Some(run) = self.run.as_mut() else { return };
        if let Some(first) = steps.first() {
            let provider = run.steps[*first].step.provider.clone();
            run.queues.ended(&provider);
        }
        for at in steps {
            run.failed(at);
        }
    }

    fn give_up(&mut self) {
        if let Some(run) = self.run.as_mut() {
            run.phase = Phase::Over;
        }
    }

    fn report_unsaved(&mut self) {
        let addresses: Vec<String> = self
            .commit
            .records
            .iter()
            .filter_map(outcome_address)
            .map(|a| format!("`{a}`"))
            .collect();
        self.commit.records.clear();
        let then = std::mem::take(&mut self.commit.then);
        self.follow(then);
        if addresses.is_empty() {
            return;
        }
        self.blame(
            Diagnostic::error("infra::exec::outcome_not_saved", "Outcomes could not be saved")
                .detail(format!(
                    "These steps ended but their outcome is not in the state: {}. Their intents \
                     are, so nothing is lost: the next plan looks each of them up.",
                    addresses.join(", ")
                ))
                .help("Make room on the disk of the state, then run the command again.")
                .retry(Retry::AfterLookup),
        );
    }

    fn follow(&mut self, then: Vec<Then>) {
        for then in then {
            match then {
                Then::Start(steps) => self.start_call(steps),
                Then::Done(at) => self.step_done(at),
                Then::Failed(at) => self.step_failed(at),
                Then::Provision(at) => self.next_provision(at),
                Then::Begun => self.set_phase(Phase::Running),
                Then::Closed => self.set_phase(Phase::Over),
            }
        }
    }

    pub(super) fn set_phase(&mut self, phase: Phase) {
        if let Some(run) = self.run.as_mut() {
            run.phase = phase;
        }
    }

    fn step_done(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        run.done(at);
        let state = &run.steps[at];
        let elapsed_ms = self.now.0.saturating_sub(state.began.0);
        if state.step.address.mode == Mode::Ephemeral {
            let address = state.step.address.clone();
            self.tell(&address, LeaseWork::Open, LeaseNews::Done(elapsed_ms));
            return self.report_progress();
        }
        if state.changes_nothing() {
            return self.report_progress();
        }
        let report = Report::Finished {
            subject: state.subject(),
            work: state.step.work,
            elapsed_ms,
            id: state
                .object
                .as_ref()
                .or(state.prior.as_ref())
                .and_then(|o| super::outcome::shown_id(&o.value)),
        };
        self.report(report);
        self.report_progress();
    }

    /// Tells how much is settled, and of how many.
    pub(super) fn report_progress(&mut self) {
        let Some(run) = &self.run else { return };
        self.report(Report::Progress { settled: run.settled, total: run.steps.len() });
    }

    pub(super) fn step_failed(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        if run.steps[at].status.is_settled() {
            return;
        }
        run.failed(at);
        let state = &run.steps[at];
        let (subject, work) = (state.subject(), state.step.work);
        // One that could not even be prepared took no time.
        let began = Some(state.began).filter(|began| *began != Time::default());
        let elapsed_ms = self.now.0.saturating_sub(began.unwrap_or(self.now).0);
        if subject.address.mode == Mode::Ephemeral {
            self.tell(&subject.address, LeaseWork::Open, LeaseNews::Failed(elapsed_ms));
            return self.report_progress();
        }
        let report = Report::Failed { subject, work, elapsed_ms };
        self.report(report);
        self.report_progress();
    }

    /// Settles a step as failed once what was recorded of it is durable.
    pub(super) fn fail_after_commit(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        run.go(at, Move::Record);
        self.commit.then(Then::Failed(at));
    }
}

fn outcome_address(record: &Record) -> Option<&infra_model::address::Address> {
    match record {
        Record::Finished { address, .. }
        | Record::Recorded { address, .. }
        | Record::Deposed { address, .. } => Some(address),
        Record::Began { .. }
        | Record::Started(_)
        | Record::Abandoned { .. }
        | Record::Forgotten { .. }
        | Record::Moved { .. }
        | Record::Outputs(_)
        | Record::Checked(_)
        | Record::Closed => None,
    }
}

fn does_not_fold(problem: &str) -> Diagnostic {
    Diagnostic::error("infra::exec::record_does_not_fit", "A record does not fit the state")
        .detail(format!("This is a fault of this program: {problem}."))
        .help("Report it; the journal holds everything that was done.")
}

//! The machine: pure, single-threaded, and the only place that decides what happens next.
//!
//! It serves every command. `plan` is the machine with a planner and no plan; `apply FILE` is the
//! machine with a plan and no planner; deferred parts put a planner beside a running plan.
//! It knows no clock (every batch of events carries its time), no IO and no randomness: the same
//! events give the same effects, byte for byte.

mod absence;
mod asks;
mod begin;
mod closing;
mod commit;
mod connecting;
mod deferred;
mod leases;
mod lost;
mod outcome;
mod planning;
mod prepare;
mod provision;
mod queue;
mod run;
mod schedule;

pub use run::Counts;

use crate::{
    event::{Alarm, Effect, Event},
    report::Report,
};
use asks::Asks;
use commit::Commit;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    journal::{Folder, Time},
    kind::Kinds,
    known::Known,
    program::Program,
    snapshot::Snapshot,
    text::Text,
};
use infra_plan::{plan::Plan, planner::Planner};
use leases::Leases;
use run::Run;
use std::sync::Arc;

/// What a machine is made of.
pub struct Job {
    /// The compiled configuration.
    pub program: Arc<dyn Program>,
    /// All kinds.
    pub kinds: Arc<Kinds>,
    /// The state at the start.
    pub snapshot: Arc<Snapshot>,
    /// What is known at the start.
    pub known: Known,
    /// What to do.
    pub work: JobWork,
    /// How to do it.
    pub settings: Settings,
}

impl Job {
    /// Returns the lineage of the state, the new one if this begins it.
    pub fn lineage(&self) -> Text {
        let new = self.snapshot.lineage.is_empty();
        if new { &self.settings.new_lineage } else { &self.snapshot.lineage }.clone()
    }
}

/// What a machine is to do.
pub enum JobWork {
    /// Make a plan.
    Plan(Box<Planner>),
    /// Carry out a plan.
    Apply(Box<Plan>),
}

/// How a machine does its work.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The greatest number of calls in flight.
    pub calls_in_flight_max: usize,
    /// How often a step is attempted.
    pub attempts_max: u32,
    /// The epoch of the lock that the run holds; 0 without a lock.
    pub epoch: u64,
    /// The lineage to begin if the state has none.
    pub new_lineage: Text,
    /// Look first whether what the plan touches is still as it was.
    pub check_first: bool,
    /// For that look, ask the providers too.
    pub refresh: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            calls_in_flight_max: 10,
            attempts_max: 5,
            epoch: 0,
            new_lineage: Text::from(""),
            check_first: false,
            refresh: true,
        }
    }
}

/// How a machine ended.
pub struct Ended {
    /// The finished plan, for a planning machine; what was carried out, for an applying one.
    pub plan: Option<Box<Plan>>,
    /// What was found on the way, errors included.
    pub diagnostics: Diagnostics,
    /// How many objects were added, changed, destroyed.
    pub counts: Counts,
    /// The run was stopped before its end.
    pub interrupted: bool,
    /// The plan was refused because something it touches has moved; nothing was changed.
    pub stale: bool,
    /// The state as it is now; empty for a machine that only planned.
    pub snapshot: Snapshot,
    /// What is known now.
    pub known: Known,
}

/// The machine; see the module.
pub struct Machine {
    program: Arc<dyn Program>,
    kinds: Arc<Kinds>,
    /// The state as it is now: what was appended is folded into it. Empty while only planning.
    folder: Folder,
    known: Known,
    settings: Settings,
    planner: Option<Box<Planner>>,
    planned: Option<Box<Plan>>,
    run: Option<Box<Run>>,
    asks: Asks,
    leases: Leases,
    commit: Commit,
    now: Time,
    effects: Vec<Effect>,
    diagnostics: Diagnostics,
    stopping: bool,
    aborted: bool,
    stale: bool,
    finished: bool,
}

impl Machine {
    /// Returns a machine at its start; the first call of [`Self::step`] sets it going.
    pub fn new(job: Job) -> Self {
        let mut machine = Self {
            program: job.program,
            kinds: job.kinds,
            folder: Folder::new(Snapshot::default()),
            known: job.known,
            settings: job.settings,
            planner: None,
            planned: None,
            run: None,
            asks: Asks::default(),
            leases: Leases::default(),
            commit: Commit::default(),
            now: Time::default(),
            effects: Vec::new(),
            diagnostics: Vec::new(),
            stopping: false,
            aborted: false,
            stale: false,
            finished: false,
        };
        match job.work {
            JobWork::Plan(planner) => machine.planner = Some(planner),
            JobWork::Apply(plan) => {
                machine.folder = Folder::new(Arc::unwrap_or_clone(job.snapshot));
                machine.run = Some(Box::new(Run::new(*plan)));
            }
        }
        machine
    }

    /// Takes what happened until `now` and returns what to do next.
    pub fn step(&mut self, now: Time, events: Vec<Event>) -> Vec<Effect> {
        self.now = now;
        for event in events {
            self.take(event);
        }
        if !self.finished {
            self.advance();
        }
        std::mem::take(&mut self.effects)
    }

    /// Returns whether [`Effect::Finished`] was given out.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Returns how it ended; meaningful once it is finished.
    pub fn end(self) -> Ended {
        let (counts, ran) = match self.run {
            Some(run) => (run.counts, Some(Box::new(run.plan))),
            None => (Counts::default(), None),
        };
        Ended {
            plan: self.planned.or(ran),
            diagnostics: self.diagnostics,
            counts,
            interrupted: self.stopping,
            stale: self.stale,
            snapshot: self.folder.into_snapshot(),
            known: self.known,
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Answered(id, answer) => self.take_answer(id, answer),
            Event::Called(id, outcomes) => self.take_outcomes(id, outcomes),
            Event::CallLost(id, diagnostic) => self.take_lost(id, &diagnostic),
            Event::Provisioned(step, result) => self.take_provisioned(step, result),
            Event::Appended => self.take_appended(),
            Event::StoreFailed(diagnostic) => self.take_store_failure(*diagnostic),
            Event::Timer(Alarm::Step(step)) => self.take_timer(step),
            Event::Timer(Alarm::Lease(number)) => self.renew(number),
            Event::Stop => self.stop(),
            Event::Abort => {
                // What is open stays so: whoever says it twice does not want to wait.
                self.stop();
                self.aborted = true;
            }
        }
    }

    /// Does everything that can be done without a further event.
    fn advance(&mut self) {
        if self.aborted && !self.commit.is_in_flight() {
            self.abandon_ship();
            return;
        }
        if self.planner.is_some() {
            self.advance_planner();
        }
        if self.run.is_some() {
            self.advance_run();
        }
        self.flush();
        self.close_unused();
        let planning_over = self.planner.is_none() && self.run.is_none();
        if planning_over && !self.finished && self.leases.are_over() {
            self.finish();
        }
    }

    /// The second signal: what is known is on its way to the journal, the rest is left open.
    fn abandon_ship(&mut self) {
        self.flush();
        if !self.commit.is_in_flight() {
            self.finish();
        }
    }

    fn stop(&mut self) {
        if self.stopping {
            return;
        }
        self.stopping = true;
        let in_flight = self.run.as_ref().map_or(0, |run| run.in_flight_steps());
        self.report(Report::Stopping(in_flight));
        if self.run.is_none() {
            // Nothing has been changed. What was opened is closed; the rest need not be waited for.
            self.planner = None;
        }
    }

    fn finish(&mut self) {
        self.finished = true;
        self.effects.push(Effect::Finished);
    }

    /// Returns the state as it is now.
    fn snapshot(&self) -> &Snapshot {
        self.folder.snapshot()
    }

    fn report(&mut self, report: Report) {
        self.effects.push(Effect::Report(report));
    }

    fn blame(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

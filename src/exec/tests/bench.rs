//! An estate: a state, a cloud, and the driver that takes configurations to both.

use crate::files::Files;
use infra_exec::{
    driver::{Driver, JournalThread, Registry, Watcher},
    machine::{Ended, Job, JobWork, Settings},
    report::Report,
};
use infra_fake::provider::{FakeProvider, SharedWorld};
use infra_lang::{compile::compile, config::load};
use infra_model::{
    address::Address,
    diagnostic::{Diagnostics, has_errors},
    journal::Time,
    kind::Kinds,
    known::{Inputs, Known},
    program::Program,
    snapshot::Snapshot,
};
use infra_plan::{
    audit, file,
    options::{Options, PlannerInput},
    plan::{Action, Moment, Plan},
    planner::Planner,
};
use infra_sdk::{clock::VirtualClock, connection::Provider};
use infra_state::{
    MemoryStore,
    store::{RevisionInfo, RunOutcome, Store, Who},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// Longer than any run here takes; one that hangs fails by it.
const RUN_MAX: Duration = Duration::from_secs(20);

pub(crate) struct Bench {
    pub(crate) world: SharedWorld,
    pub(crate) store: MemoryStore,
    pub(crate) options: Options,
    registry: Registry,
    kinds: Arc<Kinds>,
}

struct Nobody;

impl Watcher for Nobody {
    fn report(&self, _report: &Report) {}

    fn line(&self, _address: &Address, _text: &str) {}
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(Vec::new())
    }

    /// The fake cloud, what is built in, and more.
    pub(crate) fn with(more: Vec<Arc<dyn Provider>>) -> Self {
        let world = SharedWorld::default();
        let mut all = infra_builtin::providers_seeded("bench");
        all.extend(FakeProvider::pair(&world).map(|p| Arc::new(p) as Arc<dyn Provider>));
        all.extend(more);
        let mut kinds = Kinds::default();
        let mut registry = Registry::default();
        for provider in all {
            kinds.add(provider.name(), provider.facts(), provider.kinds());
            registry.providers.insert(provider.name().into(), provider);
        }
        for provisioner in infra_builtin::provisioners() {
            registry.provisioners.insert(provisioner.name().into(), provisioner);
        }
        let (store, options) = (MemoryStore::new(), Options::default());
        Self { world, store, options, registry, kinds: Arc::new(kinds) }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.store.read().unwrap().snapshot
    }

    /// Plans; the plan passes its audit and survives its file.
    pub(crate) fn plan(&self, files: &[(&str, &str)]) -> Result<Plan, Diagnostics> {
        let (program, mut problems) = self.compile(files);
        if has_errors(&problems) {
            return Err(problems);
        }
        let snapshot = Arc::new(self.snapshot());
        let input = PlannerInput {
            program: program.clone(),
            kinds: self.kinds.clone(),
            snapshot: snapshot.clone(),
            options: self.options.clone(),
            moment: Moment::default(),
        };
        let work = JobWork::Plan(Box::new(Planner::new(input)));
        let ended = self.run(program, work, (Inputs::default(), Settings::default()), None);
        problems.extend(ended.diagnostics);
        let Some(plan) = ended.plan else { return Err(problems) };
        problems.extend(audit::audit(&plan, &snapshot));
        if has_errors(&problems) {
            return Err(problems);
        }
        let bytes = file::encode(&plan);
        assert_eq!(file::encode(&file::decode(&bytes).unwrap()), bytes);
        Ok(*plan)
    }

    /// Carries out a plan as if it had been saved: what it touches is looked at first.
    pub(crate) fn apply_saved(&self, files: &[(&str, &str)], plan: &Plan) -> Ended {
        let (program, _) = self.compile(files);
        let writer = self.store.lock(who()).unwrap();
        let settings = Settings {
            epoch: writer.epoch(),
            new_lineage: "bench".into(),
            check_first: true,
            ..Settings::default()
        };
        let journal = JournalThread::start(writer);
        let inputs = Inputs { applying: true, ..Inputs::default() };
        let work = JobWork::Apply(Box::new(plan.clone()));
        let ended = self.run(program, work, (inputs, settings), Some(&journal));
        let info = RevisionInfo {
            at: Time(0),
            command: "apply".into(),
            outcome: RunOutcome::Completed,
            configuration: Vec::new(),
            plan: Vec::new(),
        };
        journal.close(info).unwrap().unwrap();
        ended
    }

    /// Plans and applies; everything must go well.
    #[track_caller]
    pub(crate) fn apply(&self, files: &[(&str, &str)]) -> Plan {
        let plan = self.plan(files).unwrap_or_else(|said| panic!("{said:#?}"));
        let ended = self.apply_saved(files, &plan);
        assert!(!has_errors(&ended.diagnostics), "{:#?}", ended.diagnostics);
        plan
    }

    fn compile(&self, files: &[(&str, &str)]) -> (Arc<dyn Program>, Diagnostics) {
        let sources = Arc::new(Files::new(files));
        let (configuration, map, mut problems) =
            load::load(sources.as_ref(), ".", load::LoadOptions::default());
        let (program, more) = compile(configuration, map, &self.kinds, sources);
        problems.extend(more);
        (Arc::new(program), problems)
    }

    fn run(
        &self,
        program: Arc<dyn Program>,
        work: JobWork,
        (inputs, settings): (Inputs, Settings),
        journal: Option<&JournalThread>,
    ) -> Ended {
        let job = Job {
            program,
            kinds: self.kinds.clone(),
            snapshot: Arc::new(self.snapshot()),
            known: Known::new(inputs),
            work,
            settings,
        };
        let clock = Arc::new(VirtualClock::eager(1_000));
        let driver = Driver::new(self.registry.clone(), clock, Arc::new(Nobody));
        let (_keep, mut signals) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let run = driver.run(job, journal, &mut signals);
        runtime.block_on(async { tokio::time::timeout(RUN_MAX, run).await }).unwrap()
    }
}

fn who() -> Who {
    Who { user: "t".into(), host: "t".into(), pid: 1, command: "apply".into(), at: Time(0) }
}

/// The changes that are not no-ops, and the moves, one line each.
pub(crate) fn changes(plan: &Plan) -> Vec<String> {
    let shown = plan.changes.iter().filter(|c| c.action != Action::NoOp || c.moved_from.is_some());
    shown
        .map(|change| match &change.moved_from {
            Some(from) => format!("{:?} {} from {from}", change.action, change.address),
            None => format!("{:?} {}", change.action, change.address),
        })
        .collect()
}

/// The codes and summaries of what was said.
pub(crate) fn said(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics.iter().map(|d| format!("{}: {}", d.code, d.summary)).collect()
}

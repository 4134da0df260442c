//! One run: compiled, planned, audited and carried out by the machine, in one thread and virtual
//! time. Effects end in an order that the seed draws.

use super::{estate, random::Random, universe::Universe};
use infra::files::MemorySources;
use infra_exec::{
    event::{Effect, Event},
    machine::{Ended, Job, JobWork, Machine, Settings},
};
use infra_fake::{protocol::Instance, provider::FakeProvider, world::Sort};
use infra_lang::{compile::compile, config::load};
use infra_model::{
    address::{Address, KindName, ProviderAddress},
    ask::{Answer, Ask, Call, Question},
    diagnostic::{Diagnostic, has_errors},
    journal::{Record, Time},
    kind::Kinds,
    known::{Inputs, Known},
    program::Program,
    snapshot::Snapshot,
    text::Text,
};
use infra_plan::{
    audit,
    options::{Options, PlannerInput},
    plan::{Moment, Plan, PlanMode, Work},
    planner::Planner,
};
use infra_sdk::connection::Provider;
use infra_state::{RevisionInfo, RunOutcome, Store, Who, Writer};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The greatest number of calls in flight.
const CALLS_MAX: usize = 3;
/// More steps than this of one machine are a loop without an end.
const TURNS_MAX: u32 = 20_000;

/// How a run is made.
pub(super) struct How {
    pub(super) destroy: bool,
    pub(super) random: Random,
}

/// How a run ended.
pub(super) enum Ran {
    Done,
    Failed(String),
    Crashed,
}

/// Plans and applies.
pub(super) fn apply(universe: &mut Universe, hcl: &str, how: How) -> Ran {
    let Ok(writer) = universe.store.lock(who()) else { return Ran::Failed("locked".into()) };
    let mut run = Run::new(universe, hcl, writer, how.random);
    let plan = match run.plan(how.destroy) {
        Ok(plan) => plan,
        Err(why) => return Ran::Failed(why),
    };
    run.carry_out(&plan)
}

/// Plans only, over what is recorded.
pub(super) fn plan(universe: &mut Universe, hcl: &str, destroy: bool) -> Result<Box<Plan>, String> {
    let writer = universe.store.lock(who()).map_err(|error| error.to_string())?;
    let random = Random::new(universe.seed);
    Run::new(universe, hcl, writer, random).plan(destroy)
}

fn who() -> Who {
    Who { user: "sim".into(), host: "sim".into(), pid: 1, command: "apply".into(), at: Time(0) }
}

/// Something under way: when it ends, and what it is.
struct Pending {
    at: u64,
    order: u64,
    work: Underway,
}

enum Underway {
    Ask(infra_model::ask::AskId, Ask),
    Call(infra_exec::event::CallId, ProviderAddress, KindName, Vec<Call>),
    Say(Event),
}

struct Run<'a> {
    universe: &'a mut Universe,
    writer: Box<dyn Writer>,
    program: Arc<dyn Program>,
    kinds: Arc<Kinds>,
    problems: Vec<Diagnostic>,
    random: Random,
    pending: Vec<Pending>,
    order: u64,
    in_flight: usize,
    instances: BTreeMap<ProviderAddress, Instance>,
    /// Addresses whose create or update is planned and not finished.
    unfinished: BTreeSet<Address>,
    crashed: bool,
    /// It carries a plan out.
    applying: bool,
    /// A person stopped it, and did not wait.
    aborted: bool,
}

impl<'a> Run<'a> {
    fn new(universe: &'a mut Universe, hcl: &str, writer: Box<dyn Writer>, random: Random) -> Self {
        let mut kinds = Kinds::default();
        for provider in FakeProvider::remote() {
            kinds.add(provider.name(), provider.facts(), provider.kinds());
        }
        let kinds = Arc::new(kinds);
        let sources = Arc::new(MemorySources::new([("main.tf", hcl)]));
        let (configuration, map, mut problems) =
            load::load(sources.as_ref(), ".", load::LoadOptions::default());
        let (program, more) = compile(configuration, map, &kinds, sources);
        problems.extend(more);
        Self {
            universe,
            writer,
            program: Arc::new(program),
            kinds,
            problems,
            random,
            pending: Vec::new(),
            order: 0,
            in_flight: 0,
            instances: BTreeMap::new(),
            unfinished: BTreeSet::new(),
            crashed: false,
            applying: false,
            aborted: false,
        }
    }

    fn inputs(&self, applying: bool) -> Known {
        Known::new(Inputs { now_ms: self.universe.now.0, applying, ..Inputs::default() })
    }

    fn plan(&mut self, destroy: bool) -> Result<Box<Plan>, String> {
        if has_errors(&self.problems) {
            return Err(texts(&self.problems));
        }
        let snapshot = Arc::new(self.writer.snapshot().clone());
        let mode = if destroy { PlanMode::Destroy } else { PlanMode::Normal };
        let input = PlannerInput {
            program: self.program.clone(),
            kinds: self.kinds.clone(),
            snapshot: snapshot.clone(),
            options: Options { mode, ..Options::default() },
            moment: Moment { now: self.universe.now, live_epoch: None },
        };
        let work = JobWork::Plan(Box::new(Planner::new(input)));
        let known = self.inputs(false);
        let ended = self.drive(work, known, snapshot.clone());
        let mut found = ended.diagnostics;
        let Some(plan) = ended.plan else { return Err(texts(&found)) };
        found.extend(audit::audit(&plan, &snapshot));
        if has_errors(&found) {
            return Err(texts(&found));
        }
        self.check_plan_text(&plan);
        Ok(plan)
    }

    fn carry_out(mut self, plan: &Plan) -> Ran {
        let creates = |work: Work| matches!(work, Work::Create { .. } | Work::Update);
        let steps = plan.steps.iter().filter(|s| creates(s.work));
        self.unfinished = steps.map(|s| s.address.clone()).collect();
        self.applying = true;
        let snapshot = Arc::new(self.writer.snapshot().clone());
        let known = self.inputs(true);
        let ended = self.drive(JobWork::Apply(Box::new(plan.clone())), known, snapshot);
        if self.crashed {
            self.universe.say("crashed");
            return Ran::Crashed;
        }
        self.check_same_state(&ended.snapshot);
        let failed = has_errors(&ended.diagnostics);
        let info = RevisionInfo {
            at: self.universe.now,
            command: "apply".into(),
            outcome: if failed { RunOutcome::Failed } else { RunOutcome::Completed },
            configuration: Vec::new(),
            plan: Vec::new(),
        };
        let closed = self.writer.close(info);
        match (failed, closed) {
            (true, _) => Ran::Failed(texts(&ended.diagnostics)),
            (false, Err(error)) => Ran::Failed(error.to_string()),
            (false, Ok(_)) => Ran::Done,
        }
    }

    /// The loop: one event at a time, until the machine is finished or the process has died.
    fn drive(&mut self, work: JobWork, known: Known, snapshot: Arc<Snapshot>) -> Ended {
        let settings = Settings {
            calls_in_flight_max: CALLS_MAX,
            epoch: self.writer.epoch(),
            new_lineage: Text::from("simulation"),
            ..Settings::default()
        };
        let job = Job {
            program: self.program.clone(),
            kinds: self.kinds.clone(),
            snapshot,
            known,
            work,
            settings,
        };
        let mut machine = Machine::new(job);
        self.pending.clear();
        let leases_before = self.universe.world.leases().count();
        let mut events = Vec::new();
        for _ in 0..TURNS_MAX {
            let effects = machine.step(self.universe.now, std::mem::take(&mut events));
            for effect in effects {
                self.begin(effect);
            }
            if self.crashed {
                return machine.end();
            }
            if machine.is_finished() {
                self.end_unheard();
                self.check_leases(leases_before);
                return machine.end();
            }
            if let Some(event) = self.next() {
                events.push(event);
            } else {
                self.universe.problems.push("the machine waits for nothing".to_owned());
                return machine.end();
            }
        }
        self.universe.problems.push("the machine goes on without an end".to_owned());
        machine.end()
    }

    /// What a run has opened it has closed, unless the cloud would not let it.
    fn check_leases(&mut self, before: usize) {
        let world = &self.universe.world;
        let refused = world.log().iter().any(|e| e.sort == Sort::Close && e.trouble.is_some());
        if !refused && !self.aborted && world.leases().count() != before {
            self.universe.problems.push("an ephemeral resource was left open".to_owned());
        }
    }

    fn push(&mut self, delay: u64, work: Underway) {
        let at = self.universe.now.0 + delay;
        self.order += 1;
        self.pending.push(Pending { at, order: self.order, work });
    }

    /// What was under way when the machine ended may still happen, and nobody hears of it.
    fn end_unheard(&mut self) {
        let happens = self.random.chance(1, 2);
        for pending in std::mem::take(&mut self.pending) {
            if let (Underway::Call(_, provider, kind, calls), true) = (pending.work, happens) {
                let instance = self.instances.get(&provider).cloned().unwrap_or_default();
                let now = self.universe.now.0;
                let _unheard = self.universe.world.call(&instance, &kind, &calls, now);
            }
        }
    }

    /// A person stops the run, if it is time.
    fn signal(&mut self) {
        let Some((left, event)) = self.universe.signal.take_if(|_| self.applying) else { return };
        if left > 1 {
            self.universe.signal = Some((left - 1, event));
            return;
        }
        self.aborted = matches!(event, Event::Abort);
        self.universe.say(&format!("signalled {event:?}"));
        self.push(0, Underway::Say(event));
    }

    fn begin(&mut self, effect: Effect) {
        let delay = 1 + self.random.next() % 900;
        if matches!(effect, Effect::Ask(..) | Effect::Call { .. }) {
            self.signal();
        }
        match effect {
            Effect::Ask(id, ask) => self.push(delay, Underway::Ask(id, ask)),
            Effect::Call { id, provider, kind, calls } => {
                self.check_call(&calls);
                self.push(delay, Underway::Call(id, provider, kind, calls));
            }
            Effect::Provision(step, _, _) => {
                self.push(delay, Underway::Say(Event::Provisioned(step, Ok(()))));
            }
            Effect::Append(records) => {
                let event = self.append(&records);
                self.push(delay / 30 + 1, Underway::Say(event));
            }
            Effect::Sleep(alarm, until) => {
                let wait = until.0.saturating_sub(self.universe.now.0);
                self.push(wait, Underway::Say(Event::Timer(alarm)));
            }
            Effect::Report(report) => {
                let line = format!("{report:?}");
                self.universe.say(&line);
            }
            Effect::Finished => {}
        }
    }

    fn append(&mut self, records: &[Record]) -> Event {
        if self.universe.store_faults > 0 && self.random.chance(1, 6) {
            self.universe.store_faults -= 1;
            self.universe.say("the store fails");
            let failed = Diagnostic::error("infra::sim::store", "The store has failed");
            return Event::StoreFailed(Box::new(failed));
        }
        let mut records = records;
        if let Some(left) = &mut self.universe.crash_at {
            let whole = u64::try_from(records.len()).unwrap();
            if *left < whole {
                // The process dies before the append that the record is in.
                records = &[];
                self.crashed = true;
            } else {
                *left -= whole;
            }
        }
        if !records.is_empty() {
            self.universe.appends += 1;
            match self.writer.append(records, self.universe.now) {
                Ok(_) => {}
                Err(error) => self.universe.problems.push(format!("append: {error}")),
            }
            let lines: Vec<String> = records.iter().map(|r| format!("append {r:?}")).collect();
            for line in lines {
                self.universe.say(&line);
            }
        }
        for record in records {
            if let Record::Finished { address, .. } = record {
                self.unfinished.remove(address);
            }
        }
        Event::Appended
    }

    /// Ends what ends next, at its time.
    fn next(&mut self) -> Option<Event> {
        let first = self.pending.iter().enumerate().min_by_key(|(_, p)| (p.at, p.order))?.0;
        let pending = self.pending.remove(first);
        self.universe.now = Time(self.universe.now.0.max(pending.at));
        Some(match pending.work {
            Underway::Say(event) => event,
            Underway::Ask(id, ask) => Event::Answered(id, self.answer(&ask)),
            Underway::Call(id, provider, kind, calls) => {
                self.in_flight -= 1;
                let instance = self.instances.get(&provider).cloned().unwrap_or_default();
                let now = self.universe.now.0;
                let outcomes = self.universe.world.call(&instance, &kind, &calls, now);
                Event::Called(id, outcomes)
            }
        })
    }

    fn answer(&mut self, ask: &Ask) -> Answer {
        let now = self.universe.now.0;
        if let Question::Configure(config) = &ask.question {
            let server = config.get("server_id").and_then(|v| v.as_text());
            let instance = Instance {
                provider: ask.provider.provider.to_string(),
                server_id: server.map(ToString::to_string),
                lineage: "simulation".to_owned(),
            };
            self.instances.insert(ask.provider.clone(), instance.clone());
            return match self.universe.world.connect(&instance, now) {
                Ok(()) => Answer::Configured(Vec::new()),
                Err(diagnostic) => Answer::NotAskable(diagnostic),
            };
        }
        let instance = self.instances.get(&ask.provider).cloned().unwrap_or_default();
        self.universe.world.answer(&instance, &ask.question, now)
    }

    /// Oracles 3 and 7.
    fn check_call(&mut self, calls: &[Call]) {
        self.in_flight += 1;
        self.universe.groups += 1;
        if self.in_flight > CALLS_MAX {
            self.universe.problems.push(format!("{} calls in flight", self.in_flight));
        }
        for call in calls {
            let line = format!("call {:?} {}", call.intent.verb, call.intent.address);
            self.universe.say(&line);
            let early = call.intent.needs.iter().find(|need| {
                self.unfinished.iter().any(|open| need.covers(open) && *open != call.intent.address)
            });
            if let Some(early) = early {
                let problem = format!("{} began before {early} was finished", call.intent.address);
                self.universe.problems.push(problem);
            }
        }
    }

    /// The machine's own snapshot is the fold of what it appended.
    fn check_same_state(&mut self, machine: &Snapshot) {
        if machine != self.writer.snapshot() {
            self.universe.problems.push("the machine and the store disagree".to_owned());
        }
    }

    /// Oracle 5, for the plan's text.
    fn check_plan_text(&mut self, plan: &Plan) {
        use infra::{render::plan, ui::Paint};
        let view = plan::View {
            program: self.program.as_ref(),
            kinds: &self.kinds,
            paint: Paint::new(false),
            width: 100,
            saved: None,
            guides: true,
        };
        let text = plan::render(plan, &view);
        if text.contains(estate::SECRET) {
            self.universe.problems.push("the plan shows a secret".to_owned());
        }
        self.universe.say(&text);
    }
}

fn texts(diagnostics: &[Diagnostic]) -> String {
    let one = |d: &Diagnostic| {
        let address = d.address.as_deref().unwrap_or("");
        format!("{} {address}: {} {}", d.code, d.summary, d.detail)
    };
    diagnostics.iter().filter(|d| d.is_error()).map(one).collect::<Vec<_>>().join("\n")
}

//! An estate: a world, its state, and the plainest machine that carries plans out over both.

use crate::{
    builder::Config,
    program::{TestProgram, kinds, provider},
};
use infra_fake::{protocol::Instance, world::World};
use infra_model::{
    address::{Address, Generation, ProviderAddress},
    ask::{Answer, Ask, AskId, Call, CallOutcome, Question},
    diagnostic::{Diagnostics, has_errors},
    journal::{Entry, Intent, Record, Time, Verb, fold},
    kind::Kinds,
    known::{Inputs, Known},
    program::Program,
    snapshot::{Object, Snapshot},
    types::Type,
    value::Value,
};
use infra_plan::{
    audit::audit,
    file, finalise,
    options::{Fragment, Options, PlannerInput},
    plan::{Deferred, Moment, Plan, Step, StepId, Work},
    planner::{Next, Planner},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What goes wrong with the nth effect of an apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// It fails without having happened.
    Fails,
    /// The process dies before it.
    DiesBefore,
    /// The process dies after it, before its outcome is written.
    DiesAfter,
}

pub(crate) struct Estate {
    pub(crate) world: World,
    pub(crate) snapshot: Snapshot,
    pub(crate) kinds: Arc<Kinds>,
    pub(crate) options: Options,
    pub(crate) moment: Moment,
    pub(crate) mishap: Option<(usize, Mishap)>,
    /// Effects that were begun in the last apply.
    pub(crate) effects: usize,
    pub(crate) log: Vec<String>,
    pub(crate) asks: Vec<String>,
    pub(crate) said: Diagnostics,
    /// What objects are marked with; empty for a provider that marks none.
    pub(crate) lineage: String,
    links: BTreeMap<ProviderAddress, Instance>,
    epoch: u64,
}

impl Default for Estate {
    fn default() -> Self {
        Self::new()
    }
}

impl Estate {
    pub(crate) fn new() -> Self {
        Self {
            world: World::new(),
            snapshot: Snapshot::default(),
            kinds: kinds(),
            options: Options::default(),
            moment: Moment::default(),
            mishap: None,
            effects: 0,
            log: Vec::new(),
            asks: Vec::new(),
            said: Vec::new(),
            lineage: String::new(),
            links: BTreeMap::new(),
            epoch: 1,
        }
    }

    pub(crate) fn program(&self, config: &Config) -> Arc<dyn Program> {
        Arc::new(TestProgram::new(config.clone(), self.kinds.clone()))
    }

    fn input(&self, program: &Arc<dyn Program>) -> PlannerInput {
        PlannerInput {
            program: program.clone(),
            kinds: self.kinds.clone(),
            snapshot: Arc::new(self.snapshot.clone()),
            options: self.options.clone(),
            moment: self.moment,
        }
    }

    /// Plans; the plan passes its audit, survives its file, and does not depend on timing.
    pub(crate) fn plan(&mut self, config: &Config) -> (Plan, Diagnostics) {
        let program = self.program(config);
        let log = self.world.clone();
        let (plan, said) = self.make(&program, true);
        let asked = std::mem::replace(&mut self.world, log);
        let (again, said_again) = self.make(&program, false);
        self.world = asked;
        assert_eq!(file::encode(&plan), file::encode(&again), "timing does not change a plan");
        assert_eq!(said, said_again);
        assert!(!file::encode(&plan).is_empty());
        let decoded = file::decode(&file::encode(&plan)).unwrap();
        assert_eq!(file::encode(&decoded), file::encode(&plan), "a plan survives its file");
        if !has_errors(&said) {
            let findings = audit(&plan, &self.snapshot);
            assert!(findings.is_empty(), "{findings:#?}\n{plan:#?}");
        }
        (plan, said)
    }

    fn make(&mut self, program: &Arc<dyn Program>, forwards: bool) -> (Plan, Diagnostics) {
        self.asks.clear();
        let mut known = Known::new(Inputs::default());
        let planner = Planner::new(self.input(program));
        let (plan, said) = self.drive(planner, &mut known, forwards);
        known.end_planning();
        (plan, said)
    }

    fn drive(
        &mut self,
        mut planner: Planner,
        known: &mut Known,
        forwards: bool,
    ) -> (Plan, Diagnostics) {
        let mut answers = Vec::new();
        let mut seen = BTreeSet::new();
        for _round in 0..1000 {
            match planner.step(known, std::mem::take(&mut answers)) {
                Next::Done(plan, said) => return (*plan, said),
                Next::Asks(asks) => {
                    for (id, ask) in asks {
                        assert!(seen.insert(id), "nothing is asked twice");
                        self.asks.push(spell(&ask));
                        answers.push((id, self.answer(&ask)));
                    }
                }
            }
            if !forwards {
                // One at a time, the last one first.
                answers.reverse();
                while answers.len() > 1 {
                    let one: Vec<(AskId, Answer)> = vec![answers.remove(0)];
                    let Next::Asks(more) = planner.step(known, one) else {
                        panic!("done too early")
                    };
                    assert!(more.is_empty(), "a round ends with its last answer");
                }
            }
        }
        panic!("the planner does not come to an end");
    }

    fn answer(&mut self, ask: &Ask) -> Answer {
        if let Question::Configure(config) = &ask.question {
            let server = config.get("server_id").and_then(Value::as_text);
            let instance = Instance {
                provider: ask.provider.provider.to_string(),
                server_id: server.map(ToString::to_string),
                lineage: self.lineage.clone(),
            };
            let fails = config.get("fail").is_some_and(|fail| !fail.is_null());
            if fails {
                self.world.faults = self.world.faults.clone().always(
                    infra_fake::world::At::Sort(infra_fake::world::Sort::Hello),
                    infra_fake::world::Fault::NotAskable,
                );
            }
            return match self.world.connect(&instance, 0) {
                Ok(()) => {
                    self.links.insert(ask.provider.clone(), instance);
                    Answer::Configured(Vec::new())
                }
                Err(why) => Answer::NotAskable(why),
            };
        }
        let instance = self.links[&ask.provider].clone();
        self.world.answer(&instance, &ask.question, 0)
    }

    pub(crate) fn append(&mut self, record: Record) {
        let sequence = self.snapshot.sequence + 1;
        let entry = Entry { sequence, epoch: self.epoch, at: Time(0), record };
        fold(&mut self.snapshot, &entry).unwrap();
    }

    /// Plans and applies; returns whether everything was done.
    pub(crate) fn apply(&mut self, config: &Config) -> bool {
        let (plan, said) = self.plan(config);
        self.said.clone_from(&said);
        if has_errors(&said) {
            return false;
        }
        self.carry_out(config, &plan)
    }

    pub(crate) fn carry_out(&mut self, config: &Config, plan: &Plan) -> bool {
        let program = self.program(config);
        self.log.clear();
        self.effects = 0;
        self.epoch += 1;
        let destroying = plan.mode == infra_plan::plan::PlanMode::Destroy;
        let mut run = Run {
            estate: self,
            known: Known::new(Inputs::default()),
            program,
            values: BTreeMap::new(),
            done: BTreeSet::new(),
            failed: false,
            dead: false,
        };
        run.begin(plan);
        run.steps(plan, &plan.steps);
        run.deferred(plan);
        let whole = !run.failed && !run.dead;
        if whole && !destroying {
            let program = run.program.clone();
            let (outputs, _) = program.outputs(&mut run.known);
            let outputs = outputs
                .into_iter()
                .filter(|(_, value)| value.is_wholly_known())
                .map(|(name, value)| (name, infra_model::snapshot::Output { value }));
            let record = Record::Outputs(outputs.collect());
            self.append(record);
        } else if whole {
            self.append(Record::Outputs(BTreeMap::new()));
        }
        self.mishap = None;
        whole
    }

    /// What is recorded, for comparing two estates: values by address without ids.
    pub(crate) fn recorded(&self) -> BTreeMap<Address, usize> {
        let all = self.snapshot.instances.iter();
        all.map(|(address, instance)| (address.clone(), instance.objects.len())).collect()
    }
}

struct Run<'a> {
    estate: &'a mut Estate,
    known: Known,
    program: Arc<dyn Program>,
    values: BTreeMap<Address, Value>,
    done: BTreeSet<StepId>,
    failed: bool,
    dead: bool,
}

impl Run<'_> {
    fn begin(&mut self, plan: &Plan) {
        if self.estate.snapshot.lineage.is_empty() {
            self.estate.append(Record::Began { lineage: "test".into() });
        }
        for record in &plan.records {
            self.estate.append(record.clone());
        }
        for (address, value) in &plan.values {
            self.publish(address, value);
        }
    }

    fn publish(&mut self, address: &Address, value: &Value) {
        let id = self.known.addresses.intern(address.clone());
        if self.known.get(id).is_none() {
            self.known.publish_final(id, value.clone());
            self.values.insert(address.clone(), value.clone());
        }
    }

    fn steps(&mut self, plan: &Plan, steps: &[Step]) {
        for step in steps {
            let ready = step.after.iter().all(|after| self.done.contains(after));
            if self.dead || !ready {
                continue;
            }
            let done = match step.work {
                Work::Join => true,
                Work::Read => self.read(step),
                Work::Create { .. } | Work::Update => self.make(plan, step),
                Work::Delete => self.delete(step),
            };
            if done {
                self.done.insert(step.id);
            } else {
                self.failed = true;
            }
        }
    }

    fn connect(&mut self, of: &ProviderAddress) -> bool {
        let (config, _) = self.program.provider(of, &mut self.known);
        assert!(config.value.is_wholly_known(), "`{of}` is called before it is configured");
        let ask = Ask { provider: of.clone(), question: Question::Configure(config.value) };
        matches!(self.estate.answer(&ask), Answer::Configured(_))
    }

    fn make(&mut self, plan: &Plan, step: &Step) -> bool {
        let id = self.known.addresses.intern(step.address.clone());
        let (desired, said) = self.program.desired(id, &mut self.known);
        assert!(!has_errors(&said));
        let desired = desired.unwrap();
        let change = plan.changes.iter().find(|c| c.address == step.address && c.deposed.is_none());
        let change = change.unwrap();
        let instance = self.estate.snapshot.instance(&step.address);
        let updates = step.work == Work::Update;
        let prior =
            instance.and_then(|i| i.objects.get(&step.generation)).filter(|_| updates).cloned();
        let facts = plan.facts.get(&step.provider).cloned().unwrap_or_default();
        let sent = finalise::at_apply(&finalise::AtApply {
            kinds: &self.estate.kinds,
            address: &step.address,
            desired: &desired,
            prior: prior.as_ref().map(|object| &object.value),
            planned: change.planned.as_ref(),
            facts: &facts,
        });
        let sent = sent.unwrap_or_else(|said| panic!("{said:#?}"));
        let verb = if updates { Verb::Update } else { Verb::Create };
        let call =
            self.call(step, (verb, prior), (sent.desired, sent.planned.clone()), &change.needs);
        let Some(Some(object)) = call else { return false };
        let kind = self.estate.kinds.get(step.address.mode, &step.kind).cloned().unwrap();
        let (value, problems) = finalise::result(&finalise::Returned {
            kind: Some(&*kind),
            address: &step.address,
            provider: &step.provider,
            planned: Some(&sent.planned),
            value: object.value.clone(),
        });
        assert!(problems.is_empty(), "known planned values equal final ones: {problems:#?}");
        let recorded = Object {
            value: value.clone(),
            kind: step.kind.clone(),
            provider: step.provider.clone(),
            needs: change.needs.clone(),
            prevent_destroy: desired.lifecycle.prevent_destroy,
            create_before_destroy: change.create_before_destroy,
            schema_version: kind.schema().version,
            ..object
        };
        let (address, generation) = (step.address.clone(), step.generation);
        let object = Some(Arc::new(recorded));
        self.estate.append(Record::Finished { address: address.clone(), generation, object });
        if let Work::Create { depose: Some(generation), .. } = step.work {
            self.estate.append(Record::Deposed { address: address.clone(), generation });
        }
        self.publish(&address, &value);
        true
    }

    fn delete(&mut self, step: &Step) -> bool {
        let instance = self.estate.snapshot.instance(&step.address);
        let prior = instance.and_then(|i| i.objects.get(&step.generation)).cloned().unwrap();
        let nothing = Value::null(Type::Dynamic);
        let needs = prior.needs.clone();
        let call = self.call(step, (Verb::Delete, Some(prior)), (nothing.clone(), nothing), &needs);
        if call.is_none() {
            return false;
        }
        let (address, generation) = (step.address.clone(), step.generation);
        self.estate.append(Record::Finished { address, generation, object: None });
        true
    }

    /// Journals, calls, and says how it ended; `None` if it failed or nobody is left to know.
    fn call(
        &mut self,
        step: &Step,
        (verb, prior): (Verb, Option<Arc<Object>>),
        (desired, planned): (Value, Value),
        needs: &Arc<[Address]>,
    ) -> Option<Option<Object>> {
        if !self.connect(&step.provider) {
            return None;
        }
        let token = infra_sdk::token::token("test", &step.address, step.generation);
        let absent_before = matches!(step.work, Work::Create { absent_before: true, .. });
        let intent = Intent {
            address: step.address.clone(),
            generation: step.generation,
            verb,
            kind: step.kind.clone(),
            provider: step.provider.clone(),
            epoch: self.estate.epoch,
            at: Time(0),
            absent_before,
            desired: finalise::storable(None, &desired),
            needs: needs.clone(),
            token,
        };
        self.estate.append(Record::Started(intent.clone()));
        let number = self.estate.effects;
        self.estate.effects += 1;
        self.estate.log.push(format!("{verb:?} {}", step.address).to_lowercase());
        let mishap = self.estate.mishap.filter(|(at, _)| *at == number).map(|(_, what)| what);
        let (address, generation) = (step.address.clone(), step.generation);
        match mishap {
            Some(Mishap::Fails) => {
                self.estate.append(Record::Abandoned { address, generation });
                return None;
            }
            Some(Mishap::DiesBefore) => {
                self.dead = true;
                return None;
            }
            Some(Mishap::DiesAfter) | None => {}
        }
        let calls = [Call { intent, prior, desired, planned }];
        let instance = self.estate.links[&step.provider].clone();
        let mut outcomes = self.estate.world.call(&instance, &step.kind, &calls, 0);
        if mishap == Some(Mishap::DiesAfter) {
            self.dead = true;
            return None;
        }
        match outcomes.remove(0) {
            CallOutcome::Done(object, _) => Some(object.map(|object| *object)),
            CallOutcome::Failed(failure) => {
                panic!("the order is right, so the world does not refuse: {failure:#?}")
            }
        }
    }

    fn read(&mut self, step: &Step) -> bool {
        if !self.connect(&step.provider) {
            return false;
        }
        let id = self.known.addresses.intern(step.address.clone());
        let (desired, _) = self.program.desired(id, &mut self.known);
        let desired = desired.unwrap();
        let question = Question::ReadData(step.kind.clone(), desired.value);
        let ask = Ask { provider: step.provider.clone(), question };
        let Answer::Value(value, _) = self.estate.answer(&ask) else { return false };
        let object = Arc::new(Object {
            kind: step.kind.clone(),
            provider: provider(&step.provider.provider),
            value: value.clone(),
            private: Arc::from([]),
            schema_version: 0,
            tainted: false,
            needs: desired.needs,
            prevent_destroy: false,
            create_before_destroy: false,
        });
        let (address, generation) = (step.address.clone(), Generation(1));
        self.estate.append(Record::Recorded { address: address.clone(), generation, object });
        self.publish(&address, &value);
        true
    }

    /// Plans and carries out what has become plannable, until nothing more does.
    fn deferred(&mut self, plan: &Plan) {
        let mut open: Vec<Deferred> = plan.deferred.clone();
        while !open.is_empty() && !self.dead && !self.failed {
            let input = self.estate.input(&self.program);
            let due = due(&open, plan, &self.done);
            if due.is_empty() {
                break;
            }
            open.retain(|d| !due.iter().any(|due| due.address == d.address));
            let planner = Planner::fragment(input, Fragment { deferred: due });
            let mut known = std::mem::take(&mut self.known);
            let (fragment, said) = self.estate.drive(planner, &mut known, true);
            known.end_planning();
            self.known = known;
            self.estate.said.extend(said.clone());
            if has_errors(&said) {
                self.failed = true;
                return;
            }
            for record in &fragment.records {
                self.estate.append(record.clone());
            }
            for (address, value) in &fragment.values {
                self.publish(address, value);
            }
            let before = std::mem::take(&mut self.done);
            self.steps(&fragment, &fragment.steps);
            self.done = before;
            open.extend(fragment.deferred);
        }
    }
}

fn due(open: &[Deferred], plan: &Plan, done: &BTreeSet<StepId>) -> Vec<Deferred> {
    let unfinished: Vec<&Address> =
        plan.steps.iter().filter(|s| !done.contains(&s.id)).map(|s| &s.address).collect();
    let waits = |d: &&Deferred| {
        !d.waits_for.iter().any(|w| unfinished.iter().any(|u| w.covers(u) || u.covers(w)))
    };
    open.iter().filter(waits).cloned().collect()
}

fn spell(ask: &Ask) -> String {
    let what = match &ask.question {
        Question::Configure(_) => "configure".to_owned(),
        Question::Facts(keys) => format!("facts {}", keys.len()),
        Question::Refresh(kind, all) => format!("refresh {kind} {}", all.len()),
        Question::Find(all) => format!("find {}", all.len()),
        Question::ReadData(kind, _) => format!("read {kind}"),
        Question::Import(kind, _) => format!("import {kind}"),
        Question::Exists(kind, _) => format!("exists {kind}"),
        Question::Open(address, _) => format!("open {}", address.kind),
        Question::Renew(kind, _) => format!("renew {kind}"),
        Question::Close(kind, _) => format!("close {kind}"),
    };
    format!("{} {what}", ask.provider.provider)
}

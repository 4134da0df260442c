//! Before the first effect: is everything that the plan touches still as it was? Then the records
//! that need no effect.

use super::{
    Machine,
    asks::Asker,
    commit::Then,
    run::{Link, Phase, Run, StepState},
};
use infra_model::{
    address::{Address, Generation, KindName, Mode, ProviderAddress},
    ask::{self, Answer, Question},
    diagnostic::{Diagnostic, Retry},
    journal::Record,
    kind::Facts,
    observed::Observed,
    snapshot::Object,
};
use infra_plan::{
    digest, form,
    plan::{Action, Change, Digests},
};
use std::{collections::BTreeMap, sync::Arc};

/// An object that is looked at before the first effect.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    address: Address,
    generation: Generation,
    provider: ProviderAddress,
    /// In the form in which the planner asked for it.
    object: Arc<Object>,
    planned: Digests,
}

impl Checked {
    fn question(&self) -> ask::Recorded {
        ask::Recorded {
            address: self.address.clone(),
            generation: self.generation,
            object: Arc::clone(&self.object),
        }
    }
}

/// What is recorded of the object of a change.
enum Recorded {
    /// Nothing that has to be looked at.
    Nothing,
    /// What the plan was made from.
    AsPlanned(Box<Checked>),
    /// Something else.
    Moved,
}

impl Machine {
    /// Begins the run: the look at what is touched, or at once the plan's own records.
    pub(super) fn begin(&mut self) {
        self.publish_values();
        if !self.settings.check_first {
            return self.connect_first();
        }
        self.set_phase(Phase::Checking);
        let mut moved = self.moved_records();
        moved.extend(self.moved_outputs());
        if let Some(other) = self.other_lineage(&moved) {
            return self.refuse(other);
        }
        if !moved.is_empty() {
            return self.refuse_stale(&moved);
        }
        if !self.settings.refresh {
            return self.connect_first();
        }
        self.set_phase(Phase::Opening);
        self.open_early();
    }

    /// Looks at what is touched.
    fn check(&mut self) {
        self.set_phase(Phase::Checking);
        let providers: Vec<ProviderAddress> = {
            let Some(run) = self.run.as_ref() else { return };
            let mut all: Vec<_> = run.checked.iter().map(|c| c.provider.clone()).collect();
            all.sort();
            all.dedup();
            all
        };
        if providers.is_empty() {
            return self.connect_first();
        }
        if let Some(run) = self.run.as_mut() {
            run.checks_open = providers.len();
        }
        for provider in providers {
            self.connect(&provider);
            let broken = self.run.as_ref().and_then(|run| run.links.get(&provider)).copied();
            if broken == Some(Link::Broken) {
                self.checked_link(&provider, Link::Broken);
            }
        }
    }

    /// Opens what can be opened before anything is changed: a provider that is configured from it
    /// could not be asked otherwise.
    pub(super) fn open_early(&mut self) {
        let Some(run) = self.run.as_ref() else { return };
        let lanes: Vec<_> =
            run.queues.lanes().into_iter().filter(|lane| lane.2 == Mode::Ephemeral).collect();
        for lane in lanes {
            if !self.stopping && self.can_connect(&lane.0) {
                self.schedule_lane(&lane);
            }
        }
        let Some(run) = self.run.as_ref() else { return };
        let opening =
            |s: &StepState| s.step.address.mode == Mode::Ephemeral && s.status.is_in_flight();
        let connecting = run.links.values().any(|link| *link == Link::Asked);
        if !connecting && self.commit.is_idle() && !run.steps.iter().any(opening) {
            self.check();
        }
    }

    /// Returns whether the configuration of a provider is known by now.
    pub(super) fn can_connect(&mut self, provider: &ProviderAddress) -> bool {
        let linked = self.run.as_ref().is_some_and(|run| run.links.contains_key(provider));
        linked || self.program.provider(provider, &mut self.known).0.value.is_wholly_known()
    }

    /// Makes known what no step will change.
    fn publish_values(&mut self) {
        let Some(run) = self.run.as_mut() else { return };
        for (address, value) in std::mem::take(&mut run.plan.values) {
            let id = self.known.addresses.intern(address);
            if self.known.get(id).is_none() {
                self.known.publish_final(id, value);
            }
        }
    }

    /// Lists what is touched, and returns the addresses whose record has moved since the plan.
    fn moved_records(&mut self) -> Vec<String> {
        let Some(run) = self.run.as_ref() else { return Vec::new() };
        let mut moved = Vec::new();
        let mut checked = Vec::new();
        for change in run.plan.changes.iter().filter(|change| change.touches()) {
            match self.recorded_for(run, change) {
                Recorded::Moved => moved.push(change.address.to_string()),
                Recorded::Nothing => {}
                Recorded::AsPlanned(found) => checked.push(*found),
            }
        }
        if let Some(run) = self.run.as_mut() {
            run.checked = checked;
        }
        moved
    }

    /// Returns that the plan is of another state, unless what has moved tells it better.
    fn other_lineage(&self, moved: &[String]) -> Option<String> {
        let (planned, found) = (&self.run.as_ref()?.plan.lineage, &self.snapshot().lineage);
        if planned == found {
            return None;
        }
        if !planned.is_empty() {
            return Some(format!(
                "It was made from another state: `{planned}` and not `{found}`. Nothing was changed."
            ));
        }
        let begun = "It was made before this state began. Nothing was changed.";
        moved.is_empty().then(|| begun.to_owned())
    }

    /// Returns the outputs whose record has moved since the plan: all of them are written again at the
    /// end, from what the plan knew.
    fn moved_outputs(&self) -> Vec<String> {
        let Some(run) = self.run.as_ref() else { return Vec::new() };
        let recorded = &self.snapshot().outputs;
        let moved = run.plan.outputs.iter().filter(|(name, change)| {
            recorded.get(*name).map(|output| &output.value) != change.prior.as_ref()
        });
        moved.map(|(name, _)| format!("output.{name}")).collect()
    }

    /// Returns what is recorded of the object of a change, and whether that is as it was.
    fn recorded_for(&self, run: &Run, change: &Change) -> Recorded {
        let address = change.moved_from.as_ref().unwrap_or(&change.address);
        let instance = self.snapshot().instance(address);
        let recorded = match change.deposed {
            Some(generation) => {
                instance.and_then(|i| Some((generation, i.objects.get(&generation)?)))
            }
            None => instance.and_then(|i| i.current()),
        };
        let Some((generation, object)) = recorded else {
            return if change.digest.is_none() { Recorded::Nothing } else { Recorded::Moved };
        };
        let Some(planned) = change.digest else {
            let known = run.plan.records.iter().any(|r| displaces(r, &change.address, generation));
            return if known { Recorded::Nothing } else { Recorded::Moved };
        };
        let today = form::of_today(&self.kinds, address.mode, &change.kind, object);
        match today {
            Ok(today) if planned.recorded == digest::recorded(object) => {
                // Another type belongs to another provider, which was asked when planning.
                let same = object.kind == change.kind;
                let provider = if same { &object.provider } else { &change.provider };
                Recorded::AsPlanned(Box::new(Checked {
                    address: change.address.clone(),
                    generation,
                    provider: provider.clone(),
                    object: today,
                    planned,
                }))
            }
            Ok(_) | Err(_) => Recorded::Moved,
        }
    }

    /// A provider that the look needs is connected or not.
    pub(super) fn checked_link(&mut self, provider: &ProviderAddress, link: Link) {
        let Some(run) = self.run.as_mut() else { return };
        if run.phase != Phase::Checking {
            return;
        }
        run.checks_open = run.checks_open.saturating_sub(1);
        if link == Link::Broken {
            return self.refuse_unasked(provider, None);
        }
        let mut kinds: BTreeMap<KindName, Vec<usize>> = BTreeMap::new();
        for (at, checked) in run.checked.iter().enumerate().filter(|(_, c)| c.provider == *provider)
        {
            kinds.entry(checked.object.kind.clone()).or_default().push(at);
        }
        run.checks_open += kinds.len();
        for (kind, places) in kinds {
            let Some(run) = self.run.as_ref() else { return };
            let objects = places.iter().map(|at| run.checked[*at].question()).collect();
            let question = Question::Refresh(kind, objects);
            self.ask(Asker::Check(places), provider.clone(), question);
        }
    }

    pub(super) fn take_check(&mut self, places: &[usize], answer: Answer) {
        let Some(run) = self.run.as_mut() else { return };
        if run.phase != Phase::Checking {
            return;
        }
        run.checks_open = run.checks_open.saturating_sub(1);
        let (observed, facts) = match seen(answer) {
            Ok(seen) => seen,
            Err(why) => {
                let provider = run.checked[places[0]].provider.clone();
                return self.refuse_unasked(&provider, why);
            }
        };
        let mut moved = Vec::new();
        for (at, seen) in places.iter().zip(observed) {
            let checked = &run.checked[*at];
            let kind = self.kinds.of(&checked.address);
            let known = run.plan.facts.entry(checked.provider.clone()).or_default();
            known.extend(facts.clone());
            let same = match (seen, kind) {
                (Observed::Present(value), Some(kind)) => {
                    digest::observed(kind.as_ref(), value, known) == checked.planned.observed
                }
                _ => false,
            };
            if !same {
                moved.push(checked.address.to_string());
            }
        }
        let over = run.checks_open == 0;
        if !moved.is_empty() {
            self.refuse_stale(&moved);
        } else if over {
            self.connect_first();
        }
    }

    fn refuse_stale(&mut self, moved: &[String]) {
        let names: Vec<String> = moved.iter().map(|name| format!("`{name}`")).collect();
        let names = names.join(", ");
        self.refuse(format!("Since it was made, this has moved: {names}. Nothing was changed."));
    }

    fn refuse(&mut self, why: String) {
        self.stale = true;
        self.blame(
            Diagnostic::error("infra::exec::plan_stale", "The plan is stale")
                .detail(why)
                .help("Make a new plan with `infra plan -out FILE`, look at it, and apply that.")
                .retry(Retry::Never),
        );
        self.set_phase(Phase::Over);
    }

    fn refuse_unasked(&mut self, provider: &ProviderAddress, why: Option<Diagnostic>) {
        let refused = Diagnostic::error(
            "infra::exec::plan_not_checked",
            format!("`{provider}` could not be asked whether the plan still holds"),
        )
        .detail("Nothing was changed.")
        .help("Apply again once it can be reached.")
        .retry(Retry::Safe);
        self.blame(why.into_iter().fold(refused, Diagnostic::related));
        self.set_phase(Phase::Over);
    }

    /// Appends the plan's own records.
    pub(super) fn begin_records(&mut self) {
        self.set_phase(Phase::Beginning);
        let Some(run) = self.run.as_mut() else { return };
        let records = std::mem::take(&mut run.plan.records);
        run.counts.imported = run
            .plan
            .changes
            .iter()
            .filter(|c| c.importing.is_some() || c.action == Action::Adopt)
            .count();
        if self.snapshot().lineage.is_empty() {
            self.commit.push(Record::Began { lineage: self.settings.new_lineage.clone() });
        }
        for record in records {
            self.commit.push(record);
        }
        self.commit.then(Then::Begun);
    }
}

/// Returns what an answer says of the objects, or why they could not be looked at.
fn seen(answer: Answer) -> Result<(Vec<Observed>, Facts), Option<Diagnostic>> {
    match answer {
        Answer::Observed(observed, facts, _) => Ok((observed, facts)),
        Answer::NotAskable(why) | Answer::Failed(why) => Err(Some(why)),
        Answer::Configured(_)
        | Answer::Facts(..)
        | Answer::Found(_)
        | Answer::Value(..)
        | Answer::Imported(_)
        | Answer::Exists(_)
        | Answer::Opened(..)
        | Answer::Closed(_) => Err(None),
    }
}

/// Returns whether the plan itself takes an object from its place: it was found gone, or replaced by
/// one that a cut-off create left behind.
fn displaces(record: &Record, at: &Address, object: Generation) -> bool {
    match record {
        Record::Forgotten { address, generation } => {
            address == at && generation.is_none_or(|generation| generation == object)
        }
        Record::Deposed { address, generation } => address == at && *generation == object,
        Record::Began { .. }
        | Record::Started(_)
        | Record::Finished { .. }
        | Record::Abandoned { .. }
        | Record::Recorded { .. }
        | Record::Moved { .. }
        | Record::Outputs(_)
        | Record::Checked(_)
        | Record::Closed => false,
    }
}

//! The end of planning: everything decided becomes a plan.

use super::{Next, Planner, held::HeldId, intents::settle_by_hand, results::Decided};
use crate::{
    digest,
    order::{self, Item},
    plan::{Action, Change, Counters, Digests, Lost, OutputChange, Plan, PlanMode},
};
use infra_model::{
    address::{Address, Mode},
    diagnostic::{self, Diagnostic},
    journal::Record,
    kind::{Impact, ImpactOf, ImpactSort},
    known::Known,
    path::Path,
    program::{Conditioned, NodeId, NodeSort},
    snapshot::Object,
    text::Text,
    value::{Marks, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

impl Planner {
    pub(super) fn finish(&mut self, known: &mut Known) -> Next {
        for id in self.held.ids() {
            if self.scope.fragment_takes(&self.held.get(id).address.clone()) {
                self.settle_intents(id);
            }
        }
        self.check_moved_from(known);
        self.check_imports(known);
        self.propagate_create_before_destroy();
        self.list_lost();
        self.add_impacts();
        self.add_digests();
        self.check_envelope();
        self.warn_uncertain();
        let unrecorded = self.unrecorded();
        let outputs = self.outputs(known);
        if !self.scope.is_fragment() && self.mode() != PlanMode::Destroy {
            self.checks(known);
        }
        let mut plan = self.assemble(known);
        plan.outputs = outputs;
        plan.unrecorded = unrecorded;
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        let items: Vec<Item> = self.results.decided.iter().map(|d| self.item(d)).collect();
        match order::steps(&items, !plan.deferred.is_empty()) {
            Ok(ordered) => {
                plan.steps = ordered.steps;
                plan.counters.edges += ordered.edges;
                diagnostics.extend(self.circular(&ordered.circular));
            }
            Err(cycle) => diagnostics.push(self.cycle(&cycle)),
        }
        diagnostics.extend(self.remarks(known));
        diagnostic::sort(&mut diagnostics);
        Next::Done(Box::new(plan), diagnostics)
    }

    /// What something with `create_before_destroy` is made from must be there before as well. A
    /// decision stands behind those it needs, so one way back reaches all.
    fn propagate_create_before_destroy(&mut self) {
        let program = Arc::clone(&self.input.program);
        let mut wanted: BTreeSet<Address> = BTreeSet::new();
        for at in (0..self.results.decided.len()).rev() {
            let decided = &self.results.decided[at];
            let own = &decided.change.address;
            let named = wanted.contains(own) || wanted.iter().any(|w| w.is_wild() && w.covers(own));
            let live = decided.change.action != Action::Delete;
            let outlives = live
                && program
                    .node_of(own)
                    .is_some_and(|node| program.nodes()[node.0 as usize].outlives);
            let set = named || outlives || decided.lifecycle.create_before_destroy;
            if set && live {
                wanted.extend(decided.change.needs.iter().cloned());
            }
            self.results.decided[at].change.create_before_destroy = set;
            if let (Some(next), true) = (&mut self.results.decided[at].next_record, live) {
                next.create_before_destroy = set;
            }
        }
    }

    /// Lists what is recorded on hosts that do not outlive the apply.
    fn list_lost(&mut self) {
        let mut lost = Vec::new();
        for (provider, link) in &self.links.all {
            let Some(host) = &link.lost_with else { continue };
            let decided = self.results.decided_at(host);
            let gone = self.held.find(host).is_some_and(|id| self.held.get(id).is_gone());
            if !gone && !decided.iter().any(|decided| decided.takes_along()) {
                continue;
            }
            for held in self.held.all.iter().filter(|held| !held.decided) {
                let Some((_, object)) = held.instance.current() else { continue };
                if object.provider == *provider && held.address.mode == Mode::Managed {
                    let (address, kind) = (held.address.clone(), object.kind.clone());
                    let object = Arc::clone(object);
                    lost.push((object, Lost { address, kind, with: host.clone() }));
                }
            }
        }
        for (object, lost) in lost {
            self.lose_with(&object, lost);
        }
        self.results.lost.sort_by(|a, b| a.address.cmp(&b.address));
    }

    /// Notes that an object is lost with its host, unless it is protected.
    pub(super) fn lose_with(&mut self, object: &Object, lost: Lost) {
        if object.prevent_destroy {
            let refused = lost_protected(&lost);
            self.report_at(&lost.with.clone(), vec![refused]);
        }
        self.results.lost.push(lost);
    }

    fn add_impacts(&mut self) {
        let mut all = Vec::with_capacity(self.results.decided.len());
        for decided in &self.results.decided {
            all.push(self.impacts(decided));
        }
        for (decided, impacts) in self.results.decided.iter_mut().zip(all) {
            decided.change.impacts = impacts;
        }
    }

    fn impacts(&self, decided: &Decided) -> Vec<Impact> {
        let change = &decided.change;
        let effect = match change.action {
            Action::Create | Action::Update | Action::Replace | Action::Delete => true,
            Action::NoOp | Action::Read | Action::Adopt | Action::Forget => false,
        };
        let Some(kind) = self.input.kinds.of(&change.address) else {
            return Vec::new();
        };
        if !effect {
            return Vec::new();
        }
        let facts = self.links.facts(&change.provider);
        let mut impacts = kind.impact(&ImpactOf {
            prior: change.prior.as_ref(),
            planned: change.planned.as_ref(),
            replace: change.action == Action::Replace,
            facts: &facts,
        });
        let destroys = matches!(change.action, Action::Replace | Action::Delete);
        if destroys && kind.holds_data() && !has_data_loss(&impacts) {
            impacts.push(Impact {
                sort: ImpactSort::DataLoss,
                text: Text::from("its data is destroyed"),
            });
        }
        for lost in self.results.lost.iter().filter(|lost| lost.with == change.address) {
            let holds =
                self.input.kinds.get(Mode::Managed, &lost.kind).is_some_and(|k| k.holds_data());
            let sort = if holds { ImpactSort::DataLoss } else { ImpactSort::Downtime };
            let text = format!("`{}` is lost with it", lost.address);
            impacts.push(Impact { sort, text: text.into() });
        }
        impacts.sort();
        impacts.dedup();
        impacts
    }

    fn add_digests(&mut self) {
        for at in 0..self.results.decided.len() {
            let decided = &self.results.decided[at];
            let change = &decided.change;
            let (Some(recorded), Mode::Managed) = (&decided.recorded, change.address.mode) else {
                continue;
            };
            let Some(kind) = self.input.kinds.of(&change.address) else { continue };
            let facts = self.links.facts(decided.old_provider.as_ref().unwrap_or(&change.provider));
            let seen = decided.observed.clone().unwrap_or_else(|| recorded.value.clone());
            let observed = digest::observed(&*kind, seen, &facts);
            let digests = Digests { recorded: digest::recorded(recorded), observed };
            self.results.decided[at].change.digest = Some(digests);
        }
    }

    fn warn_uncertain(&mut self) {
        let open: Vec<(Address, bool)> = self
            .results
            .uncertain
            .iter()
            .map(|u| (u.intent.address.clone(), u.in_flight))
            .collect();
        for (address, in_flight) in open {
            let diagnostic = if in_flight { running(&address) } else { undecided(&address) };
            self.report_at(&address, vec![diagnostic]);
        }
    }

    fn outputs(&mut self, known: &mut Known) -> BTreeMap<Text, OutputChange> {
        let mut outputs = BTreeMap::new();
        if self.scope.is_fragment() {
            return outputs;
        }
        let prior = &self.input.snapshot.outputs;
        for (name, output) in prior {
            let prior = Some(output.value.clone());
            outputs.insert(name.clone(), OutputChange { prior, planned: None });
        }
        if self.mode() == PlanMode::Destroy {
            if self.scope.is_partial() {
                // Some of what they tell of stays.
                for change in outputs.values_mut() {
                    change.planned.clone_from(&change.prior);
                }
            }
            return outputs;
        }
        let program = Arc::clone(&self.input.program);
        let (values, diagnostics) = program.outputs(known);
        self.diagnostics.extend(diagnostics);
        let partial = self.scope.is_partial() || self.mode() == PlanMode::RefreshOnly;
        for (name, value) in values {
            let change = outputs.entry(name).or_insert(OutputChange { prior: None, planned: None });
            let kept = partial && !value.is_wholly_known();
            let same = change.prior.as_ref().is_some_and(|prior| says_the_same(prior, &value));
            change.planned = if kept || same { change.prior.clone() } else { Some(value) };
        }
        outputs.retain(|_, change| change.prior.is_some() || change.planned.is_some());
        outputs
    }

    /// Evaluates check blocks, the preconditions of outputs and the rules of variables.
    fn checks(&mut self, known: &mut Known) {
        let program = Arc::clone(&self.input.program);
        for (number, node) in (0_u32..).zip(program.nodes()) {
            if !matches!(node.sort, NodeSort::Check | NodeSort::Output | NodeSort::Variable) {
                continue;
            }
            let of = Conditioned::Node(NodeId(number));
            let (checks, diagnostics) = program.conditions(&of, None, known);
            self.diagnostics.extend(diagnostics);
            self.results.checks.extend(checks);
        }
    }

    fn assemble(&mut self, known: &Known) -> Plan {
        let results = std::mem::take(&mut self.results);
        let mut records = results.records;
        for decided in &results.decided {
            records.extend(rewritten(decided));
        }
        let mut changes: Vec<Change> = results.decided.iter().map(|d| d.change.clone()).collect();
        changes.sort_by(|a, b| (&a.address, a.deposed).cmp(&(&b.address, b.deposed)));
        let mut plan = Plan {
            mode: self.mode(),
            lineage: self.input.snapshot.lineage.clone(),
            sequence: self.input.snapshot.sequence,
            records,
            changes,
            drift: results.drift,
            steps: Vec::new(),
            deferred: results.deferred,
            uncertain: results.uncertain,
            interrupted: results.interrupted,
            lost: results.lost,
            unrecorded: Vec::new(),
            generated: results.generated,
            generated_config: BTreeMap::new(),
            outputs: BTreeMap::new(),
            checks: results.checks,
            values: results.values,
            facts: self.links.all.iter().map(|(p, l)| (p.clone(), (*l.facts).clone())).collect(),
            configs: self
                .links
                .all
                .iter()
                .filter_map(|(p, l)| Some((p.clone(), l.config.clone()?)))
                // What is ephemeral is opened again at apply.
                .filter(|(_, config)| !config.deep_marks().contains(Marks::EPHEMERAL))
                .collect(),
            partial: self.scope.is_partial(),
            answers: results.answers,
            counters: Counters {
                evaluations: known.evaluations,
                edges: self.nodes.edges,
                asks: u64::from(self.asks.count()),
            },
        };
        plan.facts.retain(|_, facts| !facts.is_empty());
        plan.drift.sort_by(|a, b| a.address.cmp(&b.address));
        plan.deferred.sort_by(|a, b| a.address.cmp(&b.address));
        plan.uncertain.sort_by(|a, b| a.intent.address.cmp(&b.intent.address));
        plan.interrupted.sort_by_key(|i| (i.intent.at, i.intent.address.clone()));
        plan.values.sort_by(|a, b| a.0.cmp(&b.0));
        self.results.decided = results.decided;
        plan
    }

    fn item(&self, decided: &Decided) -> Item {
        let change = &decided.change;
        let old_provider = decided.old_provider.as_ref().unwrap_or(&change.provider);
        let provider_needs = self.links.needs(old_provider);
        let mut old_needs = self.held.needs_of_today(&decided.old_needs);
        if decided.generation.is_some() && !provider_needs.iter().all(|n| old_needs.contains(n)) {
            // What is reached through something is made from it, recorded as such or not.
            old_needs = old_needs.iter().chain(provider_needs.iter()).cloned().collect();
        }
        Item {
            address: change.address.clone(),
            kind: change.kind.clone(),
            provider: change.provider.clone(),
            provider_needs,
            old_provider: old_provider.clone(),
            action: change.action,
            deposed: change.deposed,
            generation: decided.generation,
            created: decided.created,
            create_before_destroy: change.create_before_destroy,
            absent_before: decided.absent_before,
            needs: change.needs.clone(),
            old_needs: self.through_reads(&old_needs),
        }
    }

    /// What was read leaves nothing to destroy; who was made from it was made from what it read.
    fn through_reads(&self, needs: &Arc<[Address]>) -> Arc<[Address]> {
        if needs.iter().all(|need| need.mode == Mode::Managed) {
            return Arc::clone(needs);
        }
        let mut all: BTreeSet<Address> = BTreeSet::new();
        let mut next: Vec<Address> = needs.to_vec();
        while let Some(need) = next.pop() {
            if !all.insert(need.clone()) || need.mode == Mode::Managed {
                continue;
            }
            let read: Vec<HeldId> = match self.held.find(&need) {
                Some(id) => vec![id],
                None => {
                    self.held.ids().filter(|id| need.covers(&self.held.get(*id).address)).collect()
                }
            };
            for id in read {
                let objects = self.held.get(id).instance.objects.values();
                next.extend(objects.flat_map(|object| object.needs.iter().cloned()));
            }
        }
        all.into_iter().collect()
    }

    fn cycle(&self, cycle: &[Address]) -> Diagnostic {
        let names: Vec<String> = cycle.iter().map(|address| format!("`{address}`")).collect();
        let diagnostic = Diagnostic::error(
            "infra::plan::order_cycle",
            "There is no order for this plan",
        )
        .detail(format!(
            "Each of these has to be done before the next, and the last before the first: {}.",
            names.join(", ")
        ))
        .help(
            "Give all of them the same `create_before_destroy`, or apply one of the changes \
                 alone with `-target`.",
        );
        self.around(diagnostic, cycle)
    }

    /// Warns of recorded needs that lead in a circle.
    fn circular(&self, circle: &[Address]) -> Option<Diagnostic> {
        let names: Vec<String> = circle.iter().map(|address| format!("`{address}`")).collect();
        let summary = "Recorded dependencies lead in a circle";
        let found = Diagnostic::warning("infra::plan::needs_circular", summary)
            .detail(format!("As recorded, each of these was made from others of them: {}. What is destroyed waits for those that were directly made from it, and for others only as far as the circle does not hide them.", names.join(", ")))
            .help("Look at the order of the plan, or apply it in parts with `-target`. An apply records anew what its objects are made from.");
        (!circle.is_empty()).then(|| self.around(found, circle))
    }

    /// Marks the blocks of what lies on a circle.
    fn around(&self, mut diagnostic: Diagnostic, circle: &[Address]) -> Diagnostic {
        for address in circle {
            if let Some(span) = self.input.program.span_of(address, &Path::default()) {
                diagnostic = diagnostic.label(span, "part of the circle");
            }
        }
        diagnostic
    }
}

/// Returns the record to write before the first step, if it is not the one that is there.
fn rewritten(decided: &Decided) -> Option<Record> {
    let next = decided.next_record.as_ref()?;
    let generation = decided.generation?;
    let object = match &decided.recorded {
        Some(recorded) if **recorded == *next => return None,
        _ => Arc::new(next.clone()),
    };
    Some(Record::Recorded { address: decided.change.address.clone(), generation, object })
}

fn has_data_loss(impacts: &[Impact]) -> bool {
    impacts.iter().any(|impact| impact.sort == ImpactSort::DataLoss)
}

fn lost_protected(lost: &Lost) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::destroy_prevented",
        format!("`{}` would be lost with `{}`", lost.address, lost.with),
    )
    .detail("It lives on that host, and `prevent_destroy` protects it. Nothing was changed.")
    .help("Keep the host, or set `prevent_destroy = false` and apply that alone first.")
}

fn running(address: &Address) -> Diagnostic {
    Diagnostic::warning("infra::plan::intent_in_flight", format!("`{address}` is being changed"))
        .detail("Another run holds the lock. It and what needs it are left out of this plan.")
        .help("Plan again once that run has ended.")
}

fn undecided(address: &Address) -> Diagnostic {
    Diagnostic::warning("infra::plan::intent_uncertain", format!("`{address}` is uncertain"))
        .detail(
            "Its create was cut off and it cannot be told how it ended. It and what needs it are \
             left out of this plan.",
        )
        .help(settle_by_hand(address))
}

/// Returns whether two values of an output are the same to whoever reads it: inside a value that is
/// secret as a whole, which parts were secret before does not matter, and Terraform does not record.
fn says_the_same(prior: &Value, planned: &Value) -> bool {
    prior == planned
        || prior.marks().contains(Marks::SENSITIVE)
            && prior.marks() == planned.marks()
            && prior.clone().unmark_deep().0 == planned.clone().unmark_deep().0
}

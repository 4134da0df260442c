//! The end of planning: everything decided becomes a plan.

mod costs;
mod impacts;
mod outputs;
mod sequence;

use super::{
    Next, Planner,
    intents::settle_by_hand,
    results::{Decided, Out},
};
use crate::{
    digest,
    order::{self, Item},
    plan::{Action, Change, Counters, Digests, Lost, Plan, PlanMode},
};
use infra_model::{
    address::{Address, Mode},
    diagnostic::{self, Diagnostic},
    journal::Record,
    known::Known,
    program::{Conditioned, NodeId, NodeSort},
    snapshot::{Check, CheckStatus, Object},
    text::Text,
    value::Marks,
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
        self.add_costs();
        self.add_digests();
        self.check_envelope();
        self.warn_uncertain();
        let unrecorded = self.unrecorded();
        let unpriced = self.unpriced();
        let outputs = self.outputs(known);
        if !self.scope.is_fragment() && self.mode() != PlanMode::Destroy {
            self.checks(known);
        }
        if self.scope.is_partial() {
            self.unlooked_at();
        }
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        let items: Vec<Item> = self.results.decided.iter().map(|d| self.item(d)).collect();
        let ordered = order::steps(items, !self.results.deferred.is_empty());
        match &ordered {
            Ok(ordered) => diagnostics.extend(self.circular(&ordered.circular)),
            Err(cycle) => diagnostics.push(self.cycle(cycle)),
        }
        diagnostics.extend(self.remarks(known));
        diagnostic::sort(&mut diagnostics);
        let mut plan = self.assemble(known);
        plan.outputs = outputs;
        plan.unrecorded = unrecorded;
        plan.unpriced = unpriced;
        if let Ok(ordered) = ordered {
            plan.steps = ordered.steps;
            plan.counters.edges += ordered.edges;
        }
        Next::Done(Box::new(plan), diagnostics)
    }

    /// What something with `create_before_destroy` is made from must be there before as well. A
    /// decision stands behind those it needs, so one way back reaches all.
    fn propagate_create_before_destroy(&mut self) {
        let program = Arc::clone(&self.input.program);
        let outliving = self.outliving();
        let mut wanted: BTreeSet<Address> = BTreeSet::new();
        for at in (0..self.results.decided.len()).rev() {
            let decided = &self.results.decided[at];
            let own = &decided.change.address;
            let named = wanted.contains(own) || wanted.iter().any(|w| w.is_wild() && w.covers(own));
            let live = !matches!(decided.change.action, Action::Delete | Action::Forget);
            let outlives =
                live && program.node_of(own).is_some_and(|node| outliving.contains(&node));
            let set = named || outlives || decided.lifecycle.create_before_destroy;
            if set && live {
                wanted.extend(decided.change.needs.iter().cloned());
            }
            self.results.decided[at].change.create_before_destroy = set;
            if let (Some(next), true) = (&mut self.results.decided[at].next_record, live)
                && next.create_before_destroy != set
            {
                Arc::make_mut(next).create_before_destroy = set;
            }
        }
    }

    /// Returns the blocks that inherit `create_before_destroy`: all that a block with it needs, if only
    /// through others. Blocks that targets leave out hand on nothing, since nothing of theirs has to
    /// wait.
    fn outliving(&self) -> BTreeSet<NodeId> {
        let nodes = self.input.program.nodes();
        let takes = |id| self.scope.is_fragment() || self.scope.takes_node(id);
        let all = (0_u32..).zip(nodes).map(|(number, node)| (NodeId(number), node));
        let first = all.filter(|(id, node)| node.creates_first && takes(*id)).map(|(id, _)| id);
        let (mut next, mut found): (Vec<NodeId>, _) = (first.collect(), BTreeSet::new());
        while let Some(id) = next.pop() {
            let node = &nodes[id.0 as usize];
            let needed = node.depends.iter().chain(&node.encloses).copied();
            next.extend(needed.filter(|needed| found.insert(*needed)));
        }
        found
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

    fn add_digests(&mut self) {
        for at in 0..self.results.decided.len() {
            let decided = &self.results.decided[at];
            let change = &decided.change;
            let (Some(recorded), Mode::Managed) = (&decided.recorded, change.address.mode) else {
                continue;
            };
            if !change.touches() {
                // Nobody asks whether it has moved; of most plans this is nearly everything.
                continue;
            }
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

    /// Of blocks with conditions, the instances that were left out are neither right nor wrong.
    fn unlooked_at(&mut self) {
        let address = |name: &Text| name.parse::<Address>().ok();
        let judged: BTreeSet<Address> =
            self.results.checks.keys().filter_map(address).map(|at| at.block()).collect();
        let out = self.results.left_out().filter(|(block, _)| judged.contains(block));
        let out = out.flat_map(|(_, all)| all);
        let passed = out.filter(|(at, why)| *why == Out::Excluded && !at.is_wild());
        let passed: Vec<Text> = passed.map(|(at, _)| at.to_string().into()).collect();
        for name in passed {
            let unknown = Check { status: CheckStatus::Unknown, messages: Vec::new() };
            self.results.checks.entry(name).or_insert(unknown);
        }
    }

    fn assemble(&mut self, known: &Known) -> Plan {
        let results = std::mem::take(&mut self.results);
        let mut records = results.records;
        for decided in &results.decided {
            records.extend(rewritten(decided));
        }
        let mut changes: Vec<Change> = results.decided.into_iter().map(|d| d.change).collect();
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
            unpriced: Vec::new(),
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
        plan
    }
}

/// Returns the record to write before the first step, if it is not the one that is there.
fn rewritten(decided: &Decided) -> Option<Record> {
    let next = decided.next_record.as_ref()?;
    let generation = decided.generation?;
    let object = match &decided.recorded {
        Some(recorded) if recorded == next => return None,
        _ => Arc::clone(next),
    };
    Some(Record::Recorded { address: decided.change.address.clone(), generation, object })
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

//! What is recorded and not configured any more, what `-destroy` takes, and what was replaced and
//! is still there.

use super::{
    Planner,
    held::HeldId,
    links::Link,
    managed::Prior,
    results::Out,
    scope::endpoint_covers,
    walk::{Halt, Stage, WalkId},
};
use crate::plan::{Action, PlanMode, Reason};
use infra_model::{
    address::{Address, Generation, InstanceKey, Mode, ProviderAddress},
    journal::Record,
    kind::Facts,
    known::Known,
    observed::Observed,
    program::{Keying, NodeId, NodeSort, Program},
    value::Value,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

impl Planner {
    /// Goes on with everything recorded that no instance of the configuration has.
    pub(super) fn walk_orphans(&mut self, known: &mut Known) {
        if self.orphans.is_none() {
            self.orphans = Some(self.list_orphans().into_iter().collect());
        }
        loop {
            // What is decided may be what another one waits for.
            let mut decided = false;
            for id in self.orphans.clone().unwrap_or_default() {
                match self.walk_orphan(known, id) {
                    Err(Halt::Waits) => continue,
                    Err(Halt::Leaves(why)) => {
                        let address = self.held.get(id).address.clone();
                        self.results.leave_out(&address, why);
                    }
                    Ok(()) => {}
                }
                decided |= self.orphans.as_mut().is_some_and(|all| all.remove(&id));
            }
            if !decided {
                return;
            }
        }
    }

    fn list_orphans(&self) -> Vec<HeldId> {
        let destroying = self.mode() == PlanMode::Destroy;
        let candidates: Vec<HeldId> = self
            .held
            .ids()
            .filter(|id| {
                let held = self.held.get(*id);
                !held.decided
                    && (destroying || !held.claimed)
                    && self.scope.fragment_takes(&held.address)
            })
            .collect();
        self.within_scope(candidates)
    }

    /// Of what could be destroyed: the targets, without the excluded and what those are made from. Who
    /// destroys also means what is made from the targets; a plan that changes means nothing that no
    /// target names, since it may be configured as ever.
    fn within_scope(&self, candidates: Vec<HeldId>) -> Vec<HeldId> {
        if !self.scope.is_partial() {
            return candidates;
        }
        let address = |id: &HeldId| &self.held.get(*id).address;
        let mut users: BTreeMap<Address, Vec<(Address, HeldId)>> = BTreeMap::new();
        for id in self.held.ids() {
            for object in self.held.get(id).instance.objects.values() {
                for need in object.needs.iter() {
                    users.entry(need.block()).or_default().push((need.clone(), id));
                }
            }
        }
        let mut taken: BTreeSet<HeldId> = BTreeSet::new();
        let mut next: Vec<HeldId> = candidates.clone();
        // Of a block that the targets need the plan is whole.
        next.retain(|id| {
            let node = self.input.program.node_of(address(id));
            self.scope.is_targeted(address(id)) || node.is_some_and(|n| self.scope.needs_node(n))
        });
        while let Some(id) = next.pop() {
            if !taken.insert(id) {
                continue;
            }
            if self.mode() != PlanMode::Destroy {
                continue;
            }
            let made_from = users.get(&address(&id).block()).into_iter().flatten();
            next.extend(made_from.filter(|(need, _)| need.overlaps(address(&id))).map(|(_, u)| *u));
        }
        let mut kept: BTreeSet<HeldId> = BTreeSet::new();
        let mut next: Vec<HeldId> =
            self.held.ids().filter(|id| self.scope.is_excluded(address(id))).collect();
        while let Some(id) = next.pop() {
            if !kept.insert(id) {
                continue;
            }
            for object in self.held.get(id).instance.objects.values() {
                let needed =
                    |other: &HeldId| object.needs.iter().any(|n| n.overlaps(address(other)));
                next.extend(self.held.ids().filter(needed));
            }
        }
        candidates.into_iter().filter(|id| taken.contains(id) && !kept.contains(id)).collect()
    }

    fn walk_orphan(&mut self, known: &mut Known, id: HeldId) -> Stage<()> {
        let held = self.held.get(id);
        let address = held.address.clone();
        if address.mode != Mode::Managed {
            self.drop_read(id);
            return Ok(());
        }
        if held.broken {
            return Err(Halt::Leaves(Out::Blocked));
        }
        let Some(provider) = self.maker(id) else {
            // Nothing stands here that anyone could be asked about.
            return Ok(());
        };
        if let Some(host) = self.dying_host(known, id, &provider)? {
            self.lose(id, host);
            return Ok(());
        }
        match self.ensure(&provider, known) {
            Link::Untouched | Link::Asking => return Err(Halt::Waits),
            Link::Failed => return Err(Halt::Leaves(Out::Blocked)),
            Link::Excluded => return Err(Halt::Leaves(Out::Excluded)),
            Link::Deferred(_) => return self.leave_to_host(id, &provider),
            Link::Ready => {}
        }
        if self.held.get(id).refresh_by.is_none() {
            self.held.get_mut(id).refresh_by = Some(provider.clone());
        }
        self.observe(known, id)?;
        let prior = self.observed(id, &provider)?;
        if self.mode() == PlanMode::RefreshOnly {
            self.record_observed(id, prior);
            return Ok(());
        }
        self.settle_intents(id);
        let current = self.held.get(id).instance.current().map(|(g, o)| (g, Arc::clone(o)));
        match (prior, current) {
            (Some(prior), _) => self.destroy(known, id, &prior)?,
            (None, Some((generation, object))) => self.forget_gone(&address, generation, &object),
            (None, None) => {}
        }
        self.decide_deposed(id);
        self.held.get_mut(id).decided = true;
        Ok(())
    }

    /// Returns the provider instance that made what is recorded, or was about to.
    fn maker(&self, id: HeldId) -> Option<ProviderAddress> {
        let held = self.held.get(id);
        let made = held.instance.objects.values().next_back().map(|object| object.provider.clone());
        made.or_else(|| held.instance.open.last().map(|intent| intent.provider.clone()))
    }

    /// A data source leaves nothing behind.
    fn drop_read(&mut self, id: HeldId) {
        self.held.get_mut(id).decided = true;
        if self.mode() != PlanMode::RefreshOnly {
            let address = self.held.get(id).address.clone();
            self.results.records.push(Record::Forgotten { address, generation: None });
        }
    }

    fn destroy(&mut self, known: &mut Known, id: HeldId, prior: &Prior) -> Stage<()> {
        let held = self.held.get(id);
        let address = held.address.clone();
        let removed = self.removed_by(&address);
        let (reason, forget) = match (self.mode(), removed) {
            (PlanMode::Destroy, _) => (None, false),
            (_, Some(destroy)) => (Some(self.why_removed(id)), !destroy),
            (_, None) => (Some(self.why_orphan(known, id)), false),
        };
        let protected = held.protected || prior.object.prevent_destroy;
        if protected && !forget {
            let refused = self.protected(&address, "destroyed", prior, &[]);
            self.report_at(&address, vec![refused]);
            return Err(Halt::Leaves(Out::Blocked));
        }
        if prior.drifted {
            self.note_drift(&address, prior, true);
        }
        let action = if forget { Action::Forget } else { Action::Delete };
        let mut decided = self.decided_as_recorded(id, prior, action);
        decided.change.reason = reason;
        if forget {
            let generation = Some(prior.generation);
            self.results.records.push(Record::Forgotten { address, generation });
        } else {
            self.results.values.push((address, prior.value.clone()));
            let mut next = (*prior.object).clone();
            next.value = prior.value.clone();
            decided.next_record = Some(Arc::new(next));
        }
        self.results.decide(decided);
        Ok(())
    }

    fn removed_by(&self, address: &Address) -> Option<bool> {
        let removed = self.input.program.removed().iter();
        removed.filter(|r| endpoint_covers(&r.from, address)).map(|r| r.destroy).next()
    }

    fn why_removed(&self, id: HeldId) -> Reason {
        if self.held.get(id).moved_from.is_some() { Reason::NoMoveTarget } else { Reason::Removed }
    }

    fn why_orphan(&self, known: &mut Known, id: HeldId) -> Reason {
        let (address, moved) = {
            let held = self.held.get(id);
            (held.address.clone(), held.moved_from.is_some())
        };
        let program = Arc::clone(&self.input.program);
        if let Some(node) = program.node_of(&address) {
            return why_instance(&*program, known, (&address, node));
        }
        if moved {
            return Reason::NoMoveTarget;
        }
        Reason::NoResource
    }

    /// Plans the end of what was replaced and is still there.
    pub(super) fn decide_deposed(&mut self, id: HeldId) {
        let held = self.held.get(id);
        let deposed: Vec<(Generation, _)> =
            held.instance.deposed().map(|(g, object)| (g, Arc::clone(object))).collect();
        let address = held.address.clone();
        for (generation, object) in deposed {
            let observed = match self.held.get(id).seen(generation) {
                Some(Observed::Gone) => {
                    let generation = Some(generation);
                    let address = address.clone();
                    self.results.records.push(Record::Forgotten { address, generation });
                    continue;
                }
                Some(Observed::Present(value)) => Some(value.clone()),
                Some(Observed::NotAskable(_)) | None => None,
            };
            let value = self.normal(&address, &object.provider, observed.as_ref());
            let value = value.unwrap_or_else(|| object.value.clone());
            let prior =
                Prior { generation, object, observed, value, drifted: false, adopted: false };
            let mut decided = self.decided_as_recorded(id, &prior, Action::Delete);
            decided.next_record = Some(Arc::clone(&prior.object));
            decided.change.deposed = Some(generation);
            decided.change.reason = Some(Reason::Deposed);
            self.results.decide(decided);
        }
    }

    fn normal(
        &self,
        address: &Address,
        provider: &ProviderAddress,
        observed: Option<&Value>,
    ) -> Option<Value> {
        let kind = self.input.kinds.of(address)?;
        let facts: Arc<Facts> = self.links.facts(provider);
        Some(kind.schema().block.mark_sensitive(kind.normalise(observed?.clone(), &facts)))
    }

    /// With `-destroy`, only what a provider is configured from is opened.
    fn open_to_destroy(&mut self, known: &mut Known, walk: WalkId, link: &Link) -> Stage<()> {
        if !matches!(link, Link::Ready) || !self.configures(self.walks[walk.0].node) {
            return Ok(());
        }
        let desired = self.evaluate(known, walk)?;
        if !desired.value.is_wholly_known() {
            return Ok(());
        }
        self.judge_read(known, walk, &desired)
    }

    /// Returns whether a provider configuration depends on a node.
    fn configures(&self, node: NodeId) -> bool {
        let nodes = self.input.program.nodes();
        let mut behind: BTreeSet<NodeId> = BTreeSet::from([node]);
        // A node stands behind those it depends on.
        (0_u32..).zip(nodes).skip(node.0 as usize).any(|(number, user)| {
            let uses = user.depends.iter().any(|needed| behind.contains(needed));
            if uses {
                behind.insert(NodeId(number));
            }
            uses && user.sort == NodeSort::Provider
        })
    }

    /// With `-destroy`, instances are walked only so that provider configurations are known.
    pub(super) fn walk_to_destroy(
        &mut self,
        known: &mut Known,
        walk: WalkId,
        link: &Link,
    ) -> Stage<()> {
        let address = self.walks[walk.0].address.clone();
        if address.mode == Mode::Ephemeral {
            return self.open_to_destroy(known, walk, link);
        }
        let Some(id) = self.walks[walk.0].held else {
            return Ok(());
        };
        if address.mode != Mode::Managed {
            self.publish_recorded(known, walk);
            return Ok(());
        }
        let program = Arc::clone(&self.input.program);
        if self.walks[walk.0].desired.is_none() {
            // Only its protection matters; what else is wrong with it does not stand in the way.
            let (desired, _) = program.desired(self.walks[walk.0].id, known);
            let protected = desired.as_ref().is_some_and(|d| d.lifecycle.prevent_destroy);
            self.held.get_mut(id).protected = protected;
            self.walks[walk.0].desired = desired.map(Arc::new);
        }
        if !matches!(link, Link::Ready) {
            return Ok(());
        }
        self.look_at_held(known, walk)?;
        let provider = self.walks[walk.0].provider.clone().ok_or(Halt::Waits)?;
        if let Some(prior) = self.observed(id, &provider)? {
            known.publish(self.walks[walk.0].id, prior.value);
        }
        Ok(())
    }
}

/// Returns why an instance of a resource that is still configured goes.
fn why_instance(
    program: &dyn Program,
    known: &mut Known,
    (address, node): (&Address, NodeId),
) -> Reason {
    if !module_stands(program, known, (address, &[node])) {
        return Reason::NoModule;
    }
    let fits = match (program.keying(address), &address.key) {
        (None, _) => true,
        (Some(Keying::Single), key) => *key == InstanceKey::None,
        (Some(Keying::Count), key) => matches!(key, InstanceKey::Index(_)),
        (Some(Keying::Each), key) => matches!(key, InstanceKey::Name(_)),
    };
    if fits { Reason::NoKey } else { Reason::WrongRepetition }
}

/// Returns whether the module instance of an address is configured; if that cannot be told from the
/// nodes, it counts as configured.
fn module_stands(
    program: &dyn Program,
    known: &mut Known,
    (address, nodes): (&Address, &[NodeId]),
) -> bool {
    if let Some(stands) = program.module_stands(&address.module, known) {
        return stands;
    }
    let (mut others, mut unknown) = (false, false);
    for node in nodes {
        let (expansion, _) = program.expand(*node, known);
        for id in &expansion.instances {
            let module = &known.addresses.address(*id).module;
            if module.steps().starts_with(address.module.steps()) {
                return true;
            }
            others = true;
        }
        unknown |= !expansion.unknown.is_empty();
    }
    unknown || !others
}

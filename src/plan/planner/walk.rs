//! One instance on its way from its address to a decision.
//!
//! A walk runs from its beginning each time it is woken and stops where an answer is missing. What
//! it has evaluated and what it was answered it keeps, so nothing is evaluated or asked twice.

use super::{Planner, held::HeldId, links::Link, results::Out};
use crate::plan::PlanMode;
use infra_model::{
    address::{Address, InstanceId, Mode, ProviderAddress},
    diagnostic::{Diagnostic, has_errors},
    known::Known,
    program::{Conditioned, Desired, NodeId, NodeSort},
    snapshot::{CheckStatus, Object},
    text::Text,
    value::Value,
};
use std::sync::Arc;

/// Numbers the walks of a planner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WalkId(pub(super) usize);

/// What a walk was answered.
#[derive(Clone, Debug)]
pub(super) enum Gathered {
    Value(Value),
    Imported(Vec<Object>),
    Exists(Option<Text>),
    NotAskable(Box<Diagnostic>),
    Failed(Box<Diagnostic>),
}

/// One instance of the configuration.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    pub(super) id: InstanceId,
    pub(super) address: Address,
    pub(super) node: NodeId,
    pub(super) held: Option<HeldId>,
    /// The responsible provider instance, once it is known.
    pub(super) provider: Option<ProviderAddress>,
    pub(super) desired: Option<Arc<Desired>>,
    /// Preconditions and hooks of the kind found nothing wrong.
    pub(super) sound: bool,
    pub(super) validated: bool,
    /// The kind was asked whether what is there can become what is desired.
    pub(super) judged: bool,
    /// A question of this walk alone is out or answered.
    pub(super) asked: bool,
    pub(super) gathered: Option<Gathered>,
    /// The import was taken over.
    pub(super) imported: bool,
    /// It waits for the node of another provider instance.
    pub(super) parked: bool,
    pub(super) forced: bool,
}

/// Why a walk stops here.
#[derive(Clone, Debug)]
pub(super) enum Halt {
    /// An answer is missing.
    Waits,
    /// It is not part of the plan.
    Leaves(Out),
}

/// A stage of a walk.
pub(super) type Stage<T> = Result<T, Halt>;

impl Planner {
    /// Goes on with every walk that waited and every node that is ready.
    pub(super) fn walk_nodes(&mut self, known: &mut Known) {
        let mut turn = std::mem::take(&mut self.nodes.active);
        let mut waiting = Vec::new();
        loop {
            for walk in turn {
                if !self.advance(known, walk) {
                    waiting.push(walk);
                }
            }
            turn = Vec::new();
            while let Some(node) = self.nodes.next() {
                turn.extend(self.open_node(known, node));
            }
            if turn.is_empty() {
                break;
            }
        }
        self.nodes.active = waiting;
    }

    /// Lets walks that wait for another provider instance go on without it; returns whether there
    /// were any.
    pub(super) fn unpark(&mut self) -> bool {
        let mut any = false;
        for walk in self.nodes.active.clone() {
            let walk = &mut self.walks[walk.0];
            any |= walk.parked && !walk.forced;
            walk.forced = true;
        }
        debug_assert!(any || self.nodes.active.is_empty(), "a walk waits for an ask that is out");
        any
    }

    /// Expands a node and starts a walk for each of its instances.
    fn open_node(&mut self, known: &mut Known, node: NodeId) -> Vec<WalkId> {
        let program = Arc::clone(&self.input.program);
        let sort = &program.nodes()[node.0 as usize].sort;
        let NodeSort::Resource(..) = sort else {
            self.nodes.open(node, 0);
            return Vec::new();
        };
        self.load_late_imports(known, node);
        let (expansion, diagnostics) = program.expand(node, known);
        let failed = has_errors(&diagnostics);
        self.diagnostics.extend(diagnostics);
        for unknown in &expansion.unknown {
            self.take_unknown(unknown, failed);
        }
        let mut started = Vec::new();
        for instance in expansion.instances {
            let address = known.addresses.address(instance).clone();
            if failed {
                self.results.leave_out(&address.block(), Out::Blocked);
            }
            if self.scope.takes(node, &address) && !self.results.has(&address) {
                started.push(self.start(instance, address, node));
            } else if !self.scope.is_fragment() {
                self.results.leave_out(&address, Out::Excluded);
                self.claim(&address);
            }
        }
        self.nodes.open(node, u32::try_from(started.len()).unwrap_or(u32::MAX));
        started
    }

    fn start(&mut self, id: InstanceId, address: Address, node: NodeId) -> WalkId {
        self.apply_implicit_move(&address);
        let held = self.claim(&address);
        self.walks.push(Box::new(Walk {
            id,
            address,
            node,
            held,
            provider: None,
            desired: None,
            sound: false,
            validated: false,
            judged: false,
            asked: false,
            gathered: None,
            imported: false,
            parked: false,
            forced: false,
        }));
        WalkId(self.walks.len() - 1)
    }

    fn claim(&mut self, address: &Address) -> Option<HeldId> {
        let held = self.held.find(address)?;
        self.held.get_mut(held).claimed = true;
        Some(held)
    }

    /// Goes on with one walk; returns whether it is over.
    fn advance(&mut self, known: &mut Known, walk: WalkId) -> bool {
        match self.walk(known, walk) {
            Err(Halt::Waits) => return false,
            Err(Halt::Leaves(why)) => {
                let address = self.walks[walk.0].address.clone();
                self.results.leave_out(&address, why);
            }
            Ok(()) => {}
        }
        let walk = &mut self.walks[walk.0];
        // What is desired is in the decision from here on, as far as it is needed.
        (walk.desired, walk.gathered) = (None, None);
        self.nodes.decided(walk.node);
        true
    }

    fn walk(&mut self, known: &mut Known, walk: WalkId) -> Stage<()> {
        let address = self.walks[walk.0].address.clone();
        if self.scope.is_excluded(&address) {
            self.publish_recorded(known, walk);
            return Err(Halt::Leaves(Out::Excluded));
        }
        let link = self.link(known, walk)?;
        if self.mode() == PlanMode::Destroy {
            return self.walk_to_destroy(known, walk, &link);
        }
        if let Link::Deferred(waits_for) = link {
            return self.defer_for_provider(known, walk, waits_for);
        }
        self.look_at_held(known, walk)?;
        if self.mode() == PlanMode::RefreshOnly && address.mode == Mode::Managed {
            return self.only_refresh(known, walk);
        }
        let desired = self.desired(known, walk)?;
        match address.mode {
            Mode::Managed => self.judge_managed(known, walk, &desired),
            Mode::Data | Mode::Ephemeral => self.judge_read(known, walk, &desired),
        }
    }

    /// Finds the provider instance and waits until it is configured.
    fn link(&mut self, known: &mut Known, walk: WalkId) -> Stage<Link> {
        let address = self.walks[walk.0].address.clone();
        if self.walks[walk.0].provider.is_none() {
            let program = Arc::clone(&self.input.program);
            let Some(provider) = program.provider_of(&address, known) else {
                self.report_at(&address, vec![no_provider(&address)]);
                return Err(Halt::Leaves(Out::Blocked));
            };
            self.walks[walk.0].provider = Some(provider);
        }
        let Some(provider) = self.walks[walk.0].provider.clone() else { return Err(Halt::Waits) };
        match self.ensure(&provider, known) {
            Link::Untouched | Link::Asking => Err(Halt::Waits),
            Link::Failed => Err(Halt::Leaves(Out::Blocked)),
            Link::Excluded => Err(Halt::Leaves(Out::Excluded)),
            link @ (Link::Ready | Link::Deferred(_)) => Ok(link),
        }
    }

    /// Waits until everything about what is recorded here is known: lookups, imports, refresh.
    pub(super) fn look_at_held(&mut self, known: &mut Known, walk: WalkId) -> Stage<()> {
        self.take_import(walk)?;
        let Some(id) = self.walks[walk.0].held else { return Ok(()) };
        self.choose_refresher(known, walk, id)?;
        self.observe_or_import(known, walk, id)
    }

    /// Waits until an instance that is recorded was looked up and refreshed.
    pub(super) fn observe(&mut self, known: &mut Known, id: HeldId) -> Stage<()> {
        if let Some(index) = self.held.get(id).lookups.first().copied() {
            let by = self.held.get(id).instance.open[index].provider.clone();
            match self.ensure(&by, known) {
                Link::Untouched | Link::Asking => return Err(Halt::Waits),
                Link::Ready => {}
                Link::Deferred(_) | Link::Excluded | Link::Failed => {
                    return Err(Halt::Leaves(Out::Blocked));
                }
            }
        }
        if !self.find_creates(id) {
            return Err(Halt::Waits);
        }
        if self.wants_refresh(id) && self.held.get(id).questions().next().is_some() {
            let held = self.held.get(id);
            if let Some(by) = held.refresh_by.clone().filter(|_| !held.asked) {
                self.links.entry(&by).refreshes.push(id);
            }
            return Err(Halt::Waits);
        }
        let held = self.held.get(id);
        if held.stuck || held.broken || held.not_askable() {
            return Err(Halt::Leaves(Out::Blocked));
        }
        Ok(())
    }

    /// Returns whether an instance is to be observed before it is judged.
    pub(super) fn wants_refresh(&self, id: HeldId) -> bool {
        let held = self.held.get(id);
        let wanted = self.input.options.refresh || !held.unsettled.is_empty();
        wanted
            && !held.broken
            && held.address.mode == Mode::Managed
            && !held.instance.objects.is_empty()
            && self.scope.fragment_takes(&held.address)
            && !self.scope.is_excluded(&held.address)
    }

    /// The provider instance that made an object is asked for it if the objects live on its host;
    /// otherwise the one that is configured now.
    fn choose_refresher(&mut self, known: &mut Known, walk: WalkId, id: HeldId) -> Stage<()> {
        if self.held.get(id).refresh_by.is_some() {
            return Ok(());
        }
        let Some(provider) = self.walks[walk.0].provider.clone() else { return Err(Halt::Waits) };
        let current = self.held.get(id).instance.current();
        let maker = current.map_or_else(|| provider.clone(), |(_, object)| object.provider.clone());
        let facts = self.input.kinds.provider(&provider.provider);
        let on_host = facts.is_some_and(|facts| facts.objects_live_on_host);
        let mut by = provider;
        if on_host && maker != by && !self.walks[walk.0].forced {
            if !self.is_provider_ready(&maker) {
                self.walks[walk.0].parked = true;
                return Err(Halt::Waits);
            }
            match self.ensure(&maker, known) {
                Link::Untouched | Link::Asking => return Err(Halt::Waits),
                Link::Ready => by = maker,
                Link::Deferred(_) | Link::Excluded | Link::Failed => {
                    return Err(Halt::Leaves(Out::Blocked));
                }
            }
        }
        self.walks[walk.0].parked = false;
        self.held.get_mut(id).refresh_by = Some(by);
        Ok(())
    }

    /// Returns whether everything that a provider configuration depends on is decided.
    fn is_provider_ready(&self, provider: &ProviderAddress) -> bool {
        let name = match &provider.alias {
            Some(alias) => format!("provider.{}.{alias}", provider.provider),
            None => format!("provider.{}", provider.provider),
        };
        let module: Vec<&Text> = provider.module.steps().iter().map(|step| &step.name).collect();
        let nodes = (0_u32..).zip(self.input.program.nodes());
        let mut found = nodes.filter(|(_, node)| {
            node.sort == NodeSort::Provider
                && *node.name == *name
                && node.module.iter().eq(module.iter().copied())
        });
        found.next().is_none_or(|(number, _)| self.nodes.is_done(NodeId(number)))
    }

    /// Evaluates the configuration of an instance once, with its needs and preconditions.
    fn desired(&mut self, known: &mut Known, walk: WalkId) -> Stage<Arc<Desired>> {
        if let (Some(desired), true) = (&self.walks[walk.0].desired, self.walks[walk.0].sound) {
            return Ok(Arc::clone(desired));
        }
        let desired = self.evaluate(known, walk)?;
        let (out, waits_for) = self.look_at_needs(&desired.needs);
        match out {
            Some(Out::Deferred) => return Err(self.defer_for_needs(walk, &desired, waits_for)),
            Some(why) => {
                self.publish_recorded(known, walk);
                return Err(Halt::Leaves(why));
            }
            None => {}
        }
        let (id, address) = (self.walks[walk.0].id, self.walks[walk.0].address.clone());
        self.conditions(known, &address, &Conditioned::Before(id), None)?;
        self.walks[walk.0].sound = true;
        Ok(desired)
    }

    /// Evaluates the configuration of an instance once.
    pub(super) fn evaluate(&mut self, known: &mut Known, walk: WalkId) -> Stage<Arc<Desired>> {
        if let Some(desired) = &self.walks[walk.0].desired {
            return Ok(Arc::clone(desired));
        }
        let program = Arc::clone(&self.input.program);
        let (desired, diagnostics) = program.desired(self.walks[walk.0].id, known);
        let failed = has_errors(&diagnostics);
        let address = self.walks[walk.0].address.clone();
        self.report_at(&address, diagnostics);
        let Some(desired) = desired.filter(|_| !failed) else {
            return Err(Halt::Leaves(Out::Blocked));
        };
        let desired = Arc::new(desired);
        self.walks[walk.0].desired = Some(Arc::clone(&desired));
        Ok(desired)
    }

    /// Evaluates conditions of an instance; one that fails blocks it.
    pub(super) fn conditions(
        &mut self,
        known: &mut Known,
        address: &Address,
        of: &Conditioned,
        object: Option<&Value>,
    ) -> Stage<()> {
        let program = Arc::clone(&self.input.program);
        let (checks, diagnostics) = program.conditions(of, object, known);
        let failed = has_errors(&diagnostics)
            || checks.values().any(|check| check.status == CheckStatus::Fail);
        self.report_at(address, diagnostics);
        for (name, check) in checks {
            match (of, self.results.checks.get_mut(&name)) {
                // Results after the change are added to those before it.
                (Conditioned::After(_), Some(before)) => before.extend(check),
                _ => drop(self.results.checks.insert(name, check)),
            }
        }
        if failed { Err(Halt::Leaves(Out::Blocked)) } else { Ok(()) }
    }

    /// Reports what is wrong with an instance and leaves it.
    pub(super) fn fail<T>(&mut self, walk: WalkId, diagnostic: Diagnostic) -> Stage<T> {
        let address = self.walks[walk.0].address.clone();
        self.report_at(&address, vec![diagnostic]);
        Err(Halt::Leaves(Out::Blocked))
    }
}

fn no_provider(address: &Address) -> Diagnostic {
    Diagnostic::error("infra::plan::provider_missing", format!("`{address}` has no provider"))
        .detail(format!("No provider of this program has the type `{}`.", address.kind))
        .help("Check the spelling of the type, or add its provider.")
}

//! `import` blocks: objects that exist already are taken into the record.

pub(super) mod wrong;

use super::{
    Planner,
    asks::Purpose,
    held::HeldId,
    walk::{Gathered, Halt, Stage, WalkId},
};
use crate::plan::PlanMode;
use infra_model::{
    address::{Address, InstanceKey},
    ask::Question,
    diagnostic::{Diagnostic, has_errors},
    journal::Intent,
    known::Known,
    observed::Observed,
    program::{Import, Node, NodeId, Program},
    snapshot::Object,
    source::Span,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use wrong::{
    Missing, circular, failed, no_target, not_found, not_known, too_late, twice, wrong_key,
};

impl Planner {
    /// Evaluates the `import` blocks; those whose object is recorded already have done their work.
    pub(super) fn load_imports(&mut self, known: &mut Known) {
        let program = Arc::clone(&self.input.program);
        let (imports, diagnostics) = program.imports(known);
        self.diagnostics.extend(diagnostics);
        let mut seen: BTreeMap<Address, Span> = BTreeMap::new();
        for import in imports {
            if let Some(earlier) = seen.insert(import.to.clone(), import.span) {
                self.report(twice(&import, earlier, program.sources()));
                continue;
            }
            if program.node_of(&import.to).is_none() {
                self.import_without_block(import);
                continue;
            }
            match wrong_key(&*program, &import) {
                Some(wrong) => self.report(wrong),
                None => {
                    self.imports.insert(import.to.clone(), import);
                }
            }
        }
    }

    /// An import to an address without a block: configuration is written for it, if that was asked
    /// for, or it is an error.
    fn import_without_block(&mut self, import: Import) {
        let program = Arc::clone(&self.input.program);
        if !import.to.module.is_root() {
            let names: Vec<_> = import.to.module.steps().iter().map(|s| s.name.clone()).collect();
            let inside = |node: &Node| node.module.starts_with(&names);
            let called = program.nodes().iter().any(inside);
            return self
                .report(no_target(&import, if called { Missing::Block } else { Missing::Module }));
        }
        let single = import.to.key == InstanceKey::None && !import.repeated;
        if self.input.options.generate && single {
            return self.generate.want(import);
        }
        self.report(no_target(&import, if single { Missing::Root } else { Missing::Repeated }));
    }

    /// Reports imports to instances that the resource does not have.
    pub(super) fn check_imports(&mut self, known: &mut Known) {
        let program = Arc::clone(&self.input.program);
        let imports: Vec<Import> = self.imports.values().cloned().collect();
        for import in imports {
            let Some(node) = program.node_of(&import.to) else { continue };
            if !self.scope.takes_node(node) || self.held.find(&import.to).is_some() {
                continue;
            }
            let (expansion, found) = program.expand(node, known);
            let stands =
                expansion.instances.iter().any(|id| *known.addresses.address(*id) == import.to);
            let open = expansion.unknown.iter().any(|unknown| unknown.address.covers(&import.to));
            if !stands && !open && !has_errors(&found) {
                self.report(no_target(&import, Missing::Instance));
            }
        }
    }

    /// Lets the nodes of resources to import to wait for what their imports come from.
    pub(super) fn await_imports(&mut self, known: &mut Known) -> BTreeSet<(NodeId, NodeId)> {
        let program = Arc::clone(&self.input.program);
        let mut edges = BTreeSet::new();
        for unknown in program.unknown_imports(known) {
            // Without a node there is nothing to open; that is reported once it is known.
            let Some(target) = program.node_of(&unknown.to) else { continue };
            self.late_imports.insert(target);
            for needed in unknown.waits_for.iter().filter_map(|need| program.node_of(need)) {
                if depends_on(&*program, &edges, (needed, target)) {
                    self.report(circular(&unknown));
                    self.late_imports.remove(&target);
                } else {
                    edges.insert((target, needed));
                }
            }
        }
        edges
    }

    /// Evaluates imports once more whose causes are decided now; what is still not known is an
    /// error, because the resource would be created instead.
    pub(super) fn load_late_imports(&mut self, known: &mut Known, node: NodeId) {
        if !self.late_imports.remove(&node) {
            return;
        }
        self.load_imports(known);
        let program = Arc::clone(&self.input.program);
        for unknown in program.unknown_imports(known) {
            if program.node_of(&unknown.to) == Some(node) {
                self.report(not_known(&unknown));
            }
        }
    }

    /// Reports imports to instances that can only be planned once something else is final: what is
    /// planned then is only created.
    pub(super) fn refuse_deferred_import(&mut self, deferred: &Address) {
        let late: Vec<Diagnostic> = self
            .imports
            .values()
            .filter(|import| deferred.covers(&import.to))
            .filter(|import| self.input.snapshot.current(&import.to).is_none())
            .map(too_late)
            .collect();
        self.diagnostics.extend(late);
    }

    /// Reads the object to import, if there is one for this walk and nothing is recorded yet.
    pub(super) fn take_import(&mut self, walk: WalkId) -> Stage<()> {
        let address = self.walks[walk.0].address.clone();
        if self.walks[walk.0].imported || self.mode() != PlanMode::Normal {
            return Ok(());
        }
        let recorded = self.walks[walk.0].held.is_some_and(|id| {
            let held = self.held.get(id);
            held.instance.current().is_some() || !held.instance.open.is_empty()
        });
        let Some(import) = self.imports.get(&address).cloned().filter(|_| !recorded) else {
            self.walks[walk.0].imported = true;
            return Ok(());
        };
        let object = self.read_import(walk, &import)?;
        self.walks[walk.0].imported = true;
        self.hold_imported(walk, object);
        Ok(())
    }

    /// Waits for what an instance may be; where only its create that was cut off keeps that from
    /// being known, an `import` block is how a person says which object it made.
    pub(super) fn observe_or_import(
        &mut self,
        known: &mut Known,
        walk: WalkId,
        id: HeldId,
    ) -> Stage<()> {
        let observed = self.observe(known, id);
        let Some((import, intent)) = self.settling_import(walk, id) else { return observed };
        let Err(Halt::Leaves(_)) = observed else { return observed };
        let object = self.read_import(walk, &import)?;
        self.results.uncertain.retain(|uncertain| uncertain.intent != intent);
        self.held.get_mut(id).stuck = false;
        self.adopt(id, intent, &object);
        self.observe(known, id)
    }

    /// Returns the `import` block for an instance and the create that it settles: the only one of
    /// which cannot be told how it ended. Where an object is recorded, the id may be that one's.
    fn settling_import(&self, walk: WalkId, id: HeldId) -> Option<(Import, Intent)> {
        let held = self.held.get(id);
        let is_open = self.mode() == PlanMode::Normal && held.stuck && held.lookups.is_empty();
        if !is_open || held.broken || held.instance.current().is_some() {
            return None;
        }
        let import = self.imports.get(&self.walks[walk.0].address)?;
        let mut all = self.results.uncertain.iter().filter(|u| u.intent.address == held.address);
        let (only, more) = (all.next()?, all.next());
        let mut intent = only.intent.clone();
        // The object is there where it was found.
        intent.provider = self.walks[walk.0].provider.clone()?;
        (more.is_none() && !only.in_flight).then(|| (import.clone(), intent))
    }

    /// Asks for the object of an `import` block and waits for the answer.
    fn read_import(&mut self, walk: WalkId, import: &Import) -> Stage<Object> {
        let address = self.walks[walk.0].address.clone();
        let Some(provider) = self.walks[walk.0].provider.clone() else { return Err(Halt::Waits) };
        if !self.walks[walk.0].asked {
            self.walks[walk.0].asked = true;
            let question = Question::Import(address.kind.clone(), import.id.clone());
            self.asks.ask(&provider, question, Purpose::Import(walk));
            return Err(Halt::Waits);
        }
        let Some(gathered) = self.walks[walk.0].gathered.take() else { return Err(Halt::Waits) };
        self.walks[walk.0].asked = false;
        match gathered {
            Gathered::Imported(objects) => {
                let fits = |object: &Object| object.kind == address.kind;
                match objects.into_iter().find(fits) {
                    Some(object) => Ok(object),
                    None => self.fail(walk, not_found(import)),
                }
            }
            Gathered::NotAskable(why) => {
                self.not_askable(&provider, &why);
                Err(Halt::Leaves(super::results::Out::Blocked))
            }
            Gathered::Failed(why) => self.fail(walk, failed(import, *why)),
            Gathered::Value(_) | Gathered::Exists(_) => self.fail(walk, not_found(import)),
        }
    }

    fn hold_imported(&mut self, walk: WalkId, mut object: Object) {
        let address = self.walks[walk.0].address.clone();
        if let Some(provider) = &self.walks[walk.0].provider {
            object.provider = provider.clone();
        }
        if let Some(kind) = self.input.kinds.get(address.mode, &address.kind) {
            object.value = kind.schema().block.mark_sensitive(object.value);
            object.schema_version = kind.schema().version;
        }
        let id = self.held.add(&address);
        let generation = self.next_generation(self.held.get(id).instance.newest);
        let held = self.held.get_mut(id);
        held.instance.newest = generation;
        held.see(generation, Observed::Present(object.value.clone()));
        held.instance.objects.insert(generation, Arc::new(object));
        held.claimed = true;
        held.imported = true;
        self.walks[walk.0].held = Some(id);
    }
}

/// Returns whether a node is another one or waits for it, however far away.
fn depends_on(
    program: &dyn Program,
    more: &BTreeSet<(NodeId, NodeId)>,
    (node, on): (NodeId, NodeId),
) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = vec![node];
    while let Some(node) = next.pop() {
        if node == on {
            return true;
        }
        if seen.insert(node) {
            next.extend(program.nodes()[node.0 as usize].depends.iter().copied());
            next.extend(more.iter().filter(|(user, _)| *user == node).map(|(_, needed)| needed));
        }
    }
    false
}

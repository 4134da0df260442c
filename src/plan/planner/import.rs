//! `import` blocks: objects that exist already are taken into the record.

use super::{
    Planner,
    asks::Purpose,
    held::HeldId,
    walk::{Gathered, Halt, Stage, WalkId},
};
use crate::plan::PlanMode;
use infra_model::{
    address::Address,
    ask::Question,
    diagnostic::Diagnostic,
    journal::Intent,
    known::Known,
    observed::Observed,
    program::{Import, ImportPart, NodeId, Program, UnknownImport},
    snapshot::Object,
};
use std::{collections::BTreeSet, sync::Arc};

impl Planner {
    /// Evaluates the `import` blocks; those whose object is recorded already have done their work.
    pub(super) fn load_imports(&mut self, known: &mut Known) {
        let program = Arc::clone(&self.input.program);
        let (imports, diagnostics) = program.imports(known);
        self.diagnostics.extend(diagnostics);
        for import in imports {
            if program.node_of(&import.to).is_none() {
                self.report(no_target(&import));
                continue;
            }
            self.imports.insert(import.to.clone(), import);
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
            Gathered::Failed(why) => self.fail(walk, failed(import, why)),
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
        held.seen.insert(generation, Observed::Present(object.value.clone()));
        held.instance.objects.insert(generation, Arc::new(object));
        held.claimed = true;
        held.imported = true;
        self.walks[walk.0].held = Some(id);
    }

    /// Reports what is wrong with an instance and leaves it.
    pub(super) fn fail<T>(&mut self, walk: WalkId, diagnostic: Diagnostic) -> Stage<T> {
        let address: Address = self.walks[walk.0].address.clone();
        self.report_at(&address, vec![diagnostic]);
        Err(Halt::Leaves(super::results::Out::Blocked))
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

fn name_of(part: ImportPart) -> &'static str {
    match part {
        ImportPart::ForEach => "for_each",
        ImportPart::To => "to",
        ImportPart::Id => "id",
    }
}

fn not_known(unknown: &UnknownImport) -> Diagnostic {
    let part = name_of(unknown.part);
    let causes: Vec<String> = unknown.waits_for.iter().map(|need| format!("`{need}`")).collect();
    let causes = if causes.is_empty() { "something".to_owned() } else { causes.join(", ") };
    Diagnostic::error(
        "infra::plan::import_unknown",
        format!("The `{part}` of the import to `{}` is not known", unknown.to),
    )
    .detail(format!(
        "It depends on {causes}, which is known only after an apply. Without it the object cannot \
         be imported, and would be created a second time. Nothing was changed."
    ))
    .label(unknown.span, "this is not known while planning")
    .help("Give it a value that is known, or apply what it depends on first with `-target`.")
}

fn circular(unknown: &UnknownImport) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::import_circular",
        format!("The import to `{}` depends on what it imports", unknown.to),
    )
    .detail(format!(
        "Its `{}` refers to that resource, or to one made from it.",
        name_of(unknown.part)
    ))
    .label(unknown.span, "comes from what is imported")
    .help("Write the value itself here.")
}

fn too_late(import: &Import) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::import_unknown",
        format!("`{}` cannot be imported yet", import.to),
    )
    .detail(
        "Its instances or its provider are known only after an apply, and then it would be created \
         a second time. Nothing was changed.",
    )
    .label(import.span, "imported here")
    .help("Apply what it depends on first with `-target`, then import it.")
}

fn no_target(import: &Import) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::import_unconfigured",
        format!("`{}` is imported and not configured", import.to),
    )
    .detail("An object can be imported only to a resource that says what it should be.")
    .label(import.span, "imports to an address without a block")
    .help("Write the resource block.")
}

fn not_found(import: &Import) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::import_not_found",
        format!("There is nothing to import to `{}`", import.to),
    )
    .detail("The provider was reached and has no such object of this type under that id.")
    .label(import.span, "imported here")
    .help("Check the id, and that the provider is configured for the right account.")
}

fn failed(import: &Import, why: Diagnostic) -> Diagnostic {
    Diagnostic::error("infra::plan::import_failed", format!("The import to `{}` failed", import.to))
        .detail(why.summary.clone())
        .label(import.span, "imported here")
        .related(why)
}

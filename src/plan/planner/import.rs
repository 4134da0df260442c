//! `import` blocks: objects that exist already are taken into the record.

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
    program::{Import, ImportPart, Keying, Node, NodeId, Program, UnknownImport},
    snapshot::Object,
    source::{SourceMap, Span},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
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
    let (summary, detail) = match unknown.part {
        ImportPart::ForEach => (
            "Invalid for_each argument",
            "The \"for_each\" expression includes values derived from other resource attributes that \
             cannot be determined until apply, and so infra cannot determine the full set of values \
             that might be used to import this resource.",
        ),
        ImportPart::To => (
            "Invalid import 'to' expression",
            "The import block \"to\" argument depends on resource attributes that cannot be \
             determined until apply, so infra cannot plan to import this resource.",
        ),
        ImportPart::Id => (
            "Invalid import id argument",
            "The import block \"id\" argument depends on resource attributes that cannot be \
             determined until apply, so infra cannot plan to import this resource.",
        ),
    };
    let causes: Vec<String> = unknown.waits_for.iter().map(|need| format!("`{need}`")).collect();
    let causes = if causes.is_empty() { "something".to_owned() } else { causes.join(", ") };
    Diagnostic::error("infra::plan::import_unknown", summary)
        .detail(format!(
            "{detail}\n\nIt comes from {causes}. Without it `{}` cannot be imported, and would be \
             created a second time. Nothing was changed.",
            unknown.to
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

pub(super) fn too_late(import: &Import) -> Diagnostic {
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

/// What an import has no configuration of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// A resource of the root module.
    Root,
    /// A resource of the root module that has keys, or whose import is repeated.
    Repeated,
    /// A resource of another module.
    Block,
    /// The module.
    Module,
    /// An instance of a resource that is there.
    Instance,
}

fn no_target(import: &Import, missing: Missing) -> Diagnostic {
    let to = &import.to;
    let must = "All target instances must have an associated configuration to be imported.";
    let detail = match missing {
        Missing::Root => format!(
            "The configuration for the given import target {to} does not exist. If you wish to \
             automatically generate config for this resource, use the -generate-config-out option \
             within infra plan. Otherwise, make sure the target resource exists within your \
             configuration. For example:\n\n  infra plan -generate-config-out=generated.tf"
        ),
        Missing::Repeated => {
            "The given import block is not compatible with config generation. The \
                              -generate-config-out option cannot be used with import blocks which \
                              use for_each, or resources which use for_each or count."
                .to_owned()
        }
        Missing::Block => format!(
            "Resource {to} not found. Only resources within the root module are eligible for config \
             generation."
        ),
        Missing::Module => {
            format!("The configuration for the given import target {to} does not exist. {must}")
        }
        Missing::Instance => {
            format!("The configuration for the given import {to} does not exist. {must}")
        }
    };
    Diagnostic::error(
        "infra::plan::import_unconfigured",
        "Configuration for import target does not exist",
    )
    .detail(detail)
    .label(import.span, "imports to an address without a block")
    .help("Write the resource block. Nothing was changed.")
}

/// Returns what is wrong with the key of an address to import to.
fn wrong_key(program: &dyn Program, import: &Import) -> Option<Diagnostic> {
    let detail = match (program.keying(&import.to)?, &import.to.key) {
        (Keying::Count, InstanceKey::None) => "The target resource is using count.",
        (Keying::Each, InstanceKey::None) => "The target resource is using for_each.",
        (Keying::Single | Keying::Each, InstanceKey::Index(_)) => {
            "The target resource does not use count."
        }
        (Keying::Single | Keying::Count, InstanceKey::Name(_)) => {
            "The target resource does not use for_each."
        }
        (Keying::Single, InstanceKey::None)
        | (Keying::Count, InstanceKey::Index(_))
        | (Keying::Each, InstanceKey::Name(_))
        | (_, InstanceKey::Any) => return None,
    };
    Some(
        Diagnostic::error("infra::plan::import_key", "Invalid import 'to' expression")
            .detail(detail)
            .label(import.span, "the key does not fit the resource")
            .help("Write the address as `infra state list` would print it. Nothing was changed."),
    )
}

fn twice(import: &Import, earlier: Span, sources: &SourceMap) -> Diagnostic {
    let file = sources.file(earlier.source).map_or("", |file| &*file.name);
    let at = sources.position(earlier.source, earlier.start);
    let at = at.map(|at| format!("{file}:{},{}-{}", at.line, at.column, at.column + 6));
    Diagnostic::error(
        "infra::plan::import_twice",
        format!("Duplicate import configuration for \"{}\"", import.to),
    )
    .detail(format!(
        "An import block for the resource \"{}\" was already declared at {}. A resource can have \
         only one import block.",
        import.to,
        at.unwrap_or_default()
    ))
    .label(import.span, "one too many")
    .label(earlier, "the first one")
    .help("Remove one of the two. Nothing was changed.")
}

pub(super) fn not_found(import: &Import) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::import_not_found",
        format!("There is nothing to import to `{}`", import.to),
    )
    .detail("The provider was reached and has no such object of this type under that id.")
    .label(import.span, "imported here")
    .help("Check the id, and that the provider is configured for the right account.")
}

pub(super) fn failed(import: &Import, why: Diagnostic) -> Diagnostic {
    Diagnostic::error("infra::plan::import_failed", format!("The import to `{}` failed", import.to))
        .detail(why.summary.clone())
        .label(import.span, "imported here")
        .related(why)
}

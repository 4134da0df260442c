//! Analysis of references: every traversal of every block, resolved once per module.

use super::{
    ResourceFacts,
    context::Available,
    resolve::Resolver,
    targets::{Reference, Targets},
};
use crate::{
    config::{
        Configuration, ExprAt, Module,
        block::{Call, ProvisionerBlock, Repeat, ResourceBlock, Rule},
        testing::TestScope,
    },
    index::number,
    syntax::{
        references::references,
        tree::{Block, Body, Expr, ExprId, StepKind, Tree},
    },
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::SourceId,
    text::Text,
};
use std::collections::BTreeMap;

/// References of one block, each once.
pub(crate) type References = Vec<Reference>;

/// The references of all blocks of a module, in the order of its tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct ModuleReferences {
    /// Of the validations of variables.
    pub(crate) validations: Vec<References>,
    /// Of local values.
    pub(crate) locals: Vec<References>,
    /// Of outputs.
    pub(crate) outputs: Vec<References>,
    /// Of calls: their expansion, and each input by name.
    pub(crate) calls: Vec<(References, BTreeMap<Text, References>)>,
    /// Of provider configurations.
    pub(crate) providers: Vec<References>,
    /// Of resources.
    pub(crate) resources: Vec<References>,
    /// Of checks.
    pub(crate) checks: Vec<References>,
}

/// Resolves all references of all modules.
pub(super) fn analyse(
    configuration: &Configuration,
    facts: &[Vec<ResourceFacts>],
    diagnostics: &mut Diagnostics,
) -> (Targets, Vec<ModuleReferences>) {
    let mut targets = Targets::new(configuration.trees.len());
    let mut found = Vec::with_capacity(configuration.modules.len());
    let first = configuration.first_places();
    for (index, module) in configuration.modules.iter().enumerate() {
        let place = first[index];
        let facts = &facts[index];
        let testing = None;
        let resolver = Resolver { configuration, module, facts, place, testing, diagnostics };
        let mut analyser =
            Analyser { resolver, targets: &mut targets, found: Vec::new(), bound: Vec::new() };
        found.push(analyser.module());
    }
    targets.finish();
    (targets, found)
}

/// Resolves the references of a free expression in the scope of a module.
///
/// With the names of a test, it sees those too.
pub(crate) fn free(
    configuration: &Configuration,
    (place, testing): (usize, Option<&TestScope>),
    (facts, tree, root): (&[ResourceFacts], &Tree, ExprId),
    diagnostics: &mut Diagnostics,
) -> FreeTargets {
    let module = configuration.module_at(place);
    let mut resolver = Resolver { configuration, module, facts, place, testing, diagnostics };
    let mut targets = Vec::new();
    for id in references(tree, root) {
        let (target, _) = resolver.resolve(tree, id, Available::default());
        targets.push((id, target));
    }
    targets.sort_unstable_by_key(|(id, _)| *id);
    FreeTargets { source: tree.source(), targets }
}

/// What the traversals of a free expression stand for.
pub(crate) struct FreeTargets {
    source: SourceId,
    targets: Vec<(ExprId, crate::evaluate::Target)>,
}

impl FreeTargets {
    /// Returns the text that they are in.
    pub(crate) fn source(&self) -> SourceId {
        self.source
    }

    /// Returns what a traversal stands for.
    pub(crate) fn get(&self, id: ExprId) -> crate::evaluate::Target {
        let found = self.targets.binary_search_by_key(&id, |(id, _)| *id);
        found.map_or(crate::evaluate::Target::Undeclared, |index| self.targets[index].1)
    }
}

struct Analyser<'a, 'c> {
    resolver: Resolver<'c>,
    targets: &'a mut Targets,
    /// References of the block at hand.
    found: References,
    /// Names that `dynamic` blocks bind around the place at hand.
    bound: Vec<Text>,
}

impl Analyser<'_, '_> {
    fn module(&mut self) -> ModuleReferences {
        let module: &Module = self.resolver.module;
        let plain = Available::default();
        self.imports();
        self.removed();
        ModuleReferences {
            validations: (0..module.variables.len()).map(|index| self.validation(index)).collect(),
            locals: module
                .locals
                .values()
                .map(|l| self.block(|this| this.expr(l.value, plain)))
                .collect(),
            outputs: module
                .outputs
                .values()
                .map(|output| {
                    self.block(|this| {
                        this.expr(output.value, plain);
                        this.exprs(&output.depends_on, plain);
                        this.rules(&output.preconditions, plain);
                    })
                })
                .collect(),
            calls: module.calls.values().map(|call| self.call(call)).collect(),
            providers: module
                .providers
                .iter()
                .map(|provider| {
                    let source = provider.span.source;
                    let testing = self.resolver.configuration.testing.as_deref();
                    self.resolver.testing = testing.filter(|_| provider.is_of_test);
                    let found = self.block(|this| {
                        let mut available = plain;
                        if let Some(each) = provider.for_each {
                            this.expr(each, plain);
                            available.each = true;
                        }
                        this.body(source, &provider.body, available);
                    });
                    self.resolver.testing = None;
                    found
                })
                .collect(),
            resources: module
                .resources
                .values()
                .map(|r| self.block(|this| this.resource(r)))
                .collect(),
            checks: module
                .checks
                .values()
                .map(|check| self.block(|this| this.rules(&check.assertions, plain)))
                .collect(),
        }
    }

    /// Resolves the references of `import` blocks, which no node stands for.
    fn imports(&mut self) {
        let module: &Module = self.resolver.module;
        for import in &module.imports {
            let mut available = Available::default();
            if let Some(each) = import.for_each {
                self.expr(each, available);
                available.each = true;
            }
            self.expr(import.id, available);
            self.keys_of(import.to, available);
        }
        self.found.clear();
    }

    /// Resolves what stands in `removed` blocks, which no node stands for either.
    fn removed(&mut self) {
        let module: &Module = self.resolver.module;
        // What the keys were is no longer said anywhere.
        let available = Available { each: true, count: true, ..Available::default() };
        for removed in &module.removed {
            if let Some(connection) = &removed.connection {
                self.body(removed.span.source, connection, available.only_own());
            }
            for provisioner in &removed.provisioners {
                self.provisioner(provisioner, available);
            }
        }
        self.found.clear();
    }

    /// Collects the references of one block.
    fn block(&mut self, run: impl FnOnce(&mut Self)) -> References {
        run(self);
        let mut found = std::mem::take(&mut self.found);
        found.sort_unstable();
        found.dedup();
        found.shrink_to_fit();
        found
    }

    /// Resolves the rules of a variable, each of which must look at the variable.
    fn validation(&mut self, index: usize) -> References {
        let module: &Module = self.resolver.module;
        let Some((name, variable)) = module.variables.get_index(index) else { return Vec::new() };
        let own = Reference::Variable(number(index));
        let mut all = References::new();
        for rule in &variable.validations {
            let found = self.block(|this| this.expr(rule.condition, Available::default()));
            if !found.contains(&own) {
                let span = self.resolver.configuration.span(rule.condition);
                self.resolver.diagnostics.push(
                    Diagnostic::error("infra::lang::validation_unrelated", "Invalid variable validation condition")
                        .detail(format!("The condition for variable {name:?} must refer to var.{name} in order to test incoming values."))
                        .label(span, "says nothing of the variable"),
                );
            }
            all.extend(found);
            all.extend(self.block(|this| this.expr(rule.message, Available::default())));
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn call(&mut self, call: &Call) -> (References, BTreeMap<Text, References>) {
        let own = self.block(|this| {
            this.repeat(call.repeat);
            this.exprs(&call.depends_on, Available::default());
            for key in call.providers.iter().filter_map(|(_, outside)| outside.key) {
                this.expr(key, Available::of(call.repeat));
            }
        });
        let available = Available::of(call.repeat);
        let inputs = call.inputs.iter().map(|(name, value)| {
            (name.name.clone(), self.block(|this| this.expr(*value, available)))
        });
        (own, inputs.collect())
    }

    fn resource(&mut self, block: &ResourceBlock) {
        let source = block.span.source;
        let available = Available::of(block.repeat);
        self.repeat(block.repeat);
        self.exprs(&block.depends_on, Available::default());
        self.body(source, &block.body, available);
        let lifecycle = &block.lifecycle;
        for value in
            [lifecycle.create_before_destroy, lifecycle.prevent_destroy].into_iter().flatten()
        {
            self.expr(value, available);
        }
        let missing = "Missing resource reference in replace_triggered_by expression.";
        let wrong = ("Invalid replace_triggered_by expression", missing);
        self.references(&lifecycle.replace_triggered_by, available, wrong);
        for ignored in &lifecycle.ignore {
            self.keys_of(*ignored, available);
        }
        self.rules(&lifecycle.preconditions, available);
        self.rules(&lifecycle.postconditions, available.with_self());
        if let Some(key) = block.provider.as_ref().and_then(|provider| provider.key) {
            self.expr(key, available);
        }
        // One connection serves all provisioners: it must be there on destroy if one of them is.
        let on_destroy = block.provisioners.iter().any(|provisioner| provisioner.on_destroy);
        if let Some(connection) = &block.connection {
            let inner = if on_destroy { available.only_own() } else { available.with_self() };
            self.body(source, connection, inner);
        }
        for provisioner in &block.provisioners {
            self.provisioner(provisioner, available);
        }
    }

    fn provisioner(&mut self, provisioner: &ProvisionerBlock, available: Available) {
        let source = provisioner.span.source;
        let available =
            if provisioner.on_destroy { available.only_own() } else { available.with_self() };
        self.body(source, &provisioner.body, available);
        if let Some(connection) = &provisioner.connection {
            self.body(source, connection, available);
        }
    }

    fn repeat(&mut self, repeat: Repeat) {
        match repeat {
            Repeat::Once => {}
            Repeat::Count(value) | Repeat::Each(value) | Repeat::When(value) => {
                self.expr(value, Available::default());
            }
        }
    }

    fn rules(&mut self, rules: &[Rule], available: Available) {
        for rule in rules {
            self.expr(rule.condition, available);
            self.expr(rule.message, available);
        }
    }

    /// Resolves lists of references, in which nothing else may stand.
    fn exprs(&mut self, exprs: &[ExprAt], available: Available) {
        let detail = "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.";
        self.references(exprs, available, ("Invalid expression", detail));
    }

    fn references(
        &mut self,
        exprs: &[ExprAt],
        available: Available,
        (summary, detail): (&'static str, &'static str),
    ) {
        for expr in exprs {
            let tree = self.resolver.configuration.tree(expr.source);
            if !matches!(tree.expr(expr.id), Expr::Traversal { .. } | Expr::Invalid) {
                self.resolver.diagnostics.push(
                    Diagnostic::error("infra::lang::reference_invalid", summary)
                        .detail(detail)
                        .label(tree.span(expr.id), "not a reference"),
                );
            }
            self.expr(*expr, available);
        }
    }

    fn body(&mut self, source: SourceId, body: &Body, available: Available) {
        for attribute in &body.attributes {
            self.expr(ExprAt { source, id: attribute.value }, available);
        }
        for block in &body.blocks {
            if &*block.kind.name == "dynamic" {
                self.dynamic(source, block, available);
            } else {
                self.body(source, &block.body, available);
            }
        }
    }

    fn dynamic(&mut self, source: SourceId, block: &Block, available: Available) {
        for attribute in &block.body.attributes {
            if matches!(&*attribute.name.name, "for_each") {
                self.expr(ExprAt { source, id: attribute.value }, available);
            }
        }
        let tree = self.resolver.configuration.tree(source);
        self.bound.extend(iterator(tree, block));
        if let Some(labels) = block.body.attribute("labels") {
            self.expr(ExprAt { source, id: labels.value }, available);
        }
        for content in block.body.blocks_of("content") {
            self.body(source, &content.body, available);
        }
        self.bound.pop();
    }

    fn expr(&mut self, expr: ExprAt, available: Available) {
        let tree = self.resolver.configuration.tree(expr.source);
        for id in references(tree, expr.id) {
            self.traversal(tree, id, available);
        }
    }

    /// Resolves only what stands in index keys of a traversal that names no value itself.
    fn keys_of(&mut self, expr: ExprAt, available: Available) {
        let tree = self.resolver.configuration.tree(expr.source);
        let Expr::Traversal { steps, .. } = tree.expr(expr.id) else { return };
        for step in tree.steps(steps) {
            if let StepKind::Index(key) = step.kind {
                self.expr(ExprAt { source: expr.source, id: key }, available);
            }
        }
    }

    fn traversal(&mut self, tree: &Tree, id: ExprId, available: Available) {
        if !self.bound.is_empty()
            && let Expr::Traversal { root, .. } = tree.expr(id)
            && self.bound.iter().any(|bound| **bound == **tree.symbol(root))
        {
            return;
        }
        let (target, reference) = self.resolver.resolve(tree, id, available);
        self.targets.add(tree.source(), id, target);
        self.found.extend(reference);
    }
}

/// Returns the name that a `dynamic` block binds.
pub(crate) fn iterator(tree: &Tree, block: &Block) -> Option<Text> {
    let label = block.labels.first().map(|label| label.text.clone());
    let Some(named) = block.body.attribute("iterator") else { return label };
    match tree.expr(named.value) {
        Expr::Traversal { root, steps } if steps.is_empty() => Some(tree.symbol(root).clone()),
        Expr::String(text) => Some(tree.symbol(text).clone()),
        _ => label,
    }
}

/// Reports a resource that refers to itself.
pub(super) fn self_reference(module: &Module, index: usize) -> Diagnostic {
    let (name, span) = match module.resources.get_index(index) {
        Some((name, block)) => (format!("{}.{}", name.kind.0, name.name), Some(block.span)),
        None => (String::new(), None),
    };
    let diagnostic = Diagnostic::error("infra::lang::self_reference", "Self-referential block")
        .detail(format!("Configuration for {name} may not refer to itself."));
    match span {
        Some(span) => diagnostic.label(span, "refers to itself"),
        None => diagnostic,
    }
}

/// Returns the reference of a resource by its index.
pub(super) fn resource_reference(index: usize) -> Reference {
    Reference::Resource(number(index))
}

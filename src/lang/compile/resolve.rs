//! Resolution of one traversal: what its root stands for, or what is wrong with it.

use super::{ResourceFacts, context::Available, targets::Reference};
use crate::{
    config::{
        Configuration, Module, ResourceName, block::Repeat, report::suggest, testing::TestScope,
    },
    evaluate::{Target, ValueTarget},
    syntax::tree::{ByteRange, Expr, ExprId, Step, StepKind, Tree},
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    source::Span,
    text::{Text, nearest},
};

/// Resolves the references of one module.
pub(super) struct Resolver<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) module: &'a Module,
    pub(super) facts: &'a [ResourceFacts],
    /// The first place where the module stands.
    pub(super) place: usize,
    /// The names of a test, in which the expression stands.
    pub(super) testing: Option<&'a TestScope>,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// A traversal taken apart.
struct Traversal<'t> {
    tree: &'t Tree,
    range: ByteRange,
    span: Span,
    root: &'t Text,
    steps: &'t [Step],
}

impl<'t> Traversal<'t> {
    /// Returns the name of an attribute step.
    fn name(&self, index: usize) -> Option<&'t Text> {
        match self.steps.get(index)?.kind {
            StepKind::Attribute(name) => Some(self.tree.symbol(name)),
            _ => None,
        }
    }

    /// Returns the place of the root and its first steps.
    fn head(&self, steps: usize) -> Span {
        let end = self.steps.get(..steps).and_then(|s| s.last()).map(|s| s.range.end);
        let start = self.range.start;
        let root_end = start + u32::try_from(self.root.len()).unwrap_or(0);
        self.tree.at(ByteRange { start, end: end.unwrap_or(root_end) })
    }
}

/// A resolved traversal; a reference if another block of the module is meant.
pub(super) type Resolved = (Target, Option<Reference>);

const UNDECLARED: Resolved = (Target::Undeclared, None);

impl Resolver<'_> {
    /// Returns what a traversal stands for; reports if that is nothing.
    pub(super) fn resolve(&mut self, tree: &Tree, id: ExprId, available: Available) -> Resolved {
        let Expr::Traversal { root, steps } = tree.expr(id) else { return UNDECLARED };
        let span = tree.span(id);
        let (range, root, steps) = (tree.range(id), tree.symbol(root), tree.steps(steps));
        let traversal = Traversal { tree, range, span, root, steps };
        if available.only_own
            && !matches!(&**traversal.root, "self" | "each" | "count" | "path" | "terraform")
        {
            self.report(
                Diagnostic::error("infra::lang::reference_on_destroy", "Invalid reference from destroy provisioner")
                    .detail("Destroy-time provisioners and their connection configurations may only reference attributes of the related resource, via 'self', 'count.index', or 'each.key'.\n\nReferences to other resources during the destroy phase can cause dependency cycles and interact poorly with create_before_destroy.")
                    .label(span, "not available on destroy"),
            );
            return UNDECLARED;
        }
        if let Some(found) = self.testing.and_then(|scope| self.tested(&traversal, scope)) {
            return found;
        }
        match &**traversal.root {
            "var" => self.variable(&traversal),
            "local" => self.local(&traversal),
            "module" => self.call(&traversal),
            "data" => self.resource(&traversal, Mode::Data, 2),
            "ephemeral" => self.resource(&traversal, Mode::Ephemeral, 2),
            "resource" => self.resource(&traversal, Mode::Managed, 2),
            "each" => self.each(&traversal, available),
            "count" => self.count(&traversal, available),
            "self" => self.this(&traversal, available),
            "path" => self.fixed(
                &traversal,
                &[
                    ("module", ValueTarget::PathModule),
                    ("root", ValueTarget::PathRoot),
                    ("cwd", ValueTarget::PathCwd),
                ],
            ),
            "terraform" => self.fixed(
                &traversal,
                &[("workspace", ValueTarget::Workspace), ("applying", ValueTarget::Applying)],
            ),
            _ => self.resource(&traversal, Mode::Managed, 1),
        }
    }

    /// Returns what only a test sees: outputs, other runs, and variables of its own.
    fn tested(&mut self, traversal: &Traversal<'_>, scope: &TestScope) -> Option<Resolved> {
        let name = traversal.name(0).map_or("", |name| &**name);
        let found = match &**traversal.root {
            "run" => match scope.refused(name) {
                None => ValueTarget::Run,
                Some((summary, detail)) => {
                    let found = Diagnostic::error("infra::lang::run_unavailable", summary)
                        .detail(detail)
                        .label(traversal.head(1), "not available");
                    let known = scope.runs.keys().map(|name| &**name);
                    self.report(suggest(found, name, known));
                    return Some(UNDECLARED);
                }
            },
            "output" if !scope.is_outside() => {
                if let Some(index) = self.module.outputs.get_index_of(name) {
                    ValueTarget::Output(number(index))
                } else {
                    let detail = format!(
                        "An output value with the name {name:?} has not been declared. This output can be declared with an output {name:?} {{}} block."
                    );
                    let known = self.module.outputs.keys().map(|name| &**name);
                    let said = ("Reference to undeclared output value", detail);
                    return Some(self.undeclared(said, traversal.head(1), (name, known)));
                }
            }
            "var" if scope.is_outside() || !self.module.variables.contains_key(name) => {
                if !scope.variables.contains_key(name) {
                    let said = scope.no_variable(name);
                    let known = scope.variables.keys().map(|name| &**name);
                    return Some(self.undeclared(said, traversal.head(1), (name, known)));
                }
                ValueTarget::TestVariable
            }
            _ if scope.is_outside() => {
                let found =
                    Diagnostic::error("infra::lang::reference_invalid", "Invalid reference")
                        .detail(scope.not_here())
                        .label(traversal.head(0), "not available here");
                self.report(found);
                return Some(UNDECLARED);
            }
            _ => return None,
        };
        Some((Target::Value(found, 1), None))
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn undeclared<'n>(
        &mut self,
        (summary, detail): (&'static str, String),
        span: Span,
        (wanted, known): (&str, impl Iterator<Item = &'n str>),
    ) -> Resolved {
        let diagnostic = Diagnostic::error("infra::lang::reference_undeclared", summary)
            .detail(detail)
            .label(span, "not declared");
        self.report(suggest(diagnostic, wanted, known));
        UNDECLARED
    }

    fn variable(&mut self, traversal: &Traversal<'_>) -> Resolved {
        let name = traversal.name(0).map_or("", |name| &**name);
        if let Some(index) = self.module.variables.get_index_of(name) {
            let index = number(index);
            let target = Target::Value(ValueTarget::Variable(index), 1);
            return (target, Some(Reference::Variable(index)));
        }
        let detail = format!(
            "An input variable with the name {name:?} has not been declared. This variable can be declared with a variable {name:?} {{}} block."
        );
        let known = self.module.variables.keys().map(|name| &**name);
        self.undeclared(
            ("Reference to undeclared input variable", detail),
            traversal.head(1),
            (name, known),
        )
    }

    fn local(&mut self, traversal: &Traversal<'_>) -> Resolved {
        let name = traversal.name(0).map_or("", |name| &**name);
        if let Some(index) = self.module.locals.get_index_of(name) {
            let index = number(index);
            return (Target::Value(ValueTarget::Local(index), 1), Some(Reference::Local(index)));
        }
        let detail = format!("A local value with the name {name:?} has not been declared.");
        let known = self.module.locals.keys().map(|name| &**name);
        self.undeclared(
            ("Reference to undeclared local value", detail),
            traversal.head(1),
            (name, known),
        )
    }

    fn call(&mut self, traversal: &Traversal<'_>) -> Resolved {
        let name = traversal.name(0).map_or("", |name| &**name);
        let Some(index) = self.module.calls.get_index_of(name) else {
            let detail = format!("No module call named {name:?} is declared in {}.", self.here());
            let known = self.module.calls.keys().map(|name| &**name);
            return self.undeclared(
                ("Reference to undeclared module", detail),
                traversal.head(1),
                (name, known),
            );
        };
        let target = Target::Call(number(index));
        let whole = (target, Some(Reference::Call(number(index))));
        let keyed = self.module.calls[index].repeat.is_keyed();
        let behind = match traversal.steps.get(1).map(|step| step.kind) {
            Some(StepKind::Index(_) | StepKind::LegacyIndex(_)) if keyed => 2,
            Some(StepKind::Attribute(_)) if keyed => {
                self.report(unsupported_key(traversal, "module", name));
                return UNDECLARED;
            }
            _ => 1,
        };
        let Some(output) = traversal.name(behind) else { return whole };
        let Some(child) =
            self.configuration.places[self.place].children.get(index).copied().flatten()
        else {
            return whole;
        };
        let child = self.configuration.module_at(child);
        if let Some((found, _, block)) = child.outputs.get_full(output) {
            if let Some(why) = &block.deprecated {
                let summary = format!("Output `{output}` is deprecated");
                self.report(
                    Diagnostic::warning("infra::config::deprecated", summary)
                        .detail(why.clone())
                        .label(traversal.head(behind + 1), "deprecated"),
                );
            }
            return (target, Some(Reference::Output(number(index), number(found))));
        }
        let detail = format!(
            "This object does not have an attribute named {output:?}: the module has no such output."
        );
        let known = child.outputs.keys().map(|name| &**name);
        self.undeclared(
            ("Unsupported attribute", detail),
            traversal.head(behind + 1),
            (output, known),
        )
    }

    fn resource(&mut self, traversal: &Traversal<'_>, mode: Mode, taken: u8) -> Resolved {
        let (kind, name) = if taken == 2 {
            (traversal.name(0), traversal.name(1))
        } else {
            (Some(traversal.root), traversal.name(0))
        };
        let (Some(kind), Some(name)) = (kind, name) else {
            let detail = match mode {
                Mode::Managed => "A reference to a resource type must be followed by at least one attribute access, specifying the resource name.".to_owned(),
                Mode::Data => "The \"data\" object must be followed by two attribute names: the data source type and the resource name.".to_owned(),
                Mode::Ephemeral => "The \"ephemeral\" object must be followed by two attribute names: the ephemeral resource type and the resource name.".to_owned(),
            };
            let roots =
                ["var", "local", "module", "data", "each", "count", "self", "path", "terraform"];
            let diagnostic =
                Diagnostic::error("infra::lang::reference_invalid", "Invalid reference")
                    .detail(detail)
                    .label(traversal.head(0), "no name follows");
            self.report(suggest(diagnostic, traversal.root, roots.into_iter()));
            return UNDECLARED;
        };
        let wanted = ResourceName { mode, kind: KindName(kind.clone()), name: name.clone() };
        let Some(index) = self.module.resources.get_index_of(&wanted) else {
            return self.resource_undeclared(traversal, &wanted, taken);
        };
        self.instance_key(traversal, index, taken as usize);
        (Target::Resource(number(index), taken), Some(Reference::Resource(number(index))))
    }

    fn resource_undeclared(
        &mut self,
        traversal: &Traversal<'_>,
        wanted: &ResourceName,
        taken: u8,
    ) -> Resolved {
        let what = match wanted.mode {
            Mode::Managed => "A managed resource",
            Mode::Data => "A data resource",
            Mode::Ephemeral => "An ephemeral resource",
        };
        let (kind, name) = (&*wanted.kind.0, &*wanted.name);
        let detail = format!("{what} {kind:?} {name:?} has not been declared in {}.", self.here());
        let diagnostic = Diagnostic::error(
            "infra::lang::reference_undeclared",
            "Reference to undeclared resource",
        )
        .detail(detail)
        .label(traversal.head(taken as usize), "not declared");
        let mut candidates: Vec<String> = Vec::new();
        for other in self.module.resources.keys().filter(|other| other.mode == wanted.mode) {
            let same_kind =
                other.kind == wanted.kind && nearest(name, [&*other.name].into_iter()).is_some();
            let same_name =
                other.name == wanted.name && nearest(kind, [&*other.kind.0].into_iter()).is_some();
            if same_kind || same_name {
                candidates.push(format!("{}.{}", other.kind.0, other.name));
            }
        }
        candidates.sort();
        let help = candidates.first().map(|near| format!("did you mean `{near}`?"));
        let roots =
            ["var", "local", "module", "data", "each", "count", "self", "path", "terraform"];
        let help = help.or_else(|| {
            nearest(kind, roots.into_iter()).map(|near| format!("did you mean `{near}.{name}`?"))
        });
        self.report(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
        UNDECLARED
    }

    /// Checks the key behind a resource's name, and the attribute behind that.
    fn instance_key(&mut self, traversal: &Traversal<'_>, index: usize, taken: usize) {
        let block = &self.module.resources[index];
        let next = traversal.steps.get(taken).map(|step| step.kind);
        let is_key = matches!(next, Some(StepKind::Index(_) | StepKind::LegacyIndex(_)));
        let name = format!("{}", Named(traversal, taken));
        let behind = match (block.repeat, is_key) {
            (Repeat::Once | Repeat::When(_), true) => {
                let text = format!(
                    "Because {name} does not have \"count\" or \"for_each\" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this resource."
                );
                self.report(
                    Diagnostic::error(
                        "infra::lang::instance_key",
                        "Unexpected resource instance key",
                    )
                    .detail(text)
                    .label(traversal.head(taken + 1), "there is only one instance"),
                );
                return;
            }
            (Repeat::Once | Repeat::When(_), false) => taken,
            (Repeat::Count(_) | Repeat::Each(_), true) => taken + 1,
            (Repeat::Count(_) | Repeat::Each(_), false) => {
                if matches!(next, Some(StepKind::Attribute(_))) {
                    self.report(unsupported_key(traversal, block_word(block.repeat), &name));
                }
                return;
            }
        };
        let Some(attribute) = traversal.name(behind) else { return };
        let facts = &self.facts[index];
        if facts.kind.is_none() || facts.layout.has(attribute) {
            return;
        }
        let detail = format!(
            "This object has no argument, nested block, or exported attribute named {attribute:?}."
        );
        let diagnostic =
            Diagnostic::error("infra::lang::attribute_unsupported", "Unsupported attribute")
                .detail(detail)
                .label(traversal.head(behind + 1), "no such attribute");
        let known = facts.layout.names();
        let diagnostic = suggest(diagnostic, attribute, known);
        self.report(diagnostic);
    }

    fn each(&mut self, traversal: &Traversal<'_>, available: Available) -> Resolved {
        if !available.each {
            self.report(
                Diagnostic::error("infra::lang::reference_context", "Reference to \"each\" in context without for_each")
                    .detail("The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.")
                    .label(traversal.head(1), "no `for_each` here"),
            );
            return UNDECLARED;
        }
        self.fixed(traversal, &[("key", ValueTarget::EachKey), ("value", ValueTarget::EachValue)])
    }

    fn count(&mut self, traversal: &Traversal<'_>, available: Available) -> Resolved {
        if !available.count {
            self.report(
                Diagnostic::error("infra::lang::reference_context", "Reference to \"count\" in non-counted context")
                    .detail("The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.")
                    .label(traversal.head(1), "no `count` here"),
            );
            return UNDECLARED;
        }
        self.fixed(traversal, &[("index", ValueTarget::CountIndex)])
    }

    fn this(&mut self, traversal: &Traversal<'_>, available: Available) -> Resolved {
        if available.this {
            return (Target::Value(ValueTarget::This, 0), None);
        }
        self.report(
            Diagnostic::error("infra::lang::reference_context", "Invalid \"self\" reference")
                .detail("The \"self\" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.")
                .label(traversal.head(0), "not available here"),
        );
        UNDECLARED
    }

    /// Resolves the attribute of an object that the language gives.
    fn fixed(&mut self, traversal: &Traversal<'_>, known: &[(&str, ValueTarget)]) -> Resolved {
        let root = traversal.root;
        let Some(name) = traversal.name(0) else {
            let detail = format!(
                "The {root:?} object cannot be accessed directly. Instead, access one of its attributes."
            );
            self.report(
                Diagnostic::error("infra::lang::reference_invalid", "Invalid reference")
                    .detail(detail)
                    .label(traversal.head(0), "an attribute must follow"),
            );
            return UNDECLARED;
        };
        if let Some((_, target)) = known.iter().find(|(known, _)| **known == **name) {
            return (Target::Value(*target, 1), None);
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let detail = format!(
            "The {root:?} object does not have an attribute named {name:?}. It has: {}.",
            names.join(", ")
        );
        let diagnostic = Diagnostic::error(
            "infra::lang::reference_invalid",
            format!("Invalid \"{root}\" attribute"),
        )
        .detail(detail)
        .label(traversal.head(1), "no such attribute");
        self.report(suggest(diagnostic, name, names.into_iter()));
        UNDECLARED
    }

    /// Returns words for the module at hand.
    fn here(&self) -> String {
        let path = &self.configuration.places[self.place].path;
        if path.is_empty() {
            return "the root module".into();
        }
        path.iter().map(|name| format!("module.{name}")).collect::<Vec<_>>().join(".")
    }
}

/// The root and first steps of a traversal as text.
struct Named<'a, 't>(&'a Traversal<'t>, usize);

impl std::fmt::Display for Named<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.root)?;
        for index in 0..self.1 {
            write!(f, ".{}", self.0.name(index).map_or("", |name| &**name))?;
        }
        Ok(())
    }
}

fn block_word(repeat: Repeat) -> &'static str {
    match repeat {
        Repeat::Count(_) => "count",
        Repeat::Each(_) | Repeat::Once | Repeat::When(_) => "for_each",
    }
}

fn unsupported_key(traversal: &Traversal<'_>, word: &str, name: &str) -> Diagnostic {
    if word == "module" {
        return Diagnostic::error("infra::lang::instance_key", "Unsupported attribute")
            .detail(format!("The module call {name:?} has several instances; its outputs must be accessed on specific instances."))
            .label(traversal.head(2), "which instance?")
            .help(format!("write `module.{name}[…]`"));
    }
    // The block around it need not be repeated itself, so the help names an instance as such.
    let (key, one, all) = match word {
        "count" => ("count.index", "0", format!("{name}[*]")),
        _ => ("each.key", "\"…\"", format!("values({name})")),
    };
    Diagnostic::error("infra::lang::instance_key", "Missing resource instance key")
        .detail(format!("Because {name} has \"{word}\" set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    {name}[{key}]"))
        .label(traversal.span, "which instance?")
        .help(format!("write `{name}[{one}]` for one, or `{all}` for all"))
}

/// An index as the tables hold it.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

//! References to resources: the block that is meant, the key of its instance, and the attribute
//! behind that.

use super::{
    Resolved, Resolver, UNDECLARED,
    traversal::{Named, Traversal},
};
use crate::{
    compile::targets::Reference,
    config::{ResourceName, block::Repeat, report::suggest},
    evaluate::Target,
    index::number,
    syntax::tree::StepKind,
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::Diagnostic,
    text::nearest,
};

/// The names that can stand before all others, to be suggested for one that is nothing.
const ROOTS: [&str; 9] =
    ["var", "local", "module", "data", "each", "count", "self", "path", "terraform"];

impl Resolver<'_> {
    /// Resolves the name of a resource, of which the first steps are taken.
    pub(super) fn resource(
        &mut self,
        traversal: &Traversal<'_>,
        mode: Mode,
        taken: u8,
    ) -> Resolved {
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
            let diagnostic =
                Diagnostic::error("infra::lang::reference_invalid", "Invalid reference")
                    .detail(detail)
                    .label(traversal.head(0), "no name follows");
            self.report(suggest(diagnostic, traversal.root, ROOTS.into_iter()));
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
        let help = help.or_else(|| {
            nearest(kind, ROOTS.into_iter()).map(|near| format!("did you mean `{near}.{name}`?"))
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
                    self.report(key_missing(traversal, block.repeat, &name));
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
}

/// Says that one of several instances must be meant.
fn key_missing(traversal: &Traversal<'_>, repeat: Repeat, name: &str) -> Diagnostic {
    // The block around it need not be repeated itself, so the help names an instance as such.
    let (word, key, one, all) = match repeat {
        Repeat::Count(_) => ("count", "count.index", "0", format!("{name}[*]")),
        Repeat::Each(_) | Repeat::Once | Repeat::When(_) => {
            ("for_each", "each.key", "\"…\"", format!("values({name})"))
        }
    };
    Diagnostic::error("infra::lang::instance_key", "Missing resource instance key")
        .detail(format!("Because {name} has \"{word}\" set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    {name}[{key}]"))
        .label(traversal.span, "which instance?")
        .help(format!("write `{name}[{one}]` for one, or `{all}` for all"))
}

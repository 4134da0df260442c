//! What can be wrong with an `import` block, in words.

use infra_model::{
    address::InstanceKey,
    diagnostic::Diagnostic,
    program::{Import, ImportPart, Keying, Program, UnknownImport},
    source::{SourceMap, Span},
};

fn name_of(part: ImportPart) -> &'static str {
    match part {
        ImportPart::ForEach => "for_each",
        ImportPart::To => "to",
        ImportPart::Id => "id",
    }
}

/// Says that an import cannot be made because its cause is not known.
pub(super) fn not_known(unknown: &UnknownImport) -> Diagnostic {
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

/// Says that an import comes from what it imports.
pub(super) fn circular(unknown: &UnknownImport) -> Diagnostic {
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

/// Says that an import is to what is only planned at apply.
pub(in crate::planner) fn too_late(import: &Import) -> Diagnostic {
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
pub(super) enum Missing {
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

/// Says that an import has no configuration.
pub(super) fn no_target(import: &Import, missing: Missing) -> Diagnostic {
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
pub(super) fn wrong_key(program: &dyn Program, import: &Import) -> Option<Diagnostic> {
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

/// Says that an address is imported to twice.
pub(super) fn twice(import: &Import, earlier: Span, sources: &SourceMap) -> Diagnostic {
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

/// Says that the provider has nothing under an id.
pub(in crate::planner) fn not_found(import: &Import) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::import_not_found",
        format!("There is nothing to import to `{}`", import.to),
    )
    .detail("The provider was reached and has no such object of this type under that id.")
    .label(import.span, "imported here")
    .help("Check the id, and that the provider is configured for the right account.")
}

/// Says that the provider could not import.
pub(in crate::planner) fn failed(import: &Import, why: Diagnostic) -> Diagnostic {
    Diagnostic::error("infra::plan::import_failed", format!("The import to `{}` failed", import.to))
        .detail(why.summary.clone())
        .label(import.span, "imported here")
        .related(why)
}

//! Texts of the findings that several blocks share.

use crate::syntax::tree::{Block, Ident};
use infra_model::{diagnostic::Diagnostic, source::Span, text::nearest};

/// Reports an attribute that has no place here.
pub(crate) fn attribute_unknown<'a>(
    name: &Ident,
    known: impl Iterator<Item = &'a str>,
    is_block: bool,
) -> Diagnostic {
    let text = format!("An argument named \"{}\" is not expected here.", name.name);
    let diagnostic = Diagnostic::error("infra::config::attribute_unknown", "Unsupported argument")
        .detail(text)
        .label(name.span, "not expected here");
    if is_block {
        return diagnostic.help(as_block(&name.name));
    }
    suggest(diagnostic, &name.name, known)
}

/// Reports a member of a JSON object that has no place here, neither as argument nor as block.
pub(crate) fn property_unknown<'a>(
    name: &Ident,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let mut detail = format!("No argument or block type is named {:?}.", &*name.name);
    let near = nearest(&name.name, known);
    if let Some(near) = near {
        detail.push_str(&format!(" Did you mean {near:?}?"));
    }
    let summary = "Extraneous JSON object property";
    let diagnostic = Diagnostic::error("infra::config::property_unknown", summary)
        .detail(detail)
        .label(name.span, "not expected here");
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("remove it; for a comment, name it \"//\""),
    }
}

/// Reports an argument that a JSON object sets a second time.
pub(crate) fn property_repeated(name: &Ident, first: Span) -> Diagnostic {
    Diagnostic::error("infra::config::property_duplicate", "Duplicate argument")
        .detail(format!("The argument {:?} was already set.", &*name.name))
        .label(name.span, "set again")
        .label(first, "first set here")
        .help("remove one of the two")
}

/// Reports a JSON value that cannot stand for the block that is expected.
pub(crate) fn value_type(span: Span, wanted: &str) -> Diagnostic {
    Diagnostic::error("infra::config::json_type_invalid", "Incorrect JSON value type")
        .detail(wanted)
        .label(span, "not an object")
        .help("write an object in braces, or an array of objects")
}

/// What to do with an argument that must be a block.
pub(crate) fn as_block(name: &str) -> String {
    format!("write it as a block: `{name} {{ … }}`")
}

/// Reports a block that has no place here.
pub(crate) fn block_unknown<'a>(
    kind: &Ident,
    known: impl Iterator<Item = &'a str>,
    is_attribute: bool,
) -> Diagnostic {
    let text = format!("Blocks of type \"{}\" are not expected here.", kind.name);
    let diagnostic = Diagnostic::error("infra::config::block_unknown", "Unsupported block type")
        .detail(text)
        .label(kind.span, "not expected here");
    if is_attribute {
        return diagnostic.help(format!("write it as an argument: `{} = …`", kind.name));
    }
    suggest(diagnostic, &kind.name, known)
}

/// Reports an attribute that is not there but must be.
pub(crate) fn attribute_missing(name: &str, at: Span) -> Diagnostic {
    Diagnostic::error("infra::config::attribute_missing", "Missing required argument")
        .detail(format!("The argument \"{name}\" is required, but no definition was found."))
        .label(at, format!("`{name}` is missing"))
        .help(format!("add `{name} = …`"))
}

/// Reports labels that are missing from a block with names for its labels, or too many.
pub(crate) fn labels_wrong(block: &Block, names: &[&str]) -> Option<Diagnostic> {
    let what = &block.kind.name;
    let plural = if names.len() == 1 { "" } else { "s" };
    if let Some(missing) = names.get(block.labels.len()) {
        let summary = format!("Missing {missing} for {what}");
        let form: Vec<String> =
            names.iter().map(|name| format!("\"{}\"", name.to_uppercase())).collect();
        return Some(
            Diagnostic::error("infra::config::label_missing", summary)
                .detail(format!(
                    "All {what} blocks must have {} label{plural} ({}).",
                    names.len(),
                    names.join(", "),
                ))
                .label(block.header(), format!("{missing} is missing"))
                .help(format!("write `{what} {} {{ … }}`", form.join(" "))),
        );
    }
    let extra = block.labels.get(names.len())?;
    let wanted = match names.len() {
        0 => format!("No labels are expected for {what} blocks."),
        count => {
            let verb = if count == 1 { "is" } else { "are" };
            let names = names.join(", ");
            format!("Only {count} label{plural} ({names}) {verb} expected for {what} blocks.")
        }
    };
    let summary = format!("Extraneous label for {what}");
    Some(
        Diagnostic::error("infra::config::label_extra", summary)
            .detail(wanted)
            .label(extra.span, "one label too many")
            .help("remove it"),
    )
}

/// Reports a second definition of one name.
pub(crate) fn duplicate(what: &str, name: &str, at: Span, first: Span) -> Diagnostic {
    Diagnostic::error("infra::config::name_duplicate", format!("Duplicate {what}"))
        .detail(format!("A {what} named \"{name}\" was already declared in this module."))
        .label(at, "declared again")
        .label(first, "first declared here")
        .help("rename one of them")
}

/// Reports an argument whose value is not what it must be.
pub(crate) fn value_invalid(what: &str, wanted: &str, at: Span) -> Diagnostic {
    Diagnostic::error("infra::config::value_invalid", format!("Invalid {what}"))
        .detail(format!("The {what} must be {wanted}."))
        .label(at, format!("not {wanted}"))
        .help(format!("write {wanted}"))
}

/// Adds the nearest known name as the thing to do, if one is near.
pub(crate) fn suggest<'a>(
    diagnostic: Diagnostic,
    wanted: &str,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    match nearest(wanted, known) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}

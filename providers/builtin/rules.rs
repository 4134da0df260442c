//! Rules that arguments of many types must keep. What is not known yet is not judged.

use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    path::{Path, Step},
    value::Value,
};
use std::ops::RangeInclusive;

/// Returns what is found wrong.
pub(crate) fn judged(judge: impl FnOnce(&mut Diagnostics)) -> Diagnostics {
    let mut wrong = Vec::new();
    judge(&mut wrong);
    wrong
}

/// Whether an argument is given: not at all, surely, or only perhaps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    No,
    Yes,
    Perhaps,
}

fn given(desired: &Value, name: &str) -> Given {
    match desired.get(name) {
        None => Given::No,
        Some(value) if value.is_null() => Given::No,
        Some(value) if !value.is_known() => Given::Perhaps,
        // A block that does not stand is an empty list or set.
        Some(value) if value.items().is_some_and(<[_]>::is_empty) => Given::No,
        Some(_) => Given::Yes,
    }
}

/// The text of an argument, if it is known.
pub(crate) fn text<'a>(desired: &'a Value, name: &str) -> Option<&'a str> {
    desired.get(name)?.as_text().map(|text| &**text)
}

/// The texts of a list or set, as far as they are known, with their places.
pub(crate) fn texts<'a>(desired: &'a Value, name: &str) -> Vec<(Path, &'a str)> {
    let Some(value) = desired.get(name) else { return Vec::new() };
    let is_set = matches!(value.ty(), infra_model::types::Type::Set(_));
    let items = value.items().unwrap_or_default().iter().enumerate();
    let one = |(place, item): (usize, &'a Value)| {
        let mut path = Path::attribute(name);
        if !is_set {
            path.0.push(Step::Index(place));
        }
        Some((path, &**item.as_text()?))
    };
    items.filter_map(one).collect()
}

/// An argument that must have one of a few values.
pub(crate) fn one_of(desired: &Value, name: &str, allowed: &[&str], wrong: &mut Diagnostics) {
    if let Some(text) = text(desired, name) {
        check_one_of((Path::attribute(name), text), allowed, wrong);
    }
}

/// A list of which every item must be one of a few values.
pub(crate) fn each_of(desired: &Value, name: &str, allowed: &[&str], wrong: &mut Diagnostics) {
    for found in texts(desired, name) {
        check_one_of(found, allowed, wrong);
    }
}

fn check_one_of((path, text): (Path, &str), allowed: &[&str], wrong: &mut Diagnostics) {
    if !allowed.contains(&text) {
        let help = format!("use one of `{}`", allowed.join("`, `"));
        wrong.push(unsupported(path, format!("{text:?} is not supported")).help(help));
    }
}

/// Says that an argument has a value that it can't have.
pub(crate) fn unsupported(path: Path, summary: String) -> Diagnostic {
    Diagnostic::error("infra::builtin::value_unsupported", summary).at_path(path)
}

/// A number that must be whole, and not outside of bounds.
pub(crate) fn within(
    desired: &Value,
    name: &str,
    bounds: RangeInclusive<i64>,
    wrong: &mut Diagnostics,
) {
    if let Some(found) = desired.get(name) {
        check_within((Path::attribute(name), found), bounds, wrong);
    }
}

/// Numbers that must be whole, and not outside of the same bounds.
pub(crate) fn each_within(
    desired: &Value,
    names: &[&str],
    bounds: &RangeInclusive<i64>,
    wrong: &mut Diagnostics,
) {
    for name in names {
        within(desired, name, bounds.clone(), wrong);
    }
}

/// As [`within`], for a number at a place of its own.
pub(crate) fn check_within(
    (path, found): (Path, &Value),
    bounds: RangeInclusive<i64>,
    wrong: &mut Diagnostics,
) {
    let Some(number) = found.as_number() else { return };
    if number.to_i64().is_some_and(|number| bounds.contains(&number)) {
        return;
    }
    let (least, most) = bounds.into_inner();
    let bounds = match (least, most) {
        (i64::MIN, i64::MAX) => String::new(),
        (_, i64::MAX) => format!(", at least {least}"),
        (i64::MIN, _) => format!(", at most {most}"),
        _ => format!(" from {least} to {most}"),
    };
    let summary = format!("`{path}` must be a whole number{bounds}");
    let found = Diagnostic::error("infra::builtin::number_wrong", summary)
        .detail(format!("It is {}. Nothing was changed.", told(found)));
    wrong.push(found.at_path(path));
}

/// Returns a text or number as a message may show it.
pub(crate) fn shown(desired: &Value, name: &str) -> String {
    desired.get(name).map_or_else(|| "not given".to_owned(), told)
}

fn told(value: &Value) -> String {
    if value.has_sensitive() {
        return "a secret".to_owned();
    }
    match (value.as_text(), value.as_number()) {
        (Some(text), _) => format!("`{text}`"),
        (_, Some(number)) => number.to_string(),
        (None, None) => "something else".to_owned(),
    }
}

/// Arguments of which exactly one must be given.
pub(crate) fn exactly_one(desired: &Value, names: &[&str], wrong: &mut Diagnostics) {
    at_least_one(desired, names, wrong);
    at_most_one(desired, names, wrong);
}

/// Arguments of which one must be given at least.
pub(crate) fn at_least_one(desired: &Value, names: &[&str], wrong: &mut Diagnostics) {
    if names.iter().all(|name| given(desired, name) == Given::No) {
        let summary = format!("One of `{}` must be given", names.join("`, `"));
        let path = Path::attribute(names.first().copied().unwrap_or_default());
        let missing = Diagnostic::error("infra::builtin::argument_missing", summary)
            .detail("Nothing was changed.");
        wrong.push(missing.at_path(path).help("add one of these arguments"));
    }
}

/// Arguments of which one may be given at most.
pub(crate) fn at_most_one(desired: &Value, names: &[&str], wrong: &mut Diagnostics) {
    let mut found = names.iter().filter(|name| given(desired, name) == Given::Yes);
    if let (Some(first), Some(second)) = (found.next(), found.next()) {
        let summary = format!("`{second}` can't be given together with `{first}`");
        wrong.push(conflict(Path::attribute(*second), summary).help("remove one of the two"));
    }
}

/// An argument that needs another one beside it.
pub(crate) fn requires(desired: &Value, (name, other): (&str, &str), wrong: &mut Diagnostics) {
    if given(desired, name) == Given::Yes && given(desired, other) == Given::No {
        let summary = format!("`{name}` needs `{other}` beside it");
        let help = format!("add `{other}`, or remove `{name}`");
        wrong.push(conflict(Path::attribute(name), summary).help(help));
    }
}

/// Says that arguments do not go together.
pub(crate) fn conflict(path: Path, summary: String) -> Diagnostic {
    Diagnostic::error("infra::builtin::arguments_conflict", summary).at_path(path)
}

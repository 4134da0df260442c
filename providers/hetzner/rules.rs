//! What Hetzner takes: names, labels, addresses. Judged on the desired value, so that a mistake is
//! found with its place before anything starts, and not by a refusal half-way.

mod datacenter;
mod names;
mod networks;
mod selectors;

pub(crate) use datacenter::{datacenter, location_of};
pub(crate) use names::{hostname, labels, name_of, named};
pub(crate) use networks::{Range, address, range, route_range};
pub(crate) use selectors::{selector, selectors};

use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    path::{Path, Step},
    text::Text,
    types::Type,
    value::Value,
};

/// Returns the text of an attribute, if it is known and there.
pub(crate) fn text<'a>(desired: &'a Value, name: &str) -> Option<&'a Text> {
    desired.get(name).and_then(Value::as_text)
}

/// Returns the whole number of an attribute, if it is known and there.
pub(crate) fn number(desired: &Value, name: &str) -> Option<i64> {
    desired.get(name).and_then(Value::as_number).and_then(infra_model::number::Number::to_i64)
}

/// Returns whether an attribute is there, known or not.
pub(crate) fn is_given(desired: &Value, name: &str) -> bool {
    desired.get(name).is_some_and(|value| !value.is_null())
}

/// Says that an attribute has a value that Hetzner does not take.
pub(crate) fn wrong(name: &str, summary: String, help: impl Into<Text>) -> Diagnostic {
    Diagnostic::error("infra::hetzner::value_wrong", summary)
        .help(help)
        .at_path(Path::attribute(name))
}

/// Judges an attribute that has one of a few values.
pub(crate) fn one_of(desired: &Value, name: &str, allowed: &[&str]) -> Diagnostics {
    let Some(given) = text(desired, name) else { return Diagnostics::new() };
    if allowed.contains(&&**given) {
        return Diagnostics::new();
    }
    let list: Vec<String> = allowed.iter().map(|one| format!("`{one}`")).collect();
    vec![wrong(
        name,
        format!("`{name}` can't be `{given}`"),
        format!("use one of {}", list.join(", ")),
    )]
}

/// Judges a whole number that has bounds.
pub(crate) fn between(desired: &Value, name: &str, least: i64, most: i64) -> Diagnostics {
    let given = desired.get(name).and_then(Value::as_number);
    let Some(given) = given else { return Diagnostics::new() };
    if given.to_i64().is_some_and(|given| (least..=most).contains(&given)) {
        return Diagnostics::new();
    }
    let help = format!("use a whole number from {least} to {most}");
    vec![wrong(name, format!("`{name}` can't be {given}"), help)]
}

/// Judges attributes of which exactly one must be there; what is not known yet counts.
pub(crate) fn exactly_one(desired: &Value, names: &[&str]) -> Diagnostics {
    let given: Vec<&&str> = names.iter().filter(|name| is_given(desired, name)).collect();
    if given.len() == 1 {
        return Diagnostics::new();
    }
    let list: Vec<String> = names.iter().map(|one| format!("`{one}`")).collect();
    let summary = match given.len() {
        0 => format!("one of {} is missing", list.join(", ")),
        _ => format!("{} can't be given together", list.join(" and ")),
    };
    let place = given.get(1).or(given.first()).map_or(names[0], |name| **name);
    vec![wrong(place, summary, "give exactly one of them")]
}

/// Judges what stands inside of an attribute or of each of its blocks.
pub(crate) fn inside(
    desired: &Value,
    name: &str,
    judge: impl Fn(&Value) -> Diagnostics,
) -> Diagnostics {
    let Some(value) = desired.get(name).filter(|value| value.is_known()) else {
        return Diagnostics::new();
    };
    let around = Path::attribute(name);
    let is_set = matches!(value.ty(), Type::Set(_));
    let place = |index: usize, item: &Value| {
        around.then(if is_set { Step::Element(Box::new(item.clone())) } else { Step::Index(index) })
    };
    let all: Vec<(Path, &Value)> = match value.items() {
        Some(items) => items.iter().enumerate().map(|(i, item)| (place(i, item), item)).collect(),
        None => vec![(around, value)],
    };
    let moved = |(path, inner): (Path, &Value)| {
        judge(inner).into_iter().map(move |mut diagnostic| {
            let within = diagnostic.path.take().unwrap_or_default();
            diagnostic.at_path(Path(path.0.iter().cloned().chain(within.0).collect()))
        })
    };
    all.into_iter().flat_map(moved).collect()
}

/// Judges a text that must not be longer than so many characters.
pub(crate) fn at_most(desired: &Value, name: &str, most: usize) -> Diagnostics {
    let Some(given) = text(desired, name) else { return Diagnostics::new() };
    let length = given.chars().count();
    if length <= most {
        return Diagnostics::new();
    }
    vec![wrong(name, format!("`{name}` has {length} characters"), format!("use {most} at most"))]
}

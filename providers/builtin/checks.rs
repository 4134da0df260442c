//! Judgements on arguments that several types share; what is unknown is not judged.

use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    value::Value,
};
use std::ops::RangeInclusive;

/// Returns what is wrong with a number that must be whole and within a range.
pub(crate) fn whole(desired: &Value, name: &str, range: RangeInclusive<i64>) -> Option<Diagnostic> {
    let number = desired.get(name)?.as_number()?;
    if number.to_i64().is_some_and(|number| range.contains(&number)) {
        return None;
    }
    let (least, most) = (*range.start(), *range.end());
    let bounds = match (least, most) {
        (i64::MIN, i64::MAX) => String::new(),
        (_, i64::MAX) => format!(", at least {least}"),
        (i64::MIN, _) => format!(", at most {most}"),
        _ => format!(" from {least} to {most}"),
    };
    let summary = format!("`{name}` must be a whole number{bounds}");
    let wrong = Diagnostic::error("infra::builtin::number_wrong", summary)
        .detail(format!("It is {}. Nothing was changed.", shown(desired, name)))
        .at_path(Path::attribute(name));
    Some(wrong)
}

/// Returns what is wrong if none of several arguments is given.
pub(crate) fn one_of(desired: &Value, names: &[&str]) -> Option<Diagnostic> {
    // A value that is unknown counts as given: it may still turn out so.
    let is_given = |name: &&str| desired.get(name).is_none_or(|value| !value.is_null());
    if names.iter().any(is_given) {
        return None;
    }
    let summary = format!("At least one of `{}` must be given", names.join("`, `"));
    let missing = Diagnostic::error("infra::builtin::argument_missing", summary)
        .detail("Nothing was changed.")
        .at_path(Path::attribute(*names.first()?));
    Some(missing)
}

/// Returns what is wrong with several numbers that must be whole and within one range.
pub(crate) fn all_whole(
    desired: &Value,
    names: &[&str],
    range: &RangeInclusive<i64>,
) -> Diagnostics {
    names.iter().filter_map(|name| whole(desired, name, range.clone())).collect()
}

/// Returns a text or number as a message may show it.
pub(crate) fn shown(desired: &Value, name: &str) -> String {
    match desired.get(name) {
        Some(value) if value.has_sensitive() => "a secret".to_owned(),
        Some(value) => match (value.as_text(), value.as_number()) {
            (Some(text), _) => format!("`{text}`"),
            (_, Some(number)) => number.to_string(),
            (None, None) => "something else".to_owned(),
        },
        None => "not given".to_owned(),
    }
}

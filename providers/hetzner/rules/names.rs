//! Names and labels.

use super::{text, wrong};
use crate::labels::is_ours;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Facts,
    path::{Path, Step},
    value::Value,
};

/// The most characters of the name and of the value of a label, and of the prefix of its name.
const LABEL_MAX: usize = 63;
const PREFIX_MAX: usize = 253;

/// The prefix that belongs to Hetzner.
const RESERVED: &str = "hetzner.cloud/";

/// Judges a name of at most so many characters.
pub(crate) fn name_of(desired: &Value, most: usize) -> Diagnostics {
    let Some(name) = text(desired, "name") else { return Diagnostics::new() };
    let length = name.chars().count();
    if (1..=most).contains(&length) {
        return Diagnostics::new();
    }
    let summary = format!("`name` has {length} characters");
    vec![wrong("name", summary, format!("use 1 to {most} characters"))]
}

/// Judges a name whose length has no limit that is told: there must be one.
pub(crate) fn named(desired: &Value, _: &Facts) -> Diagnostics {
    let is_empty = text(desired, "name").is_some_and(|name| name.is_empty());
    let found = is_empty.then(|| wrong("name", "`name` is empty".to_owned(), "give a name"));
    found.into_iter().collect()
}

/// Judges the name of a server, which becomes its host name.
pub(crate) fn hostname(desired: &Value, _: &Facts) -> Diagnostics {
    let Some(name) = text(desired, "name") else { return Diagnostics::new() };
    let is_label = |label: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (1..=LABEL_MAX).contains(&label.len())
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() <= PREFIX_MAX && name.split('.').all(is_label) {
        return Diagnostics::new();
    }
    let summary = format!("`{name}` is no host name");
    let help = "use letters, digits and `-` (not at the ends), in parts of at most 63 characters \
                between dots";
    vec![wrong("name", summary, help)]
}

/// Judges the labels of any type.
pub(crate) fn labels(desired: &Value, _: &Facts) -> Diagnostics {
    let entries = desired.get("labels").and_then(Value::entries).unwrap_or_default();
    let judged = entries.iter().flat_map(|(name, value)| {
        let problem = key_problem(name);
        let value = value.as_text().and_then(|value| value_problem(value));
        [problem, value].into_iter().flatten().map(move |problem| told(name, problem))
    });
    judged.collect()
}

fn told(name: &str, problem: &str) -> Diagnostic {
    let path = Path(vec![Step::Attribute("labels".into()), Step::Key(name.into())]);
    Diagnostic::error("infra::hetzner::label_wrong", format!("the label `{name}` can't be used"))
        .detail(format!("{problem}."))
        .help(
            "names and values have at most 63 characters: letters and digits, with `-`, `_` and `.` \
             between them; a name may have a domain and `/` before it",
        )
        .at_path(path)
}

fn key_problem(key: &str) -> Option<&'static str> {
    if is_ours(key) {
        return Some("The prefix `infra/` is for the marks by which infra knows its own objects");
    }
    if key.starts_with(RESERVED) {
        return Some("The prefix `hetzner.cloud/` belongs to Hetzner");
    }
    form_problem(key)
}

/// Says what is wrong with the name of a label, whoever it belongs to.
fn form_problem(key: &str) -> Option<&'static str> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_domain = |prefix: &str| {
        let part = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        prefix.len() <= PREFIX_MAX && prefix.split('.').all(part)
    };
    if prefix.is_some_and(|prefix| !is_domain(prefix)) {
        return Some("What stands before `/` is no domain");
    }
    if name.is_empty() {
        return Some("Its name is empty");
    }
    is_odd(name).then_some("Its name has characters that names can't have")
}

fn value_problem(value: &str) -> Option<&'static str> {
    (!value.is_empty() && is_odd(value)).then_some("Its value can't be a value")
}

/// Returns whether a text can be the name of a label in a selector.
pub(super) fn is_key(text: &str) -> bool {
    form_problem(text).is_none()
}

/// Returns whether a text can be the value of a label.
pub(super) fn is_value(text: &str) -> bool {
    value_problem(text).is_none()
}

fn is_odd(text: &str) -> bool {
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.len() > LABEL_MAX
        || !text.chars().all(inner)
        || !is_end(text.chars().next())
        || !is_end(text.chars().last())
}

#[cfg(test)]
mod tests {
    use super::*;
    use infra_model::types::Type;

    #[test]
    fn names_of_servers_are_host_names() {
        let of = |name: &str| {
            hostname(&Value::object([("name", Value::from(name))]), &Facts::new()).len()
        };
        for good in ["web", "web-1", "a.example.com", "1"] {
            assert_eq!(of(good), 0, "{good}");
        }
        for bad in ["", "-a", "a-", "a_b", "a..b", "ä", &"x".repeat(64)] {
            assert_eq!(of(bad), 1, "{bad}");
        }
    }

    #[test]
    fn labels_follow_the_rules_of_the_api() {
        let of = |name: &str, value: &str| {
            let map = Value::map(Type::String, [(name, Value::from(value))]);
            labels(&Value::object([("labels", map)]), &Facts::new()).len()
        };
        for (name, value) in [("a", ""), ("a.b/c_d", "x-1"), ("env", "prod")] {
            assert_eq!(of(name, value), 0, "{name}={value}");
        }
        for (name, value) in [
            ("", "a"),
            ("a/", "a"),
            ("a b", "a"),
            ("a", "-a"),
            ("infra/token", "a"),
            ("hetzner.cloud/x", "a"),
            ("a", &*"x".repeat(64)),
        ] {
            assert_eq!(of(name, value), 1, "{name}={value}");
        }
    }
}

//! Selectors of labels: `k=v`, `k==v`, `k!=v`, `k`, `!k`, `k in (a,b)`, `k notin (a,b)`, with commas.

use super::{
    names::{is_key, is_value},
    text, wrong,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    path::{Path, Step},
    value::Value,
};

/// Judges an attribute that holds a selector.
pub(crate) fn selector(desired: &Value, name: &str) -> Diagnostics {
    text(desired, name).and_then(|given| problem(name, given)).into_iter().collect()
}

/// Judges an attribute that holds a set of selectors.
pub(crate) fn selectors(desired: &Value, name: &str) -> Diagnostics {
    let items = desired.get(name).and_then(Value::items).unwrap_or_default();
    let found = items.iter().filter_map(|item| {
        let element = Path::attribute(name).then(Step::Element(Box::new(item.clone())));
        Some(problem(name, item.as_text()?)?.at_path(element))
    });
    found.collect()
}

fn problem(name: &str, given: &str) -> Option<Diagnostic> {
    (!requirements(given).all(is_requirement)).then(|| {
        let help = "write such as `env=prod`, `env!=test`, `env`, `!env` or `env in (prod,test)`, \
                    with commas between them";
        wrong(name, format!("`{given}` is no selector of labels"), help)
    })
}

/// Splits at the commas that are not in parentheses.
fn requirements(text: &str) -> impl Iterator<Item = &str> {
    let mut is_inside = false;
    text.split(move |c| {
        is_inside = (is_inside || c == '(') && c != ')';
        c == ',' && !is_inside
    })
}

fn is_requirement(text: &str) -> bool {
    let text = text.trim();
    if let Some(list) = text.strip_suffix(')') {
        return is_membership(list);
    }
    let pair = ["!=", "==", "="].into_iter().find_map(|operator| text.split_once(operator));
    match pair {
        Some((key, value)) => is_key(key.trim()) && is_value(value.trim()),
        None => is_key(text.strip_prefix('!').unwrap_or(text).trim()),
    }
}

/// Returns whether a text is `k in (a,b` or `k notin (a,b`, which a parenthesis has closed.
fn is_membership(text: &str) -> bool {
    let Some((head, values)) = text.split_once('(') else { return false };
    let words: Vec<&str> = head.split_whitespace().collect();
    matches!(words[..], [key, "in" | "notin"] if is_key(key))
        && values.split(',').all(|value| is_value(value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_follow_the_rules_of_the_api() {
        for good in ["a", "!a", "a=b", "a==b", "a!=b", "a in (b,c)", "a notin (b), d=e", "x.y/a="] {
            assert!(problem("selector", good).is_none(), "{good}");
        }
        for bad in ["", "a = = b", "a b", "a in b", "a of (b)", "a in (b", "a,,b", "-a", "a=-b"] {
            assert!(problem("selector", bad).is_some(), "{bad}");
        }
    }
}

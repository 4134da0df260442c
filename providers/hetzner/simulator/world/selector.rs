//! Label selectors: `k=v`, `k==v`, `k!=v`, `k`, `!k`, `k in (a,b)`, `k notin (a,b)`, with commas.

use super::labels::{Labels, is_key, is_name};

/// A selector: all of its requirements hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Requirement {
    Has(String),
    HasNot(String),
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
}

impl Selector {
    /// Reads a selector; none if it is not one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let parts = parts(text)?;
        parts.into_iter().map(requirement).collect::<Option<Vec<_>>>().map(Self)
    }

    /// Returns whether labels are selected.
    pub(crate) fn selects(&self, labels: &Labels) -> bool {
        self.0.iter().all(|requirement| match requirement {
            Requirement::Has(key) => labels.contains_key(key),
            Requirement::HasNot(key) => !labels.contains_key(key),
            Requirement::In(key, values) => labels.get(key).is_some_and(|v| values.contains(v)),
            Requirement::NotIn(key, values) => !labels.get(key).is_some_and(|v| values.contains(v)),
        })
    }
}

/// Splits at the commas that are not in parentheses.
fn parts(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut from, mut is_inside) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '(' if is_inside => return None,
            ')' if !is_inside => return None,
            '(' | ')' => is_inside = !is_inside,
            ',' if !is_inside => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    (!is_inside).then_some(parts)
}

fn requirement(text: &str) -> Option<Requirement> {
    let text = text.trim();
    if let Some(key) = text.strip_prefix('!').map(str::trim).filter(|key| is_key(key)) {
        return Some(Requirement::HasNot(key.to_owned()));
    }
    if let Some((key, values)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        return among(key.trim(), values);
    }
    if let Some((key, value)) = text.split_once("!=") {
        return Some(Requirement::NotIn(key_of(key)?, vec![value_of(value)?]));
    }
    if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return Some(Requirement::In(key_of(key)?, vec![value_of(value)?]));
    }
    key_of(text).map(Requirement::Has)
}

fn among(head: &str, values: &str) -> Option<Requirement> {
    let (key, word) = head.rsplit_once(char::is_whitespace)?;
    let values = values.split(',').map(value_of).collect::<Option<Vec<_>>>()?;
    match word {
        "in" => Some(Requirement::In(key_of(key)?, values)),
        "notin" => Some(Requirement::NotIn(key_of(key)?, values)),
        _ => None,
    }
}

fn key_of(text: &str) -> Option<String> {
    let text = text.trim();
    is_key(text).then(|| text.to_owned())
}

fn value_of(text: &str) -> Option<String> {
    let text = text.trim();
    (text.is_empty() || is_name(text)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Selector;

    #[test]
    fn selectors_select() {
        let labels = [("env", "prod"), ("tier", "web"), ("example.com/x", "")];
        let labels = labels.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let cases = [
            ("env=prod", Some(true)),
            ("env==prod", Some(true)),
            ("env=test", Some(false)),
            ("env!=test", Some(true)),
            ("env!=prod", Some(false)),
            ("absent!=prod", Some(true)),
            ("env", Some(true)),
            ("absent", Some(false)),
            ("!absent", Some(true)),
            ("!env", Some(false)),
            ("env in (prod,test)", Some(true)),
            ("env in (test)", Some(false)),
            ("env notin (test, dev)", Some(true)),
            ("absent notin (test)", Some(true)),
            ("env = prod, tier in (web,db), !absent", Some(true)),
            ("env=prod,tier=db", Some(false)),
            ("example.com/x=", Some(true)),
            ("", None),
            ("env=prod,", None),
            ("env in prod", None),
            ("env within (prod)", None),
            ("env=a=b", None),
            ("env in (prod", None),
            ("-env", None),
        ];
        for (text, expected) in cases {
            let found = Selector::read(text).map(|selector| selector.selects(&labels));
            assert_eq!(found, expected, "{text}");
        }
    }
}

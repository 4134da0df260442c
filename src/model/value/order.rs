//! The order of set elements, and a total order of values for deterministic keys.

use super::{Data, Value};
use std::{cmp::Ordering, fmt::Write as _};

/// Sorts the elements of a set and drops repetitions among the known ones.
///
/// Numbers go by size, strings by bytes, `false` before `true`; unknown elements after known ones,
/// null last. Compound elements have no order of their own; they go by a text of their contents,
/// the same that Terraform uses, because the order shows wherever a set is iterated.
pub(super) fn sort_set(items: &mut Vec<Value>) {
    if items.iter().any(|item| item.len().is_some()) {
        items.sort_by_cached_key(|item| {
            let mut text = String::new();
            write_sort_text(item, &mut text);
            (item.is_null(), !item.is_known(), text, item.clone())
        });
    } else {
        items.sort();
    }
    items.dedup_by(|a, b| a == b && a.is_wholly_known());
}

fn write_sort_text(value: &Value, text: &mut String) {
    match &value.data {
        Data::Unknown(_) => text.push('?'),
        Data::Null(_) => text.push('~'),
        Data::Bool(value) => text.push(if *value { 'T' } else { 'F' }),
        Data::Number(number) => text.push_str(&number.sort_text()),
        Data::String(string) => write_quoted(string, text),
        Data::List(s) | Data::Set(s) => write_items(&s.items, ('[', ']'), text),
        Data::Tuple(s) => write_items(&s.items, ('<', '>'), text),
        Data::Object(m) => write_items(m.entries.iter().map(|(_, item)| item), ('<', '>'), text),
        Data::Map(m) => {
            text.push('{');
            for (key, item) in &m.entries {
                write_quoted(key, text);
                text.push(':');
                write_sort_text(item, text);
                text.push(';');
            }
            text.push('}');
        }
    }
}

fn write_items<'a>(
    items: impl IntoIterator<Item = &'a Value>,
    (open, close): (char, char),
    text: &mut String,
) {
    text.push(open);
    for item in items {
        write_sort_text(item, text);
        text.push(';');
    }
    text.push(close);
}

fn write_quoted(string: &str, text: &mut String) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{7}' => text.push_str("\\a"),
            '\u{8}' => text.push_str("\\b"),
            '\u{b}' => text.push_str("\\v"),
            '\u{c}' => text.push_str("\\f"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\0'..='\u{1f}' | '\u{7f}' => {
                // Writing to a String cannot fail.
                let _infallible = write!(text, "\\x{:02x}", u32::from(c));
            }
            _ => text.push(c),
        }
    }
    text.push('"');
}

/// Numbers by size, strings by bytes, null last; otherwise an arbitrary but fixed order.
impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_data = match (&self.data, &other.data) {
            (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
            (Data::Number(a), Data::Number(b)) => a.cmp(b),
            (Data::String(a), Data::String(b)) => a.cmp(b),
            (Data::List(a), Data::List(b))
            | (Data::Set(a), Data::Set(b))
            | (Data::Tuple(a), Data::Tuple(b)) => {
                a.items.cmp(&b.items).then_with(|| a.element.cmp(&b.element))
            }
            (Data::Map(a), Data::Map(b)) | (Data::Object(a), Data::Object(b)) => {
                a.entries.cmp(&b.entries).then_with(|| a.element.cmp(&b.element))
            }
            (Data::Null(a), Data::Null(b)) => a.cmp(b),
            (Data::Unknown(a), Data::Unknown(b)) => a.cmp(b),
            (a, b) => rank(a).cmp(&rank(b)),
        };
        by_data.then_with(|| self.marks.cmp(&other.marks))
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn rank(data: &Data) -> u8 {
    match data {
        Data::Bool(_) => 0,
        Data::Number(_) => 1,
        Data::String(_) => 2,
        Data::List(_) => 3,
        Data::Set(_) => 4,
        Data::Map(_) => 5,
        Data::Tuple(_) => 6,
        Data::Object(_) => 7,
        Data::Unknown(_) => 8,
        Data::Null(_) => 9,
    }
}

//! Construction of values; containers are normalised here and nowhere else.

use super::{Data, Mapping, Marks, Sequence, Summary, Value, order};
use crate::{number::Number, text::Text, types::Type};
use std::sync::Arc;

impl Value {
    pub(super) fn from_data(data: Data) -> Self {
        Self { data, marks: Marks::NONE }
    }

    /// Returns null of a type.
    pub fn null(ty: Type) -> Self {
        Self::from_data(Data::Null(ty))
    }

    /// Returns a number.
    pub fn number(number: impl Into<Number>) -> Self {
        Self::from_data(Data::Number(number.into()))
    }

    /// Returns a string; the caller sees to NFC, which the parser and the decoders do.
    pub fn string(text: impl Into<Text>) -> Self {
        Self::from_data(Data::String(text.into()))
    }

    /// Returns a list; every item must be of the element type.
    pub fn list(element: Type, items: Vec<Self>) -> Self {
        let summary = summarise(items.iter());
        Self::from_data(Data::List(Arc::new(Sequence { element, items, summary })))
    }

    /// Returns a set: items are sorted, repetitions dropped, marks of items hoisted to the set.
    pub fn set(element: Type, items: Vec<Self>) -> Self {
        let mut marks = Marks::NONE;
        let mut items: Vec<Self> = items
            .into_iter()
            .map(|item| {
                let (item, found) = item.unmark_deep();
                marks |= found;
                item
            })
            .collect();
        order::sort_set(&mut items);
        let summary = summarise(items.iter());
        Self::from_data(Data::Set(Arc::new(Sequence { element, items, summary }))).with_marks(marks)
    }

    /// Returns a map; every entry must be of the element type; of equal keys the last one wins.
    pub fn map<K: Into<Text>>(element: Type, entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let entries = sorted(entries);
        let summary = summarise_entries(&entries);
        Self::from_data(Data::Map(Arc::new(Mapping { element, entries, summary })))
    }

    /// Returns a tuple.
    pub fn tuple(items: Vec<Self>) -> Self {
        let summary = summarise(items.iter());
        let element = Type::Dynamic;
        Self::from_data(Data::Tuple(Arc::new(Sequence { element, items, summary })))
    }

    /// Returns an object; of equal names the last one wins.
    pub fn object<K: Into<Text>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let entries = sorted(entries);
        let summary = summarise_entries(&entries);
        let element = Type::Dynamic;
        Self::from_data(Data::Object(Arc::new(Mapping { element, entries, summary })))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::from_data(Data::Bool(value))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::number(number)
    }
}

fn sorted<K: Into<Text>>(entries: impl IntoIterator<Item = (K, Value)>) -> Vec<(Text, Value)> {
    let mut entries: Vec<(Text, Value)> =
        entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
    if !entries.is_sorted_by(|a, b| a.0 < b.0) {
        // A stable sort keeps equal keys in order; keeping the last of each run is "last wins".
        entries.reverse();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries.dedup_by(|later, kept| later.0 == kept.0);
    }
    entries
}

fn summarise<'a>(items: impl Iterator<Item = &'a Value>) -> Summary {
    items.fold(Summary::default(), |all, item| Summary {
        unknown: all.unknown || !item.is_wholly_known(),
        marks: all.marks | item.deep_marks(),
        bytes: all.bytes.saturating_add(item.size()),
    })
}

fn summarise_entries(entries: &[(Text, Value)]) -> Summary {
    let summary = summarise(entries.iter().map(|(_, value)| value));
    let keys = entries.iter().fold(0, |all, (key, _)| key.len() as u64 + all);
    Summary { bytes: summary.bytes.saturating_add(keys), ..summary }
}

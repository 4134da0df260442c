//! Reading bodies: fields with their types, and everything that is wrong in one answer.
//!
//! A reader never fails at once: it notes what is wrong and gives a stand-in, and
//! [`Input::done`] says all of it.

use super::{
    labels::{self, Labels},
    refusal::{Refusal, Wrong},
};
use serde_json::{Map, Value};

/// An object of a body, being read.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    object: Option<&'a Map<String, Value>>,
    at: String,
    wrongs: Vec<Wrong>,
}

impl<'a> Input<'a> {
    /// Returns a reader of a body; anything but an object is wrong.
    pub(crate) fn of(body: &'a Value) -> Result<Self, Refusal> {
        match (body.as_object(), body.is_null()) {
            (None, false) => Err(Refusal::new(400, "json_error", "the body must be an object")),
            (object, _) => Ok(Self { object, at: String::new(), wrongs: Vec::new() }),
        }
    }

    /// Ends reading: the error has every field that is wrong.
    pub(crate) fn done(self) -> Result<(), Refusal> {
        if self.wrongs.is_empty() { Ok(()) } else { Err(Refusal::wrong(&self.wrongs)) }
    }

    /// Notes that a field is wrong.
    pub(crate) fn refuse(&mut self, field: &str, message: impl Into<String>) {
        let field = format!("{}{field}", self.at);
        self.wrongs.push(Wrong { field, message: message.into() });
    }

    /// Returns whether a field is there, be it null.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.object.is_some_and(|object| object.contains_key(field))
    }

    /// Returns a field that is there and not null.
    pub(crate) fn value(&self, field: &str) -> Option<&'a Value> {
        self.object.and_then(|object| object.get(field)).filter(|value| !value.is_null())
    }

    /// Notes that a field is missing, if it is: for one that may be null.
    pub(crate) fn require(&mut self, field: &str) {
        if !self.has(field) {
            self.refuse(field, "is required");
        }
    }

    pub(crate) fn text(&mut self, field: &str) -> Option<String> {
        self.typed(field, "must be a string", |value| value.as_str().map(str::to_owned))
    }

    pub(crate) fn needed_text(&mut self, field: &str) -> String {
        let text = self.text(field);
        self.needed(field, text).unwrap_or_default()
    }

    /// Returns a text that is one of those that may be.
    pub(crate) fn choice(&mut self, field: &str, choices: &[&str]) -> Option<String> {
        let text = self.text(field)?;
        if choices.contains(&text.as_str()) {
            return Some(text);
        }
        self.refuse(field, format!("must be one of: {}", choices.join(", ")));
        None
    }

    pub(crate) fn needed_choice(&mut self, field: &str, choices: &[&str]) -> String {
        if self.value(field).is_none() {
            self.refuse(field, "is required");
        }
        self.choice(field, choices).unwrap_or_default()
    }

    pub(crate) fn flag(&mut self, field: &str) -> Option<bool> {
        self.typed(field, "must be a boolean", Value::as_bool)
    }

    pub(crate) fn needed_flag(&mut self, field: &str) -> bool {
        let flag = self.flag(field);
        self.needed(field, flag).unwrap_or_default()
    }

    pub(crate) fn integer(&mut self, field: &str) -> Option<i64> {
        self.typed(field, "must be an integer", whole)
    }

    pub(crate) fn needed_integer(&mut self, field: &str) -> i64 {
        let integer = self.integer(field);
        self.needed(field, integer).unwrap_or_default()
    }

    pub(crate) fn id(&mut self, field: &str) -> Option<u64> {
        self.typed(field, "must be an ID", Value::as_u64)
    }

    pub(crate) fn needed_id(&mut self, field: &str) -> u64 {
        let id = self.id(field);
        self.needed(field, id).unwrap_or_default()
    }

    pub(crate) fn ids(&mut self, field: &str) -> Option<Vec<u64>> {
        let all = |value: &Value| value.as_array()?.iter().map(Value::as_u64).collect();
        self.typed(field, "must be a list of IDs", all)
    }

    pub(crate) fn texts(&mut self, field: &str) -> Option<Vec<String>> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let all = |value: &Value| value.as_array()?.iter().map(text).collect();
        self.typed(field, "must be a list of strings", all)
    }

    /// Returns what names an object: a name, or an id as text or as the number that official
    /// clients send.
    pub(crate) fn reference(&mut self, field: &str) -> Option<String> {
        self.typed(field, "must be a name or an ID", reference)
    }

    pub(crate) fn needed_reference(&mut self, field: &str) -> String {
        let text = self.reference(field);
        self.needed(field, text).unwrap_or_default()
    }

    /// Returns a list of what names objects.
    pub(crate) fn references(&mut self, field: &str) -> Option<Vec<String>> {
        let all = |value: &Value| value.as_array()?.iter().map(reference).collect();
        self.typed(field, "must be a list of names or IDs", all)
    }

    pub(crate) fn labels(&mut self) -> Option<Labels> {
        let object = self.typed("labels", "must be an object", |value| value.as_object().cloned());
        match labels::read(&object?) {
            Ok(labels) => Some(labels),
            Err(message) => {
                self.refuse("labels", message);
                None
            }
        }
    }

    /// Reads an object within this one.
    pub(crate) fn nested<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let object = self.value(field)?;
        self.inner(field, object, read)
    }

    /// Reads a list of objects within this one.
    pub(crate) fn each<T>(
        &mut self,
        field: &str,
        mut read: impl FnMut(&mut Self) -> T,
    ) -> Option<Vec<T>> {
        let value = self.value(field)?;
        let Some(items) = value.as_array() else {
            self.refuse(field, "must be a list");
            return None;
        };
        let item = |(at, item)| self.inner(&format!("{field}.{at}"), item, &mut read);
        items.iter().enumerate().filter_map(item).collect::<Vec<T>>().into()
    }

    fn inner<T>(
        &mut self,
        field: &str,
        value: &'a Value,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let Some(object) = value.as_object() else {
            self.refuse(field, "must be an object");
            return None;
        };
        let at = format!("{}{field}.", self.at);
        let mut inner = Self { object: Some(object), at, wrongs: Vec::new() };
        let read = read(&mut inner);
        self.wrongs.append(&mut inner.wrongs);
        Some(read)
    }

    fn needed<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if self.value(field).is_none() {
            self.refuse(field, "is required");
        }
        value
    }

    fn typed<T>(
        &mut self,
        field: &str,
        message: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(field)?;
        let read = read(value);
        if read.is_none() {
            self.refuse(field, message);
        }
        read
    }
}

fn reference(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|id| id.to_string()))
}

/// Returns a whole number, also one that is written with a point: some sizes are described as
/// numbers, and clients send them so.
fn whole(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_whole = |number: &f64| number.fract() == 0.0 && number.abs() < EXACT;
    #[allow(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    let written = || value.as_f64().filter(is_whole).map(|number| number as i64);
    value.as_i64().or_else(written)
}

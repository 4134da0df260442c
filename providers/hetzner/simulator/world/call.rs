//! A call: a request whose operation is known, and what its function answers.

use super::{input::Input, refusal::Refusal, selector::Selector};
use serde_json::Value;

/// What a function answers.
pub(crate) type Answer = Result<Reply, Refusal>;

/// A request whose operation is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    pub(crate) path: String,
    pub(crate) params: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Call {
    /// Returns the number `{id}`; anything else has nothing behind it.
    pub(crate) fn id(&self) -> Result<u64, Refusal> {
        self.number("id")
    }

    /// Returns a parameter of the path that is a number.
    pub(crate) fn number(&self, name: &str) -> Result<u64, Refusal> {
        self.param(name).parse().map_err(|_| Refusal::missing("object"))
    }

    /// Returns a parameter of the path.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value)
    }

    /// Returns a reader of the body.
    pub(crate) fn input(&self) -> Result<Input<'_>, Refusal> {
        Input::of(&self.body)
    }

    /// Returns the value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Returns all values of a query parameter; none given means no restriction.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Returns whether a value passes a filter that may be given several times.
    pub(crate) fn passes(&self, name: &str, value: &str) -> bool {
        let all = self.all(name);
        all.is_empty() || all.contains(&value)
    }

    /// Returns the ids of a query parameter.
    pub(crate) fn ids(&self, name: &str) -> Result<Vec<u64>, Refusal> {
        let id = |text: &str| text.parse().map_err(|_| Refusal::invalid(name, "must be an ID"));
        self.all(name).into_iter().map(id).collect()
    }

    /// Returns the label selector, if there is one.
    pub(crate) fn selector(&self) -> Result<Option<Selector>, Refusal> {
        let Some(text) = self.query("label_selector").filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let wrong = || Refusal::invalid("label_selector", "is not a label selector");
        Selector::read(text).map(Some).ok_or_else(wrong)
    }
}

/// An answer of a function that did what it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) headers: Vec<(String, String)>,
}

impl Reply {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self { status, body, headers: Vec::new() }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::new(200, body)
    }

    pub(crate) fn created(body: Value) -> Self {
        Self::new(201, body)
    }

    /// Returns the answer without a body.
    pub(crate) fn nothing() -> Self {
        Self::new(204, Value::Null)
    }
}

//! What a comparison finds: a tree of what is added, removed, changed and kept.

use infra_model::{text::Text, value::Value};

/// What happens to a part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// It is new.
    Add,
    /// It goes away.
    Remove,
    /// It changes.
    Change,
    /// It stays.
    Keep,
}

impl Symbol {
    /// Returns what happens to a whole to which this happens, once this happens to a part of it.
    pub(super) fn with(self, part: Self) -> Self {
        if part == Self::Keep || part == self { self } else { Self::Change }
    }

    /// Returns what happens to a container before its parts are looked at.
    pub(super) fn of_presence(before: bool, after: bool) -> Self {
        match (before, after) {
            (false, true) => Self::Add,
            (true, false) => Self::Remove,
            (true, true) | (false, false) => Self::Keep,
        }
    }
}

/// A compared value.
#[derive(Clone, Debug)]
pub struct Node {
    /// What happens to it.
    pub symbol: Symbol,
    /// What is remarked at it, such as `# forces replacement`.
    pub(super) remark: Option<String>,
    pub(super) sort: Sort,
}

/// A named part.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Text,
    /// What became of it.
    pub node: Node,
}

/// What a compared value is.
#[derive(Clone, Debug)]
pub(super) enum Sort {
    /// A string, number, bool or null; `None` is null.
    Plain { before: Option<Value>, after: Option<Value> },
    /// Attributes, their names bare where that is allowed.
    Object(Vec<Field>),
    /// Entries, their keys always in quotes.
    Map(Vec<Field>),
    /// Elements in order, what is beside a change shown too.
    List(Vec<Node>),
    /// Elements without order.
    Set(Vec<Node>),
    /// Something of one sort becomes something of another.
    Becomes(Box<Node>, Box<Node>),
    /// It will be known later; what it was.
    Unknown(Option<Box<Node>>),
    /// It is not to be seen.
    Masked(Mask),
}

/// What stands for a value that is not to be seen.
#[derive(Clone, Debug)]
pub(super) struct Mask {
    pub(super) text: &'static str,
    /// Whether it was masked before, and is after.
    pub(super) masked: (bool, bool),
    /// The value itself stays.
    pub(super) is_same: bool,
}

impl Node {
    pub(super) fn new(symbol: Symbol, sort: Sort) -> Self {
        Self { symbol, remark: None, sort }
    }
}

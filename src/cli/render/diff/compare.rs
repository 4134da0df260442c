//! Comparing two values: by their type, or by what they are where the type is not fixed.

use super::{
    node::{Field, Mask, Node, Sort, Symbol},
    sequence::{self, Pair},
};
use crate::render::literal::{EPHEMERAL, SENSITIVE};
use infra_model::{
    path::{Path, Step},
    text::Text,
    types::Type,
    value::{Data, Marks, Value},
};
use std::collections::BTreeSet;

/// Compares values.
#[derive(Clone, Copy)]
pub struct Compare<'a> {
    /// Returns a remark to put behind the value at a path, such as `# forces replacement`.
    pub remark: &'a dyn Fn(&Path) -> Option<String>,
    /// Secrets are masked.
    pub masks: bool,
}

/// A value before and after. A side that is `None` is not there; what is null may well be there.
#[derive(Clone, Copy)]
pub(super) struct Change<'v> {
    pub(super) before: Option<&'v Value>,
    pub(super) after: Option<&'v Value>,
}

impl<'v> Change<'v> {
    /// Returns the change with nulls taken as not there.
    pub(super) fn implicit(before: Option<&'v Value>, after: Option<&'v Value>) -> Self {
        Self {
            before: before.filter(|value| !value.is_null()),
            after: after.filter(|value| !value.is_null()),
        }
    }

    pub(super) fn is_nothing(self) -> bool {
        let is_null = |value: Option<&Value>| value.is_none_or(Value::is_null);
        is_null(self.before) && is_null(self.after)
    }
}

impl Compare<'_> {
    /// Compares values of any type, as outputs are; null is as good as absent.
    pub fn any(self, before: Option<&Value>, after: Option<&Value>) -> Node {
        self.loose(Change::implicit(before, after), &Path::default())
    }

    /// Compares values of a type; null is as good as absent.
    pub fn typed(self, ty: &Type, values: (Option<&Value>, Option<&Value>), path: &Path) -> Node {
        self.strict(ty, Change::implicit(values.0, values.1), path)
    }

    /// Compares by type.
    pub(super) fn strict(self, ty: &Type, change: Change<'_>, path: &Path) -> Node {
        let mut node = if let Some(node) = self.masked(change, &|c| self.strict(ty, c, path)) {
            node
        } else if let Some(node) = Self::unknown(change, &|c| self.strict(ty, c, path)) {
            node
        } else if fits(ty, change) {
            self.of_type(ty, change, path)
        } else {
            self.loose(change, path)
        };
        node.remark = node.remark.or_else(|| (self.remark)(path));
        node
    }

    fn of_type(self, ty: &Type, change: Change<'_>, path: &Path) -> Node {
        // Inside a sequence there is no place for remarks: they stand at its head.
        let nowhere = Compare { remark: &|_| None, ..self };
        match ty {
            Type::Dynamic => self.loose(change, path),
            Type::Bool | Type::Number | Type::String => plain(change),
            Type::Map(element) => Self::map(change, &|c, key| {
                self.strict(element, c, &path.then(Step::Key(key.clone())))
            }),
            Type::Object(object) => {
                let mut symbol = presence(change);
                let mut fields = Vec::new();
                for (name, ty) in &object.attributes {
                    let part = |value: Option<&'_ Value>| value.and_then(|v| v.get(name)).cloned();
                    let (before, after) = (part(change.before), part(change.after));
                    let inner = Change::implicit(before.as_ref(), after.as_ref());
                    let node = self.strict(ty, inner, &path.then(Step::Attribute(name.clone())));
                    if node.symbol == Symbol::Keep && inner.is_nothing() {
                        continue;
                    }
                    symbol = symbol.with(node.symbol);
                    fields.push(Field { name: name.clone(), node });
                }
                Node::new(symbol, Sort::Object(fields))
            }
            Type::List(element) => {
                let is_object = |_: &Value| matches!(**element, Type::Object(_));
                let pairs = sequence::pairs(items(change.before), items(change.after), &is_object);
                Self::list(change, &pairs, &|c, _| nowhere.strict(element, c, path))
            }
            Type::Tuple(types) => {
                let pairs: Vec<Pair> = (0..types.len()).map(|i| (Some(i), Some(i))).collect();
                Self::list(change, &pairs, &|c, index| {
                    let ty = types.get(index).unwrap_or(&Type::Dynamic);
                    nowhere.strict(ty, c, path)
                })
            }
            Type::Set(element) => {
                let pairs = sequence::set_pairs(items(change.before), items(change.after));
                let node = Self::list(change, &pairs, &|c, _| nowhere.strict(element, c, path));
                let Sort::List(nodes) = node.sort else { return node };
                Node { sort: Sort::Set(nodes), ..node }
            }
        }
    }

    /// Compares by what the values are.
    pub(super) fn loose(self, change: Change<'_>, path: &Path) -> Node {
        if let Some(node) = self.masked(change, &|c| self.loose(c, path)) {
            return node;
        }
        if let Some(node) = Self::unknown(change, &|c| self.loose(c, path)) {
            return node;
        }
        let (before, after) = (shape(change.before), shape(change.after));
        let is_whole = change.before.is_none() || change.after.is_none();
        if before != after && !is_whole {
            let gone = self.loose(Change { after: None, ..change }, path);
            let come = self.loose(Change { before: None, ..change }, path);
            let sort = Sort::Becomes(Box::new(gone), Box::new(come));
            return Node::new(Symbol::Change, sort);
        }
        match if before == Shape::Null { after } else { before } {
            Shape::Object => {
                let node = Self::map(change, &|c, key| {
                    self.loose(c, &path.then(Step::Attribute(key.clone())))
                });
                let Sort::Map(fields) = node.sort else { return node };
                Node { sort: Sort::Object(fields), ..node }
            }
            Shape::Array => {
                let is_object = |value: &Value| shape(Some(value)) == Shape::Object;
                let pairs = sequence::pairs(items(change.before), items(change.after), &is_object);
                Self::list(change, &pairs, &|c, index| {
                    self.loose(c, &path.then(Step::Index(index)))
                })
            }
            Shape::Null | Shape::Bool | Shape::Number | Shape::Text => plain(change),
        }
    }

    fn map(change: Change<'_>, compare: &dyn Fn(Change<'_>, &Text) -> Node) -> Node {
        let sides = [change.before, change.after];
        let entries = sides.into_iter().flatten().filter_map(Value::entries).flatten();
        let keys: BTreeSet<&Text> = entries.map(|(key, _)| key).collect();
        let mut symbol = presence(change);
        let mut fields = Vec::new();
        for key in keys {
            let part = |value: Option<&'_ Value>| value.and_then(|v| v.get(key)).cloned();
            let (before, after) = (part(change.before), part(change.after));
            let inner = Change { before: before.as_ref(), after: after.as_ref() };
            let node = compare(inner, key);
            symbol = symbol.with(node.symbol);
            fields.push(Field { name: key.clone(), node });
        }
        Node::new(symbol, Sort::Map(fields))
    }

    fn list(
        change: Change<'_>,
        pairs: &[Pair],
        compare: &dyn Fn(Change<'_>, usize) -> Node,
    ) -> Node {
        let (old, new) = (items(change.before), items(change.after));
        let mut symbol = presence(change);
        let mut nodes = Vec::new();
        for (before, after) in pairs {
            let inner = Change {
                before: before.and_then(|index| old.get(index)),
                after: after.and_then(|index| new.get(index)),
            };
            let node = compare(inner, after.or(*before).unwrap_or_default());
            symbol = symbol.with(node.symbol);
            nodes.push(node);
        }
        Node::new(symbol, Sort::List(nodes))
    }

    /// Returns what stands for a value that is not to be seen before or after.
    fn masked(self, change: Change<'_>, compare: &dyn Fn(Change<'_>) -> Node) -> Option<Node> {
        if !self.masks {
            return None;
        }
        let marks = |value: Option<&Value>| value.map_or(Marks::NONE, Value::marks);
        let all = [marks(change.before), marks(change.after)];
        let is = |mark: Marks| all.map(|marks| marks.contains(mark));
        let [sensitive, ephemeral] = [is(Marks::SENSITIVE), is(Marks::EPHEMERAL)];
        let text = if sensitive.contains(&true) {
            SENSITIVE
        } else if ephemeral.contains(&true) {
            EPHEMERAL
        } else {
            return None;
        };
        let clear = |value: Option<&Value>| value.map(|value| value.clone().unmark().0);
        let (before, after) = (clear(change.before), clear(change.after));
        let inner = compare(Change { before: before.as_ref(), after: after.as_ref() });
        let masked = (sensitive[0] || ephemeral[0], sensitive[1] || ephemeral[1]);
        let is_same = inner.symbol == Symbol::Keep;
        let nothing = change.before.is_none() && change.after.is_none();
        let symbol =
            if is_same && masked.0 != masked.1 && !nothing { Symbol::Change } else { inner.symbol };
        Some(Node::new(symbol, Sort::Masked(Mask { text, masked, is_same })))
    }

    /// Returns what stands for a value that will be known later.
    fn unknown(change: Change<'_>, compare: &dyn Fn(Change<'_>) -> Node) -> Option<Node> {
        if change.after.is_none_or(Value::is_known) {
            return None;
        }
        let before = change.before.filter(|value| !value.is_null());
        let Some(before) = before else {
            return Some(Node::new(Symbol::Add, Sort::Unknown(None)));
        };
        let gone = compare(Change { before: Some(before), after: None });
        Some(Node::new(Symbol::Change, Sort::Unknown(Some(Box::new(gone)))))
    }
}

/// What a value looks like where its type does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

fn shape(value: Option<&Value>) -> Shape {
    match value.map(Value::data) {
        None | Some(Data::Null(_) | Data::Unknown(_)) => Shape::Null,
        Some(Data::Bool(_)) => Shape::Bool,
        Some(Data::Number(_)) => Shape::Number,
        Some(Data::String(_)) => Shape::Text,
        Some(Data::List(_) | Data::Set(_) | Data::Tuple(_)) => Shape::Array,
        Some(Data::Map(_) | Data::Object(_)) => Shape::Object,
    }
}

/// Returns whether both sides are of a type, as far as its outermost part goes.
fn fits(ty: &Type, change: Change<'_>) -> bool {
    let wanted = match ty {
        Type::Dynamic => return true,
        Type::Bool => Shape::Bool,
        Type::Number => Shape::Number,
        Type::String => Shape::Text,
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => Shape::Array,
        Type::Map(_) | Type::Object(_) => Shape::Object,
    };
    // A null element of a collection is shown as a null, which is none of its containers.
    let is_container = matches!(wanted, Shape::Array | Shape::Object);
    let sides = [change.before, change.after];
    sides.into_iter().flatten().all(|value| {
        let shape = shape(Some(value));
        if shape == Shape::Null { !is_container } else { shape == wanted }
    })
}

fn presence(change: Change<'_>) -> Symbol {
    let is = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
    Symbol::of_presence(is(change.before), is(change.after))
}

fn plain(Change { before, after }: Change<'_>) -> Node {
    let symbol = match (before, after) {
        (Some(before), Some(after)) => {
            let is_same = before.data() == after.data() || before.is_null() && after.is_null();
            if is_same { Symbol::Keep } else { Symbol::Change }
        }
        (before, after) => Symbol::of_presence(before.is_some(), after.is_some()),
    };
    let clear = |value: Option<&Value>| value.filter(|value| !value.is_null()).cloned();
    Node::new(symbol, Sort::Plain { before: clear(before), after: clear(after) })
}

fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::items).unwrap_or_default()
}

//! Comparing and writing what has a schema: attributes, then nested blocks.

use super::{
    Compare, Field, Node, Options, Printer, Symbol,
    compare::Change,
    node::{Mask, Sort},
    print::pad,
    sequence,
};
use crate::render::{
    console,
    literal::{INDENT, UNKNOWN, WRITE_ONLY},
};
use infra_model::{
    path::{Path, Step},
    schema::{Block, NestedBlock, Nesting},
    text::Text,
    value::Value,
};
use std::collections::BTreeSet;

/// A compared object or nested block.
#[derive(Clone, Debug)]
pub struct Body {
    /// What happens to it.
    pub symbol: Symbol,
    remark: Option<String>,
    attributes: Vec<Field>,
    groups: Vec<Vec<Nested>>,
}

/// One nested block.
#[derive(Clone, Debug)]
struct Nested {
    /// Its type, and its key if it has one.
    label: String,
    symbol: Symbol,
    inside: Inside,
}

#[derive(Clone, Debug)]
enum Inside {
    Body(Body),
    Unknown,
    Masked,
}

/// A place in a value and the values there.
struct Found<'v> {
    step: Option<Step>,
    before: Option<&'v Value>,
    after: Option<&'v Value>,
}

impl Compare<'_> {
    /// Compares two values of a schema; null is as good as absent.
    pub fn body(self, block: &Block, values: (&Value, &Value), path: &Path) -> Body {
        let change = Change::implicit(Some(values.0), Some(values.1));
        let whole = Symbol::of_presence(change.before.is_some(), change.after.is_some());
        let mut symbol = whole;
        let mut attributes = Vec::new();
        for (name, attribute) in &block.attributes {
            let part = |value: Option<&Value>| value.and_then(|value| value.get(name)).cloned();
            let (before, after) = (part(change.before), part(change.after));
            let inner = Change::implicit(before.as_ref(), after.as_ref());
            let node = if attribute.write_only {
                // It is never known to be a change, so it goes with what it stands in.
                let mask = Mask { text: WRITE_ONLY, masked: (true, true), is_same: true };
                Node::new(whole, Sort::Masked(mask))
            } else {
                let path = path.then(Step::Attribute(name.clone()));
                self.typed(&attribute.ty, (inner.before, inner.after), &path)
            };
            if node.symbol == Symbol::Keep && inner.is_nothing() && !attribute.write_only {
                continue;
            }
            symbol = symbol.with(node.symbol);
            attributes.push(Field { name: name.clone(), node });
        }
        let mut groups = Vec::new();
        for (name, nested) in &block.blocks {
            let part = |value: Option<&Value>| value.and_then(|value| value.get(name)).cloned();
            let (before, after) = (part(change.before), part(change.after));
            let path = path.then(Step::Attribute(name.clone()));
            let found = self.group(name, nested, (before.as_ref(), after.as_ref()), &path);
            symbol = found.iter().fold(symbol, |symbol, nested| symbol.with(nested.symbol));
            groups.push(found);
        }
        Body { symbol, remark: None, attributes, groups }
    }

    /// Compares the blocks of one type.
    fn group(
        self,
        name: &Text,
        nested: &NestedBlock,
        (before, after): (Option<&Value>, Option<&Value>),
        path: &Path,
    ) -> Vec<Nested> {
        let label = name.to_string();
        if after.is_some_and(|value| !value.is_known()) {
            let is_new = instances(nested, before).is_empty();
            let symbol = if is_new { Symbol::Add } else { Symbol::Change };
            return vec![Nested { label, symbol, inside: Inside::Unknown }];
        }
        let is_secret = |value: Option<&Value>| {
            self.masks && value.is_some_and(|value| !value.marks().is_empty())
        };
        let secret = is_secret(before) || is_secret(after);
        let null = Value::null(infra_model::types::Type::Dynamic);
        let mut blocks = Vec::new();
        for found in matched(nested, before, after) {
            let inner = found.step.clone().map_or_else(|| path.clone(), |step| path.then(step));
            let values = (found.before.unwrap_or(&null), found.after.unwrap_or(&null));
            let mut body = self.body(&nested.block, values, &inner);
            body.remark = (self.remark)(path).or_else(|| (self.remark)(&inner));
            let label = match &found.step {
                Some(Step::Key(key)) => format!("{name} {}", console::quoted(key)),
                Some(_) | None => label.clone(),
            };
            let symbol = match (is_secret(before) != is_secret(after), body.symbol) {
                (true, Symbol::Keep) => Symbol::Change,
                (_, symbol) => symbol,
            };
            let hidden = secret || is_secret(found.before) || is_secret(found.after);
            let inside = if hidden { Inside::Masked } else { Inside::Body(body) };
            blocks.push(Nested { label, symbol, inside });
        }
        blocks
    }
}

impl Printer {
    /// Writes what stands in braces, from the opening one to the closing one.
    pub fn body(self, out: &mut String, body: &Body, (column, options): (usize, Options)) {
        let remark = body.remark.as_ref().map(|remark| format!(" {remark}")).unwrap_or_default();
        if body.attributes.is_empty() && body.groups.iter().all(Vec::is_empty) {
            out.push_str("{}");
            return out.push_str(&remark);
        }
        let inner = column + INDENT;
        out.push('{');
        out.push_str(&remark);
        out.push('\n');
        self.attributes(out, &body.attributes, (inner, options));
        let mut unchanged = 0;
        for group in &body.groups {
            let is_shown = |nested: &&Nested| options.all || nested.symbol != Symbol::Keep;
            let shown: Vec<&Nested> = group.iter().filter(is_shown).collect();
            unchanged += group.len() - shown.len();
            if !shown.is_empty() && !body.attributes.is_empty() {
                out.push('\n');
            }
            for nested in shown {
                self.nested(out, nested, (inner, options));
            }
        }
        if unchanged > 0 {
            out.push('\n');
        }
        self.hidden(out, "block", unchanged, inner);
        pad(out, column);
        out.push('}');
    }

    fn nested(self, out: &mut String, nested: &Nested, (column, options): (usize, Options)) {
        self.lead(out, nested.symbol, column);
        out.push_str(&nested.label);
        out.push(' ');
        match &nested.inside {
            Inside::Body(body) => self.body(out, body, (column, options)),
            Inside::Unknown => out.push_str(UNKNOWN),
            Inside::Masked => {
                let (inner, outer) = (" ".repeat(column + INDENT), " ".repeat(column));
                out.push_str(&format!(
                    "{{\n{inner}# At least one attribute in this block is (or was) sensitive,\n\
                     {inner}# so its contents will not be displayed.\n{outer}}}"
                ));
            }
        }
        out.push('\n');
    }
}

/// Returns the blocks of a value.
fn instances<'v>(nested: &NestedBlock, value: Option<&'v Value>) -> Vec<&'v Value> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Vec::new() };
    match nested.nesting {
        Nesting::Single | Nesting::Group => vec![value],
        Nesting::List | Nesting::Set => value.items().unwrap_or_default().iter().collect(),
        Nesting::Map => {
            value.entries().unwrap_or_default().iter().map(|(_, value)| value).collect()
        }
    }
}

/// Pairs blocks that belong together.
fn matched<'v>(
    nested: &NestedBlock,
    before: Option<&'v Value>,
    after: Option<&'v Value>,
) -> Vec<Found<'v>> {
    let before = before.filter(|value| !value.is_null());
    let after = after.filter(|value| !value.is_null());
    let items = |value: Option<&'v Value>| value.and_then(Value::items).unwrap_or_default();
    let (old, new) = (items(before), items(after));
    match nested.nesting {
        Nesting::Single | Nesting::Group => {
            let one = Found { step: None, before, after };
            if before.is_none() && after.is_none() { Vec::new() } else { vec![one] }
        }
        Nesting::List => {
            let pairs = sequence::pairs(old, new, &|_| true).into_iter();
            let found = pairs.map(|(before, after)| Found {
                step: after.or(before).map(Step::Index),
                before: before.and_then(|index| old.get(index)),
                after: after.and_then(|index| new.get(index)),
            });
            found.collect()
        }
        Nesting::Set => {
            let pairs = sequence::set_pairs(old, new).into_iter();
            let found = pairs.map(|(before, after)| {
                let before = before.and_then(|index| old.get(index));
                let after = after.and_then(|index| new.get(index));
                let step = after.or(before).map(|value| Step::Element(Box::new(value.clone())));
                Found { step, before, after }
            });
            found.collect()
        }
        Nesting::Map => {
            let sides = [before, after].into_iter().flatten();
            let keys: BTreeSet<&Text> =
                sides.filter_map(Value::entries).flatten().map(|(key, _)| key).collect();
            let part = |value: Option<&'v Value>, key: &Text| value.and_then(|v| v.get(key));
            let found = keys.into_iter().map(|key| Found {
                step: Some(Step::Key(key.clone())),
                before: part(before, key),
                after: part(after, key),
            });
            found.collect()
        }
    }
}

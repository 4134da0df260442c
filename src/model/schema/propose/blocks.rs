//! Nested blocks: which recorded block a desired one continues, and the plan of each.
//!
//! Lists go by index, maps by key; in a set, a desired block continues the recorded one that agrees
//! with it in everything that is configured.

use super::{Pass, leaves_to_provider, opened, plain, same};
use crate::{
    path::Step,
    schema::{Block, NestedBlock, Nesting},
    text::Text,
    value::Value,
};

impl Pass {
    /// The planned value of a block, which is known and not null.
    pub(super) fn block(&mut self, block: &Block, prior: Option<&Value>, desired: &Value) -> Value {
        let before = |name: &Text| prior.and_then(|value| value.get(name));
        let mut entries: Vec<(Text, Value)> = Vec::new();
        for (name, attribute) in &block.attributes {
            let null = Value::null(attribute.ty.without_optional());
            let wanted = desired.get(name).unwrap_or(&null);
            let planned = self.step(Step::Attribute(name.clone()), |pass| {
                pass.attribute(attribute, before(name), wanted)
            });
            entries.push((name.clone(), planned));
        }
        for (name, nested) in &block.blocks {
            let null = Value::null(nested.implied_type());
            let wanted = desired.get(name).unwrap_or(&null);
            let planned = self.step(Step::Attribute(name.clone()), |pass| {
                let around = pass.replaces_all;
                pass.replaces_all |= nested.replaces;
                let planned = pass.nested(nested, before(name), wanted);
                pass.replaces_all = around;
                planned
            });
            entries.push((name.clone(), planned));
        }
        Value::object(entries).with_marks(desired.marks())
    }

    fn nested(&mut self, nested: &NestedBlock, prior: Option<&Value>, desired: &Value) -> Value {
        if !desired.is_known() {
            self.note_change(replaces(&nested.block));
            return desired.clone();
        }
        if is_absent(desired) {
            return self.absent(nested, prior, desired);
        }
        let (wanted, marks) = opened(desired);
        let prior = prior.map(|value| opened(value).0).filter(Value::is_known);
        let planned = match nested.nesting {
            Nesting::Single | Nesting::Group => self.single(nested, prior.as_ref(), &wanted),
            Nesting::List => self.list(nested, prior.as_ref(), &wanted),
            Nesting::Set => self.set(nested, prior.as_ref(), &wanted),
            Nesting::Map => self.map(nested, prior.as_ref(), &wanted),
        };
        planned.with_marks(marks)
    }

    /// The configuration has no such block.
    fn absent(&mut self, nested: &NestedBlock, prior: Option<&Value>, desired: &Value) -> Value {
        match prior {
            Some(prior) if nested.computed => return prior.clone(),
            None if nested.computed => return Value::unknown(nested.implied_type()),
            Some(prior) if is_absent(prior) => return prior.clone(),
            Some(prior) => self.removed(&nested.block, prior),
            None => {}
        }
        nested.nothing().with_marks(desired.marks())
    }

    /// Notes that blocks are no longer wanted.
    fn removed(&mut self, block: &Block, prior: &Value) {
        self.note_change(replaces(block) && !is_absent(prior));
    }

    fn single(&mut self, nested: &NestedBlock, prior: Option<&Value>, desired: &Value) -> Value {
        let prior = prior.filter(|value| !value.is_null());
        if prior.is_none() {
            self.added();
        }
        self.block(&nested.block, prior, desired)
    }

    fn list(&mut self, nested: &NestedBlock, prior: Option<&Value>, desired: &Value) -> Value {
        let before = prior.and_then(Value::items).unwrap_or_default();
        let wanted = desired.items().unwrap_or_default();
        let mut planned = Vec::with_capacity(wanted.len());
        for (index, wanted) in wanted.iter().enumerate() {
            planned.push(
                self.step(Step::Index(index), |pass| {
                    pass.element(nested, before.get(index), wanted)
                }),
            );
        }
        if let Some(gone) = before.get(wanted.len()) {
            self.removed(&nested.block, gone);
        }
        Value::list(nested.block.implied_type(), planned)
    }

    fn map(&mut self, nested: &NestedBlock, prior: Option<&Value>, desired: &Value) -> Value {
        let wanted = desired.entries().unwrap_or_default();
        let mut planned = Vec::with_capacity(wanted.len());
        for (key, wanted) in wanted {
            let before = prior.and_then(|value| value.get(key));
            let value =
                self.step(Step::Key(key.clone()), |pass| pass.element(nested, before, wanted));
            planned.push((key.clone(), value));
        }
        for (key, gone) in prior.and_then(Value::entries).unwrap_or_default() {
            if desired.get(key).is_none() {
                self.removed(&nested.block, gone);
            }
        }
        Value::map(nested.block.implied_type(), planned)
    }

    fn set(&mut self, nested: &NestedBlock, prior: Option<&Value>, desired: &Value) -> Value {
        let before = prior.and_then(Value::items).unwrap_or_default();
        let wanted = desired.items().unwrap_or_default();
        let (continued, left) = continuations(&nested.block, before, wanted);
        let mut planned = Vec::with_capacity(wanted.len());
        for (wanted, before) in wanted.iter().zip(continued) {
            let step = Step::Element(Box::new(plain(wanted)));
            planned.push(self.step(step, |pass| pass.element(nested, before, wanted)));
        }
        for gone in left {
            self.removed(&nested.block, gone);
        }
        Value::set(nested.block.implied_type(), planned)
    }

    fn element(&mut self, nested: &NestedBlock, prior: Option<&Value>, desired: &Value) -> Value {
        if !desired.is_known() {
            self.note_change(replaces(&nested.block));
            return desired.clone();
        }
        let prior = prior.filter(|value| !value.is_null() && value.is_known());
        if prior.is_none() {
            self.added();
        }
        self.block(&nested.block, prior, desired)
    }

    /// Notes a block that was not there; which of its attributes replace is told by each of them.
    fn added(&mut self) {
        self.note_change(false);
    }
}

/// Returns whether the coming or going of a block needs a new object.
fn replaces(block: &Block) -> bool {
    block.attributes.values().any(|a| a.replaces && a.is_configurable())
        || block.blocks.values().any(|b| b.replaces)
}

/// Returns which recorded block each desired one continues, and the recorded ones that none does.
///
/// Those that say most choose first, lest one that says little takes what another one needs.
fn continuations<'a>(
    block: &Block,
    before: &'a [Value],
    wanted: &[Value],
) -> (Vec<Option<&'a Value>>, Vec<&'a Value>) {
    let mut left: Vec<&Value> = before.iter().collect();
    let mut continued = vec![None; wanted.len()];
    let said = |value: &Value| {
        let entries = value.entries().unwrap_or_default();
        entries.iter().filter(|(_, inner)| !is_absent(inner)).count()
    };
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(said(&wanted[*index])));
    for index in order {
        let found = left.iter().position(|before| continues(block, before, &wanted[index]));
        continued[index] = found.map(|found| left.remove(found));
    }
    (continued, left)
}

/// Returns whether a recorded block agrees with a desired one in everything that is configured.
fn continues(block: &Block, prior: &Value, desired: &Value) -> bool {
    let agrees =
        |name: &Text, given: &Value| prior.get(name).is_some_and(|before| same(before, given));
    let attributes = block.attributes.iter().all(|(name, attribute)| {
        let given = desired.get(name).filter(|v| !v.is_null()).or(attribute.default.as_ref());
        match given {
            _ if attribute.write_only => true,
            Some(given) if attribute.is_configurable() => agrees(name, given),
            Some(_) | None if leaves_to_provider(attribute.usage) => true,
            Some(_) | None => prior.get(name).is_none_or(Value::is_null),
        }
    });
    attributes
        && block.blocks.iter().all(|(name, nested)| match (prior.get(name), desired.get(name)) {
            (Some(before), Some(wanted)) => continues_nested(nested, before, wanted),
            (before, wanted) => before.is_none_or(is_absent) && wanted.is_none_or(is_absent),
        })
}

fn continues_nested(nested: &NestedBlock, prior: &Value, desired: &Value) -> bool {
    if !desired.is_known() || is_absent(desired) {
        return desired.is_known() && (nested.computed || is_absent(prior));
    }
    let block = &nested.block;
    match nested.nesting {
        Nesting::Single | Nesting::Group => !prior.is_null() && continues(block, prior, desired),
        Nesting::List | Nesting::Set => {
            let (before, wanted) = (prior.items().unwrap_or_default(), desired.items());
            let wanted = wanted.unwrap_or_default();
            before.len() == wanted.len()
                && before.iter().zip(wanted).all(|(b, w)| continues(block, b, w))
        }
        Nesting::Map => {
            let before = prior.entries().unwrap_or_default();
            let wanted = desired.entries().unwrap_or_default();
            before.len() == wanted.len()
                && before
                    .iter()
                    .zip(wanted)
                    .all(|(b, w)| b.0 == w.0 && continues(block, &b.1, &w.1))
        }
    }
}

/// Returns whether a value says that there is no such block.
fn is_absent(value: &Value) -> bool {
    value.is_null() || value.is_empty()
}

impl NestedBlock {
    /// Returns the value of these blocks where none stands.
    pub fn nothing(&self) -> Value {
        let object = self.block.implied_type();
        match self.nesting {
            Nesting::Single | Nesting::Group => Value::null(object),
            Nesting::List => Value::list(object, Vec::new()),
            Nesting::Set => Value::set(object, Vec::new()),
            Nesting::Map => Value::map::<Text>(object, []),
        }
    }
}

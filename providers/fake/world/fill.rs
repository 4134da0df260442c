//! Giving values where the configuration left them to the provider.

use crate::catalogue::{Behaviour, Draw};
use infra_model::{
    path::{Path, Step},
    schema::{Attribute, Block, NestedBlock, Nesting},
    text::Text,
    value::Value,
};

/// One filling of one object.
pub(super) struct Filling<'a> {
    pub(super) behaviour: &'a Behaviour,
    pub(super) id: &'a Text,
    pub(super) revision: u64,
    pub(super) whole: &'a Value,
}

impl Filling<'_> {
    /// Returns the object with everything known and nothing write-only.
    pub(super) fn fill(&self) -> Value {
        let block = &self.behaviour.kind.schema().block;
        self.block(block, self.whole, &mut Path::default())
    }

    fn block(&self, block: &Block, value: &Value, path: &mut Path) -> Value {
        let mut entries: Vec<(Text, Value)> = Vec::new();
        for (name, attribute) in &block.attributes {
            path.0.push(Step::Attribute(name.clone()));
            let given = value.get(name);
            entries.push((name.clone(), self.attribute(attribute, given, path)));
            path.0.pop();
        }
        for (name, nested) in &block.blocks {
            path.0.push(Step::Attribute(name.clone()));
            entries.push((name.clone(), self.nested(nested, value.get(name), path)));
            path.0.pop();
        }
        Value::object(entries)
    }

    fn attribute(&self, attribute: &Attribute, given: Option<&Value>, path: &Path) -> Value {
        if attribute.write_only {
            return Value::null(attribute.ty.clone());
        }
        match given {
            Some(given) if given.is_wholly_known() => given.clone(),
            Some(_) | None => self.give(attribute, path),
        }
    }

    fn give(&self, attribute: &Attribute, path: &Path) -> Value {
        let name = path.0.iter().rev().find_map(|step| match step {
            Step::Attribute(name) => Some(&**name),
            Step::Key(_) | Step::Index(_) | Step::Element(_) => None,
        });
        let name = name.unwrap_or("");
        (self.behaviour.give)(&Draw {
            path,
            name,
            attribute,
            id: self.id,
            value: self.whole,
            revision: self.revision,
        })
    }

    fn nested(&self, nested: &NestedBlock, given: Option<&Value>, path: &mut Path) -> Value {
        let object = nested.block.implied_type();
        let mut inner = |step: Option<Step>, value: &Value| {
            let depth = path.0.len();
            path.0.extend(step);
            let filled = self.block(&nested.block, value, path);
            path.0.truncate(depth);
            filled
        };
        let items = given.and_then(Value::items).unwrap_or_default();
        match nested.nesting {
            Nesting::Single | Nesting::Group => match given {
                Some(value) if value.entries().is_some() => inner(None, value),
                Some(_) | None => Value::null(object),
            },
            Nesting::List => {
                let filled = items.iter().enumerate();
                let filled = filled.map(|(i, v)| inner(Some(Step::Index(i)), v)).collect();
                Value::list(object, filled)
            }
            Nesting::Set => {
                let element = |v: &Value| Step::Element(Box::new(v.clone()));
                let filled = items.iter().map(|v| inner(Some(element(v)), v)).collect();
                Value::set(object, filled)
            }
            Nesting::Map => {
                let entries = given.and_then(Value::entries).unwrap_or_default().iter();
                let filled: Vec<(Text, Value)> = entries
                    .map(|(k, v)| (k.clone(), inner(Some(Step::Key(k.clone())), v)))
                    .collect();
                Value::map(object, filled)
            }
        }
    }
}

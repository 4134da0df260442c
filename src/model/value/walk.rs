//! Ways into values by path: visiting, reading, replacing and rebuilding parts.

use super::{Data, Value};
use crate::path::{Path, Step};

impl Value {
    /// Calls `visit` with every part and its path, outermost first.
    ///
    /// Where it returns `false`, it is not called for what lies inside.
    pub fn visit(&self, visit: &mut impl FnMut(&Path, &Self) -> bool) {
        visit_at(self, &mut Path::default(), visit);
    }

    /// Returns all parts with their paths, outermost first.
    pub fn parts(&self) -> Vec<(Path, &Self)> {
        let mut found = Vec::new();
        collect(self, &mut Path::default(), &mut found);
        found
    }

    /// Returns the part that one step leads to; marks of this node are not added.
    ///
    /// Attributes and keys are taken for each other, so that a path fits objects and maps alike.
    pub fn step(&self, step: &Step) -> Option<&Self> {
        match step {
            Step::Attribute(name) | Step::Key(name) => self.get(name),
            Step::Index(index) if matches!(self.data, Data::List(_) | Data::Tuple(_)) => {
                self.items()?.get(*index)
            }
            Step::Element(element) if matches!(self.data, Data::Set(_)) => {
                self.items()?.iter().find(|item| **item == **element)
            }
            Step::Index(_) | Step::Element(_) => None,
        }
    }

    /// Returns the part at a path; marks of the containers on the way are not added.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.0.iter().try_fold(self, |value, step| value.step(step))
    }

    /// Returns this value with another in the place of the part at a path.
    ///
    /// `None` if there is no such part. The new part is the caller's responsibility: in a list, set
    /// or map it must be of the element type.
    #[must_use]
    pub fn with_path(&self, path: &Path, part: Self) -> Option<Self> {
        replace(self, &path.0, part)
    }

    /// Rebuilds the value from the inside out: each part, its own parts done, becomes what `change`
    /// returns for it.
    ///
    /// Parts that stay the same cost no copy. In lists, sets and maps all elements must keep one
    /// type, except that they may become unknown or null of it.
    #[must_use]
    pub fn transform(&self, change: &mut impl FnMut(&Path, Self) -> Self) -> Self {
        transform_at(self, &mut Path::default(), change)
    }
}

/// The steps to the parts of a container, in order, with the parts.
fn children(value: &Value) -> Vec<(Step, &Value)> {
    match &value.data {
        Data::List(s) | Data::Tuple(s) => {
            s.items.iter().enumerate().map(|(i, item)| (Step::Index(i), item)).collect()
        }
        Data::Set(s) => {
            s.items.iter().map(|item| (Step::Element(Box::new(item.clone())), item)).collect()
        }
        Data::Map(m) => m.entries.iter().map(|(k, v)| (Step::Key(k.clone()), v)).collect(),
        Data::Object(m) => m.entries.iter().map(|(k, v)| (Step::Attribute(k.clone()), v)).collect(),
        Data::Null(_) | Data::Unknown(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => {
            Vec::new()
        }
    }
}

/// Returns the container with other parts in the same order, marks included.
fn with_children(value: &Value, mut parts: Vec<Value>) -> Value {
    let rebuilt = match &value.data {
        Data::List(s) => Value::list(s.element.clone(), parts),
        Data::Set(s) => Value::set(s.element.clone(), parts),
        Data::Tuple(_) => Value::tuple(parts),
        Data::Map(m) => Value::map(
            m.element.clone(),
            m.entries.iter().map(|(key, _)| key.clone()).zip(parts.drain(..)),
        ),
        Data::Object(m) => {
            Value::object(m.entries.iter().map(|(key, _)| key.clone()).zip(parts.drain(..)))
        }
        Data::Null(_) | Data::Unknown(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => {
            return value.clone();
        }
    };
    rebuilt.with_marks(value.marks)
}

fn visit_at(value: &Value, path: &mut Path, visit: &mut impl FnMut(&Path, &Value) -> bool) {
    if !visit(path, value) {
        return;
    }
    for (step, part) in children(value) {
        path.0.push(step);
        visit_at(part, path, visit);
        path.0.pop();
    }
}

fn collect<'a>(value: &'a Value, path: &mut Path, found: &mut Vec<(Path, &'a Value)>) {
    found.push((path.clone(), value));
    for (step, part) in children(value) {
        path.0.push(step);
        collect(part, path, found);
        path.0.pop();
    }
}

fn replace(value: &Value, steps: &[Step], part: Value) -> Option<Value> {
    let Some((step, further)) = steps.split_first() else { return Some(part) };
    let inner = value.step(step)?;
    let replaced = replace(inner, further, part)?;
    let parts = children(value)
        .into_iter()
        .map(|(_, child)| if std::ptr::eq(child, inner) { replaced.clone() } else { child.clone() })
        .collect();
    Some(with_children(value, parts))
}

fn transform_at(
    value: &Value,
    path: &mut Path,
    change: &mut impl FnMut(&Path, Value) -> Value,
) -> Value {
    let mut changed = false;
    let parts: Vec<Value> = children(value)
        .into_iter()
        .map(|(step, part)| {
            path.0.push(step);
            let transformed = transform_at(part, path, change);
            path.0.pop();
            changed = changed || transformed != *part;
            transformed
        })
        .collect();
    let rebuilt = if changed { with_children(value, parts) } else { value.clone() };
    change(path, rebuilt)
}

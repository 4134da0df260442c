//! Walks over whole values: taking marks off and putting them back by path.

use super::{Data, MarkedPath, Marks, Value};
use crate::path::{Path, Step};

impl Value {
    /// Returns this value without any marks, and the union of them.
    pub fn unmark_deep(self) -> (Self, Marks) {
        let marks = self.deep_marks();
        if marks.is_empty() {
            return (self, marks);
        }
        (self.map_nodes(&mut |_, _| Marks::NONE), marks)
    }

    /// Returns this value without any marks, and where they stood.
    pub fn unmark_paths(self) -> (Self, Vec<MarkedPath>) {
        let mut found = Vec::new();
        if self.deep_marks().is_empty() {
            return (self, found);
        }
        let plain = self.map_nodes(&mut |path, marks| {
            if !marks.is_empty() {
                found.push((path.clone(), marks));
            }
            Marks::NONE
        });
        (plain, found)
    }

    /// Returns the paths of all parts that are marked sensitive, outermost first.
    pub fn secrets(&self) -> Vec<Path> {
        let mut found = Vec::new();
        self.visit(&mut |path, part| {
            if part.marks().contains(Marks::SENSITIVE) {
                found.push(path.clone());
            }
            part.has_sensitive()
        });
        found
    }

    /// Returns this value with marks added at the paths that exist in it.
    #[must_use]
    pub fn mark_paths(self, paths: &[MarkedPath]) -> Self {
        if paths.is_empty() {
            return self;
        }
        self.map_nodes(&mut |path, marks| {
            paths.iter().filter(|(p, _)| p == path).fold(marks, |all, (_, m)| all | *m)
        })
    }

    /// Rebuilds the value with new marks for each node, outermost first.
    fn map_nodes(self, marks: &mut impl FnMut(&Path, Marks) -> Marks) -> Self {
        rebuild(self, &mut Path::default(), marks)
    }
}

fn rebuild(value: Value, path: &mut Path, marks: &mut impl FnMut(&Path, Marks) -> Marks) -> Value {
    let own = marks(path, value.marks);
    let mut item = |step: Step, inner: &Value| {
        path.0.push(step);
        let inner = rebuild(inner.clone(), path, marks);
        path.0.pop();
        inner
    };
    let rebuilt = match value.data {
        Data::List(s) => Value::list(
            s.element.clone(),
            s.items.iter().enumerate().map(|(i, v)| item(Step::Index(i), v)).collect(),
        ),
        Data::Tuple(s) => {
            Value::tuple(s.items.iter().enumerate().map(|(i, v)| item(Step::Index(i), v)).collect())
        }
        Data::Map(m) => Value::map(
            m.element.clone(),
            m.entries.iter().map(|(k, v)| (k.clone(), item(Step::Key(k.clone()), v))),
        ),
        Data::Object(m) => Value::object(
            m.entries.iter().map(|(k, v)| (k.clone(), item(Step::Attribute(k.clone()), v))),
        ),
        // Marks never stand inside a set: its constructor hoists them.
        data @ (Data::Set(_)
        | Data::Null(_)
        | Data::Unknown(_)
        | Data::Bool(_)
        | Data::Number(_)
        | Data::String(_)) => Value::from_data(data),
    };
    rebuilt.with_marks(own)
}

//! Places inside a value: `ports[0].internal`, `env["A"]`.

use crate::{text::Text, value::Value};
use std::fmt;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An attribute of an object, or a block by its type.
    Attribute(Text),
    /// A key of a map.
    Key(Text),
    /// An element of a list or tuple.
    Index(usize),
    /// An element of a set: it is its own key.
    Element(Box<Value>),
}

/// A place inside a value; the empty path is the value itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// Returns the path of one attribute.
    pub fn attribute(name: impl Into<Text>) -> Self {
        Self(vec![Step::Attribute(name.into())])
    }

    /// Returns this path with a step behind it.
    #[must_use]
    pub fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Returns whether `prefix` is this path or leads to it.
    pub fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// Returns the first attribute name, if the path begins with one.
    pub fn root(&self) -> Option<&Text> {
        match self.0.first() {
            Some(Step::Attribute(name)) => Some(name),
            Some(Step::Key(_) | Step::Index(_) | Step::Element(_)) | None => None,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => write!(f, "{name}")?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                // The element may be secret and is long: its place in the set says enough.
                Step::Element(_) => write!(f, "[*]")?,
            }
        }
        Ok(())
    }
}

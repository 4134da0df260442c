//! The default plan of one object: configured values over recorded ones, by the schema alone.
//!
//! What the configuration gives wins; what it leaves to the provider keeps its recorded value
//! unless the schema says that it changes; the rest is null or the default.
//! Nothing here knows what a kind does beyond its schema: that are the hooks of a kind, which may
//! start from this proposal.

use super::{Attribute, Changes, Schema, Usage};
use crate::{
    path::{Path, Step},
    text::Text,
    value::{Marks, Value},
};
use std::collections::BTreeSet;

mod blocks;
#[cfg(test)]
mod tests;

/// What the schema alone says of a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The value after the change; unknown where the provider decides.
    pub planned: Value,
    /// Paths whose change forces a replacement.
    pub replace: Vec<Path>,
}

/// Returns the planned value of an object from what was recorded and what is desired.
///
/// Attributes that the configuration leaves to the provider keep their recorded value unless the
/// schema says that they change; without a record they are unknown. Volatile ones are unknown as
/// soon as anything else is planned to change. Write-only attributes are null.
///
/// Values are compared without marks and planned with the marks of the desired value; what the
/// schema calls sensitive is marked in any case.
///
/// If `replace` is not empty, the planned value is that of an update in place, which can't be had:
/// the planner asks again without the recorded value for what the new object will be.
pub fn propose(schema: &Schema, prior: Option<&Value>, desired: &Value) -> Proposal {
    let prior = prior.filter(|value| value.is_known() && !value.is_null());
    if desired.is_null() || !desired.is_known() {
        return Proposal { planned: desired.clone(), replace: Vec::new() };
    }
    let mut first = Pass::default();
    let planned = first.block(&schema.block, prior, desired);
    if prior.is_none() {
        return Proposal { planned, replace: Vec::new() };
    }
    if first.changed.is_empty() {
        return Proposal { planned, replace: first.replace };
    }
    // Only now is it known which changes the computed attributes have to follow.
    let mut second = Pass { follows: Some(first.changed), ..Pass::default() };
    let planned = second.block(&schema.block, prior, desired);
    Proposal { planned, replace: second.replace }
}

/// The names on the way to an attribute, without indices, keys and elements.
type Names = Vec<Text>;

/// One walk over schema, recorded and desired value.
#[derive(Default)]
struct Pass {
    /// What an earlier pass found to change; computed attributes follow it.
    follows: Option<BTreeSet<Names>>,
    /// What this pass finds to change.
    changed: BTreeSet<Names>,
    /// Changes that need a new object.
    replace: Vec<Path>,
    /// Where the walk stands.
    path: Path,
    /// Whether a block around here replaces the object when anything inside changes.
    replaces_all: bool,
}

impl Pass {
    fn step<T>(&mut self, step: Step, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.path.0.push(step);
        let result = inside(self);
        self.path.0.pop();
        result
    }

    /// The planned value of one attribute.
    fn attribute(
        &mut self,
        attribute: &Attribute,
        prior: Option<&Value>,
        desired: &Value,
    ) -> Value {
        let planned = self.plan_attribute(attribute, prior, desired);
        attribute.mark_sensitive(planned)
    }

    fn plan_attribute(
        &mut self,
        attribute: &Attribute,
        prior: Option<&Value>,
        desired: &Value,
    ) -> Value {
        if attribute.write_only {
            return Value::null(attribute.ty.without_optional());
        }
        let given = if attribute.is_configurable() && !desired.is_null() {
            Some(desired.clone())
        } else {
            attribute.default.clone().filter(|_| attribute.is_configurable())
        };
        let planned = match given {
            Some(given) => given,
            None if attribute.is_computed() => return self.computed(attribute, prior),
            None => Value::null(attribute.ty.without_optional()).with_marks(desired.marks()),
        };
        self.compare(attribute, prior, &planned);
        planned
    }

    /// What the provider decides: the recorded value, or unknown if there is none or it changes.
    fn computed(&self, attribute: &Attribute, prior: Option<&Value>) -> Value {
        match prior {
            Some(prior) if !self.follows_change(&attribute.changes) => prior.clone(),
            Some(_) | None => Value::unknown(attribute.ty.without_optional()),
        }
    }

    fn follows_change(&self, changes: &Changes) -> bool {
        let Some(followed) = &self.follows else { return false };
        match changes {
            Changes::Stable => false,
            Changes::OnUpdate | Changes::Volatile => true,
            Changes::With(paths) => paths.iter().map(names).any(|wanted| {
                followed.iter().any(|c| c.starts_with(&wanted) || wanted.starts_with(c))
            }),
        }
    }

    fn compare(&mut self, attribute: &Attribute, prior: Option<&Value>, planned: &Value) {
        let same = match prior {
            Some(prior) => same(prior, planned),
            // Inside a new block, only what is given is new.
            None => planned.is_null(),
        };
        if !same {
            self.note_change(attribute.replaces);
        }
    }

    /// Notes that the value at the current path changes.
    fn note_change(&mut self, replaces: bool) {
        self.changed.insert(names(&self.path));
        if replaces || self.replaces_all {
            self.replace.push(self.path.clone());
        }
    }
}

/// Returns whether two values mean the same, marks aside; all nulls are alike.
fn same(left: &Value, right: &Value) -> bool {
    if left.is_null() || right.is_null() {
        return left.is_null() && right.is_null();
    }
    plain(left) == plain(right)
}

/// The value without marks.
fn plain(value: &Value) -> Value {
    value.clone().unmark_deep().0
}

/// The value without its own marks, and these.
fn opened(value: &Value) -> (Value, Marks) {
    value.clone().unmark()
}

fn names(path: &Path) -> Names {
    let name = |step: &Step| match step {
        Step::Attribute(name) => Some(name.clone()),
        Step::Key(_) | Step::Index(_) | Step::Element(_) => None,
    };
    path.0.iter().filter_map(name).collect()
}

/// Returns whether the configuration may leave an attribute of this usage to the provider.
fn leaves_to_provider(usage: Usage) -> bool {
    matches!(usage, Usage::Computed | Usage::OptionalComputed)
}

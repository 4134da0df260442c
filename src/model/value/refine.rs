//! The refinement check: whether a final value is one that a planned value allowed.
//!
//! Known parts must be equal, unknown parts may have become anything that their type and their
//! promises admit. Marks are not compared: they are the engine's own and never come back from a
//! provider.

use super::{Data, Mapping, Sequence, Unknown, Value};
use crate::path::{Path, Step};

/// Returns whether `actual` is `planned` with unknown parts replaced by what they admit.
///
/// `actual` may be unknown itself where `planned` is, if it promises at least as much.
///
/// # Errors
/// With the place of the first part that is not.
pub fn refines(planned: &Value, actual: &Value) -> Result<(), Path> {
    let mut path = Path::default();
    if check(planned, actual, &mut path) { Ok(()) } else { Err(path) }
}

/// Leaves the path at the misfit, if there is one.
fn check(planned: &Value, actual: &Value, path: &mut Path) -> bool {
    match (&planned.data, &actual.data) {
        (Data::Unknown(planned), Data::Unknown(actual)) => promises(planned, actual),
        (Data::Unknown(planned), _) => planned.admits_as_result(actual),
        (Data::Null(a), Data::Null(b)) => a.accepts(b) || b.accepts(a),
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Number(a), Data::Number(b)) => a == b,
        (Data::String(a), Data::String(b)) => a == b,
        (Data::List(a), Data::List(b)) | (Data::Tuple(a), Data::Tuple(b)) => items(a, b, path),
        (Data::Set(a), Data::Set(b)) => elements(a, b),
        (Data::Map(a), Data::Map(b)) => entries(a, b, path, |key| Step::Key(key.into())),
        (Data::Object(a), Data::Object(b)) => {
            entries(a, b, path, |name| Step::Attribute(name.into()))
        }
        _ => false,
    }
}

fn promises(planned: &Unknown, actual: &Unknown) -> bool {
    planned.ty.accepts(&actual.ty)
        && (actual.not_null || !planned.not_null)
        && actual.prefix.starts_with(&*planned.prefix)
        && planned.numbers.encloses(&actual.numbers)
        && planned.length.encloses(&actual.length)
}

impl Unknown {
    /// Unlike the question whether a value is possible, its type has to be this one by now.
    fn admits_as_result(&self, actual: &Value) -> bool {
        self.admits(actual) && self.ty.accepts(&actual.ty())
    }
}

fn items(planned: &Sequence, actual: &Sequence, path: &mut Path) -> bool {
    planned.items.len() == actual.items.len()
        && planned
            .items
            .iter()
            .zip(&actual.items)
            .enumerate()
            .all(|(i, (planned, actual))| at(Step::Index(i), planned, actual, path))
}

fn entries(
    planned: &Mapping,
    actual: &Mapping,
    path: &mut Path,
    step: impl Fn(&str) -> Step,
) -> bool {
    let keys = |mapping: &Mapping| -> Vec<_> {
        mapping.entries.iter().map(|(key, _)| key.clone()).collect()
    };
    if !planned.entries.iter().map(|(key, _)| key).eq(actual.entries.iter().map(|(key, _)| key)) {
        let (planned, actual) = (keys(planned), keys(actual));
        let differs = |key: &&crate::text::Text| {
            planned.binary_search(key).is_err() || actual.binary_search(key).is_err()
        };
        if let Some(key) = planned.iter().chain(&actual).find(differs) {
            path.0.push(step(key));
        }
        return false;
    }
    planned
        .entries
        .iter()
        .zip(&actual.entries)
        .all(|((key, planned), (_, actual))| at(step(key), planned, actual, path))
}

fn at(step: Step, planned: &Value, actual: &Value, path: &mut Path) -> bool {
    path.0.push(step);
    let fits = check(planned, actual, path);
    if fits {
        path.0.pop();
    }
    fits
}

/// Each planned element must have become one that is there, and each that is there must come from
/// a planned one; several unknown ones may have become one and the same.
fn elements(planned: &Sequence, actual: &Sequence) -> bool {
    if !planned.summary.unknown {
        return planned.items == actual.items;
    }
    let becomes = |planned: &Value, actual: &Value| check(planned, actual, &mut Path::default());
    actual.items.len() <= planned.items.len()
        && planned.items.iter().all(|p| actual.items.iter().any(|a| becomes(p, a)))
        && actual.items.iter().all(|a| planned.items.iter().any(|p| becomes(p, a)))
}

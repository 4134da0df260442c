//! Routes: an operation is a method and a path template, with the function that answers it.

use super::{
    World,
    call::{Answer, Call},
    kind::Kind,
};
use crate::query::decoded;

/// What answers an operation.
pub(crate) type Run = fn(&mut World, &Call) -> Answer;

/// An operation.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// The path behind `/v1`.
    pub(crate) path: &'static str,
    /// The sort of the object `{id}`, which must be there and not locked.
    pub(crate) changes: Option<Kind>,
    pub(crate) run: Run,
}

impl Route {
    /// Returns an operation that reads.
    pub(crate) const fn get(path: &'static str, run: Run) -> Self {
        Self { method: "GET", path, changes: None, run }
    }

    /// Returns an operation that makes something, or that looks for its object itself.
    pub(crate) const fn post(path: &'static str, run: Run) -> Self {
        Self { method: "POST", path, changes: None, run }
    }

    /// Returns an operation that does something to the object `{id}`.
    pub(crate) const fn act(path: &'static str, kind: Kind, run: Run) -> Self {
        Self { method: "POST", path, changes: Some(kind), run }
    }

    /// Returns an operation that writes fields of the object `{id}`.
    pub(crate) const fn put(path: &'static str, kind: Kind, run: Run) -> Self {
        Self { method: "PUT", path, changes: Some(kind), run }
    }

    /// Returns an operation that deletes the object `{id}`.
    pub(crate) const fn delete(path: &'static str, kind: Kind, run: Run) -> Self {
        Self { method: "DELETE", path, changes: Some(kind), run }
    }

    /// Returns the same operation for an object that the function looks for itself.
    pub(crate) const fn unguarded(mut self) -> Self {
        self.changes = None;
        self
    }
}

/// The parameters of a path: names of the template with values.
pub(crate) type Params = Vec<(&'static str, String)>;

/// What a path leads to.
pub(crate) enum Found {
    Route(Route, Params),
    /// The path is known, with other methods.
    OtherMethod(&'static str),
    Nothing,
}

/// Finds the operation of a method and a path; literal segments come before parameters.
pub(crate) fn find(families: &[&[Route]], method: &str, path: &str) -> Found {
    let Some(path) = path.strip_prefix("/v1/") else { return Found::Nothing };
    let segments: Vec<&str> = path.split('/').collect();
    let mut best: Option<(usize, Route, Params)> = None;
    let mut other = None;
    for route in families.iter().copied().flatten() {
        let Some(params) = params(route.path, &segments) else { continue };
        if route.method != method {
            other = Some(route.path);
            continue;
        }
        if best.as_ref().is_none_or(|(count, ..)| params.len() < *count) {
            best = Some((params.len(), *route, params));
        }
    }
    match (best, other) {
        (Some((_, route, params)), _) => Found::Route(route, params),
        (None, Some(path)) => Found::OtherMethod(path),
        (None, None) => Found::Nothing,
    }
}

/// Returns the parameters of a path, if the template is its.
fn params(template: &'static str, segments: &[&str]) -> Option<Params> {
    let of_template = template.trim_start_matches('/').split('/');
    if of_template.clone().count() != segments.len() {
        return None;
    }
    let mut params = Vec::new();
    for (part, segment) in of_template.zip(segments) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(_) if segment.is_empty() => return None,
            Some(name) => params.push((name, decoded(segment, false))),
            None if part == *segment => {}
            None => return None,
        }
    }
    Some(params)
}

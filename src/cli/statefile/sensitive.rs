//! Where values are secret, as paths in the form of cty.

use super::format::{Key, PathStep};
use infra_model::{
    path::{Path, Step},
    value::{MarkedPath, Marks, Value},
};
use serde_json::Value as Json;

/// Returns a value without marks, and the paths where it was sensitive.
pub(super) fn unmark(value: &Value) -> (Value, Vec<Vec<PathStep>>) {
    let (plain, marked) = value.clone().unmark_paths();
    let sensitive = marked.iter().filter(|(_, marks)| marks.contains(Marks::SENSITIVE));
    let paths = sensitive.map(|(path, _)| path.0.iter().map(write_step).collect()).collect();
    (plain, paths)
}

/// Returns a value with the sensitive mark at these paths.
///
/// # Errors
///
/// If a path is none.
pub(super) fn mark(value: Value, paths: &[Vec<PathStep>]) -> Result<Value, String> {
    let read = |steps: &Vec<PathStep>| {
        let steps: Result<Vec<Step>, String> = steps.iter().map(read_step).collect();
        Ok((Path(steps?), Marks::SENSITIVE))
    };
    let marked: Vec<MarkedPath> = paths.iter().map(read).collect::<Result<_, String>>()?;
    Ok(value.mark_paths(&marked))
}

fn write_step(step: &Step) -> PathStep {
    let index = |value: Json, ty: &str| PathStep::Index(Key { value, ty: ty.to_owned() });
    match step {
        Step::Attribute(name) => PathStep::GetAttr(name.to_string()),
        Step::Key(key) => index(Json::from(&**key), "string"),
        Step::Index(at) => index(Json::from(*at), "number"),
        // Marks never stand on the elements of a set: they are hoisted to the set itself.
        Step::Element(_) => index(Json::Null, "string"),
    }
}

fn read_step(step: &PathStep) -> Result<Step, String> {
    let wrong = || "a path in `sensitive_attributes` cannot be read".to_owned();
    match step {
        PathStep::GetAttr(name) => Ok(Step::Attribute(name.as_str().into())),
        PathStep::Index(Key { value: Json::String(key), .. }) => Ok(Step::Key(key.as_str().into())),
        PathStep::Index(Key { value, .. }) => {
            let at = value.as_u64().and_then(|at| usize::try_from(at).ok());
            at.map(Step::Index).ok_or_else(wrong)
        }
    }
}

//! `ignore_changes`: which parts of the configuration give way to what is recorded.

use infra_model::{
    path::{Path, Step},
    program::Ignore,
    schema::Schema,
    value::Value,
};

/// Returns the desired value with every ignored part as it is recorded.
///
/// Only what the configuration may give is taken over; a part that is not recorded, such as a new
/// key of a map, is left out.
pub(crate) fn apply(ignore: &Ignore, schema: &Schema, prior: &Value, desired: &Value) -> Value {
    match ignore {
        Ignore::Nothing => desired.clone(),
        Ignore::All => all(schema, prior, desired),
        Ignore::Paths(paths) => {
            paths.iter().fold(desired.clone(), |desired, path| one(prior, &desired, &path.0))
        }
    }
}

/// Takes over all that may be configured; what the provider alone gives stays null.
fn all(schema: &Schema, prior: &Value, desired: &Value) -> Value {
    let Some(entries) = desired.entries() else { return prior.clone() };
    let kept = entries.iter().map(|(name, configured)| {
        let attribute = schema.block.attributes.get(name);
        let given = attribute.is_none_or(|a| a.is_configurable() && !a.write_only);
        match prior.get(name).filter(|_| given) {
            Some(recorded) => (name.clone(), recorded.clone()),
            None => (name.clone(), configured.clone()),
        }
    });
    Value::object(kept).with_marks(desired.marks())
}

fn one(prior: &Value, desired: &Value, path: &[Step]) -> Value {
    let Some((step, further)) = path.split_first() else { return prior.clone() };
    if !desired.is_known() {
        return desired.clone();
    }
    if !further.is_empty() {
        let (Some(recorded), Some(configured)) = (prior.step(step), desired.step(step)) else {
            return with_entry(desired, prior, step);
        };
        let inner = one(recorded, configured, further);
        let place = Path(vec![step.clone()]);
        return desired.with_path(&place, inner).unwrap_or_else(|| desired.clone());
    }
    match (prior.step(step), desired.step(step)) {
        (Some(recorded), Some(_)) => {
            let place = Path(vec![step.clone()]);
            desired.with_path(&place, recorded.clone()).unwrap_or_else(|| desired.clone())
        }
        _ => with_entry(desired, prior, step),
    }
}

/// A key that only one side has: a map gains or loses it; nothing else can.
fn with_entry(desired: &Value, prior: &Value, step: &Step) -> Value {
    let (Step::Key(key) | Step::Attribute(key)) = step else { return desired.clone() };
    let is_map = desired.ty().is_collection();
    if desired.is_null() && prior.step(step).is_some() {
        // The whole map is absent: it stands for an empty one with the ignored key.
        let Some(element) = prior.element_type().cloned() else { return desired.clone() };
        let kept = prior.step(step).map(|value| (key.clone(), value.clone()));
        return Value::map(element, kept).with_marks(desired.marks());
    }
    let (Some(entries), true) = (desired.entries(), is_map) else { return desired.clone() };
    let Some(element) = desired.element_type().cloned() else { return desired.clone() };
    let mut kept: Vec<_> = entries.iter().filter(|(name, _)| name != key).cloned().collect();
    if let Some(recorded) = prior.step(step) {
        kept.push((key.clone(), recorded.clone()));
    }
    Value::map(element, kept).with_marks(desired.marks())
}

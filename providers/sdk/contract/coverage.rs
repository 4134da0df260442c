//! Which arguments no sample tries: derived from the schemas, so that a new argument is not forgotten.

use super::Sample;
use infra_model::{address::Mode, kind::Kind, schema::Block, types::Type, value::Value};
use std::{collections::BTreeSet, sync::Arc};

/// The block that is the engine's: how long steps may take.
const TIMEOUTS: &str = "timeouts";

/// Returns the arguments of managed types that have the same value in all samples and are changed by
/// none, and what is inside of arguments and given by no sample.
pub fn untried(kinds: &[Arc<dyn Kind>], samples: &[Sample]) -> Vec<String> {
    let managed = kinds.iter().filter(|kind| kind.mode() == Mode::Managed);
    managed.flat_map(|kind| untried_of(&**kind, samples)).collect()
}

fn untried_of(kind: &dyn Kind, samples: &[Sample]) -> Vec<String> {
    let samples: Vec<&Sample> = samples.iter().filter(|sample| sample.is_of(kind)).collect();
    let mut given = BTreeSet::new();
    for (name, value) in samples.iter().flat_map(|s| s.base.iter().chain(&s.variants)) {
        note_given(name, value, &mut given);
    }
    let mut all = BTreeSet::new();
    note_arguments("", &kind.schema().block, &mut all);
    let told = all.iter().filter_map(|argument| {
        let (is_tried, what) = if argument.contains('.') {
            (given.contains(argument), "given")
        } else {
            (is_changed(argument, &samples), "changed")
        };
        (!is_tried).then(|| format!("{}: no sample has `{argument}` {what}", kind.name()))
    });
    told.collect()
}

/// Returns whether an argument is changed by a sample, or has several values among all.
fn is_changed(argument: &str, samples: &[&Sample]) -> bool {
    let of = |given: &[(&'static str, Value)]| {
        given.iter().find(|(name, _)| *name == argument).map(|(_, value)| value.clone())
    };
    let mut bases: Vec<Option<Value>> = samples.iter().map(|sample| of(&sample.base)).collect();
    bases.dedup();
    bases.len() > 1 || samples.iter().any(|sample| of(&sample.variants).is_some())
}

/// Collects the arguments of a block with the names on the way to them.
fn note_arguments(around: &str, block: &Block, all: &mut BTreeSet<String>) {
    for (name, attribute) in block.attributes.iter().filter(|(_, a)| a.is_configurable()) {
        let path = format!("{around}{name}");
        note_fields(&path, &attribute.ty, all);
        all.insert(path);
    }
    for (name, nested) in block.blocks.iter().filter(|(name, _)| &***name != TIMEOUTS) {
        let path = format!("{around}{name}");
        note_arguments(&format!("{path}."), &nested.block, all);
        all.insert(path);
    }
}

fn note_fields(path: &str, ty: &Type, all: &mut BTreeSet<String>) {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => {
            note_fields(path, element, all);
        }
        Type::Object(object) => {
            for (name, inner) in &object.attributes {
                let path = format!("{path}.{name}");
                note_fields(&path, inner, all);
                all.insert(path);
            }
        }
        Type::Bool | Type::Number | Type::String | Type::Tuple(_) | Type::Dynamic => {}
    }
}

/// Collects the names on the way to everything in a value that is not null.
fn note_given(path: &str, value: &Value, given: &mut BTreeSet<String>) {
    if value.is_null() {
        return;
    }
    given.insert(path.to_owned());
    for item in value.items().unwrap_or_default() {
        note_given(path, item, given);
    }
    let is_object = matches!(value.ty(), Type::Object(_));
    for (name, inner) in value.entries().unwrap_or_default().iter().filter(|_| is_object) {
        note_given(&format!("{path}.{name}"), inner, given);
    }
}

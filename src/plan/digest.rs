//! Fingerprints: sha-256 of objects and plans, to say whether something has moved.

use infra_model::{
    kind::{Facts, Kind},
    path::Path,
    schema::{Block, Changes, Schema},
    snapshot::Object,
    value::Value,
    wire::{Encoder, Policy},
};
use sha2::{Digest as _, Sha256};

/// Returns the fingerprint of a recorded object; what it was made from does not count, because it
/// is rewritten when something else leaves the state.
pub fn recorded(object: &Object) -> [u8; 32] {
    let mut out = Encoder::new(Policy::Plan);
    out.kind(&object.kind);
    out.provider(&object.provider);
    out.value(&object.value);
    out.bytes(&object.private);
    out.number(object.schema_version);
    out.bool(object.tainted);
    out.bool(object.prevent_destroy);
    of_message(out)
}

/// Returns the fingerprint of an observed value: normalised, `Volatile` attributes left out.
pub fn observed(kind: &dyn Kind, value: Value, facts: &Facts) -> [u8; 32] {
    of_value(kind.schema(), kind.normalise(value, facts))
}

/// Returns the fingerprint of a value that is normalised already.
pub(crate) fn of_value(schema: &Schema, value: Value) -> [u8; 32] {
    let (value, _) = without_volatile(schema, value).unmark_deep();
    let mut out = Encoder::new(Policy::Plan);
    out.value(&value);
    of_message(out)
}

/// Returns the fingerprint of bytes.
pub fn of_bytes(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn of_message(out: Encoder) -> [u8; 32] {
    // What cannot be written (nested too deeply) has the fingerprint of nothing, both times.
    of_bytes(&out.finish().unwrap_or_default())
}

/// Returns a value with every `Volatile` attribute null.
pub(crate) fn without_volatile(schema: &Schema, value: Value) -> Value {
    if !has_volatile(&schema.block) {
        return value;
    }
    value.transform(&mut |path: &Path, part: Value| {
        let attribute = schema.block.attribute_at(path);
        match attribute.filter(|a| a.changes == Changes::Volatile) {
            Some(attribute) => Value::null(attribute.ty.clone()),
            None => part,
        }
    })
}

fn has_volatile(block: &Block) -> bool {
    block.attributes.values().any(|a| a.changes == Changes::Volatile)
        || block.blocks.values().any(|nested| has_volatile(&nested.block))
}

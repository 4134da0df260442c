//! What a refresh reports: the recorded form wherever engine and record mean the same.
//!
//! Engines fill in, merge, sort and rename. The record keeps what the configuration said, so an
//! attribute shows what was seen only if it means something else. Three things are held against
//! what was seen: the record itself; for what the record leaves open, the baseline that was seen
//! right after the create; and what can't be read back, which stays as recorded.

use crate::{bridge, schemas};
use infra_model::{
    schema::Block,
    types::Type,
    value::{Marks, Value},
};
use infra_sdk::{model::Attributes, resource::Thing};
use serde_json::{Map, Value as Json, json};

/// Says what was seen of an object, and when two ways of writing an attribute mean the same.
pub(crate) struct Sight<'a> {
    /// In the form of the schema; attributes that can't be read are absent, not null.
    pub(crate) seen: &'a Json,
    /// What was seen of the attributes that the record leaves open, right after the create.
    pub(crate) baseline: Option<&'a Json>,
    /// Returns whether two ways of writing an attribute mean the same.
    pub(crate) is_same: &'a (dyn Fn(&str, &Json, &Json) -> bool + Sync),
}

/// Returns the recorded value with everything replaced that is really different now.
pub(crate) fn settle(block: &Block, recorded: &Value, sight: &Sight<'_>) -> Value {
    let attribute = |name: &str, ty: Type| {
        let before = recorded.get(name).cloned().unwrap_or_else(|| Value::null(ty.clone()));
        let Some(now) = sight.seen.get(name) else { return before };
        let before_json = bridge::to_json(&before);
        let is_open = bridge::is_nothing(&before_json);
        let is_baseline = |base: &Json| is_open && base.get(name).unwrap_or(&Json::Null) == now;
        if (sight.is_same)(name, &before_json, now) || sight.baseline.is_some_and(is_baseline) {
            return before;
        }
        shown(block, name, &ty, now).with_marks(before.deep_marks())
    };
    let attributes = block.attributes.iter().map(|(n, a)| (n.clone(), attribute(n, a.ty.clone())));
    let blocks = block.blocks.iter().map(|(n, b)| (n.clone(), attribute(n, b.implied_type())));
    let value = Value::object(attributes.chain(blocks));
    value.with_marks(recorded.marks().without(Marks::EPHEMERAL))
}

/// Returns what was seen of the attributes that a record leaves open: the baseline to keep.
pub(crate) fn baseline(recorded: &Value, seen: &Json) -> Json {
    let entries = seen.as_object().into_iter().flatten();
    let open = entries.filter(|(name, now)| {
        let before = recorded.get(name);
        !bridge::is_nothing(now) && before.is_some_and(|v| bridge::is_nothing(&bridge::to_json(v)))
    });
    Json::Object(open.map(|(name, now)| (name.clone(), now.clone())).collect::<Map<_, _>>())
}

/// Returns the thing to record: a value, and the baseline to keep beside it.
pub(crate) fn thing((value, baseline): (Value, Json)) -> Thing<Attributes> {
    Thing::from(Attributes(value)).private(to_private(&baseline))
}

/// Returns what is recorded after an update that changed nothing but how this provider goes about it:
/// what was sent, with what the engine gave before.
pub(crate) fn kept_given(sent: &Attributes, prior: &Thing<Attributes>) -> Thing<Attributes> {
    let value = schemas::replaced(&sent.0, |name, now| {
        let is_given = matches!(&**name, "id" | "scope" | "mountpoint");
        (is_given && now.is_null()).then(|| prior.model.0.get(name).cloned()).flatten()
    });
    thing((value, from_private(&prior.private).unwrap_or_default()))
}

/// Returns the bytes that keep a baseline beside an object; none if there is nothing to keep.
pub(crate) fn to_private(baseline: &Json) -> Vec<u8> {
    if bridge::is_nothing(baseline) {
        return Vec::new();
    }
    json!({ "baseline": baseline }).to_string().into_bytes()
}

/// Returns the baseline that was kept; what can't be read is as good as none.
pub(crate) fn from_private(private: &[u8]) -> Option<Json> {
    let mut json: Json = serde_json::from_slice(private).ok()?;
    json.get_mut("baseline").map(Json::take)
}

fn shown(block: &Block, name: &str, ty: &Type, now: &Json) -> Value {
    if block.blocks.contains_key(name) {
        let whole = bridge::object_from_json(block, &json!({ name: now }));
        return whole.get(name).cloned().unwrap_or_else(|| Value::null(ty.clone()));
    }
    if bridge::is_nothing(now) { Value::null(ty.clone()) } else { bridge::from_json(ty, now) }
}

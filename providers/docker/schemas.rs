//! Short ways to write schemas, beside those of the sdk, and the alignment of desired with recorded
//! values.

pub(crate) use infra_sdk::schemas::{
    flag, given, list_of, number, one_of, required, set_of, text, text_list, text_map, text_set,
    timeouts,
};

use crate::bridge;
use infra_model::{
    kind::{Facts, Kind},
    schema::{Block, NestedBlock},
    text::Text,
    value::Value,
};
use infra_sdk::{model::Attributes, settle::known_or_null};
use serde_json::Value as Json;

/// The `labels` blocks that most kinds have.
pub(crate) fn labels() -> NestedBlock {
    set_of(Block::of([("label", required()), ("value", required())]))
}

/// Returns the id of recorded attributes.
pub(crate) fn id(model: &Attributes) -> &str {
    model.text("id")
}

/// Returns the text of an import id, which may stand in an object as its `id`.
pub(crate) fn import_id(id: &Value) -> &str {
    id.as_text().or_else(|| id.get("id").and_then(Value::as_text)).map_or("", |text| text)
}

/// Returns a value of a kind in which only defaults are given.
pub(crate) fn empty(kind: &dyn Kind) -> Value {
    let nothing = bridge::object_from_json(&kind.schema().block, &Json::Null);
    known_or_null(&kind.planned(None, &nothing, &Facts::new()).planned)
}

/// Returns an object with some of its entries replaced.
pub(crate) fn replaced(
    value: &Value,
    mut other: impl FnMut(&Text, &Value) -> Option<Value>,
) -> Value {
    let Some(entries) = value.entries() else { return value.clone() };
    let entries = entries.iter().map(|(name, inner)| {
        let inner = other(name, inner).unwrap_or_else(|| inner.clone());
        (Text::clone(name), inner)
    });
    Value::object(entries).with_marks(value.marks())
}

/// Returns the desired value with the recorded form of every attribute that means the same, so that
/// another way of writing it plans nothing.
///
/// Marks follow the desired value: to call something secret is a change of its own.
pub(crate) fn aligned(
    prior: Option<&Value>,
    desired: &Value,
    is_same: impl Fn(&str, &Value, &Value) -> bool,
) -> Value {
    let Some(prior) = prior.filter(|value| value.entries().is_some()) else {
        return desired.clone();
    };
    replaced(desired, |name, wanted| {
        let recorded = prior.get(name)?;
        let comparable = wanted.is_wholly_known() && recorded != wanted;
        let marks = wanted.deep_marks();
        (comparable && is_same(name, recorded, wanted))
            .then(|| recorded.clone().unmark_deep().0.with_marks(marks))
    })
}

//! Attributes and what the API shows, brought together: what is recorded after a step, and what a
//! refresh reports.
//!
//! Each type says in one function what attributes the API shows of an object. What it does not show
//! (keys that are only given at a create, what is only for this tool) stays as it was recorded.

use crate::problem::{Outcome, Problem};
use infra_model::schema::{Block, Nesting};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};

/// The attributes of a type.
pub(crate) trait Model:
    Serialize + DeserializeOwned + Clone + Send + Sync + 'static
{
}

impl<M: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Model for M {}

/// Returns recorded attributes with what is seen now in place of what was.
pub(crate) fn observed<M: Model>(recorded: &M, seen: &Json) -> Outcome<M> {
    let mut attributes = fields(recorded)?;
    for (name, now) in seen.as_object().into_iter().flatten() {
        let before = attributes.get(name).unwrap_or(&Json::Null);
        if !(is_nothing(before) && is_nothing(now)) {
            attributes.insert(name.clone(), now.clone());
        }
    }
    model(attributes)
}

/// Returns wanted attributes with what the provider gave where nothing was wanted.
pub(crate) fn recorded<M: Model>(block: &Block, wanted: &M, seen: &Json) -> Outcome<M> {
    let mut attributes = fields(wanted)?;
    fill(block, &mut attributes, seen);
    model(attributes)
}

/// Fills in what was left to the provider, in blocks that stand in order too.
fn fill(block: &Block, attributes: &mut Map<String, Json>, seen: &Json) {
    for (name, now) in seen.as_object().into_iter().flatten() {
        let nested = block.blocks.get(&**name);
        let given = attributes.get_mut(name);
        let is_ours =
            block.attributes.get(&**name).is_some_and(infra_model::schema::Attribute::is_computed)
                || nested.is_some_and(|b| b.computed);
        if is_ours && given.as_ref().is_none_or(|given| is_open(given)) {
            attributes.insert(name.clone(), now.clone());
            continue;
        }
        let (Some(nested), Some(Json::Array(items))) = (nested, given) else { continue };
        if nested.nesting == Nesting::List {
            for (item, now) in items.iter_mut().zip(now.as_array().into_iter().flatten()) {
                item.as_object_mut().into_iter().for_each(|item| fill(&nested.block, item, now));
            }
        }
    }
}

/// Returns attributes of which only what is seen is known.
///
/// Nothing is null where a configuration that says nothing makes it so.
pub(crate) fn imported<M: Model>(block: &Block, seen: &Json) -> Outcome<M> {
    let mut attributes = seen.as_object().cloned().unwrap_or_default();
    for (name, value) in &mut attributes {
        let attribute = block.attributes.get(&**name);
        let is_filled = attribute.is_none_or(|a| a.is_computed() || a.default.is_some());
        if !is_filled && is_nothing(value) {
            *value = Json::Null;
        }
    }
    model(attributes)
}

/// Returns attributes as JSON.
pub(crate) fn fields<M: Serialize>(attributes: &M) -> Outcome<Map<String, Json>> {
    match serde_json::to_value(attributes) {
        Ok(Json::Object(fields)) => Ok(fields),
        Ok(_) | Err(_) => Err(odd("the attributes of a type are no object")),
    }
}

/// Returns the id of recorded attributes, which some types hold as text and some as a number.
pub(crate) fn id<M: Serialize>(attributes: &M) -> Outcome<String> {
    let fields = fields(attributes)?;
    let id = fields.get("id").and_then(id_text);
    id.ok_or_else(|| odd("a recorded object has no id"))
}

/// Returns the id of recorded attributes as a number.
pub(crate) fn number<M: Serialize>(attributes: &M) -> Outcome<i64> {
    id(attributes)?.parse().map_err(|_| odd("the id of a recorded object is no number"))
}

/// Returns what a plan must have: without it, nothing is sent.
pub(crate) fn required<T>(value: Option<T>, name: &str) -> Outcome<T> {
    value.ok_or_else(|| odd(&format!("`{name}` is missing in what was planned")))
}

/// Returns an id as text, whichever of the two it is.
pub(crate) fn id_text(id: &Json) -> Option<String> {
    let text = id.as_str().filter(|text| !text.is_empty());
    id.as_i64().map(|id| id.to_string()).or_else(|| text.map(str::to_owned))
}

/// Reads an import id of the form `<id>/<id>`.
pub(crate) fn two_ids(id: &str) -> Option<(i64, i64)> {
    let (of, id) = id.split_once('/')?;
    Some((of.parse().ok()?, id.parse().ok()?))
}

/// Returns whether there is nothing: null, or an empty text, list or map.
pub(crate) fn is_nothing(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// What was left to the provider: nothing at all, or blocks of which there are none.
fn is_open(json: &Json) -> bool {
    json.is_null() || json.as_array().is_some_and(Vec::is_empty)
}

fn model<M: Model>(fields: Map<String, Json>) -> Outcome<M> {
    serde_json::from_value(Json::Object(fields)).map_err(|error| {
        // The words of the parser may repeat the content.
        odd(&format!(
            "an object of the API does not have the form of its type ({:?})",
            error.classify()
        ))
    })
}

fn odd(what: &str) -> Problem {
    Problem::Unreadable {
        request: "reading an object".to_owned(),
        detail: format!("It says: {what}."),
    }
}

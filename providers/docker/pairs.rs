//! The two ways in which Docker and its configuration write pairs: label blocks and `KEY=value`.

use crate::{bridge, ownership};
use serde_json::{Map, Value as Json, json};

/// Returns label blocks (`{label, value}`) as a map.
pub(crate) fn labels_to_map(spec: &Json, name: &str) -> Map<String, Json> {
    let pair = |block: &Json| {
        let label = block.get("label")?.as_str()?.to_owned();
        Some((label, block.get("value").cloned().unwrap_or_else(|| json!(""))))
    };
    bridge::items(spec, name).iter().filter_map(pair).collect()
}

/// Returns a map of labels as blocks, without ours, sorted.
pub(crate) fn map_to_labels(map: Option<&Json>) -> Json {
    let entries = map.and_then(Json::as_object).into_iter().flatten();
    let theirs = entries.filter(|(label, _)| !ownership::is_ours(label));
    Json::Array(theirs.map(|(label, value)| json!({"label": label, "value": value})).collect())
}

/// Returns texts of the form `KEY=value` as a map; of equal keys the last one wins, and a bare key
/// has no value.
pub(crate) fn assignments_to_map<'a>(
    texts: impl IntoIterator<Item = &'a str>,
) -> Map<String, Json> {
    let pair = |text: &str| match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), Json::from(value)),
        None => (text.to_owned(), Json::Null),
    };
    texts.into_iter().map(pair).collect()
}

/// Returns a map as texts of the form `KEY=value`.
pub(crate) fn map_to_assignments(map: &Map<String, Json>) -> Json {
    let text = |(key, value): (&String, &Json)| match value.as_str() {
        Some(value) => format!("{key}={value}"),
        None => key.clone(),
    };
    Json::from(map.iter().map(text).collect::<Vec<_>>())
}

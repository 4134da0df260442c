//! The `gpus` shorthand and the `device_requests` that it stands for.

use crate::bridge;
use serde_json::{Map, Value as Json, json};

/// Returns the device requests of a desired value.
pub(crate) fn requests(spec: &Json) -> Option<Json> {
    if let Some(gpus) = bridge::text(spec, "gpus") {
        return Some(json!([parse(gpus)]));
    }
    super::body::all(spec, "device_requests", |block| {
        let capabilities = bridge::texts(block, "capabilities");
        Some(json!({
            "Driver": block.get("driver"), "Count": block.get("count"),
            "DeviceIDs": block.get("device_ids"),
            "Capabilities": (!capabilities.is_empty()).then(|| json!([capabilities])),
            "Options": block.get("options"),
        }))
    })
}

/// Returns device requests of an answer in the form of the schema.
pub(crate) fn seen(host: &Json) -> Json {
    let one = |request: &Json| {
        let groups = bridge::items(request, "Capabilities").iter().filter_map(Json::as_array);
        let capabilities: Vec<Json> = groups.flatten().cloned().collect();
        json!({
            "driver": request.get("Driver"), "count": request.get("Count"),
            "device_ids": request.get("DeviceIDs"), "capabilities": capabilities,
            "options": request.get("Options"),
        })
    };
    Json::Array(bridge::items(host, "DeviceRequests").iter().map(one).collect())
}

/// Returns the shorthand in the form of `device_requests`.
pub(crate) fn expanded(gpus: &str) -> Json {
    seen(&json!({"DeviceRequests": [parse(gpus)]}))
}

/// Reads `all`, a number, or `key=value` pairs; `device=` takes the rest of a quoted list.
fn parse(text: &str) -> Json {
    let count = |text: &str| if text == "all" { Some(-1) } else { text.parse::<i64>().ok() };
    let mut request = Map::new();
    let mut capabilities = vec!["gpu".to_owned()];
    let mut devices: Vec<String> = Vec::new();
    for part in text.trim_matches('"').split(',') {
        match part.trim().trim_matches('"').split_once('=') {
            None if !devices.is_empty() => devices.push(part.trim_matches('"').to_owned()),
            None => drop(request.insert("Count".to_owned(), json!(count(part.trim())))),
            Some(("count", value)) => drop(request.insert("Count".to_owned(), json!(count(value)))),
            Some(("device", value)) => devices.push(value.to_owned()),
            Some(("driver", value)) => drop(request.insert("Driver".to_owned(), json!(value))),
            Some(("capabilities", value)) => {
                capabilities = vec![value.to_owned(), "gpu".to_owned()];
            }
            Some((key, value)) => {
                let options = request.entry("Options").or_insert_with(|| json!({}));
                options[key] = json!(value);
            }
        }
    }
    if devices.is_empty() {
        request.entry("Count").or_insert(json!(-1));
    } else {
        request.insert("DeviceIDs".to_owned(), json!(devices));
    }
    capabilities.sort();
    capabilities.dedup();
    request.insert("Capabilities".to_owned(), json!([capabilities]));
    Json::Object(request)
}

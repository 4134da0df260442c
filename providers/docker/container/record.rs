//! What is recorded and reported of a container.

use super::{
    canonical::Sides,
    ports,
    seen::{World, seen},
};
use crate::{
    bridge, pairs, schemas,
    settle::{Sight, baseline, from_private, settle},
};
use infra_model::{schema::Block, types::Type, value::Value};
use serde_json::{Value as Json, json};

/// Attributes that the provider alone gives.
const GIVEN: &[&str] = &["id", "exit_code", "bridge", "network_data"];

/// What an engine fills in by itself, for containers that were not made by us: taken for open.
const USUAL: &[(&str, &str)] = &[
    ("ipc_mode", "private"),
    ("runtime", "runc"),
    ("cgroupns_mode", "host"),
    ("cgroupns_mode", "private"),
    ("log_driver", "json-file"),
    ("stop_signal", "SIGTERM"),
];
/// The megabytes of shared memory that a container gets unless told otherwise.
const SHM_MEGABYTES: i64 = 64;

/// Returns the value to report for an inspected container.
pub(crate) fn observed(
    block: &Block,
    recorded: &Value,
    private: &[u8],
    (inspected, world): (&Json, &World),
) -> Value {
    let before = bridge::to_json(recorded);
    let now = seen(inspected, &before, world);
    let kept = from_private(private);
    let is_same = |name: &str, a: &Json, b: &Json| {
        if GIVEN.contains(&name) {
            return a == b;
        }
        let sides = Sides { left: &before, right: &now, image: &world.image };
        sides.is_same(name)
    };
    let sight = Sight { seen: &now, baseline: kept.as_ref(), is_same: &is_same };
    let value = settle(block, recorded, &sight);
    with_ports(block, &value, &now)
}

/// Returns the value and the baseline to record after a create or an update.
pub(crate) fn recorded(
    block: &Block,
    sent: &Value,
    logs: Option<&str>,
    (inspected, world): (&Json, &World),
) -> (Value, Json) {
    let spec = bridge::to_json(sent);
    let now = seen(inspected, &spec, world);
    let mut kept = baseline(sent, &now);
    let sides = Sides { left: &spec, right: &now, image: &world.image };
    if let Some(kept) = kept.as_object_mut() {
        kept.retain(|name, _| {
            !GIVEN.contains(&name.as_str()) && name != "ports" && !sides.is_same(name)
        });
    }
    let attributes = &block.attributes;
    let value = schemas::replaced(sent, |name, before| {
        if &**name == "container_logs" {
            return Some(logs.map_or_else(|| Value::null(Type::String), Value::from));
        }
        let attribute = attributes.get(name)?;
        let given = now.get(&**name).unwrap_or(&Json::Null);
        let is_given = GIVEN.contains(&&**name) || !before.is_known();
        is_given.then(|| bridge::from_json(&attribute.ty, given).with_marks(before.marks()))
    });
    (with_ports(block, &value, &now), kept)
}

/// Returns a container that we have no record of, as the configuration might have written it.
pub(crate) fn imported(block: &Block, inspected: &Json, world: &World) -> (Value, Json) {
    let defaults = block.attributes.iter().filter_map(|(name, a)| {
        let value = a.default.as_ref()?;
        Some((name.to_string(), bridge::to_json(value)))
    });
    let own = bridge::object_from_json(block, &Json::Object(defaults.collect()));
    let now = seen(inspected, &bridge::to_json(&own), world);
    let usual = USUAL.iter().filter(|(name, usual)| bridge::text(&now, name) == Some(usual));
    let mut kept: serde_json::Map<String, Json> =
        usual.map(|(name, _)| ((*name).to_owned(), now[*name].clone())).collect();
    if bridge::number(&now, "shm_size") == Some(SHM_MEGABYTES) {
        kept.insert("shm_size".to_owned(), json!(SHM_MEGABYTES));
    }
    let kept = Json::Object(kept);
    let private = crate::settle::to_private(&kept);
    let value = observed(block, &own, &private, (inspected, world));
    let brought = pairs::labels_to_map(
        &json!({
            "labels": pairs::map_to_labels(world.image.get("Labels"))
        }),
        "labels",
    );
    let env = bridge::texts(&world.image, "Env");
    let value = schemas::replaced(&value, |name, before| {
        let text = |item: &Value, key: &str| {
            item.get(key).and_then(Value::as_text).map(ToString::to_string)
        };
        let is_own = |item: &&Value| {
            if &**name == "env" {
                return item.as_text().is_some_and(|text| !env.contains(&&**text));
            }
            let label = text(item, "label").unwrap_or_default();
            brought.get(&label).and_then(Json::as_str) != text(item, "value").as_deref()
        };
        let items = before.items().filter(|_| matches!(&**name, "env" | "labels"))?;
        let element = before.ty().element()?.clone();
        Some(Value::set(element, items.iter().filter(is_own).cloned().collect()))
    });
    (value, kept)
}

/// Fills in the ports that the engine chose.
fn with_ports(block: &Block, value: &Value, now: &Json) -> Value {
    let spec = bridge::to_json(value);
    let ports = json!({ "ports": ports::refreshed(&spec["ports"], &now["ports"]) });
    schemas::replaced(value, |name, before| {
        let is_it = &**name == "ports" && !before.is_empty() && !before.is_null();
        let marks = before.deep_marks();
        let blocks = || bridge::object_from_json(block, &ports).get("ports").cloned();
        is_it.then(blocks).flatten().map(|value| value.with_marks(marks))
    })
}

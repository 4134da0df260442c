//! A network as inspected, in the form of the schema; and what is recorded and reported of it.

use crate::{
    bridge, pairs, schemas,
    settle::{Sight, baseline, from_private, settle},
};
use infra_model::{schema::Block, value::Value};
use serde_json::{Value as Json, json};

/// Returns an inspected network in the form of the schema.
pub(super) fn seen(network: &Json) -> Json {
    let ipam = network.get("IPAM").cloned().unwrap_or(Json::Null);
    let config = bridge::items(&ipam, "Config").iter().map(|block| {
        json!({
            "subnet": block.get("Subnet"), "ip_range": block.get("IPRange"),
            "gateway": block.get("Gateway"), "aux_address": block.get("AuxiliaryAddresses"),
        })
    });
    json!({
        "id": network.get("Id"), "name": network.get("Name"), "driver": network.get("Driver"),
        "options": network.get("Options"), "internal": network.get("Internal"),
        "attachable": network.get("Attachable"), "ingress": network.get("Ingress"),
        "ipv6": network.get("EnableIPv6"), "ipam_driver": ipam.get("Driver"),
        "ipam_options": ipam.get("Options"), "scope": network.get("Scope"),
        "labels": pairs::map_to_labels(network.get("Labels")),
        "ipam_config": config.map(without_nothing).collect::<Vec<_>>(),
    })
}

/// Returns whether two ways of writing an attribute mean the same.
pub(super) fn is_same(name: &str, a: &Json, b: &Json) -> bool {
    let is_open = |json: &Json| bridge::is_nothing(json) || *json == json!(false);
    match name {
        "ipam_config" => covers(a, b),
        "labels" => {
            let wrap = |json: &Json| pairs::labels_to_map(&json!({ "labels": json }), "labels");
            wrap(a) == wrap(b)
        }
        _ => a == b || (is_open(a) && is_open(b)),
    }
}

/// The engine fills in what a block leaves open, and the whole where there is no block.
fn covers(recorded: &Json, seen: &Json) -> bool {
    let (Some(recorded), Some(seen)) = (recorded.as_array(), seen.as_array()) else {
        return bridge::is_nothing(recorded);
    };
    let is_in = |block: &Json, other: &Json| {
        let fields = block.as_object().into_iter().flatten();
        fields.filter(|(_, v)| !bridge::is_nothing(v)).all(|(k, v)| other.get(k) == Some(v))
    };
    recorded.is_empty()
        || (recorded.len() == seen.len()
            && recorded.iter().all(|block| seen.iter().any(|other| is_in(block, other))))
}

fn without_nothing(json: Json) -> Json {
    Json::Object(bridge::fields(json).into_iter().filter(|(_, v)| !bridge::is_nothing(v)).collect())
}

/// Returns the value to report for an inspected network.
pub(super) fn observed(block: &Block, recorded: &Value, private: &[u8], network: &Json) -> Value {
    let kept = from_private(private);
    let sight = Sight { seen: &seen(network), baseline: kept.as_ref(), is_same: &is_same };
    settle(block, recorded, &sight)
}

/// Returns the value and the baseline to record after a create.
pub(super) fn recorded(block: &Block, sent: &Value, network: &Json) -> (Value, Json) {
    let seen = seen(network);
    let mut kept = baseline(sent, &seen);
    if let Some(kept) = kept.as_object_mut() {
        kept.retain(|name, _| !matches!(name.as_str(), "id" | "scope" | "ipam_config"));
    }
    let is_given = |name: &str| matches!(name, "id" | "scope");
    let value = schemas::replaced(sent, |name, before| {
        let open = before.is_null() || (&**name == "ipam_config" && before.is_empty());
        let wanted = is_given(name) || (&**name == "ipam_config" && open);
        let whole = || bridge::object_from_json(block, &seen);
        wanted.then(|| whole().get(name).cloned()).flatten()
    });
    (value, kept)
}

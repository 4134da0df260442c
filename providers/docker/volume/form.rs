//! A volume as inspected, in the form of the schema; and what is recorded and reported of it.

use crate::{
    bridge, pairs, schemas,
    settle::{Sight, baseline, from_private, settle},
};
use infra_model::{schema::Block, value::Value};
use serde_json::{Value as Json, json};

/// Returns an inspected volume in the form of the schema; what a cluster volume was made with can't
/// be read back.
fn seen(volume: &Json) -> Json {
    json!({
        "id": volume.get("Name"), "name": volume.get("Name"), "driver": volume.get("Driver"),
        "driver_opts": volume.get("Options"), "mountpoint": volume.get("Mountpoint"),
        "labels": pairs::map_to_labels(volume.get("Labels")),
    })
}

pub(super) fn is_same(name: &str, a: &Json, b: &Json) -> bool {
    if name == "labels" {
        let wrap = |json: &Json| pairs::labels_to_map(&json!({ "labels": json }), "labels");
        return wrap(a) == wrap(b);
    }
    a == b || (bridge::is_nothing(a) && bridge::is_nothing(b))
}

/// Returns the value to report for an inspected volume.
pub(super) fn observed(block: &Block, recorded: &Value, private: &[u8], volume: &Json) -> Value {
    let kept = from_private(private);
    let sight = Sight { seen: &seen(volume), baseline: kept.as_ref(), is_same: &is_same };
    settle(block, recorded, &sight)
}

/// Returns the value and the baseline to record after a create.
pub(super) fn recorded(block: &Block, sent: &Value, volume: &Json) -> (Value, Json) {
    let seen = seen(volume);
    let mut kept = baseline(sent, &seen);
    if let Some(kept) = kept.as_object_mut() {
        kept.retain(|name, _| !matches!(name.as_str(), "id" | "name" | "mountpoint"));
    }
    let whole = bridge::object_from_json(block, &seen);
    let value = schemas::replaced(sent, |name, before| {
        let is_given =
            matches!(&**name, "id" | "mountpoint") || (&**name == "name" && before.is_null());
        is_given.then(|| whole.get(name).cloned()).flatten()
    });
    (value, kept)
}

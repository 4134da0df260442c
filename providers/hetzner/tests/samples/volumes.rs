//! Volumes, their attachments, and snapshots.

use super::basics::labels;
use crate::tests::{
    bench::Ground,
    contract::{Family, by_id, own_id, text},
};
use infra_model::value::Value;
use infra_sdk::contract::Sample;
use serde_json::json;

pub(super) fn volumes() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = [
            ("name", Value::from("data")),
            ("size", Value::from(10_i64)),
            ("location", Value::from("fsn1")),
        ];
        // A change of the size has a test of its own: there is no way back from it.
        let variants = [
            ("name", Value::from("logs")),
            ("location", Value::from("nbg1")),
            ("server_id", Value::from(ground.server)),
            ("automount", Value::from(false)),
            ("format", Value::from("ext4")),
            ("delete_protection", Value::from(true)),
            labels(),
        ];
        let at_server = [
            ("name", Value::from("at")),
            ("size", Value::from(20_i64)),
            ("server_id", Value::from(ground.server)),
            ("automount", Value::from(true)),
            ("format", Value::from("xfs")),
        ];
        let moved = [("server_id", Value::from(ground.other_server))];
        let kind = "hcloud_volume";
        vec![
            Sample::new(kind, base).variants(variants).import(own_id, &[]),
            Sample::new(kind, at_server).variants(moved).import(own_id, &["automount"]),
        ]
    }
    Family {
        samples,
        remove: |bench, object| {
            let path = format!("/volumes/{}", text(object, "id"));
            if bench.shown(&path)["volume"]["server"].is_i64() {
                bench.outside("POST", &format!("{path}/actions/detach"), &json!({}));
            }
            by_id(bench, object, "/volumes")
        },
    }
}

pub(super) fn attachments() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base =
            [("volume_id", Value::from(ground.volume)), ("server_id", Value::from(ground.server))];
        let variants = [
            ("volume_id", Value::from(ground.other_volume)),
            ("server_id", Value::from(ground.other_server)),
            ("automount", Value::from(true)),
        ];
        let sample = Sample::new("hcloud_volume_attachment", base).variants(variants);
        vec![sample.import(own_id, &[])]
    }
    Family {
        samples,
        remove: |bench, object| {
            let id = text(object, "volume_id");
            bench.outside("POST", &format!("/volumes/{id}/actions/detach"), &json!({}));
            true
        },
    }
}

pub(super) fn snapshots() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = [("server_id", Value::from(ground.server))];
        let variants = [
            ("description", Value::from("before the change")),
            ("server_id", Value::from(ground.other_server)),
            labels(),
        ];
        let sample = Sample::new("hcloud_snapshot", base).variants(variants);
        vec![sample.import(own_id, &["description"])]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/images") }
}

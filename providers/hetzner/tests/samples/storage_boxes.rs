//! Storage boxes, with their snapshots and accounts.

use super::basics::labels;
use crate::tests::{
    bench::Ground,
    contract::{Family, by_id, own_id, text},
};
use infra_model::{snapshot::Object, types::Type, value::Value};
use infra_sdk::contract::Sample;
use serde_json::Value as Json;

const PASSWORD: &str = "Correct-Horse-1";
const OTHER: &str = "Battery-Staple-2";

pub(super) fn boxes() -> Family {
    fn samples(_: &Ground) -> Vec<Sample> {
        let base = [
            ("name", Value::from("backup")),
            ("storage_box_type", Value::from("bx11")),
            ("location", Value::from("fsn1")),
            ("password", Value::from(PASSWORD)),
        ];
        let key =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPnHeFBWFzB4IHmKoQoQWu6QtEbCW0mxsZLlTd0uDmD a";
        let variants = vec![
            ("name", Value::from("archive")),
            ("storage_box_type", Value::from("bx21")),
            ("location", Value::from("hel1")),
            ("password", Value::from(OTHER)),
            ("ssh_keys", Value::set(Type::String, vec![Value::from(key)])),
            ("access_settings", access("zfs_enabled", None)),
            ("access_settings", access("zfs_enabled", Some(true))),
            ("snapshot_plan", plan(Some(0), None)),
            ("snapshot_plan", plan(None, Some(28))),
            ("delete_protection", Value::from(true)),
            labels(),
        ];
        let sample = Sample::new("hcloud_storage_box", base).variants(variants);
        vec![sample.import(own_id, &["password", "ssh_keys"])]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/storage_boxes") }
}

pub(super) fn snapshots() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = [("storage_box_id", Value::from(ground.storage_box))];
        let variants = [
            ("storage_box_id", Value::from(ground.other_storage_box)),
            ("description", Value::from("before the move")),
            labels(),
        ];
        let sample = Sample::new("hcloud_storage_box_snapshot", base).variants(variants);
        vec![sample.import(of_box, &[])]
    }
    Family {
        samples,
        remove: |bench, object| {
            let path = format!("/storage_boxes/{}/snapshots", text(object, "storage_box_id"));
            bench.outside("DELETE", &format!("{path}/{}", text(object, "id")), &Json::Null);
            true
        },
    }
}

pub(super) fn accounts() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = [
            ("storage_box_id", Value::from(ground.storage_box)),
            ("home_directory", Value::from("web")),
            ("password", Value::from(PASSWORD)),
        ];
        let variants = vec![
            ("storage_box_id", Value::from(ground.other_storage_box)),
            ("name", Value::from("web")),
            ("description", Value::from("of the web servers")),
            ("home_directory", Value::from("api/here")),
            ("password", Value::from(OTHER)),
            ("access_settings", access("readonly", None)),
            ("access_settings", access("readonly", Some(true))),
            labels(),
        ];
        let sample = Sample::new("hcloud_storage_box_subaccount", base).variants(variants);
        vec![sample.import(of_box, &["password"])]
    }
    Family {
        samples,
        remove: |bench, object| {
            let path = format!("/storage_boxes/{}/subaccounts", text(object, "storage_box_id"));
            bench.outside("DELETE", &format!("{path}/{}", text(object, "id")), &Json::Null);
            true
        },
    }
}

fn of_box(object: &Object) -> Value {
    Value::string(format!("{}/{}", text(object, "storage_box_id"), text(object, "id")))
}

/// Some is allowed, some is not, and the rest is as it is said, or left out.
fn access(last: &'static str, rest: Option<bool>) -> Value {
    let rest = rest.map_or_else(|| Value::null(Type::Bool), Value::from);
    Value::object([
        ("reachable_externally", Value::from(true)),
        ("samba_enabled", rest.clone()),
        ("ssh_enabled", Value::from(true)),
        ("webdav_enabled", Value::from(false)),
        (last, rest),
    ])
}

/// Once a week, or once a month.
fn plan(week: Option<i64>, month: Option<i64>) -> Value {
    let day = |day: Option<i64>| day.map_or_else(|| Value::null(Type::Number), Value::from);
    Value::object([
        ("max_snapshots", Value::from(7)),
        ("minute", Value::from(30)),
        ("hour", Value::from(3)),
        ("day_of_week", day(week)),
        ("day_of_month", day(month)),
    ])
}

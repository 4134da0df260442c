//! `hcloud_storage_box` and `hcloud_storage_boxes`: storage boxes, without their passwords.

use crate::{
    client::List,
    found::{Found, Row},
    labels,
    schemas::{given, given_number},
    storage_box,
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct StorageBoxes;

impl Found for StorageBoxes {
    const NAMES: (&'static str, &'static str) = ("hcloud_storage_box", "hcloud_storage_boxes");
    const ROWS: &'static str = "storage_boxes";
    const ONE: &'static str = "storage_box";
    const HAS_ID: bool = false;

    fn columns() -> Vec<(&'static str, Attribute)> {
        let access = Type::object([
            ("reachable_externally", Type::Bool),
            ("samba_enabled", Type::Bool),
            ("ssh_enabled", Type::Bool),
            ("webdav_enabled", Type::Bool),
            ("zfs_enabled", Type::Bool),
        ]);
        let plan = ["max_snapshots", "minute", "hour", "day_of_week", "day_of_month"];
        let plan = Type::object(plan.map(|name| (name, Type::Number)));
        vec![
            ("id", given_number()),
            ("name", given()),
            ("username", given()),
            ("storage_box_type", given()),
            ("location", given()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("access_settings", Attribute::computed(access)),
            ("server", given()),
            ("system", given()),
            ("delete_protection", Attribute::computed(Type::Bool)),
            ("snapshot_plan", Attribute::computed(plan)),
        ]
    }

    fn list(_: &Row) -> List {
        List::of("/storage_boxes", "storage_boxes")
    }

    fn row(object: &Json, _: &Row) -> Json {
        let access = &object["access_settings"];
        json!({
            "id": object["id"], "name": object["name"], "username": object["username"],
            "storage_box_type": object["storage_box_type"]["name"],
            "location": object["location"]["name"], "labels": labels::of_user(object),
            "access_settings": {
                "reachable_externally": access["reachable_externally"],
                "samba_enabled": access["samba_enabled"], "ssh_enabled": access["ssh_enabled"],
                "webdav_enabled": access["webdav_enabled"], "zfs_enabled": access["zfs_enabled"],
            },
            "server": object["server"], "system": object["system"],
            "delete_protection": object["protection"]["delete"],
            "snapshot_plan": storage_box::plan_from_api(&object["snapshot_plan"]),
        })
    }
}

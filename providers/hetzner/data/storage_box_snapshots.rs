//! `hcloud_storage_box_snapshot` and `hcloud_storage_box_snapshots`: snapshots of one storage box.

use crate::{
    client::List,
    found::{Filters, Found, Row},
    labels,
    schemas::{given, given_number, required_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct StorageBoxSnapshots;

impl Found for StorageBoxSnapshots {
    const NAMES: (&'static str, &'static str) =
        ("hcloud_storage_box_snapshot", "hcloud_storage_box_snapshots");
    const ROWS: &'static str = "snapshots";
    const ONE: &'static str = "snapshot";
    const HAS_ID: bool = false;

    fn columns() -> Vec<(&'static str, Attribute)> {
        let stats = Type::object([("size", Type::Number), ("size_filesystem", Type::Number)]);
        vec![
            ("storage_box_id", given_number()),
            ("id", given_number()),
            ("name", given()),
            ("description", given()),
            ("is_automatic", Attribute::computed(Type::Bool)),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("stats", Attribute::computed(stats)),
        ]
    }

    fn filters() -> (Filters, Filters) {
        let of = || vec![("storage_box_id", required_number())];
        (of(), of())
    }

    fn list(config: &Row) -> List {
        let of = config.number("storage_box_id").unwrap_or_default();
        List::of(format!("/storage_boxes/{of}/snapshots"), "snapshots").whole()
    }

    fn row(object: &Json, config: &Row) -> Json {
        let stats = &object["stats"];
        json!({
            "storage_box_id": config.number("storage_box_id"), "id": object["id"],
            "name": object["name"], "description": object["description"],
            "is_automatic": object["is_automatic"], "labels": labels::of_user(object),
            "stats": { "size": stats["size"], "size_filesystem": stats["size_filesystem"] },
        })
    }
}

//! `hcloud_storage_box_type` and `hcloud_storage_box_types`: sizes of storage boxes.

use super::deprecation;
use crate::{
    client::List,
    found::{Found, Row},
    schemas::{given, given_number},
};
use infra_model::schema::Attribute;
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct StorageBoxTypes;

impl Found for StorageBoxTypes {
    const NAMES: (&'static str, &'static str) =
        ("hcloud_storage_box_type", "hcloud_storage_box_types");
    const ROWS: &'static str = "storage_box_types";
    const ONE: &'static str = "storage_box_type";
    const HAS_LABELS: bool = false;
    const HAS_ID: bool = false;

    fn columns() -> Vec<(&'static str, Attribute)> {
        let mut columns = vec![
            ("id", given_number()),
            ("name", given()),
            ("description", given()),
            ("snapshot_limit", given_number()),
            ("automatic_snapshot_limit", given_number()),
            ("subaccounts_limit", given_number()),
            ("size", given_number()),
        ];
        columns.extend(deprecation::columns());
        columns
    }

    fn list(_: &Row) -> List {
        List::of("/storage_box_types", "storage_box_types")
    }

    fn row(object: &Json, _: &Row) -> Json {
        deprecation::with(
            json!({
                "id": object["id"], "name": object["name"], "description": object["description"],
                "snapshot_limit": object["snapshot_limit"],
                "automatic_snapshot_limit": object["automatic_snapshot_limit"],
                "subaccounts_limit": object["subaccounts_limit"], "size": object["size"],
            }),
            object,
        )
    }
}

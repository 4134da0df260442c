//! `hcloud_placement_group` and `hcloud_placement_groups`: servers that must not share a host.

use crate::{
    client::List,
    found::{Found, Row},
    labels,
    schemas::{given, given_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct PlacementGroups;

impl Found for PlacementGroups {
    const NAMES: (&'static str, &'static str) =
        ("hcloud_placement_group", "hcloud_placement_groups");
    const ROWS: &'static str = "placement_groups";
    const ONE: &'static str = "placement_group";
    const HAS_MOST_RECENT: bool = true;

    fn columns() -> Vec<(&'static str, Attribute)> {
        vec![
            ("id", given_number()),
            ("name", given()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("servers", Attribute::computed(Type::list(Type::Number))),
            ("type", given()),
        ]
    }

    fn list(_: &Row) -> List {
        List::of("/placement_groups", "placement_groups")
    }

    fn row(object: &Json, _: &Row) -> Json {
        json!({
            "id": object["id"], "name": object["name"], "labels": labels::of_user(object),
            "servers": object["servers"], "type": object["type"],
        })
    }
}

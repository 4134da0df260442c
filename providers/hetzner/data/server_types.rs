//! `hcloud_server_type` and `hcloud_server_types`: sizes of servers, where they can be had and until
//! when.

use super::deprecation;
use crate::{
    client::List,
    found::{Found, Row},
    schemas::{given, given_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct ServerTypes;

impl Found for ServerTypes {
    const NAMES: (&'static str, &'static str) = ("hcloud_server_type", "hcloud_server_types");
    const ROWS: &'static str = "server_types";
    const ONE: &'static str = "server_type";
    const HAS_LABELS: bool = false;
    const SUMMARIES: &'static [(&'static str, &'static str)] =
        &[("server_type_ids", "id"), ("names", "name"), ("descriptions", "description")];

    fn columns() -> Vec<(&'static str, Attribute)> {
        let place = [
            ("id", Type::Number),
            ("name", Type::String),
            ("available", Type::Bool),
            ("recommended", Type::Bool),
        ];
        let place = Type::object(place.into_iter().chain(deprecation::types()));
        let mut columns = vec![
            ("id", given_number()),
            ("name", given()),
            ("category", given()),
            ("description", given()),
            ("cores", given_number()),
            ("memory", given_number()),
            ("disk", given_number()),
            ("storage_type", given()),
            ("cpu_type", given()),
            ("architecture", given()),
            ("locations", Attribute::computed(Type::list(place))),
            ("included_traffic", old(given_number(), "The traffic depends on the location.")),
        ];
        let instead = "Use what `locations` says of each.";
        columns.extend(deprecation::columns().map(|(name, a)| (name, old(a, instead))));
        columns
    }

    fn list(_: &Row) -> List {
        List::of("/server_types", "server_types")
    }

    fn row(object: &Json, _: &Row) -> Json {
        let places = object["locations"].as_array().into_iter().flatten();
        let places: Vec<Json> = places.map(place).collect();
        deprecation::with(
            json!({
                "id": object["id"], "name": object["name"], "category": object["category"],
                "description": object["description"], "cores": object["cores"],
                "memory": object["memory"], "disk": object["disk"],
                "storage_type": object["storage_type"], "cpu_type": object["cpu_type"],
                "architecture": object["architecture"], "locations": places,
                "included_traffic": object["included_traffic"],
            }),
            object,
        )
    }
}

fn place(object: &Json) -> Json {
    let row = json!({
        "id": object["id"], "name": object["name"], "available": object["available"],
        "recommended": object["recommended"],
    });
    deprecation::with(row, object)
}

fn old(mut attribute: Attribute, instead: &'static str) -> Attribute {
    attribute.deprecated = Some(instead.into());
    attribute
}

//! `hcloud_location` and `hcloud_locations`: where servers stand.

use crate::{
    client::List,
    found::{Found, Row},
    schemas::{given, given_number},
};
use infra_model::schema::Attribute;
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct Locations;

impl Found for Locations {
    const NAMES: (&'static str, &'static str) = ("hcloud_location", "hcloud_locations");
    const ROWS: &'static str = "locations";
    const ONE: &'static str = "location";
    const HAS_LABELS: bool = false;
    const SUMMARIES: &'static [(&'static str, &'static str)] =
        &[("location_ids", "id"), ("names", "name"), ("descriptions", "description")];

    fn columns() -> Vec<(&'static str, Attribute)> {
        vec![
            ("id", given_number()),
            ("name", given()),
            ("description", given()),
            ("country", given()),
            ("city", given()),
            ("latitude", given_number()),
            ("longitude", given_number()),
            ("network_zone", given()),
        ]
    }

    fn list(_: &Row) -> List {
        List::of("/locations", "locations")
    }

    fn row(object: &Json, _: &Row) -> Json {
        json!({
            "id": object["id"], "name": object["name"], "description": object["description"],
            "country": object["country"], "city": object["city"],
            "latitude": object["latitude"], "longitude": object["longitude"],
            "network_zone": object["network_zone"],
        })
    }
}

//! `hcloud_network` and `hcloud_networks`: private networks.

use crate::{
    client::List,
    found::{Found, Row},
    labels,
    schemas::{given, given_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct Networks;

impl Found for Networks {
    const NAMES: (&'static str, &'static str) = ("hcloud_network", "hcloud_networks");
    const ROWS: &'static str = "networks";
    const ONE: &'static str = "network";
    const HAS_MOST_RECENT: bool = true;
    const MANY_HAVE_MOST_RECENT: bool = false;

    fn columns() -> Vec<(&'static str, Attribute)> {
        vec![
            ("id", given_number()),
            ("name", given()),
            ("ip_range", given()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("delete_protection", Attribute::computed(Type::Bool)),
            ("expose_routes_to_vswitch", Attribute::computed(Type::Bool)),
        ]
    }

    fn list(_: &Row) -> List {
        List::of("/networks", "networks")
    }

    fn row(object: &Json, _: &Row) -> Json {
        json!({
            "id": object["id"], "name": object["name"], "ip_range": object["ip_range"],
            "labels": labels::of_user(object), "delete_protection": object["protection"]["delete"],
            "expose_routes_to_vswitch": object["expose_routes_to_vswitch"] == true,
        })
    }
}

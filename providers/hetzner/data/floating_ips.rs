//! `hcloud_floating_ip` and `hcloud_floating_ips`: addresses that go from server to server.

use crate::{
    addresses,
    client::List,
    found::{Found, Row},
    labels,
    schemas::{given, given_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct FloatingIps;

impl Found for FloatingIps {
    const NAMES: (&'static str, &'static str) = ("hcloud_floating_ip", "hcloud_floating_ips");
    const ROWS: &'static str = "floating_ips";
    const ONE: &'static str = "floating_ip";
    const KEYS: &'static [&'static str] = &["id", "name", "ip_address"];
    const HAS_SELECTOR: bool = true;

    fn columns() -> Vec<(&'static str, Attribute)> {
        vec![
            ("id", given_number()),
            ("name", given()),
            ("type", given()),
            ("description", given()),
            ("home_location", given()),
            ("server_id", given_number()),
            ("ip_address", given()),
            ("ip_network", given()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("delete_protection", Attribute::computed(Type::Bool)),
        ]
    }

    fn list(_: &Row) -> List {
        List::of("/floating_ips", "floating_ips")
    }

    fn row(object: &Json, _: &Row) -> Json {
        let (address, network) = addresses::split(object);
        json!({
            "id": object["id"], "name": object["name"], "type": object["type"],
            "description": object["description"], "home_location": object["home_location"]["name"],
            "server_id": object["server"], "ip_address": address, "ip_network": network,
            "labels": labels::of_user(object), "delete_protection": object["protection"]["delete"],
        })
    }
}

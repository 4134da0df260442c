//! `hcloud_primary_ip` and `hcloud_primary_ips`: addresses of servers.

use crate::{
    addresses,
    client::List,
    found::{Found, Row},
    labels,
    schemas::{given, given_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};
use std::net::Ipv4Addr;

/// What is looked up.
pub(crate) struct PrimaryIps;

impl Found for PrimaryIps {
    const NAMES: (&'static str, &'static str) = ("hcloud_primary_ip", "hcloud_primary_ips");
    const ROWS: &'static str = "primary_ips";
    const ONE: &'static str = "primary_ip";
    const KEYS: &'static [&'static str] = &["id", "name", "ip_address"];

    fn columns() -> Vec<(&'static str, Attribute)> {
        let mut datacenter = given();
        datacenter.deprecated = Some("Hetzner removed data centers; use `location`.".into());
        vec![
            ("id", given_number()),
            ("name", given()),
            ("type", given()),
            ("location", given()),
            ("datacenter", datacenter),
            ("assignee_id", given_number()),
            ("assignee_type", given()),
            ("auto_delete", Attribute::computed(Type::Bool)),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("delete_protection", Attribute::computed(Type::Bool)),
            ("ip_address", given()),
            ("ip_network", given()),
        ]
    }

    fn list(config: &Row) -> List {
        let list = List::of("/primary_ips", "primary_ips");
        // Those of IPv6 are listed as networks.
        match config.text("ip_address").filter(|ip| ip.parse::<Ipv4Addr>().is_ok()) {
            Some(address) => list.only("ip", address),
            None => list,
        }
    }

    fn row(object: &Json, _: &Row) -> Json {
        let (address, network) = addresses::split(object);
        let (location, older) =
            (&object["location"]["name"], &object["datacenter"]["location"]["name"]);
        json!({
            "id": object["id"], "name": object["name"], "type": object["type"],
            "location": if location.is_null() { older } else { location },
            "datacenter": object["datacenter"]["name"], "assignee_id": object["assignee_id"],
            "assignee_type": object["assignee_type"], "auto_delete": object["auto_delete"],
            "labels": labels::of_user(object), "delete_protection": object["protection"]["delete"],
            "ip_address": address, "ip_network": network,
        })
    }
}

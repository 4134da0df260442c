//! `hcloud_server` and `hcloud_servers`: servers of the project.

use crate::{
    client::List,
    found::{Filters, Found, Row},
    schemas::{given, given_number},
    server,
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct Servers;

impl Found for Servers {
    const NAMES: (&'static str, &'static str) = ("hcloud_server", "hcloud_servers");
    const ROWS: &'static str = "servers";
    const ONE: &'static str = "server";
    const HAS_SELECTOR: bool = true;

    fn columns() -> Vec<(&'static str, Attribute)> {
        let flag = || Attribute::computed(Type::Bool);
        let network = Type::object([
            ("network_id", Type::Number),
            ("ip", Type::String),
            ("alias_ips", Type::set(Type::String)),
            ("mac_address", Type::String),
        ]);
        let mut datacenter = given();
        datacenter.deprecated = Some("Hetzner removed data centers; use `location`.".into());
        vec![
            ("id", given_number()),
            ("name", given()),
            ("server_type", given()),
            ("image", given()),
            ("location", given()),
            ("datacenter", datacenter),
            ("backup_window", given()),
            ("backups", flag()),
            ("ipv4_address", given()),
            ("ipv6_address", given()),
            ("ipv6_network", given()),
            ("status", given()),
            ("iso", given()),
            ("rescue", given()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("firewall_ids", Attribute::computed(Type::list(Type::Number))),
            ("network", Attribute::computed(Type::set(network))),
            ("placement_group_id", given_number()),
            ("delete_protection", flag()),
            ("rebuild_protection", flag()),
            ("primary_disk_size", given_number()),
        ]
    }

    fn filters() -> (Filters, Filters) {
        let status = || Attribute::optional(Type::list(Type::String));
        (vec![("with_status", status())], vec![("with_status", status())])
    }

    fn list(config: &Row) -> List {
        let list = List::of("/servers", "servers");
        config.texts("with_status").into_iter().fold(list, |list, one| list.only("status", one))
    }

    fn is_wanted(object: &Json, config: &Row) -> bool {
        let wanted = config.texts("with_status");
        wanted.is_empty()
            || object["status"].as_str().is_some_and(|status| wanted.contains(&status))
    }

    fn row(object: &Json, _: &Row) -> Json {
        let mut seen = server::attributes(object);
        seen["id"] = object["id"].clone();
        seen["rescue"] = match object["rescue_enabled"].as_bool() {
            Some(true) => json!("linux64"),
            Some(false) | None => Json::Null,
        };
        if let Some(fields) = seen.as_object_mut() {
            for ours in
                ["effective_server_type", "effective_location", "rescue_enabled", "public_net"]
            {
                fields.remove(ours);
            }
        }
        seen
    }
}

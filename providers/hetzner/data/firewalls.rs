//! `hcloud_firewall` and `hcloud_firewalls`: firewalls with their rules and what they are applied to.

use crate::{
    client::List,
    firewall,
    found::{Found, Row},
    labels,
    schemas::{given, given_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct Firewalls;

impl Found for Firewalls {
    const NAMES: (&'static str, &'static str) = ("hcloud_firewall", "hcloud_firewalls");
    const ROWS: &'static str = "firewalls";
    const ONE: &'static str = "firewall";
    const HAS_MOST_RECENT: bool = true;

    fn columns() -> Vec<(&'static str, Attribute)> {
        let target = [("label_selector", Type::String), ("server", Type::Number)];
        let rule = [
            ("direction", Type::String),
            ("protocol", Type::String),
            ("port", Type::String),
            ("source_ips", Type::set(Type::String)),
            ("destination_ips", Type::set(Type::String)),
            ("description", Type::String),
        ];
        vec![
            ("id", given_number()),
            ("name", given()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("apply_to", Attribute::computed(Type::set(Type::object(target)))),
            ("rule", Attribute::computed(Type::set(Type::object(rule)))),
        ]
    }

    fn list(_: &Row) -> List {
        List::of("/firewalls", "firewalls")
    }

    fn row(object: &Json, _: &Row) -> Json {
        let (apply_to, rule) = firewall::blocks(object);
        json!({
            "id": object["id"], "name": object["name"], "labels": labels::of_user(object),
            "apply_to": apply_to, "rule": rule,
        })
    }
}

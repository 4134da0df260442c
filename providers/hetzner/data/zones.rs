//! `hcloud_zone` and `hcloud_zones`: zones of DNS.

use crate::{
    client::List,
    found::{Found, Row},
    labels,
    schemas::{given, given_number},
    zone::nameservers,
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct Zones;

impl Found for Zones {
    const NAMES: (&'static str, &'static str) = ("hcloud_zone", "hcloud_zones");
    const ROWS: &'static str = "zones";
    const ONE: &'static str = "zone";

    fn columns() -> Vec<(&'static str, Attribute)> {
        let nameservers = Type::list(nameservers::ty().without_optional());
        let assigned = Type::object([("assigned", Type::list(Type::String))]);
        vec![
            ("id", given_number()),
            ("name", given()),
            ("mode", given()),
            ("ttl", given_number()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("delete_protection", Attribute::computed(Type::Bool)),
            (
                "primary_nameservers",
                Attribute::computed(nameservers).sensitive_parts(nameservers::SECRETS),
            ),
            ("authoritative_nameservers", Attribute::computed(assigned)),
            ("registrar", given()),
        ]
    }

    fn list(_: &Row) -> List {
        List::of("/zones", "zones")
    }

    fn row(object: &Json, _: &Row) -> Json {
        json!({
            "id": object["id"], "name": object["name"], "mode": object["mode"],
            "ttl": object["ttl"], "labels": labels::of_user(object),
            "delete_protection": object["protection"]["delete"],
            "primary_nameservers": nameservers::seen(object),
            "authoritative_nameservers": {
                "assigned": object["authoritative_nameservers"]["assigned"],
            },
            "registrar": object["registrar"],
        })
    }
}

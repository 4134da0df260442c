//! `hcloud_zone` and `hcloud_zones`: zones of DNS.

use crate::{
    client::List,
    found::{Found, Row},
    kept::Kept as _,
    schemas::{given, given_number},
    zone::{Zone, nameservers},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::Value as Json;

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
        Zone::seen(object)
    }
}

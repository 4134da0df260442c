//! `hcloud_certificate` and `hcloud_certificates`: certificates, without their keys.

use crate::{
    client::List,
    found::{Found, Row},
    labels,
    schemas::{given, given_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct Certificates;

impl Found for Certificates {
    const NAMES: (&'static str, &'static str) = ("hcloud_certificate", "hcloud_certificates");
    const ROWS: &'static str = "certificates";
    const ONE: &'static str = "certificate";

    fn columns() -> Vec<(&'static str, Attribute)> {
        vec![
            ("id", given_number()),
            ("name", given()),
            ("type", given()),
            ("certificate", given()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("domain_names", Attribute::computed(Type::list(Type::String))),
            ("fingerprint", given()),
            ("created", given()),
            ("not_valid_before", given()),
            ("not_valid_after", given()),
        ]
    }

    fn list(_: &Row) -> List {
        List::of("/certificates", "certificates")
    }

    fn row(object: &Json, _: &Row) -> Json {
        json!({
            "id": object["id"], "name": object["name"], "type": object["type"],
            "certificate": object["certificate"], "labels": labels::of_user(object),
            "domain_names": object["domain_names"], "fingerprint": object["fingerprint"],
            "created": object["created"], "not_valid_before": object["not_valid_before"],
            "not_valid_after": object["not_valid_after"],
        })
    }
}

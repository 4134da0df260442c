//! `hcloud_ssh_key` and `hcloud_ssh_keys`: public keys of the project.

use crate::{
    client::List,
    found::{Found, Row},
    labels,
    schemas::{given, given_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct SshKeys;

impl Found for SshKeys {
    const NAMES: (&'static str, &'static str) = ("hcloud_ssh_key", "hcloud_ssh_keys");
    const ROWS: &'static str = "ssh_keys";
    const ONE: &'static str = "ssh_key";
    const KEYS: &'static [&'static str] = &["id", "name", "fingerprint"];
    const HAS_SELECTOR: bool = true;

    fn columns() -> Vec<(&'static str, Attribute)> {
        vec![
            ("id", given_number()),
            ("name", given()),
            ("fingerprint", given()),
            ("public_key", given()),
            ("labels", Attribute::computed(Type::map(Type::String))),
        ]
    }

    fn list(config: &Row) -> List {
        let list = List::of("/ssh_keys", "ssh_keys");
        match config.text("fingerprint") {
            Some(fingerprint) => list.only("fingerprint", fingerprint),
            None => list,
        }
    }

    fn row(object: &Json, _: &Row) -> Json {
        json!({
            "id": object["id"], "name": object["name"], "fingerprint": object["fingerprint"],
            "public_key": object["public_key"], "labels": labels::of_user(object),
        })
    }
}

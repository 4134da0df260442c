//! `hcloud_storage_box_subaccount` and `hcloud_storage_box_subaccounts`: accounts of one storage box.

use crate::{
    client::List,
    found::{Filters, Found, Row},
    labels,
    schemas::{given, given_number, required_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct StorageBoxSubaccounts;

impl Found for StorageBoxSubaccounts {
    const NAMES: (&'static str, &'static str) =
        ("hcloud_storage_box_subaccount", "hcloud_storage_box_subaccounts");
    const ROWS: &'static str = "subaccounts";
    const ONE: &'static str = "subaccount";
    const KEYS: &'static [&'static str] = &["id", "name", "username"];
    const HAS_ID: bool = false;

    fn columns() -> Vec<(&'static str, Attribute)> {
        let access = Type::object([
            ("reachable_externally", Type::Bool),
            ("samba_enabled", Type::Bool),
            ("ssh_enabled", Type::Bool),
            ("webdav_enabled", Type::Bool),
            ("readonly", Type::Bool),
        ]);
        vec![
            ("storage_box_id", given_number()),
            ("id", given_number()),
            ("name", given()),
            ("description", given()),
            ("home_directory", given()),
            ("username", given()),
            ("server", given()),
            ("access_settings", Attribute::computed(access)),
            ("labels", Attribute::computed(Type::map(Type::String))),
        ]
    }

    fn filters() -> (Filters, Filters) {
        let of = || vec![("storage_box_id", required_number())];
        (of(), of())
    }

    fn list(config: &Row) -> List {
        let of = config.number("storage_box_id").unwrap_or_default();
        let list = List::of(format!("/storage_boxes/{of}/subaccounts"), "subaccounts").whole();
        match config.text("username") {
            Some(username) => list.only("username", username),
            None => list,
        }
    }

    fn row(object: &Json, config: &Row) -> Json {
        let access = &object["access_settings"];
        json!({
            "storage_box_id": config.number("storage_box_id"), "id": object["id"],
            "name": object["name"], "description": object["description"],
            "home_directory": object["home_directory"], "username": object["username"],
            "server": object["server"], "labels": labels::of_user(object),
            "access_settings": {
                "reachable_externally": access["reachable_externally"],
                "samba_enabled": access["samba_enabled"], "ssh_enabled": access["ssh_enabled"],
                "webdav_enabled": access["webdav_enabled"], "readonly": access["readonly"],
            },
        })
    }
}

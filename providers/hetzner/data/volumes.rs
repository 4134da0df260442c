//! `hcloud_volume` and `hcloud_volumes`: disks that outlive servers.

use crate::{
    client::List,
    found::{Filters, Found, Row},
    labels,
    schemas::{given, given_number},
    volume::whole,
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct Volumes;

impl Found for Volumes {
    const NAMES: (&'static str, &'static str) = ("hcloud_volume", "hcloud_volumes");
    const ROWS: &'static str = "volumes";
    const ONE: &'static str = "volume";
    const HAS_SELECTOR: bool = true;

    fn columns() -> Vec<(&'static str, Attribute)> {
        vec![
            ("id", given_number()),
            ("name", given()),
            ("size", given_number()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("location", given()),
            ("server_id", given_number()),
            ("linux_device", given()),
            ("delete_protection", Attribute::computed(Type::Bool)),
        ]
    }

    fn filters() -> (Filters, Filters) {
        let status = || vec![("with_status", Attribute::optional(Type::list(Type::String)))];
        (status(), status())
    }

    fn list(config: &Row) -> List {
        let list = List::of("/volumes", "volumes");
        config.texts("with_status").into_iter().fold(list, |list, one| list.only("status", one))
    }

    fn row(object: &Json, _: &Row) -> Json {
        json!({
            "id": object["id"], "name": object["name"], "size": whole(&object["size"]),
            "labels": labels::of_user(object), "location": object["location"]["name"],
            "server_id": object["server"], "linux_device": object["linux_device"],
            "delete_protection": object["protection"]["delete"],
        })
    }
}

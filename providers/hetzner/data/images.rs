//! `hcloud_image` and `hcloud_images`: what servers are made of, official ones, snapshots and backups.

use crate::{
    client::List,
    found::{Filters, Found, Row},
    labels,
    schemas::{given, given_number, text},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// The architecture that a name alone means, as in Terraform's provider.
const USUAL: &str = "x86";

/// What is looked up.
pub(crate) struct Images;

impl Found for Images {
    const NAMES: (&'static str, &'static str) = ("hcloud_image", "hcloud_images");
    const ROWS: &'static str = "images";
    const ONE: &'static str = "image";
    const HAS_SELECTOR: bool = true;
    const HAS_MOST_RECENT: bool = true;

    fn columns() -> Vec<(&'static str, Attribute)> {
        vec![
            ("id", given_number()),
            ("type", given()),
            ("name", given()),
            ("description", given()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("created", given()),
            ("os_flavor", given()),
            ("os_version", given()),
            ("architecture", given()),
            ("rapid_deploy", Attribute::computed(Type::Bool)),
            ("deprecated", given()),
        ]
    }

    fn filters() -> (Filters, Filters) {
        let texts = || Attribute::optional(Type::set(Type::String));
        let both = || {
            vec![("with_status", texts()), ("include_deprecated", Attribute::optional(Type::Bool))]
        };
        let (mut one, mut many) = (both(), both());
        one.push(("with_architecture", text()));
        many.push(("with_architecture", texts()));
        (one, many)
    }

    fn list(config: &Row) -> List {
        let mut list = List::of("/images", "images");
        for status in config.texts("with_status") {
            list = list.only("status", status);
        }
        for architecture in config.texts("with_architecture") {
            list = list.only("architecture", architecture);
        }
        match config.text("with_architecture") {
            Some(architecture) => list = list.only("architecture", architecture),
            None if config.text("name").is_some() => list = list.only("architecture", USUAL),
            None => {}
        }
        if config.is_true("include_deprecated") {
            list = list.only("include_deprecated", "true");
        }
        list
    }

    fn row(object: &Json, _: &Row) -> Json {
        json!({
            "id": object["id"], "type": object["type"], "name": object["name"],
            "description": object["description"], "labels": labels::of_user(object),
            "created": object["created"], "os_flavor": object["os_flavor"],
            "os_version": object["os_version"], "architecture": object["architecture"],
            "rapid_deploy": object["rapid_deploy"] == true, "deprecated": object["deprecated"],
        })
    }

    fn is_wanted(object: &Json, config: &Row) -> bool {
        config.is_true("include_deprecated") || object["deprecated"].is_null()
    }
}

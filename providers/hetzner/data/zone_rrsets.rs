//! `hcloud_zone_rrset` and `hcloud_zone_rrsets`: record sets of a zone. One is looked up by its id, by
//! a selector, or by name and type.

use crate::{
    client::{Client, List},
    found::{Filters, Found, One, Row},
    labels,
    schemas::{given, given_number, required},
};
use infra_model::{diagnostic::Diagnostic, kind::Kind, path::Path, schema::Attribute, types::Type};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// What is looked up.
pub(crate) struct ZoneRrsets;

/// One of them.
pub(crate) struct ZoneRrset;

impl Found for ZoneRrsets {
    const NAMES: (&'static str, &'static str) = ("hcloud_zone_rrset", "hcloud_zone_rrsets");
    const ROWS: &'static str = "rrsets";
    const ONE: &'static str = "rrset";
    const KEYS: &'static [&'static str] = &["id"];

    fn columns() -> Vec<(&'static str, Attribute)> {
        let record = Type::object([("value", Type::String), ("comment", Type::String)]);
        vec![
            ("zone", given()),
            ("id", given()),
            ("name", given()),
            ("type", given()),
            ("ttl", given_number()),
            ("labels", Attribute::computed(Type::map(Type::String))),
            ("change_protection", Attribute::computed(Type::Bool)),
            ("records", Attribute::computed(Type::set(record))),
        ]
    }

    fn filters() -> (Filters, Filters) {
        (vec![("zone", required())], vec![("zone", required())])
    }

    fn list(config: &Row) -> List {
        let zone = config.text("zone").unwrap_or_default();
        let list = List::of(format!("/zones/{zone}/rrsets"), "rrsets");
        // The id of a record set is its name and its type.
        match config.text("id").and_then(|id| id.rsplit_once('/')) {
            Some((name, _)) => list.only("name", name),
            None => list,
        }
    }

    fn row(object: &Json, config: &Row) -> Json {
        let records = object["records"].as_array().into_iter().flatten();
        let records =
            records.map(|one| json!({ "value": one["value"], "comment": one["comment"] }));
        json!({
            "zone": config.text("zone"), "id": object["id"], "name": object["name"],
            "type": object["type"], "ttl": object["ttl"], "labels": labels::of_user(object),
            "change_protection": object["protection"]["change"],
            "records": records.collect::<Vec<_>>(),
        })
    }
}

impl DataSource for ZoneRrset {
    type Client = Client;
    type Model = Row;

    fn kind() -> Arc<dyn Kind> {
        let mut block = One::<ZoneRrsets>::kind().schema().block.clone();
        for name in ["name", "type"] {
            block.attributes.insert(name.into(), Attribute::optional_computed(Type::String));
        }
        SchemaKind::data(ZoneRrsets::NAMES.0, block).shared()
    }

    async fn read(client: &Client, mut config: Row, control: &Control) -> Result<Row, Failure> {
        let (name, r#type) = (config.text("name"), config.text("type"));
        match (name, r#type, config.text("id")) {
            (Some(name), Some(r#type), None) => {
                let id = Json::from(format!("{name}/{type}"));
                config.0.insert("id".to_owned(), id);
            }
            (None, None, _) => {}
            (_, _, Some(_)) => return Err(together().into()),
            (Some(_), None, None) | (None, Some(_), None) => return Err(half().into()),
        }
        One::<ZoneRrsets>::read(client, config, control).await
    }
}

fn together() -> Diagnostic {
    let summary = "`hcloud_zone_rrset`: it is looked up in several ways";
    Diagnostic::error("infra::hetzner::lookup_ambiguous", summary)
        .detail("Nothing was asked, and nothing was changed.")
        .help("give `id`, or `name` and `type`, or `with_selector`")
        .at_path(Path::attribute("id"))
}

fn half() -> Diagnostic {
    let summary = "`hcloud_zone_rrset`: `name` and `type` go together";
    Diagnostic::error("infra::hetzner::lookup_ambiguous", summary)
        .detail("A name may have several record sets. Nothing was asked, and nothing was changed.")
        .help("give both of them")
        .at_path(Path::attribute("zone"))
}

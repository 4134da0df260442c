//! `hcloud_datacenter` and `hcloud_datacenters`: what configurations from before still ask for.
//!
//! Hetzner's API does not tell of data centers any more. What can be known is derived: which there
//! were is written here, what their location is and which server types it has is asked for.

use crate::{
    client::{Client, List},
    found::Row,
    problem::Outcome,
    schemas::{given, given_number},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    path::Path,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// The data centers that there were: number, name, location, and what they were called.
const KNOWN: [(i64, &str, &str, &str); 6] = [
    (2, "nbg1-dc3", "nbg1", "Nuremberg 1 virtual DC 3"),
    (3, "hel1-dc2", "hel1", "Helsinki 1 virtual DC 2"),
    (4, "fsn1-dc14", "fsn1", "Falkenstein 1 virtual DC 14"),
    (5, "ash-dc1", "ash", "Ashburn virtual DC 1"),
    (6, "hil-dc1", "hil", "Hillsboro virtual DC 1"),
    (7, "sin-dc1", "sin", "Singapore virtual DC 1"),
];

/// What is told of a location, as texts.
const PLACE: [&str; 7] = ["id", "name", "description", "country", "city", "latitude", "longitude"];

/// One data center.
pub(crate) struct Datacenter;

/// All of them.
pub(crate) struct Datacenters;

impl DataSource for Datacenter {
    type Client = Client;
    type Model = Row;

    fn kind() -> Arc<dyn Kind> {
        let mut block = Block::of(columns());
        for (name, ty) in [("id", Type::Number), ("name", Type::String)] {
            block.attributes.insert(name.into(), Attribute::optional_computed(ty));
        }
        block.deprecated = Some("Use `hcloud_location` instead.".into());
        SchemaKind::data("hcloud_datacenter", block).shared()
    }

    async fn read(client: &Client, mut config: Row, control: &Control) -> Result<Row, Failure> {
        let (id, name) = (config.number("id"), config.text("name"));
        if id.is_some() == name.is_some() {
            return Err(ambiguous().into());
        }
        let is_it = |row: &&Json| {
            id.is_some_and(|id| row["id"] == id) || name.is_some_and(|name| row["name"] == name)
        };
        let rows = rows(client, control).await?;
        let Some(Json::Object(row)) = rows.iter().find(is_it).cloned() else {
            return Err(missing(if id.is_some() { "id" } else { "name" }).into());
        };
        config.0.extend(row);
        Ok(config)
    }

    fn warnings(_: &Row) -> Diagnostics {
        vec![gone("hcloud_datacenter", "hcloud_location")]
    }
}

impl DataSource for Datacenters {
    type Client = Client;
    type Model = Row;

    fn kind() -> Arc<dyn Kind> {
        let row = Type::object(columns().into_iter().map(|(name, a)| (name, a.ty)));
        let texts = || old(Attribute::computed(Type::list(Type::String)));
        let mut block = Block::of([
            ("id", given()),
            ("datacenter_ids", texts()),
            ("names", texts()),
            ("descriptions", texts()),
            ("datacenters", Attribute::computed(Type::list(row))),
        ]);
        block.deprecated = Some("Use `hcloud_locations` instead.".into());
        SchemaKind::data("hcloud_datacenters", block).shared()
    }

    async fn read(client: &Client, mut config: Row, control: &Control) -> Result<Row, Failure> {
        let rows = rows(client, control).await?;
        let texts = |name: &str| {
            let text = |row: &Json| row[name].as_str().map_or(row[name].to_string(), str::to_owned);
            Json::from(rows.iter().map(text).collect::<Vec<_>>())
        };
        let ids = texts("id");
        config.0.insert("id".to_owned(), Json::from(joined(&ids)));
        config.0.insert("datacenter_ids".to_owned(), ids);
        config.0.insert("names".to_owned(), texts("name"));
        config.0.insert("descriptions".to_owned(), texts("description"));
        config.0.insert("datacenters".to_owned(), Json::from(rows));
        Ok(config)
    }

    fn warnings(_: &Row) -> Diagnostics {
        vec![gone("hcloud_datacenters", "hcloud_locations")]
    }
}

fn columns() -> Vec<(&'static str, Attribute)> {
    let ids = || old(Attribute::computed(Type::list(Type::Number)));
    vec![
        ("id", given_number()),
        ("name", given()),
        ("description", given()),
        ("location", Attribute::computed(Type::map(Type::String))),
        ("supported_server_type_ids", ids()),
        ("available_server_type_ids", ids()),
    ]
}

fn old(mut attribute: Attribute) -> Attribute {
    attribute.deprecated = Some("Use `hcloud_locations` and `hcloud_server_types` instead.".into());
    attribute
}

/// The data centers whose location there is.
async fn rows(client: &Client, control: &Control) -> Outcome<Vec<Json>> {
    let locations = client.all(&List::of("/locations", "locations"), control).await?;
    let types = client.all(&List::of("/server_types", "server_types"), control).await?;
    let row = |(id, name, place, description): &(i64, &str, &str, &str)| {
        let location = locations.iter().find(|location| location["name"] == *place)?;
        let text = |part: &Json| part.as_str().map_or_else(|| part.to_string(), str::to_owned);
        let shown = PLACE.map(|part| (part.to_owned(), Json::from(text(&location[part]))));
        Some(json!({
            "id": id, "name": name, "description": description,
            "location": Json::Object(shown.into_iter().collect::<Map<_, _>>()),
            "supported_server_type_ids": ids(&types, place, |_| true),
            "available_server_type_ids": ids(&types, place, |there| there["available"] == true),
        }))
    };
    Ok(KNOWN.iter().filter_map(row).collect())
}

/// The numbers of the server types that a location has.
fn ids(types: &[Json], place: &str, is_wanted: impl Fn(&Json) -> bool) -> Vec<Json> {
    let has = |kind: &&Json| {
        let mut there = kind["locations"].as_array().into_iter().flatten();
        there.any(|there| there["name"] == place && is_wanted(there))
    };
    types.iter().filter(has).map(|kind| kind["id"].clone()).collect()
}

fn joined(ids: &Json) -> String {
    let ids = ids.as_array().into_iter().flatten().filter_map(Json::as_str);
    ids.collect::<Vec<_>>().join("-")
}

fn gone(asked: &str, instead: &str) -> Diagnostic {
    let summary = format!("`{asked}` is derived: Hetzner does not tell of data centers any more");
    Diagnostic::warning("infra::hetzner::datacenter_gone", summary)
        .detail(
            "The location is asked for, the data center in it is the one that was there before.",
        )
        .help(format!("use `data \"{instead}\"` and the `location` of resources"))
}

fn ambiguous() -> Diagnostic {
    let summary = "`hcloud_datacenter` is looked up by `id` or by `name`";
    Diagnostic::error("infra::hetzner::lookup_ambiguous", summary)
        .detail("Nothing was asked, and nothing was changed.")
        .help("give exactly one of them, or use `hcloud_location`")
}

fn missing(key: &'static str) -> Diagnostic {
    let summary = format!("Hetzner had no data center with this `{key}`");
    Diagnostic::error("infra::hetzner::not_found", summary)
        .detail("Hetzner does not tell of data centers any more. Nothing was changed.")
        .help("use `data \"hcloud_location\"`, with a name such as `nbg1`")
        .at_path(Path::attribute(key))
}

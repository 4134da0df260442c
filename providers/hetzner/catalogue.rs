//! What can be bought where and what runs on it, as facts for the pure hooks: server types with their
//! locations, images, and prices.
//!
//! Each is one request whatever the number of resources, and only asked for when a hook needs it.

mod places;

pub(crate) use places::place_key;

use crate::{
    client::{Client, List},
    form,
    problem::Outcome,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::{FactKey, Facts},
    number::Number,
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, failure::Failure, resource::FactSource};
use serde_json::{Map, Value as Json, json};

/// All server types, by name.
pub(crate) const SERVER_TYPES: &str = "server_types";
/// All images of Hetzner, by name.
pub(crate) const IMAGES: &str = "images";
/// All locations, by name.
pub(crate) const LOCATIONS: &str = "locations";
/// All types of load balancers, by name.
pub(crate) const LOAD_BALANCER_TYPES: &str = "load_balancer_types";
/// All types of storage boxes, by name.
pub(crate) const STORAGE_BOX_TYPES: &str = "storage_box_types";
/// The sizes of all snapshots of the project, by id.
pub(crate) const SNAPSHOTS: &str = "snapshots";
/// All prices.
pub(crate) const PRICING: &str = "pricing";
/// Before the id of one image: a snapshot or a backup.
const IMAGE: &str = "image/";

/// Returns the key of a fact.
pub(crate) fn key(name: &str) -> FactKey {
    FactKey(name.into())
}

/// Returns the key of the fact about one image.
pub(crate) fn image_key(id: &str) -> FactKey {
    FactKey(format!("{IMAGE}{id}").into())
}

/// Learns facts from the API.
pub(crate) struct Catalogue;

impl FactSource for Catalogue {
    type Client = Client;

    async fn learn(
        client: &Client,
        keys: Vec<FactKey>,
        control: &Control,
    ) -> Result<(Facts, Diagnostics), Failure> {
        let (mut facts, mut missed) = (Facts::new(), Diagnostics::new());
        let (of_places, keys): (Vec<FactKey>, Vec<FactKey>) =
            keys.into_iter().partition(places::is_of);
        match places::learn(client, &of_places, control).await {
            Ok(learned) => facts.extend(learned.into_iter().map(|(key, fact)| (key, value(&fact)))),
            Err(problem) => missed.push(Failure::from(problem).into_diagnostic()),
        }
        for key in keys {
            match one(client, &key.0, control).await {
                Ok(Some(fact)) => {
                    facts.insert(key, value(&fact));
                }
                Ok(None) => missed.push(unknown(&key.0)),
                Err(problem) => missed.push(Failure::from(problem).into_diagnostic()),
            }
        }
        Ok((facts, missed))
    }
}

async fn one(client: &Client, key: &str, control: &Control) -> Outcome<Option<Json>> {
    Ok(match key {
        SERVER_TYPES => {
            let all = client.all(&List::of("/server_types", "server_types"), control).await?;
            Some(by_name(all.iter().map(server_type)))
        }
        LOCATIONS => {
            let all = client.all(&List::of("/locations", "locations"), control).await?;
            let location = |l: &Json| json!({ "name": l["name"], "zone": l["network_zone"] });
            Some(by_name(all.iter().map(location)))
        }
        LOAD_BALANCER_TYPES => {
            let list = List::of("/load_balancer_types", "load_balancer_types");
            Some(by_name(client.all(&list, control).await?.iter().map(priced)))
        }
        STORAGE_BOX_TYPES => {
            let list = List::of("/storage_box_types", "storage_box_types");
            Some(by_name(client.all(&list, control).await?.iter().map(priced)))
        }
        IMAGES => {
            let list = List::of("/images", "images")
                .only("type", "system")
                .only("type", "app")
                .only("include_deprecated", "true");
            Some(images(&client.all(&list, control).await?))
        }
        SNAPSHOTS => {
            let list = List::of("/images", "images").only("type", "snapshot");
            let size = |image: &Json| json!({ "name": form::id_text(&image["id"]), "size": image["image_size"] });
            Some(by_name(client.all(&list, control).await?.iter().map(size)))
        }
        PRICING => {
            let mut answer = client.query("/pricing", &[], control).await?;
            Some(answer["pricing"].take())
        }
        _ => match key.strip_prefix(IMAGE) {
            Some(id) => Some(image(client.get(&format!("/images/{id}"), control).await?.as_ref())),
            None => None,
        },
    })
}

/// What hooks need of one image; null if there is none.
fn image(answer: Option<&Json>) -> Json {
    answer.map_or(Json::Null, |answer| {
        let image = &answer["image"];
        json!({
            "architecture": image["architecture"], "type": image["type"],
            "disk": image["disk_size"], "status": image["status"],
        })
    })
}

/// What hooks need of a server type: what it is, and where it is to be had at which price.
fn server_type(of: &Json) -> Json {
    let retired = of["deprecation"]["unavailable_after"].clone();
    let price = |location: &Json| {
        let mut prices = of["prices"].as_array().into_iter().flatten();
        let price = prices.find(|price| price["location"] == *location)?;
        Some(price["price_monthly"].clone())
    };
    let place = |place: &Json| {
        let after = &place["deprecation"]["unavailable_after"];
        json!({
            "name": place["name"],
            "is_available": place["available"].as_bool().unwrap_or(true),
            "retired": if after.is_null() { &retired } else { after },
            "price": price(&place["name"]).unwrap_or(Json::Null),
        })
    };
    let listed = of["locations"].as_array().cloned().unwrap_or_else(|| {
        // Where it has a price it is sold: without a list, nobody says more.
        let prices = of["prices"].as_array().into_iter().flatten();
        prices.map(|price| json!({ "name": price["location"] })).collect()
    });
    json!({
        "name": of["name"], "architecture": of["architecture"], "cores": of["cores"],
        "memory": of["memory"], "disk": of["disk"], "cpu_type": of["cpu_type"],
        "storage_type": of["storage_type"],
        "locations": by_name(listed.iter().map(place)),
    })
}

/// What hooks need of another type: where it has a price, for there it can be had, and until when.
fn priced(of: &Json) -> Json {
    let prices = of["prices"].as_array().into_iter().flatten();
    let places = prices.map(|price| json!({ "name": price["location"] }));
    json!({
        "name": of["name"], "locations": by_name(places),
        "retired": of["deprecation"]["unavailable_after"], "prices": of["prices"],
    })
}

/// Names of images, each with the architectures for which there is one.
fn images(all: &[Json]) -> Json {
    let mut found: Map<String, Json> = Map::new();
    for image in all {
        let Some(name) = image["name"].as_str() else { continue };
        let entry = found.entry(name.to_owned()).or_insert_with(|| {
            json!({ "type": image["type"], "deprecated": image["deprecated"], "architectures": [] })
        });
        if let Some(architectures) = entry["architectures"].as_array_mut() {
            architectures.push(image["architecture"].clone());
        }
    }
    Json::Object(found)
}

fn by_name(all: impl IntoIterator<Item = Json>) -> Json {
    let entry = |one: Json| Some((one["name"].as_str()?.to_owned(), one));
    Json::Object(all.into_iter().filter_map(entry).collect())
}

/// Returns JSON as a value of whatever type it has.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::null(Type::String),
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => number
            .to_string()
            .parse::<Number>()
            .map_or_else(|_| Value::null(Type::Number), Value::number),
        Json::String(text) => Value::from(&**text),
        Json::Array(items) => Value::tuple(items.iter().map(value).collect()),
        Json::Object(entries) => {
            Value::object(entries.iter().map(|(name, inner)| (Text::from(&**name), value(inner))))
        }
    }
}

fn unknown(key: &str) -> Diagnostic {
    Diagnostic::error("infra::hetzner::image_unknown", format!("Hetzner can't tell `{key}`"))
        .help("use the version of infra that made the plan")
}

#[cfg(test)]
mod tests {
    use super::server_type;
    use serde_json::json;

    #[test]
    fn a_type_without_a_list_of_places_is_sold_where_it_has_a_price() {
        let price = json!({ "location": "fsn1", "price_monthly": { "net": "1", "gross": "1.19" } });
        let read = server_type(&json!({ "name": "cx23", "prices": [price] }));
        assert_eq!(read["locations"]["fsn1"]["is_available"], true);
        assert_eq!(read["locations"]["fsn1"]["price"]["net"], "1");
    }
}

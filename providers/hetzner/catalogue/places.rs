//! Where single objects are, as facts: what is joined must be in one place.
//!
//! Whatever the number of objects, each of their lists is fetched once.

use super::by_name;
use crate::{
    client::{Client, List},
    form,
    problem::Outcome,
};
use infra_model::kind::FactKey;
use infra_sdk::connection::Control;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Before the list and the id of an object.
const PREFIX: &str = "place/";

/// Returns the key of the fact that says where an object of a list such as `servers` is.
pub(crate) fn place_key(list: &str, id: i64) -> FactKey {
    FactKey(format!("{PREFIX}{list}/{id}").into())
}

/// Returns whether a key is one of these.
pub(super) fn is_of(key: &FactKey) -> bool {
    key.0.starts_with(PREFIX)
}

/// Learns where objects are; nothing is said of those that there are not.
pub(super) async fn learn(
    client: &Client,
    keys: &[FactKey],
    control: &Control,
) -> Outcome<Vec<(FactKey, Json)>> {
    let mut wanted: BTreeMap<&str, Vec<(&str, &FactKey)>> = BTreeMap::new();
    for key in keys {
        let named = key.0.strip_prefix(PREFIX).and_then(|rest| rest.split_once('/'));
        if let Some((list, id)) = named {
            wanted.entry(list).or_default().push((id, key));
        }
    }
    let mut learned = Vec::new();
    for (list, ids) in wanted {
        let Some(list) = ["load_balancers", "networks", "servers", "volumes"]
            .into_iter()
            .find(|known| *known == list)
        else {
            continue;
        };
        let all = client.all(&List::of(format!("/{list}"), list), control).await?;
        for object in all.iter() {
            let id = form::id_text(&object["id"]);
            let keys = ids.iter().filter(|(wanted, _)| Some(*wanted) == id.as_deref());
            learned.extend(keys.map(|(_, key)| ((*key).clone(), place(object))));
        }
    }
    Ok(learned)
}

/// Where an object is: its location, or the zones of its subnets by their ranges.
fn place(object: &Json) -> Json {
    if let Some(subnets) = object["subnets"].as_array() {
        let subnet =
            |subnet: &Json| json!({ "name": subnet["ip_range"], "zone": subnet["network_zone"] });
        return json!({ "subnets": by_name(subnets.iter().map(subnet)) });
    }
    let older = &object["datacenter"]["location"];
    let location = if object["location"].is_null() { older } else { &object["location"] };
    json!({ "location": location["name"], "zone": location["network_zone"] })
}

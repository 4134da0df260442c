//! `hcloud_network`: a private network, which can grow at its end.

use crate::{
    client::Client,
    kept::{Change, Kept, Made, Place, has_labels, protect},
    labels::{self, Labels, sent},
    problem::Outcome,
    protection,
    pure::Pure,
    rules::{self, Range},
    schemas::{given, labels, off, required},
};
use hcloud::models::{ChangeIpRangeOfNetworkRequest, CreateNetworkRequest, ReplaceNetworkRequest};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, ImpactSort, Kind},
    path::Path,
    schema::{Block, Proposal, Schema, propose},
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The attribute that says how large it is.
const RANGE: &str = "ip_range";

/// The type.
pub(crate) struct Network;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    ip_range: Option<String>,
    labels: Option<BTreeMap<String, Option<String>>>,
    delete_protection: Option<bool>,
    expose_routes_to_vswitch: Option<bool>,
}

has_labels!(Model, name);

impl Kept for Network {
    type Model = Model;

    const PLACE: Place = Place { path: "/networks", many: "networks", one: "network" };

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("name", required()),
            (RANGE, required().replaces()),
            ("labels", labels()),
            ("delete_protection", off()),
            ("expose_routes_to_vswitch", off()),
        ]);
        Pure::of("hcloud_network", block)
            .judged_by(rules::named)
            .judged_by(validate)
            .planned_by(planned)
            .telling(impact)
            .telling(protection::impact)
            .shared()
    }

    fn protection(of: &Model) -> Option<bool> {
        of.delete_protection
    }

    fn seen(object: &Json) -> Json {
        json!({
            "id": object["id"].as_i64().map(|id| id.to_string()), "name": object["name"],
            RANGE: object["ip_range"], "labels": labels::of_user(object),
            "delete_protection": object["protection"]["delete"],
            "expose_routes_to_vswitch": object["expose_routes_to_vswitch"] == true,
        })
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let Model { name, ip_range, expose_routes_to_vswitch, .. } = wanted.model.clone();
        let body = CreateNetworkRequest {
            expose_routes_to_vswitch,
            ip_range: ip_range.unwrap_or_default(),
            labels: sent(labels),
            name: name.unwrap_or_default(),
            routes: None,
            subnets: None,
        };
        Ok(client.post("/networks", &body, control).await?.into())
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let wanted = &change.wanted.model;
        let (name, labels) = (change.name(), change.labels());
        let exposes = change.differs(|model| &model.expose_routes_to_vswitch);
        if name.is_some() || labels.is_some() || exposes {
            let expose_routes_to_vswitch = wanted.expose_routes_to_vswitch.filter(|_| exposes);
            let body = ReplaceNetworkRequest {
                expose_routes_to_vswitch,
                labels: labels.and_then(sent),
                name,
            };
            client.put(change.path, &body, control).await?;
        }
        if change.differs(|model| &model.ip_range) {
            let range = wanted.ip_range.clone().unwrap_or_default();
            let path = format!("{}/actions/change_ip_range", change.path);
            client.act(&path, &ChangeIpRangeOfNetworkRequest::new(range), control).await?;
        }
        protect::<Self>(client, change, control).await
    }
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    rules::range(desired, RANGE, 24)
}

/// A range that only grows at its end is changed in place.
fn planned(schema: &Schema, prior: Option<&Value>, desired: &Value, _: &Facts) -> Proposal {
    let mut proposal = propose(schema, prior, desired);
    if prior.is_some_and(|prior| is_extended(prior, desired)) {
        let range = Path::attribute(RANGE);
        proposal.replace.retain(|path| *path != range);
    }
    proposal
}

fn is_extended(prior: &Value, desired: &Value) -> bool {
    let range = |value: &Value| rules::text(value, RANGE).and_then(|text| Range::read(text));
    match (range(prior), range(desired)) {
        (Some(old), Some(new)) => new.extends(old),
        _ => false,
    }
}

fn impact(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some(prior) = change.prior else { return Vec::new() };
    let tell = |sort, text: String| vec![Impact { sort, text: text.into() }];
    if change.replace || change.planned.is_none() {
        let text = "servers and load balancers lose their addresses in the network".to_owned();
        return tell(ImpactSort::Downtime, text);
    }
    let Some(planned) = change.planned.filter(|planned| is_extended(prior, planned)) else {
        return Vec::new();
    };
    let range = rules::text(planned, RANGE).map_or_else(String::new, ToString::to_string);
    let text = format!(
        "the network grows to {range} and can't shrink again; servers in it use the new part after \
         a reboot"
    );
    tell(ImpactSort::Irreversible, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_grows_in_place_and_everything_else_replaces() {
        let of = |range: &str| Value::object([(RANGE, Value::from(range))]);
        let kind = Network::kind();
        let is_replaced = |old: &str, new: &str| {
            !kind.planned(Some(&of(old)), &of(new), &Facts::new()).replace.is_empty()
        };
        assert!(!is_replaced("10.0.0.0/16", "10.0.0.0/12"));
        assert!(is_replaced("10.0.0.0/16", "10.0.0.0/24"), "it can't shrink");
        assert!(is_replaced("10.0.0.0/16", "10.1.0.0/16"));
        assert!(is_replaced("10.1.0.0/16", "10.0.0.0/8"), "another first address");
    }
}

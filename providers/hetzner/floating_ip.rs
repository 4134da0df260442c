//! `hcloud_floating_ip`: a public address that goes from server to server.

use crate::{
    addresses,
    client::Client,
    cost, form,
    kept::{Change, Kept, Made, Place, has_labels, protect},
    labels::{self, Labels, sent},
    movable::{Movable, finished},
    offered::{location, place_fact},
    problem::Outcome,
    protection,
    pure::Pure,
    rules::{self, is_given, number, text as text_of, wrong},
    schemas::{given, labels, number_or_given, off, required, text, text_or_given},
};
use hcloud::models::{
    AssignFloatingIpToServerRequest, CreateFloatingIpRequest, IpType, ReplaceFloatingIpRequest,
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, ImpactSort, Kind},
    schema::Block,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    resource::{Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The attribute that says where it is at home.
const HOME: &str = "home_location";

/// The type.
pub(crate) struct FloatingIp;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    r#type: Option<String>,
    name: Option<String>,
    description: Option<String>,
    home_location: Option<String>,
    server_id: Option<i64>,
    ip_address: Option<String>,
    ip_network: Option<String>,
    labels: Option<BTreeMap<String, Option<String>>>,
    delete_protection: Option<bool>,
}

has_labels!(Model, name);

impl Kept for FloatingIp {
    type Model = Model;

    const PLACE: Place = Place { path: "/floating_ips", many: "floating_ips", one: "floating_ip" };

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("type", required().replaces()),
            ("name", text_or_given()),
            ("description", text()),
            (HOME, text_or_given().replaces()),
            ("server_id", number_or_given()),
            ("ip_address", given()),
            ("ip_network", given()),
            ("labels", labels()),
            ("delete_protection", off()),
        ]);
        Pure::of("hcloud_floating_ip", block)
            .judged_by(rules::named)
            .judged_by(|desired, _| rules::one_of(desired, "type", &["ipv4", "ipv6"]))
            .asking(|prior, desired| place_fact(prior, desired, HOME).into_iter().collect())
            .judged_with(judge)
            .telling(impact)
            .telling(protection::impact)
            .costing(cost::prices, cost::floating_ip)
            .shared()
    }

    fn protection(of: &Model) -> Option<bool> {
        of.delete_protection
    }

    fn seen(object: &Json) -> Json {
        let (address, network) = addresses::split(object);
        json!({
            "id": object["id"].as_i64().map(|id| id.to_string()), "type": object["type"],
            "name": object["name"], "description": object["description"],
            HOME: object["home_location"]["name"], "server_id": object["server"],
            "ip_address": address, "ip_network": network, "labels": labels::of_user(object),
            "delete_protection": object["protection"]["delete"],
        })
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let model = wanted.model.clone();
        let body = CreateFloatingIpRequest {
            description: model.description.map(Some),
            home_location: model.home_location,
            labels: sent(labels),
            name: model.name,
            server: model.server_id.map(Some),
            r#type: if model.r#type.as_deref() == Some("ipv6") {
                IpType::Ipv6
            } else {
                IpType::Ipv4
            },
        };
        let Some(server) = model.server_id else {
            return Ok(client.post("/floating_ips", &body, control).await?.into());
        };
        let _turn = client.turn(server).await;
        let answer = client.post("/floating_ips", &body, control).await?;
        Ok(finished(client, answer, control).await.into())
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let (prior, wanted) = (&change.prior.model, &change.wanted.model);
        let (name, labels) = (change.name(), change.labels());
        let is_described = change.differs(|model| &model.description);
        if name.is_some() || labels.is_some() || is_described {
            let description = wanted.description.clone().unwrap_or_default();
            let body = ReplaceFloatingIpRequest {
                description: is_described.then_some(Some(description)),
                labels: labels.and_then(sent),
                name,
            };
            client.put(change.path, &body, control).await?;
        }
        if let Some(server) = wanted.server_id.filter(|_| change.differs(|model| &model.server_id))
        {
            let body = AssignFloatingIpToServerRequest::new(Some(server));
            let id = form::id(prior)?;
            Movable::floating_ip(id).go(client, (server, &body), control).await?;
        }
        protect::<Self>(client, change, control).await
    }

    async fn release(
        client: &Client,
        path: &str,
        prior: &Thing<Model>,
        control: &Control,
    ) -> Outcome<()> {
        protection::lift(client, path, prior.model.delete_protection, control).await?;
        Movable::floating_ip(form::id(&prior.model)?).leave(client, None, control).await
    }

    fn recorded(block: &Block, wanted: &Model, seen: &Json) -> Outcome<Model> {
        // Where it is counts here only if it was said here: assignments are of another type.
        let recorded: Model = form::recorded(block, wanted, seen)?;
        Ok(Model { server_id: wanted.server_id, ..recorded })
    }

    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let observed: Model = form::observed(recorded, seen)?;
        let server_id = observed.server_id.filter(|_| recorded.server_id.is_some());
        Ok(Model { server_id, ..observed })
    }
}

fn judge(prior: Option<&Value>, desired: &Value, facts: &Facts) -> Diagnostics {
    let is_placed = is_given(desired, HOME) || is_given(desired, "server_id");
    if prior.is_some() || is_placed {
        return location((prior, desired), HOME, facts).into_iter().collect();
    }
    let summary = "nothing says where the floating IP is to be".to_owned();
    let help = "give `home_location`, or `server_id` of its first server";
    vec![wrong(HOME, summary, help)]
}

fn impact(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some(prior) = change.prior else { return Vec::new() };
    let tell = |sort, text: String| vec![Impact { sort, text: text.into() }];
    let ip =
        text_of(prior, "ip_address").map_or_else(|| "its address".to_owned(), ToString::to_string);
    let Some(planned) = change.planned.filter(|_| !change.replace) else {
        let text = format!("{ip} is given back, and can't be had again");
        return tell(ImpactSort::Irreversible, text);
    };
    match (number(prior, "server_id"), number(planned, "server_id")) {
        (Some(old), new) if new != Some(old) => {
            let text = format!("{ip} is taken off server {old}: unreachable for some seconds");
            tell(ImpactSort::Downtime, text)
        }
        _ => Vec::new(),
    }
}

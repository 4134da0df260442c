//! `hcloud_primary_ip`: the public address of a server, which can outlive it.

mod assignee;
mod plan;

use crate::{
    addresses,
    client::Client,
    cost, form,
    kept::{Change, Kept, Made, Place, has_labels, protect},
    labels::{self, Labels, sent},
    offered::place_fact,
    problem::Outcome,
    protection,
    pure::Pure,
    rules,
    schemas::{given, given_number, labels_or_none, number_or_given, required, text_or_given},
};
use hcloud::models::{
    CreatePrimaryIpRequest, IpType, ReplacePrimaryIpRequest,
    create_primary_ip_request::AssigneeType,
};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{
    connection::Control,
    resource::{Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The type.
pub(crate) struct PrimaryIp;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<i64>,
    name: Option<String>,
    r#type: Option<String>,
    location: Option<String>,
    datacenter: Option<String>,
    assignee_id: Option<i64>,
    assignee_type: Option<String>,
    auto_delete: Option<bool>,
    labels: Option<BTreeMap<String, Option<String>>>,
    delete_protection: Option<bool>,
    ip_address: Option<String>,
    ip_network: Option<String>,
}

has_labels!(Model, name);

impl Kept for PrimaryIp {
    type Model = Model;

    const PLACE: Place = Place { path: "/primary_ips", many: "primary_ips", one: "primary_ip" };

    fn kind() -> Arc<dyn Kind> {
        let no = || Attribute::optional_computed(Type::Bool).default(false);
        let mut datacenter = text_or_given();
        datacenter.deprecated = Some("Hetzner removed data centers; use `location`.".into());
        let block = Block::of([
            ("id", given_number()),
            ("name", required()),
            ("type", required().replaces()),
            ("location", text_or_given().replaces()),
            ("datacenter", datacenter),
            ("assignee_id", number_or_given()),
            ("assignee_type", text_or_given()),
            ("auto_delete", no()),
            ("labels", labels_or_none()),
            ("delete_protection", no()),
            ("ip_address", given()),
            ("ip_network", given()),
        ]);
        Pure::of("hcloud_primary_ip", block)
            .judged_by(rules::named)
            .judged_by(plan::desired)
            .asking(|prior, desired| place_fact(prior, desired, "location").into_iter().collect())
            .judged_with(plan::change)
            .asking(|prior, desired| plan::AT_SERVER.facts(prior, desired))
            .judged_with(|prior, desired, facts| {
                plan::AT_SERVER.judged(prior, desired, facts).into_iter().collect()
            })
            .planned_by(plan::planned)
            .telling(plan::impact)
            .telling(protection::impact)
            .costing(cost::prices, cost::primary_ip)
            .shared()
    }

    fn protection(of: &Model) -> Option<bool> {
        of.delete_protection
    }

    fn seen(object: &Json) -> Json {
        let (address, network) = addresses::split(object);
        let location = &object["location"]["name"];
        let older = &object["datacenter"]["location"]["name"];
        json!({
            "id": object["id"], "name": object["name"], "type": object["type"],
            "location": if location.is_null() { older } else { location },
            "assignee_id": object["assignee_id"], "assignee_type": object["assignee_type"],
            "auto_delete": object["auto_delete"], "labels": labels::of_user(object),
            "delete_protection": object["protection"]["delete"],
            "ip_address": address, "ip_network": network,
        })
    }

    /// It is made without an assignee: the server would have to be off meanwhile, and a new address
    /// whose server does not stop would be lost.
    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let model = wanted.model.clone();
        let old = || model.datacenter.as_deref().map(|old| rules::location_of(old).to_owned());
        let location = match (model.location.clone().or_else(old), model.assignee_id) {
            (None, Some(server)) => assignee::location(client, server, control).await?,
            (location, _) => location,
        };
        let body = CreatePrimaryIpRequest {
            assignee_id: None,
            assignee_type: AssigneeType::Server,
            auto_delete: model.auto_delete,
            labels: sent(labels),
            location,
            name: model.name.unwrap_or_default(),
            r#type: if model.r#type.as_deref() == Some("ipv6") {
                IpType::Ipv6
            } else {
                IpType::Ipv4
            },
        };
        Ok(client.post("/primary_ips", &body, control).await?.into())
    }

    async fn furnish(
        client: &Client,
        (path, _): (&str, &Json),
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        if let Some(server) = wanted.model.assignee_id {
            assignee::bring(client, path, Some(server), control).await?;
        }
        protection::furnish(client, path, wanted.model.delete_protection, control).await
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let wanted = &change.wanted.model;
        let (name, labels) = (change.name(), change.labels());
        let is_kept = change.differs(|model| &model.auto_delete);
        if name.is_some() || labels.is_some() || is_kept {
            let body = ReplacePrimaryIpRequest {
                auto_delete: wanted.auto_delete.filter(|_| is_kept),
                labels: labels.and_then(sent),
                name,
            };
            client.put(change.path, &body, control).await?;
        }
        if let Some(server) =
            wanted.assignee_id.filter(|_| change.differs(|model| &model.assignee_id))
        {
            assignee::bring(client, change.path, Some(server), control).await?;
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
        assignee::bring(client, path, None, control).await
    }

    fn recorded(block: &Block, wanted: &Model, seen: &Json) -> Outcome<Model> {
        // Whose it is counts here only if it was said here: servers name their addresses themselves.
        let recorded: Model = form::recorded(block, wanted, seen)?;
        Ok(Model { assignee_id: wanted.assignee_id, ..recorded })
    }

    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let observed: Model = form::observed(recorded, seen)?;
        let assignee_id = observed.assignee_id.filter(|_| recorded.assignee_id.is_some());
        Ok(Model { assignee_id, ..observed })
    }
}

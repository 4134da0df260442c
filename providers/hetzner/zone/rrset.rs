//! `hcloud_zone_rrset`: all records of one name and type.

mod planned;

use super::meaning;
use crate::{
    client::Client,
    form,
    kept::{Change, Kept, Made, Place, has_labels, object},
    labels::{self, Labels, sent},
    problem::{Outcome, Problem},
    pure::Pure,
    schemas::{self, given, labels_or_none, number, required},
};
use hcloud::models::{
    ChangeRrsetsProtectionRequest, ChangeRrsetsTtlRequest, ReplaceRrsetRequest, ResourceRecord,
    ResourceRecordSetToCreate, ResourceRecordSetType, SetRecordsOfRrsetRequest,
};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block, propose},
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
pub(crate) struct ZoneRrset;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    zone: Option<String>,
    id: Option<String>,
    name: Option<String>,
    r#type: Option<String>,
    ttl: Option<i32>,
    labels: Option<BTreeMap<String, Option<String>>>,
    change_protection: Option<bool>,
    records: Option<Vec<Record>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Record {
    value: Option<String>,
    comment: Option<String>,
}

has_labels!(Model, name);

impl Model {
    fn r#type(&self) -> &str {
        self.r#type.as_deref().unwrap_or_default()
    }

    fn zone(&self) -> &str {
        self.zone.as_deref().unwrap_or_default()
    }

    fn path(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        format!("/zones/{}/rrsets/{name}/{}", self.zone(), self.r#type())
    }

    fn records(&self) -> Vec<ResourceRecord> {
        let record = |record: &Record| ResourceRecord {
            comment: record.comment.clone(),
            value: record.value.clone().unwrap_or_default(),
        };
        self.records.iter().flatten().map(record).collect()
    }

    /// It is born with the zone and dies with it.
    fn is_soa(&self) -> bool {
        self.r#type() == "SOA"
    }

    fn is_protected(&self) -> bool {
        self.change_protection == Some(true)
    }
}

impl Kept for ZoneRrset {
    type Model = Model;

    const PLACE: Place = Place { path: "/zones", many: "rrsets", one: "rrset" };

    fn kind() -> Arc<dyn Kind> {
        let record =
            schemas::object([("value", Type::String), ("comment", Type::String)], &["comment"]);
        let block = Block::of([
            ("zone", required().replaces()),
            ("id", given()),
            ("name", required().replaces()),
            ("type", required().replaces()),
            ("ttl", number()),
            ("labels", labels_or_none()),
            ("change_protection", Attribute::optional_computed(Type::Bool)),
            ("records", Attribute::required(Type::set(record))),
        ]);
        Pure::of("hcloud_zone_rrset", block)
            .judged_by(planned::validate)
            .planned_by(|schema, prior, desired, _| {
                propose(schema, prior, &planned::aligned(prior, desired))
            })
            .shared()
    }

    fn collection(of: &Model) -> String {
        format!("/zones/{}/rrsets", of.zone())
    }

    fn seen(object: &Json) -> Json {
        let records = object["records"].as_array().into_iter().flatten();
        let records =
            records.map(|one| json!({ "value": one["value"], "comment": one["comment"] }));
        let mut seen = json!({
            "id": object["id"], "name": object["name"], "type": object["type"],
            "ttl": object["ttl"], "labels": labels::of_user(object),
            "change_protection": object["protection"]["change"],
            "records": records.collect::<Vec<_>>(),
        });
        // The API tells the number of the zone; who imports says how it is called.
        if object["zone"].is_string() {
            seen["zone"] = object["zone"].clone();
        }
        seen
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let model = &wanted.model;
        let _turn = client.set_turn(&model.path()).await;
        if model.is_soa() {
            return taken_over(client, model, labels, control).await;
        }
        let body = ResourceRecordSetToCreate {
            labels: sent(labels),
            name: model.name.clone().unwrap_or_default(),
            records: model.records(),
            ttl: model.ttl.map(Some),
            r#type: resource_type(model.r#type()),
        };
        Ok(client.act(&Self::collection(model), &body, control).await?.into())
    }

    async fn furnish(
        client: &Client,
        _: (&str, &Json),
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        if !wanted.model.is_protected() {
            return Ok(());
        }
        let _turn = client.set_turn(&wanted.model.path()).await;
        protect(client, &wanted.model.path(), true, control).await
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let (before, after) = (&change.prior.model, &change.wanted.model);
        let _turn = client.set_turn(change.path).await;
        let new_records = change.differs(|model| &model.records);
        let new_ttl = change.differs(|model| &model.ttl);
        let labels = change.labels();
        let changes = new_records || new_ttl || labels.is_some();
        // What is protected takes no change, and is protected again when all is done.
        if before.is_protected() && (changes || !after.is_protected()) {
            protect(client, change.path, false, control).await?;
        }
        if new_ttl {
            set_ttl(client, (change.path, after), control).await?;
        }
        if new_records {
            set_records(client, (change.path, after), control).await?;
        }
        if let Some(labels) = labels {
            let body = ReplaceRrsetRequest { labels: sent(labels) };
            client.put(change.path, &body, control).await?;
        }
        if after.is_protected() && (changes || !before.is_protected()) {
            protect(client, change.path, true, control).await?;
        }
        Ok(())
    }

    async fn release(
        client: &Client,
        path: &str,
        prior: &Thing<Model>,
        control: &Control,
    ) -> Outcome<()> {
        let _turn = client.set_turn(path).await;
        if prior.model.is_protected() {
            let body = ChangeRrsetsProtectionRequest::new(false);
            let path = format!("{path}/actions/change_protection");
            client.act_if_there(&path, &body, control).await?;
        }
        if !prior.model.is_soa() {
            return Ok(());
        }
        // It stays in the zone, and is not ours any more.
        let none = ReplaceRrsetRequest { labels: sent(Labels::new()) };
        match client.put(path, &none, control).await {
            Err(Problem::Refused(refusal)) if refusal.is_missing() => Ok(()),
            done => done.map(drop),
        }
    }

    fn stays(of: &Model) -> bool {
        of.is_soa()
    }

    /// An import id is `<zone>/<name>/<type>`.
    async fn import(client: &Client, id: &str, control: &Control) -> Outcome<Option<Json>> {
        let parts: Vec<&str> = id.split('/').collect();
        let [zone, name, r#type] = parts[..] else { return Ok(None) };
        let path = format!("/zones/{zone}/rrsets/{name}/{type}");
        let mut found = object::<Self>(client, &path, control).await?;
        if let Some(object) = &mut found {
            object["zone"] = Json::from(zone);
        }
        Ok(found)
    }

    fn import_id(wanted: &Model, object: &Json) -> String {
        format!("{}/{}", wanted.zone(), object["id"].as_str().unwrap_or_default())
    }

    async fn taken(
        client: &Client,
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<Option<Json>> {
        if wanted.model.is_soa() {
            return Ok(None);
        }
        object::<Self>(client, &wanted.model.path(), control).await
    }

    /// Texts that mean what was recorded are told as they were.
    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let mut observed: Model = form::observed(recorded, seen)?;
        let mut before: Vec<&Record> = recorded.records.iter().flatten().collect();
        for record in observed.records.iter_mut().flatten() {
            let Some(now) = record.value.as_deref() else { continue };
            let is_same = |other: &&Record| {
                let other = other.value.as_deref().unwrap_or_default();
                meaning::of(recorded.r#type(), other) == meaning::of(recorded.r#type(), now)
            };
            let Some(at) = before.iter().position(is_same) else { continue };
            let same = before.swap_remove(at);
            record.value.clone_from(&same.value);
            if record.comment.as_deref().unwrap_or_default().is_empty()
                && same.comment.as_deref().unwrap_or_default().is_empty()
            {
                record.comment.clone_from(&same.comment);
            }
        }
        Ok(observed)
    }
}

/// The SOA record set is there from the beginning: it becomes ours first, so that it is found again
/// whatever happens, and then gets what is wanted.
async fn taken_over(
    client: &Client,
    model: &Model,
    labels: Labels,
    control: &Control,
) -> Outcome<Made> {
    let path = model.path();
    let body = ReplaceRrsetRequest { labels: sent(labels) };
    let answer = client.put(&path, &body, control).await?;
    set_records(client, (&path, model), control).await?;
    if model.ttl.is_some() {
        set_ttl(client, (&path, model), control).await?;
    }
    Ok(answer.into())
}

async fn set_records(
    client: &Client,
    (path, model): (&str, &Model),
    control: &Control,
) -> Outcome<()> {
    let body = SetRecordsOfRrsetRequest::new(model.records());
    client.act(&format!("{path}/actions/set_records"), &body, control).await.map(drop)
}

async fn set_ttl(client: &Client, (path, model): (&str, &Model), control: &Control) -> Outcome<()> {
    let body = ChangeRrsetsTtlRequest { ttl: model.ttl };
    client.act(&format!("{path}/actions/change_ttl"), &body, control).await.map(drop)
}

async fn protect(client: &Client, path: &str, on: bool, control: &Control) -> Outcome<()> {
    let body = ChangeRrsetsProtectionRequest::new(on);
    client.act(&format!("{path}/actions/change_protection"), &body, control).await.map(drop)
}

fn resource_type(name: &str) -> ResourceRecordSetType {
    // Other names are refused before anything is sent.
    serde_json::from_value(Json::from(name)).unwrap_or(ResourceRecordSetType::A)
}

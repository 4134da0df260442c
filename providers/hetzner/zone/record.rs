//! `hcloud_zone_record`: one record of a record set that others may have records in as well.

mod together;

use super::{dns, meaning};
use crate::{
    client::Client,
    form,
    keyed::{Keyed, Parent, Parents},
    planning,
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{required, text_or_given},
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Kind},
    schema::{Block, propose},
    value::Value,
};
use infra_sdk::{
    connection::Control,
    resource::{Step, StepResult, Wanted},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The type.
pub(crate) struct ZoneRecord;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    zone: Option<String>,
    name: Option<String>,
    r#type: Option<String>,
    value: Option<String>,
    comment: Option<String>,
}

impl Model {
    fn zone(&self) -> &str {
        self.zone.as_deref().unwrap_or_default()
    }

    fn r#type(&self) -> &str {
        self.r#type.as_deref().unwrap_or_default()
    }

    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    fn parent(&self) -> Parent {
        let list = format!("/zones/{}/rrsets", self.zone());
        Parent::of(&list, ("rrsets", "rrset"), format!("{}/{}", self.name(), self.r#type()))
    }

    /// Where the record set is.
    fn path(&self) -> String {
        format!("/zones/{}/rrsets/{}/{}", self.zone(), self.name(), self.r#type())
    }

    fn action(&self, name: &str) -> String {
        format!("{}/actions/{name}", self.path())
    }

    fn is_shown_as(&self, record: &Json) -> bool {
        let ours = meaning::of(self.r#type(), self.value.as_deref().unwrap_or_default());
        record["value"].as_str().is_some_and(|other| meaning::of(self.r#type(), other) == ours)
    }

    /// Returns the text that the API has for the value, by which it knows the record.
    fn as_there(&self, answer: &Json) -> Option<String> {
        let mut records = answer["rrset"]["records"].as_array().into_iter().flatten();
        let found = records.find(|record| self.is_shown_as(record));
        found.and_then(|record| record["value"].as_str()).map(str::to_owned)
    }
}

impl Keyed for ZoneRecord {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("zone", required().replaces()),
            ("name", required().replaces()),
            ("type", required().replaces()),
            ("value", required().replaces()),
            ("comment", text_or_given()),
        ]);
        Pure::of("hcloud_zone_record", block)
            .keyed_by(&["zone", "name", "type", "value"])
            .batches_of(together::RECORDS_MAX)
            .judged_by(validate)
            .planned_by(|schema, prior, desired, _| {
                let r#type = rules::text(desired, "type").map_or("", |name| name);
                let is_same =
                    |one: &str, other: &str| meaning::of(r#type, one) == meaning::of(r#type, other);
                let desired = planning::with_same_text(prior, desired, "value", is_same);
                propose(schema, prior, &desired)
            })
            .shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        vec![of.parent()]
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let set = parents.get(&of.parent())?;
        let record = set["records"].as_array()?.iter().find(|one| of.is_shown_as(one))?;
        Some(json!({
            "zone": of.zone, "name": of.name, "type": of.r#type, "value": of.value,
            "comment": record["comment"],
        }))
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        together::add(client, &[&wanted.model], control).await
    }

    async fn update(
        client: &Client,
        prior: &Model,
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        together::comment(client, &[(prior, &wanted.model)], control).await
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        together::remove(client, &[prior], control).await
    }

    async fn batch(
        client: &Client,
        steps: Vec<Step<Model>>,
        control: &Control,
    ) -> Vec<StepResult<Model>> {
        together::carried_out(client, steps, control).await
    }

    /// It is imported by its identity alone.
    fn key(_: &str) -> Option<Json> {
        None
    }

    fn identity(id: &Value) -> Option<Json> {
        let part = |name: &str| rules::text(id, name).map(ToString::to_string);
        Some(json!({
            "zone": part("zone")?, "name": part("name")?, "type": part("type")?,
            "value": part("value")?,
        }))
    }

    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        form::observed(recorded, seen)
    }
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = dns::place(desired);
    let r#type = rules::text(desired, "type").map_or("", |name| name);
    found.extend(dns::value(r#type, desired));
    if r#type == "SOA" {
        let help = "use `hcloud_zone_rrset`, which takes over what the zone has";
        found.push(rules::wrong("type", "a zone has exactly one SOA record".to_owned(), help));
    }
    found
}

//! `hcloud_zone`: a zone of DNS, whose record sets are types of their own.

mod dns;
mod meaning;
pub(crate) mod nameservers;
mod record;
mod rrset;

pub(crate) use record::ZoneRecord;
pub(crate) use rrset::ZoneRrset;

use crate::{
    client::Client,
    consequences::{destroyed, downtime, shown},
    kept::{Change, Kept, Made, Place, has_labels, object, protect},
    labels::{self, Labels, sent},
    planning,
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, given_number, labels_or_none, required},
};
use hcloud::models::{
    ChangeZonesDefaultTtlRequest, ChangeZonesPrimaryNameserversRequest, CreateZoneRequest,
    Nameserver as Body, ReplaceZoneRequest, create_zone_request::Mode,
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, Kind},
    schema::{Attribute, Block, Changes, Proposal, Schema, propose},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use nameservers::Nameserver;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The time to live of record sets that name none.
const TTL: i64 = 3_600;

/// The type.
pub(crate) struct Zone;

/// Its attributes.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<i64>,
    name: Option<String>,
    mode: Option<String>,
    ttl: Option<i32>,
    labels: Option<BTreeMap<String, Option<String>>>,
    delete_protection: Option<bool>,
    primary_nameservers: Option<Vec<Nameserver>>,
    authoritative_nameservers: Option<Authoritative>,
    registrar: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Authoritative {
    assigned: Option<Vec<String>>,
}

impl std::fmt::Debug for Model {
    // Keys of transfers are in here.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("name", &self.name).finish_non_exhaustive()
    }
}

has_labels!(Model, name);

impl Model {
    fn is_secondary(&self) -> bool {
        self.mode.as_deref() == Some("secondary")
    }

    fn nameservers(&self) -> Vec<Body> {
        self.primary_nameservers.iter().flatten().map(Nameserver::body).collect()
    }
}

impl Kept for Zone {
    type Model = Model;

    const PLACE: Place = Place { path: "/zones", many: "zones", one: "zone" };

    fn kind() -> Arc<dyn Kind> {
        let assigned = Type::object([("assigned", Type::list(Type::String))]);
        let block = Block::of([
            ("id", given_number()),
            ("name", required().replaces()),
            ("mode", required().replaces()),
            ("ttl", Attribute::optional_computed(Type::Number).default(TTL)),
            ("labels", labels_or_none()),
            ("delete_protection", Attribute::optional_computed(Type::Bool)),
            (
                "primary_nameservers",
                Attribute::optional_computed(Type::list(nameservers::ty()))
                    .sensitive_parts(nameservers::SECRETS),
            ),
            ("authoritative_nameservers", Attribute::computed(assigned)),
            // Domains move between registrars.
            ("registrar", given().changes(Changes::Volatile)),
        ]);
        Pure::of("hcloud_zone", block)
            .judged_by(validate)
            .planned_by(planned)
            .telling(tell)
            .shared()
    }

    fn protection(of: &Model) -> Option<bool> {
        of.delete_protection
    }

    fn seen(object: &Json) -> Json {
        json!({
            "id": object["id"], "name": object["name"], "mode": object["mode"],
            "ttl": object["ttl"], "labels": labels::of_user(object),
            "delete_protection": object["protection"]["delete"],
            "primary_nameservers": nameservers::seen(object),
            "authoritative_nameservers": {
                "assigned": object["authoritative_nameservers"]["assigned"],
            },
            "registrar": object["registrar"],
        })
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let model = &wanted.model;
        let nameservers = model.nameservers();
        let body = CreateZoneRequest {
            labels: sent(labels),
            mode: if model.is_secondary() { Mode::Secondary } else { Mode::Primary },
            name: model.name.clone().unwrap_or_default(),
            primary_nameservers: (!nameservers.is_empty()).then_some(nameservers),
            // A secondary zone has what its primary says.
            ttl: model.ttl.filter(|_| !model.is_secondary()),
            ..CreateZoneRequest::default()
        };
        Ok(client.post("/zones", &body, control).await?.into())
    }

    fn is_read_again(_: &Model) -> bool {
        // Name servers are assigned while the zone is made.
        true
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let wanted = &change.wanted.model;
        let action = |name: &str| format!("{}/actions/{name}", change.path);
        if change.differs(|model| &model.ttl)
            && let Some(ttl) = wanted.ttl.filter(|_| !wanted.is_secondary())
        {
            let body = ChangeZonesDefaultTtlRequest::new(ttl);
            client.act(&action("change_ttl"), &body, control).await?;
        }
        if let Some(labels) = change.labels() {
            let body = ReplaceZoneRequest { labels: sent(labels) };
            client.put(change.path, &body, control).await?;
        }
        if change.differs(|model| &model.primary_nameservers) && wanted.is_secondary() {
            let body = ChangeZonesPrimaryNameserversRequest::new(wanted.nameservers());
            client.act(&action("change_primary_nameservers"), &body, control).await?;
        }
        protect::<Self>(client, change, control).await
    }

    /// A zone is imported by its number or by its name.
    async fn import(client: &Client, id: &str, control: &Control) -> Outcome<Option<Json>> {
        if id.is_empty() || id.contains(['/', '?', '#']) {
            return Ok(None);
        }
        object::<Self>(client, &format!("/zones/{id}"), control).await
    }
}

/// Ports have a default.
fn planned(schema: &Schema, prior: Option<&Value>, desired: &Value, _: &Facts) -> Proposal {
    let port = [("port", Value::from(nameservers::PORT))];
    let desired = planning::with_defaults(desired, "primary_nameservers", &port);
    propose(schema, prior, &desired)
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = dns::zone_name(desired);
    found.extend(rules::one_of(desired, "mode", &["primary", "secondary"]));
    found.extend(rules::between(desired, "ttl", dns::TTL_MIN, dns::TTL_MAX));
    let mode = rules::text(desired, "mode").map_or("", |mode| mode);
    let is_given = rules::is_given(desired, "primary_nameservers");
    if mode == "primary" && is_given {
        let summary = "a primary zone has no `primary_nameservers`".to_owned();
        found.push(rules::wrong("primary_nameservers", summary, "remove them"));
    }
    if mode == "secondary" && planning::is_left_out(desired, "primary_nameservers") {
        let summary = "`primary_nameservers` is missing, which a secondary zone has".to_owned();
        found.push(rules::wrong("mode", summary, "say where the zone is transferred from"));
    }
    found.extend(rules::inside(desired, "primary_nameservers", nameservers::validate));
    found
}

fn tell(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some(prior) = destroyed(change) else { return Vec::new() };
    let name = shown(prior, "name").map_or("the zone", |name| name);
    let until = if change.replace { " until its record sets are made anew" } else { "" };
    vec![downtime(format!("{name} and all names below it stop resolving{until}"))]
}

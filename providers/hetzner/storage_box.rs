//! `hcloud_storage_box`: space for files on another host of Hetzner, with an API of its own. Its
//! snapshots and accounts are types of their own.

mod access;
mod password;
mod plan;
mod snapshot;
mod subaccount;

pub(crate) use plan::from_api as plan_from_api;
pub(crate) use snapshot::StorageBoxSnapshot;
pub(crate) use subaccount::StorageBoxSubaccount;

use crate::{
    catalogue::STORAGE_BOX_TYPES,
    client::Client,
    consequences::{downtime, updated},
    cost,
    kept::{Change, Kept, Made, Place, has_labels, named, object, protect},
    labels::{self, Labels, sent},
    offered::Offered,
    problem::Outcome,
    protection,
    pure::Pure,
    rules,
    schemas::{given, given_number, labels_or_none, off, required},
};
use access::Access;
use hcloud::models::{
    ChangeTypeRequest, CreateStorageBoxRequest, CreateStorageBoxRequestAccessSettings,
    ReplaceStorageBoxRequest, ResetPasswordRequest,
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, Kind},
    schema::{Attribute, Block, Proposal, Schema, propose},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use plan::SnapshotPlan;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// What can be allowed.
const ACCESS: [&str; 5] =
    ["reachable_externally", "samba_enabled", "ssh_enabled", "webdav_enabled", "zfs_enabled"];

/// What can be ordered.
const OFFERED: Offered = Offered { attribute: "storage_box_type", types: STORAGE_BOX_TYPES };

/// The type.
pub(crate) struct StorageBox;

/// Its attributes.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<i64>,
    name: Option<String>,
    username: Option<String>,
    storage_box_type: Option<String>,
    location: Option<String>,
    password: Option<String>,
    labels: Option<BTreeMap<String, Option<String>>>,
    ssh_keys: Option<Vec<String>>,
    access_settings: Option<Access>,
    server: Option<String>,
    system: Option<String>,
    delete_protection: Option<bool>,
    snapshot_plan: Option<SnapshotPlan>,
}

impl std::fmt::Debug for Model {
    // The password is in here.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("name", &self.name).finish_non_exhaustive()
    }
}

has_labels!(Model, name);

impl Model {
    fn access(&self) -> CreateStorageBoxRequestAccessSettings {
        let is_on = |name: &str| Some(access::is_on(self.access_settings.as_ref(), name));
        CreateStorageBoxRequestAccessSettings {
            reachable_externally: is_on("reachable_externally"),
            samba_enabled: is_on("samba_enabled"),
            ssh_enabled: is_on("ssh_enabled"),
            webdav_enabled: is_on("webdav_enabled"),
            zfs_enabled: is_on("zfs_enabled"),
        }
    }
}

impl Kept for StorageBox {
    type Model = Model;

    const PLACE: Place =
        Place { path: "/storage_boxes", many: "storage_boxes", one: "storage_box" };

    fn kind() -> Arc<dyn Kind> {
        let keys = Attribute::optional_computed(Type::set(Type::String));
        let keys = keys.default(Value::set(Type::String, Vec::new())).replaces();
        let block = Block::of([
            ("id", given_number()),
            ("name", required()),
            ("username", given()),
            ("storage_box_type", required()),
            ("location", required().replaces()),
            ("password", required().sensitive()),
            ("labels", labels_or_none()),
            ("ssh_keys", keys),
            ("access_settings", access::attribute(&ACCESS)),
            ("server", given()),
            ("system", given()),
            ("delete_protection", off()),
            ("snapshot_plan", plan::attribute()),
        ]);
        Pure::of("hcloud_storage_box", block)
            .holding_data()
            .judged_by(rules::named)
            .judged_by(validate)
            .asking(|prior, desired| OFFERED.facts(prior, desired))
            .judged_with(|prior, desired, facts| OFFERED.judged(prior, desired, facts))
            .planned_by(planned)
            .telling(tell)
            .costing(cost::box_prices, cost::storage_box)
            .shared()
    }

    fn protection(of: &Model) -> Option<bool> {
        of.delete_protection
    }

    fn seen(object: &Json) -> Json {
        let settings = &object["access_settings"];
        let mut seen = json!({
            "id": object["id"], "name": object["name"], "username": object["username"],
            "storage_box_type": object["storage_box_type"]["name"],
            "location": object["location"]["name"], "labels": labels::of_user(object),
            "server": object["server"], "system": object["system"],
            "delete_protection": object["protection"]["delete"],
            "snapshot_plan": plan::from_api(&object["snapshot_plan"]),
        });
        if settings.is_object() {
            seen["access_settings"] = access::seen(settings, &ACCESS);
        }
        seen
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let model = wanted.model.clone();
        let body = CreateStorageBoxRequest {
            access_settings: Some(Box::new(model.access())),
            labels: sent(labels),
            location: model.location.unwrap_or_default(),
            name: model.name.unwrap_or_default(),
            password: model.password.unwrap_or_default(),
            ssh_keys: model.ssh_keys.filter(|keys| !keys.is_empty()),
            storage_box_type: model.storage_box_type.unwrap_or_default(),
        };
        Ok(client.post("/storage_boxes", &body, control).await?.into())
    }

    async fn furnish(
        client: &Client,
        (path, _): (&str, &Json),
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        if wanted.model.snapshot_plan.is_some() {
            schedule(client, (path, &wanted.model), control).await?;
        }
        protection::furnish(client, path, wanted.model.delete_protection, control).await
    }

    /// Server and user name are there when the box is.
    fn is_read_again(_: &Model) -> bool {
        true
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let wanted = &change.wanted.model;
        let _turn = client.box_turn(wanted.id.unwrap_or_default()).await;
        let action = |name: &str| format!("{}/actions/{name}", change.path);
        let (name, labels) = (change.name(), change.labels());
        if name.is_some() || labels.is_some() {
            let body = ReplaceStorageBoxRequest { labels: labels.and_then(sent), name };
            client.put(change.path, &body, control).await?;
        }
        if change.differs(|model| &model.storage_box_type) {
            let size = wanted.storage_box_type.clone().unwrap_or_default();
            client.act(&action("change_type"), &ChangeTypeRequest::new(size), control).await?;
        }
        if change.differs(|model| &model.password) {
            let body = ResetPasswordRequest::new(wanted.password.clone().unwrap_or_default());
            client.act(&action("reset_password"), &body, control).await?;
        }
        if change.differs(|model| &model.access_settings) {
            client.act(&action("update_access_settings"), &wanted.access(), control).await?;
        }
        if change.differs(|model| &model.snapshot_plan) {
            schedule(client, (change.path, wanted), control).await?;
        }
        protect::<Self>(client, change, control).await
    }

    /// A box is imported by its number or by its name.
    async fn import(client: &Client, id: &str, control: &Control) -> Outcome<Option<Json>> {
        if id.parse::<i64>().is_ok() {
            return object::<Self>(client, &format!("/storage_boxes/{id}"), control).await;
        }
        named(client, (&Self::list(&Model::default()), id), control).await
    }
}

/// Makes snapshots as planned, or no more of them.
async fn schedule(
    client: &Client,
    (path, model): (&str, &Model),
    control: &Control,
) -> Outcome<()> {
    let Some(plan) = &model.snapshot_plan else {
        let path = format!("{path}/actions/disable_snapshot_plan");
        return client.act(&path, &json!({}), control).await.map(drop);
    };
    let path = format!("{path}/actions/enable_snapshot_plan");
    client.act(&path, &plan.body(), control).await.map(drop)
}

/// Keys are given when a box is made, and nobody can tell which ones an imported box has: it is not
/// replaced for them.
fn planned(schema: &Schema, prior: Option<&Value>, desired: &Value, _: &Facts) -> Proposal {
    let desired = access::with_defaults(desired, &ACCESS);
    let mut proposal = propose(schema, prior, &desired);
    let is_unknown = prior.is_some_and(|p| p.get("ssh_keys").is_some_and(Value::is_null));
    if is_unknown {
        proposal.replace.retain(|path| path.root().is_none_or(|root| &**root != "ssh_keys"));
    }
    proposal
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = password::validate(desired);
    found.extend(rules::inside(desired, "snapshot_plan", plan::validate));
    found
}

fn tell(change: &ImpactOf<'_>) -> Vec<Impact> {
    let mut told = access::tell(change);
    told.extend(password::tell(change));
    let Some((before, after)) = updated(change) else { return told };
    told.extend(plan::tell(before, after));
    let size = |value: &Value| rules::text(value, "storage_box_type").cloned();
    if size(before) != size(after) {
        told.push(downtime("the storage box may not be reachable while its type changes"));
    }
    told
}

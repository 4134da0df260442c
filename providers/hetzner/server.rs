//! `hcloud_server`: a virtual server, with what is given to it at its creation and what can be changed
//! while it runs, while it is off, or only with another disk; and waiting until it is set up.

mod cloud_init;
mod create;
mod impact;
mod judge;
mod networks;
mod plan;
mod schema;
mod seen;
mod stopped;
mod types;
mod update;

use crate::{
    client::Client,
    cost,
    kept::{Change, Kept, Made, Place, has_labels},
    labels::Labels,
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::Timeouts,
};
use cloud_init::CloudInit;
use infra_model::{diagnostic::Diagnostics, kind::Kind, schema::Block};
use infra_sdk::{
    connection::Control,
    resource::{Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::{collections::BTreeMap, sync::Arc};

pub(crate) use seen::attributes;
pub(crate) use types::wipe_text;

/// The states of a server that its create has not brought to its end.
const UNDER_WAY: [&str; 2] = ["initializing", "starting"];

/// The type.
pub(crate) struct Server;

/// Its attributes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    server_type: Option<String>,
    server_type_fallbacks: Option<Vec<String>>,
    effective_server_type: Option<String>,
    image: Option<String>,
    location: Option<String>,
    location_fallbacks: Option<Vec<String>>,
    effective_location: Option<String>,
    datacenter: Option<String>,
    user_data: Option<String>,
    on_user_data_change: Option<String>,
    ssh_keys: Option<Vec<String>>,
    on_ssh_keys_change: Option<String>,
    keep_disk: Option<bool>,
    allow_deprecated_images: Option<bool>,
    backup_window: Option<String>,
    backups: Option<bool>,
    ipv4_address: Option<String>,
    ipv6_address: Option<String>,
    ipv6_network: Option<String>,
    status: Option<String>,
    iso: Option<String>,
    rescue: Option<String>,
    labels: Option<BTreeMap<String, Option<String>>>,
    public_net: Option<Vec<PublicNet>>,
    network: Option<Vec<Attachment>>,
    ignore_remote_firewall_ids: Option<bool>,
    firewall_ids: Option<Vec<i64>>,
    placement_group_id: Option<i64>,
    delete_protection: Option<bool>,
    rebuild_protection: Option<bool>,
    shutdown_before_deletion: Option<bool>,
    primary_disk_size: Option<i64>,
    host_key: Option<String>,
    cloud_init_status: Option<String>,
    cloud_init: Option<Vec<CloudInit>>,
    start_pending: Option<bool>,
    timeouts: Option<Timeouts>,
}

/// Which public addresses it has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct PublicNet {
    ipv4_enabled: Option<bool>,
    ipv6_enabled: Option<bool>,
    ipv4: Option<i64>,
    ipv6: Option<i64>,
}

/// A private network that it is in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Attachment {
    network_id: Option<i64>,
    subnet_id: Option<String>,
    ip: Option<String>,
    alias_ips: Option<Vec<String>>,
    mac_address: Option<String>,
}

has_labels!(Model, name);

impl Kept for Server {
    type Model = Model;

    const PLACE: Place = Place { path: "/servers", many: "servers", one: "server" };

    fn kind() -> Arc<dyn Kind> {
        Pure::of("hcloud_server", schema::block())
            .holding_data()
            .judged_by(judge::desired)
            .judged_with(judge::change)
            .asking(judge::facts)
            .planned_by(plan::planned)
            .telling(impact::of)
            .costing(cost::prices, cost::server)
            .shared()
    }

    fn seen(object: &Json) -> Json {
        seen::of_managed(object)
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        create::send(client, wanted, labels, control).await
    }

    async fn furnish(
        client: &Client,
        (_, made): (&str, &Json),
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        create::furnish(client, made, wanted, control).await
    }

    fn is_read_again(wanted: &Model) -> bool {
        create::needs_more(wanted)
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        update::bring(client, change, control).await
    }

    async fn ready(
        client: &Client,
        wanted: &Wanted<Model>,
        prior: Option<&Model>,
        model: &mut Model,
        control: &Control,
    ) -> Outcome<Diagnostics> {
        if prior.is_none() && model.status.as_deref().is_some_and(|s| UNDER_WAY.contains(&s)) {
            // The answer to the create is from before its actions, which have ended well by now.
            model.status = Some("running".to_owned());
        }
        cloud_init::ready(client, wanted, prior, model, control).await
    }

    async fn release(
        client: &Client,
        path: &str,
        prior: &Thing<Model>,
        control: &Control,
    ) -> Outcome<()> {
        stopped::release(client, path, prior, control).await
    }

    fn recorded(block: &Block, wanted: &Model, seen: &Json) -> Outcome<Model> {
        seen::recorded(block, wanted, seen)
    }

    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        seen::observed(recorded, seen)
    }
}

impl Model {
    /// Returns the number of a recorded server.
    fn number(&self) -> i64 {
        self.id.as_deref().and_then(|id| id.parse().ok()).unwrap_or_default()
    }

    /// Returns the location: as given, or as the data center that was given before there were none.
    fn place(&self) -> Option<&str> {
        let old = || self.datacenter.as_deref().map(rules::location_of);
        self.location.as_deref().or_else(old)
    }
}

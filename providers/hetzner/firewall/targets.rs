//! What a firewall is applied to: servers, and whatever has certain labels.
//!
//! What the API shows counts: what is applied already is not applied again, and what is not applied is
//! not taken off. Servers that have a firewall by their labels are not named here.

use crate::{client::Client, problem::Outcome};
use hcloud::models::{
    ApplyToResourcesRequest, FirewallResource, LabelSelector, RemoveFromResourcesRequest,
    ResourceId, firewall_resource::Type,
};
use infra_sdk::connection::Control;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// The answer about a server that does not exist any more.
const GONE: &str = "firewall_resource_not_found";

/// Something that a firewall is applied to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// A server.
    Server(i64),
    /// All servers with certain labels.
    Selector(String),
}

impl Target {
    fn sent(&self) -> FirewallResource {
        match self {
            Self::Server(id) => FirewallResource {
                server: Some(Box::new(ResourceId::new(*id))),
                ..FirewallResource::new(Type::Server)
            },
            Self::Selector(selector) => FirewallResource {
                label_selector: Some(Box::new(LabelSelector::new(selector.clone()))),
                ..FirewallResource::new(Type::LabelSelector)
            },
        }
    }
}

/// Returns what a firewall is applied to.
pub(crate) fn applied(firewall: &Json) -> BTreeSet<Target> {
    let target = |target: &Json| {
        let selector = target["label_selector"]["selector"].as_str();
        let server = target["server"]["id"].as_i64().map(Target::Server);
        selector.map(|selector| Target::Selector(selector.to_owned())).or(server)
    };
    firewall["applied_to"].as_array().into_iter().flatten().filter_map(target).collect()
}

/// Returns the same in the form of blocks.
pub(super) fn blocks(firewall: &Json) -> Json {
    let block = |target| match target {
        Target::Server(id) => json!({ "server": id, "label_selector": null }),
        Target::Selector(selector) => json!({ "server": null, "label_selector": selector }),
    };
    applied(firewall).into_iter().map(block).collect()
}

/// Applies a firewall to what it is not applied to yet.
pub(crate) async fn apply(
    client: &Client,
    path: &str,
    wanted: BTreeSet<Target>,
    control: &Control,
) -> Outcome<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let missing = &wanted - &now(client, path, control).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let _turns = turns(client, &missing).await;
    let body = ApplyToResourcesRequest::new(missing.iter().map(Target::sent).collect());
    client.act(&format!("{path}/actions/apply_to_resources"), &body, control).await.map(drop)
}

/// Takes a firewall off what it is applied to of these; off everything if nothing is named.
pub(crate) async fn remove(
    client: &Client,
    path: &str,
    unwanted: Option<BTreeSet<Target>>,
    control: &Control,
) -> Outcome<()> {
    if unwanted.as_ref().is_some_and(BTreeSet::is_empty) {
        return Ok(());
    }
    let applied = now(client, path, control).await?;
    let applied = match unwanted {
        Some(unwanted) => &applied & &unwanted,
        None => applied,
    };
    if applied.is_empty() {
        return Ok(());
    }
    let _turns = turns(client, &applied).await;
    let body = RemoveFromResourcesRequest::new(applied.iter().map(Target::sent).collect());
    let path = format!("{path}/actions/remove_from_resources");
    match client.act_if_there(&path, &body, control).await {
        Err(problem) if problem.code() == Some(GONE) => Ok(()),
        outcome => outcome,
    }
}

async fn now(client: &Client, path: &str, control: &Control) -> Outcome<BTreeSet<Target>> {
    let answer = client.get(path, control).await?;
    Ok(answer.map(|answer| applied(&answer["firewall"])).unwrap_or_default())
}

/// Waits for the turns of all servers, in the order of their ids, so that nobody waits in a circle.
async fn turns(client: &Client, targets: &BTreeSet<Target>) -> Vec<crate::client::Turn> {
    let mut turns = Vec::new();
    for target in targets {
        if let Target::Server(id) = target {
            turns.push(client.turn(*id).await);
        }
    }
    turns
}

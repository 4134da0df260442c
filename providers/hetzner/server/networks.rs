//! A server in private networks: attached, detached, and given further addresses.

use super::{Attachment, Model};
use crate::{
    client::Client,
    problem::{Outcome, Problem},
};
use infra_sdk::connection::Control;
use serde_json::{Map, Value as Json, json};
use std::time::Duration;

/// Attempts at a network that is being changed, or whose subnet is not there yet.
const ATTEMPTS_MAX: u32 = 6;

/// Attaches a server to a network.
pub(super) async fn attach(
    client: &Client,
    server: i64,
    attachment: &Attachment,
    control: &Control,
) -> Outcome<()> {
    let mut body = Map::new();
    body.insert("network".to_owned(), json!(attachment.network_number()));
    if let Some(ip) = &attachment.ip {
        body.insert("ip".to_owned(), json!(ip));
    } else if let Some(range) = attachment.subnet_id.as_deref().and_then(|id| id.split_once('-')) {
        // The models of `hcloud` do not have this field yet.
        body.insert("ip_range".to_owned(), json!(range.1));
    }
    if let Some(ips) = attachment.alias_ips.as_ref().filter(|ips| !ips.is_empty()) {
        body.insert("alias_ips".to_owned(), json!(ips));
    }
    patiently(
        client,
        &format!("/servers/{server}/actions/attach_to_network"),
        &body.into(),
        control,
    )
    .await
}

/// Brings a server into the networks that are wanted, and out of those that are not.
pub(super) async fn bring(
    client: &Client,
    server: i64,
    (prior, wanted): (&Model, &Model),
    control: &Control,
) -> Outcome<()> {
    let old: Vec<&Attachment> = prior.network.iter().flatten().collect();
    let new: Vec<&Attachment> = wanted.network.iter().flatten().collect();
    let same = |one: &Attachment, other: &Attachment| {
        one.network_number() == other.network_number()
            && (other.ip.is_none() || one.ip == other.ip)
            && (other.subnet_id.is_none() || one.subnet_id == other.subnet_id)
    };
    // A network that gets another address is left first; so is one that is not wanted any more.
    for gone in old.iter().filter(|old| !new.iter().any(|new| same(old, new))) {
        detach(client, server, gone, control).await?;
    }
    for wanted in new {
        match old.iter().find(|old| same(old, wanted)) {
            None => attach(client, server, wanted, control).await?,
            Some(old) => alias(client, server, (old, wanted), control).await?,
        }
    }
    Ok(())
}

async fn detach(
    client: &Client,
    server: i64,
    attachment: &Attachment,
    control: &Control,
) -> Outcome<()> {
    let path = format!("/servers/{server}/actions/detach_from_network");
    let body = json!({ "network": attachment.network_number() });
    match client.act_if_there(&path, &body, control).await {
        // Somebody was faster.
        Err(problem) if problem.code() == Some("server_not_attached_to_network") => Ok(()),
        outcome => outcome,
    }
}

async fn alias(
    client: &Client,
    server: i64,
    (old, new): (&Attachment, &Attachment),
    control: &Control,
) -> Outcome<()> {
    let sorted = |ips: &Option<Vec<String>>| {
        let mut ips = ips.clone().unwrap_or_default();
        ips.sort();
        ips
    };
    if new.alias_ips.is_none() || sorted(&old.alias_ips) == sorted(&new.alias_ips) {
        return Ok(());
    }
    let path = format!("/servers/{server}/actions/change_alias_ips");
    let body = json!({ "network": new.network_number(), "alias_ips": sorted(&new.alias_ips) });
    patiently(client, &path, &body, control).await
}

/// A network may be in the middle of another change, and a subnet may just be coming.
async fn patiently(client: &Client, path: &str, body: &Json, control: &Control) -> Outcome<()> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        match client.act(path, body, control).await {
            Err(problem) if attempts < ATTEMPTS_MAX && is_passing(&problem) => {
                control.clock.sleep(Duration::from_secs(1 << attempts.min(4))).await;
            }
            outcome => return outcome.map(drop),
        }
    }
}

fn is_passing(problem: &Problem) -> bool {
    matches!(problem.code(), Some("no_subnet_available" | "conflict" | "locked" | "service_error"))
}

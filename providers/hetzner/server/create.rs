//! Making a server: one request, in the order in which it boots once and with everything it is to have.
//!
//! What must be there before the first boot (a chosen address in a private network, an ISO, the rescue
//! system) is brought while the server is off; then it is started once. Where a type is sold out, the
//! alternatives that the configuration names are tried in their order.

use super::{Model, cloud_init, networks};
use crate::{
    client::Client,
    form,
    kept::Made,
    labels::{Labels, held, sent},
    power,
    problem::{Outcome, Problem, is_stock_out},
};
use hcloud::models::{CreateServerRequest, CreateServerRequestFirewalls};
use infra_model::value::Value;
use infra_sdk::{connection::Control, resource::Wanted};
use serde_json::{Map, Value as Json, json};

/// Sends the create.
pub(super) async fn send(
    client: &Client,
    wanted: &Wanted<Model>,
    labels: Labels,
    control: &Control,
) -> Outcome<Made> {
    cloud_init::prepare(wanted).await?;
    let choices = choices(&wanted.model);
    let last = choices.len().saturating_sub(1);
    for (at, (server_type, location)) in choices.iter().enumerate() {
        let body = body(wanted, labels.clone(), (server_type, location.as_deref()))?;
        match attempt(client, &body, at < last, control).await {
            Err(problem) if at < last && problem.code().is_some_and(is_stock_out) => {
                let place = location.as_deref().unwrap_or("any location");
                let line =
                    format!("`{server_type}` is sold out in {place}: trying the next choice");
                control.progress.line(&line);
            }
            outcome => return outcome,
        }
    }
    Err(Problem::Stopped)
}

/// Brings what a create can't, while the server is off if need be, and starts it.
pub(super) async fn furnish(
    client: &Client,
    made: &Json,
    wanted: &Wanted<Model>,
    control: &Control,
) -> Outcome<()> {
    let model = &wanted.model;
    let Some(id) = made["id"].as_i64() else { return Ok(()) };
    let is_held = is_held(model);
    if !is_held && !has_extras(model) {
        return Ok(());
    }
    let _turn = client.turn(id).await;
    let act = async |name: &str, body: Json| {
        client.act(&format!("/servers/{id}/actions/{name}"), &body, control).await.map(drop)
    };
    if is_held {
        for attachment in model.network.iter().flatten() {
            networks::attach(client, id, attachment, control).await?;
        }
    }
    if let Some(iso) = &model.iso {
        act("attach_iso", json!({ "iso": iso })).await?;
    }
    if let Some(rescue) = &model.rescue {
        act("enable_rescue", json!({ "type": rescue })).await?;
    }
    if model.backups == Some(true) {
        act("enable_backup", json!({})).await?;
    }
    if is_held {
        power::on(client, id, control).await?;
    }
    if model.delete_protection == Some(true) || model.rebuild_protection == Some(true) {
        act("change_protection", protection(model)).await?;
    }
    Ok(())
}

/// Returns whether the answer to the create shows less than there is when all is done.
pub(super) fn needs_more(wanted: &Model) -> bool {
    is_held(wanted) || has_extras(wanted) || wanted.network.iter().flatten().next().is_some()
}

/// Returns the body of a change of both protections, which the API takes together.
pub(super) fn protection(model: &Model) -> Json {
    json!({
        "delete": model.delete_protection.unwrap_or(false),
        "rebuild": model.rebuild_protection.unwrap_or(false),
    })
}

/// Sends one choice. If others follow, it is waited for here: a server whose creation failed for want of
/// a host is removed before the next choice takes its name.
async fn attempt(client: &Client, body: &Json, has_next: bool, control: &Control) -> Outcome<Made> {
    let mut answer = client.post("/servers", body, control).await?;
    if !has_next {
        return Ok(answer.into());
    }
    match client.finish(&answer, control).await {
        Ok(()) => {
            answer["action"].take();
            answer["next_actions"].take();
            Ok(answer.into())
        }
        Err(problem) if problem.code().is_some_and(is_stock_out) => {
            if let Some(id) = answer["server"]["id"].as_i64() {
                client.delete(&format!("/servers/{id}"), control).await?;
            }
            Err(problem)
        }
        // The one who completes the create sees it again, and records what is there.
        Err(_) => Ok(answer.into()),
    }
}

/// Returns types and locations in the order in which they are tried.
fn choices(model: &Model) -> Vec<(String, Option<String>)> {
    let types = model.server_type.iter().chain(model.server_type_fallbacks.iter().flatten());
    let types: Vec<String> = types.cloned().collect();
    let first = model.place().map(str::to_owned);
    let others = model.location_fallbacks.iter().flatten().cloned().map(Some);
    let locations: Vec<Option<String>> = [first].into_iter().chain(others).collect();
    let at = |location: &Option<String>| {
        types.iter().map(|name| (name.clone(), location.clone())).collect::<Vec<_>>()
    };
    locations.iter().flat_map(at).collect()
}

fn body(
    wanted: &Wanted<Model>,
    labels: Labels,
    (server_type, location): (&str, Option<&str>),
) -> Outcome<Json> {
    let model = &wanted.model;
    let is_held = is_held(model);
    let networks = model.network.iter().flatten().filter_map(super::Attachment::network_number);
    let networks: Vec<i64> = if is_held { Vec::new() } else { networks.collect() };
    let firewalls = model.firewall_ids.iter().flatten();
    let firewalls: Vec<_> =
        firewalls.map(|id| CreateServerRequestFirewalls { firewall: *id }).collect();
    // What is recorded is a digest; what is sent is what is configured.
    let user_data = wanted.given.get("user_data").and_then(Value::as_text);
    let request = CreateServerRequest {
        automount: None,
        firewalls: (!firewalls.is_empty()).then_some(firewalls),
        image: model.image.clone().unwrap_or_default(),
        labels: sent(if is_held { held(labels) } else { labels }),
        location: location.map(str::to_owned),
        name: model.name.clone().unwrap_or_default(),
        networks: (!networks.is_empty()).then_some(networks),
        placement_group: model.placement_group_id,
        public_net: None,
        server_type: server_type.to_owned(),
        ssh_keys: model.ssh_keys.clone().filter(|keys| !keys.is_empty()),
        start_after_create: Some(!is_held),
        user_data: user_data.map(ToString::to_string).filter(|data| !data.is_empty()),
        volumes: None,
    };
    let mut body = form::fields(&request)?;
    if let Some(net) = public_net(model) {
        body.insert("public_net".to_owned(), net);
    }
    Ok(body.into())
}

/// The models of `hcloud` have ids of 32 bits here, which are not enough.
fn public_net(model: &Model) -> Option<Json> {
    let net = model.public_net.iter().flatten().next()?;
    let mut body = Map::new();
    body.insert("enable_ipv4".to_owned(), json!(net.ipv4_enabled != Some(false)));
    body.insert("enable_ipv6".to_owned(), json!(net.ipv6_enabled != Some(false)));
    for (name, id) in [("ipv4", net.ipv4), ("ipv6", net.ipv6)] {
        if let Some(id) = id {
            body.insert(name.to_owned(), json!(id));
        }
    }
    Some(Json::Object(body))
}

/// Returns whether the server must not boot before something was brought to it.
fn is_held(model: &Model) -> bool {
    let is_chosen = |net: &super::Attachment| {
        net.subnet_id.is_some()
            || net.ip.is_some()
            || net.alias_ips.as_ref().is_some_and(|ips| !ips.is_empty())
    };
    model.iso.is_some() || model.rescue.is_some() || model.network.iter().flatten().any(is_chosen)
}

fn has_extras(model: &Model) -> bool {
    let is_on = |flag: Option<bool>| flag == Some(true);
    is_on(model.backups) || is_on(model.delete_protection) || is_on(model.rebuild_protection)
}

//! Whose a primary IP is. The API gives and takes it only while the server is off: each server is shut
//! down once and started once.

use crate::{client::Client, power, problem::Outcome};
use hcloud::models::{
    AssignPrimaryIpToResourceRequest, assign_primary_ip_to_resource_request::AssigneeType,
};
use infra_sdk::connection::Control;
use serde_json::json;

/// Brings an address to a server, or to none, away from the one that has it.
pub(super) async fn bring(
    client: &Client,
    path: &str,
    wanted: Option<i64>,
    control: &Control,
) -> Outcome<()> {
    let Some(answer) = client.get(path, control).await? else { return Ok(()) };
    let now = answer["primary_ip"]["assignee_id"].as_i64();
    if now == wanted {
        return Ok(());
    }
    if let Some(server) = now {
        let _turn = client.turn(server).await;
        let was_on = power::off(client, server, control).await?;
        let path = format!("{path}/actions/unassign");
        let done = client.act_if_there(&path, &json!({}), control).await;
        power::back(client, (server, was_on), done, control).await?;
    }
    if let Some(server) = wanted {
        let _turn = client.turn(server).await;
        let was_on = power::off(client, server, control).await?;
        let body = AssignPrimaryIpToResourceRequest::new(server, AssigneeType::Server);
        let done = client.act(&format!("{path}/actions/assign"), &body, control).await;
        power::back(client, (server, was_on), done, control).await?;
    }
    Ok(())
}

/// Returns where a server is.
pub(super) async fn location(
    client: &Client,
    server: i64,
    control: &Control,
) -> Outcome<Option<String>> {
    let answer = client.get(&format!("/servers/{server}"), control).await?;
    let name = answer.and_then(|a| a["server"]["location"]["name"].as_str().map(str::to_owned));
    Ok(name)
}

//! Targets that are declared in a load balancer itself: servers alone, as it was before there was a type
//! for targets.

use super::Model;
use crate::{client::Client, kept::Change, problem::Outcome};
use hcloud::models::{
    LoadBalancerAddTarget, RemoveTargetRequest, ResourceId, load_balancer_add_target,
    remove_target_request,
};
use infra_sdk::connection::Control;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// One target.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Target {
    r#type: Option<String>,
    pub(super) server_id: Option<i64>,
    use_private_ip: Option<bool>,
}

impl Target {
    fn server(&self) -> Option<Box<ResourceId>> {
        self.server_id.map(|id| Box::new(ResourceId { id }))
    }

    /// Returns the body that puts it on.
    pub(super) fn addition(&self) -> LoadBalancerAddTarget {
        LoadBalancerAddTarget {
            server: self.server(),
            use_private_ip: self.use_private_ip,
            ..LoadBalancerAddTarget::new(load_balancer_add_target::Type::Server)
        }
    }

    fn removal(&self) -> RemoveTargetRequest {
        RemoveTargetRequest {
            server: self.server(),
            ..RemoveTargetRequest::new(remove_target_request::Type::Server)
        }
    }
}

/// The targets that are servers, by themselves.
pub(super) fn seen(object: &Json) -> Vec<Json> {
    let targets = object["targets"].as_array().into_iter().flatten();
    let servers = targets.filter(|target| target["type"] == "server");
    let shown = servers.map(|target| {
        json!({
            "type": "server", "server_id": target["server"]["id"],
            "use_private_ip": target["use_private_ip"].as_bool().unwrap_or(false),
        })
    });
    shown.collect()
}

/// Brings the declared targets to what is wanted; one that changes is taken away and put back.
pub(super) async fn update(
    client: &Client,
    change: &Change<'_, Model>,
    control: &Control,
) -> Outcome<()> {
    let (before, after) = (change.prior.model.targets(), change.wanted.model.targets());
    let path = format!("{}/actions/remove_target", change.path);
    for gone in before.iter().filter(|target| !after.contains(target)) {
        client.act_if_there(&path, &gone.removal(), control).await?;
    }
    let path = format!("{}/actions/add_target", change.path);
    for new in after.iter().filter(|target| !before.contains(target)) {
        match client.act(&path, &new.addition(), control).await {
            // It was put there by somebody else, or by an apply that was cut off.
            Err(problem) if problem.code() == Some("target_already_defined") => {}
            done => drop(done?),
        }
    }
    Ok(())
}

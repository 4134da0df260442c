//! Changing a server: what can be done while it runs first, then what it must be off for, and a new disk
//! last. Only what differs is sent.

use super::{Model, cloud_init, create, networks, stopped};
use crate::{client::Client, kept::Change, labels::sent, problem::Outcome};
use hcloud::models::ReplaceServerRequest;
use infra_model::value::Value;
use infra_sdk::connection::Control;
use serde_json::{Map, Value as Json, json};

/// Brings a server to what is wanted.
pub(super) async fn bring(
    client: &Client,
    change: &Change<'_, Model>,
    control: &Control,
) -> Outcome<()> {
    cloud_init::prepare(change.wanted).await?;
    let server = change.prior.model.number();
    let _turn = client.turn(server).await;
    plain(client, change, control).await?;
    let steps = Steps { client, server, control };
    let (prior, wanted) = (&change.prior.model, &change.wanted.model);
    let is_protected = |model: &Model| {
        model.delete_protection == Some(true) || model.rebuild_protection == Some(true)
    };
    let is_guarded =
        change.differs(|m| &m.delete_protection) || change.differs(|m| &m.rebuild_protection);
    if is_guarded && !is_protected(wanted) {
        steps.act("change_protection", create::protection(wanted)).await?;
    }
    if change.differs(|m| &m.backups) {
        let name = if wanted.backups == Some(true) { "enable_backup" } else { "disable_backup" };
        steps.act(name, json!({})).await?;
    }
    if change.differs(|m| &m.network) {
        networks::bring(client, server, (prior, wanted), control).await?;
    }
    if change.differs(|m| &m.firewall_ids) && wanted.ignore_remote_firewall_ids != Some(true) {
        steps.firewalls(prior, wanted).await?;
    }
    steps.media(change).await?;
    stopped::bring(client, server, change, control).await?;
    if is_rebuilt(change) {
        steps.rebuild(change).await?;
    }
    if is_guarded && is_protected(wanted) {
        steps.act("change_protection", create::protection(wanted)).await?;
    }
    Ok(())
}

/// What is done to one server.
struct Steps<'a> {
    client: &'a Client,
    server: i64,
    control: &'a Control,
}

impl Steps<'_> {
    async fn act(&self, name: &str, body: Json) -> Outcome<()> {
        let path = format!("/servers/{}/actions/{name}", self.server);
        self.client.act(&path, &body, self.control).await.map(drop)
    }

    /// Applies firewalls that are wanted, before those that are not are taken away.
    async fn firewalls(&self, prior: &Model, wanted: &Model) -> Outcome<()> {
        let ids = |model: &Model| model.firewall_ids.clone().unwrap_or_default();
        let (old, new) = (ids(prior), ids(wanted));
        let server = json!([{ "type": "server", "server": { "id": self.server } }]);
        for id in new.iter().filter(|id| !old.contains(id)) {
            let path = format!("/firewalls/{id}/actions/apply_to_resources");
            let body = json!({ "apply_to": server });
            match self.client.act(&path, &body, self.control).await {
                Err(problem) if problem.code() == Some("firewall_already_applied") => {}
                outcome => drop(outcome?),
            }
        }
        for id in old.iter().filter(|id| !new.contains(id)) {
            let path = format!("/firewalls/{id}/actions/remove_from_resources");
            let body = json!({ "remove_from": server });
            match self.client.act_if_there(&path, &body, self.control).await {
                Err(problem) if problem.code() == Some("firewall_resource_not_found") => {}
                outcome => outcome?,
            }
        }
        Ok(())
    }

    /// Puts in and takes out what the next boot is from, and resets the server once for both.
    async fn media(&self, change: &Change<'_, Model>) -> Outcome<()> {
        let wanted = &change.wanted.model;
        let (iso, rescue) = (change.differs(|m| &m.iso), change.differs(|m| &m.rescue));
        if iso {
            match &wanted.iso {
                Some(iso) => self.act("attach_iso", json!({ "iso": iso })).await?,
                None => self.act("detach_iso", json!({})).await?,
            }
        }
        if rescue {
            match &wanted.rescue {
                Some(rescue) => self.act("enable_rescue", json!({ "type": rescue })).await?,
                None => self.act("disable_rescue", json!({})).await?,
            }
        }
        if iso || rescue { self.act("reset", json!({})).await } else { Ok(()) }
    }

    /// Gives the server a new disk from its image; it keeps its id and its addresses.
    async fn rebuild(&self, change: &Change<'_, Model>) -> Outcome<()> {
        let mut body = Map::new();
        body.insert("image".to_owned(), json!(change.wanted.model.image));
        let given = change.wanted.given.get("user_data").and_then(Value::as_text);
        if let Some(data) = given.filter(|data| !data.is_empty()) {
            // The models of `hcloud` do not have this field yet.
            body.insert("user_data".to_owned(), json!(&**data));
        }
        self.act("rebuild", body.into()).await
    }
}

async fn plain(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
    let body = ReplaceServerRequest { labels: change.labels().and_then(sent), name: change.name() };
    if body.labels.is_none() && body.name.is_none() {
        return Ok(());
    }
    client.put(change.path, &body, control).await.map(drop)
}

fn is_rebuilt(change: &Change<'_, Model>) -> bool {
    let (prior, wanted) = (&change.prior.model, &change.wanted.model);
    let is_rebuild = |mode: &Option<String>| mode.as_deref() == Some("rebuild");
    let by_data = is_rebuild(&wanted.on_user_data_change)
        && prior.user_data.is_some()
        && prior.user_data != wanted.user_data;
    let by_keys = is_rebuild(&wanted.on_ssh_keys_change)
        && prior.ssh_keys.is_some()
        && prior.ssh_keys != wanted.ssh_keys;
    by_data || by_keys
}

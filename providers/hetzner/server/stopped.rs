//! What a server must be off for: another type, other public addresses, another placement group; and its
//! end. It is shut down once for all of them and started once.

use super::Model;
use crate::{
    client::Client,
    kept::Change,
    power,
    problem::{Outcome, Problem},
};
use infra_sdk::{connection::Control, resource::Thing};
use serde_json::json;

/// Does everything that a change needs the server off for.
pub(super) async fn bring(
    client: &Client,
    server: i64,
    change: &Change<'_, Model>,
    control: &Control,
) -> Outcome<()> {
    let is_resized = change.differs(|m| &m.server_type)
        && !is_of_type(client, server, change.wanted.model.server_type.as_deref(), control).await?;
    let is_moved = change.differs(|m| &m.placement_group_id);
    let is_renumbered = is_renumbered(&change.prior.model, &change.wanted.model)
        && is_renumbered(change.now, &change.wanted.model);
    if !is_resized && !is_moved && !is_renumbered {
        let is_left_off = change.differs(|m| &m.start_pending);
        return if is_left_off { power::on(client, server, control).await } else { Ok(()) };
    }
    let was_on = power::off(client, server, control).await?;
    let done = async {
        if is_renumbered {
            renumber(client, server, change, control).await?;
        }
        if is_moved {
            regroup(client, server, change, control).await?;
        }
        if is_resized {
            resize(client, server, &change.wanted.model, control).await?;
        }
        Ok(())
    }
    .await;
    // A change of the type starts the server itself, even one that was off.
    let is_started = is_resized && done.is_ok();
    if is_started && !was_on {
        power::off(client, server, control).await?;
    }
    if is_started {
        power::forget(client, server, control).await?;
    }
    power::back(client, (server, was_on && !is_started), done, control).await
}

/// Returns whether a server has a type, once what still runs on it has ended: a run that was broken off
/// may have set the very change off.
async fn is_of_type(
    client: &Client,
    server: i64,
    wanted: Option<&str>,
    control: &Control,
) -> Outcome<bool> {
    let path = format!("/servers/{server}");
    let query = [("status", "running".to_owned())];
    let running = client.query(&format!("{path}/actions"), &query, control).await?;
    match client.finish(&running, control).await {
        // How it ended is seen below.
        Ok(()) | Err(Problem::Action { .. }) => {}
        Err(problem) => return Err(problem),
    }
    let there = client.get(&path, control).await?;
    Ok(there.is_some_and(|there| there["server"]["server_type"]["name"].as_str() == wanted))
}

/// Comes before a server is removed.
pub(super) async fn release(
    client: &Client,
    path: &str,
    prior: &Thing<Model>,
    control: &Control,
) -> Outcome<()> {
    let model = &prior.model;
    let server = model.number();
    let _turn = client.turn(server).await;
    let Some(answer) = client.get(path, control).await? else { return Ok(()) };
    // Whoever protected it meanwhile: that it goes was said in the plan.
    let protection = &answer["server"]["protection"];
    if protection["delete"] == json!(true) || protection["rebuild"] == json!(true) {
        let body = json!({ "delete": false, "rebuild": false });
        let path = format!("{path}/actions/change_protection");
        client.act_if_there(&path, &body, control).await?;
    }
    if model.shutdown_before_deletion == Some(true) {
        power::off(client, server, control).await?;
    }
    Ok(())
}

async fn resize(client: &Client, server: i64, wanted: &Model, control: &Control) -> Outcome<()> {
    let body = json!({
        "server_type": wanted.server_type,
        "upgrade_disk": wanted.keep_disk != Some(true),
    });
    client.act(&format!("/servers/{server}/actions/change_type"), &body, control).await.map(drop)
}

async fn regroup(
    client: &Client,
    server: i64,
    change: &Change<'_, Model>,
    control: &Control,
) -> Outcome<()> {
    let actions = format!("/servers/{server}/actions");
    if change.prior.model.placement_group_id.is_some() {
        let path = format!("{actions}/remove_from_placement_group");
        client.act_if_there(&path, &json!({}), control).await?;
    }
    let Some(group) = change.wanted.model.placement_group_id else { return Ok(()) };
    let body = json!({ "placement_group": group });
    client.act(&format!("{actions}/add_to_placement_group"), &body, control).await.map(drop)
}

/// Gives a server other public addresses.
async fn renumber(
    client: &Client,
    server: i64,
    change: &Change<'_, Model>,
    control: &Control,
) -> Outcome<()> {
    let Some(answer) = client.get(&format!("/servers/{server}"), control).await? else {
        return Ok(());
    };
    let there = &answer["server"];
    let wanted = change.wanted.model.public_net.iter().flatten().next().cloned();
    let wanted = wanted.unwrap_or_default();
    for (family, is_wanted, given) in [
        ("ipv4", wanted.ipv4_enabled != Some(false), wanted.ipv4),
        ("ipv6", wanted.ipv6_enabled != Some(false), wanted.ipv6),
    ] {
        let now = there["public_net"][family]["id"].as_i64();
        let target = Target { server, family, is_wanted, given };
        readdress(client, &target, now, control).await?;
    }
    Ok(())
}

/// What public address of one family a server is to have.
struct Target<'a> {
    server: i64,
    family: &'a str,
    is_wanted: bool,
    given: Option<i64>,
}

async fn readdress(
    client: &Client,
    target: &Target<'_>,
    now: Option<i64>,
    control: &Control,
) -> Outcome<()> {
    let is_right = match (target.is_wanted, target.given) {
        (false, _) => now.is_none(),
        (true, Some(given)) => now == Some(given),
        (true, None) => now.is_some(),
    };
    if is_right {
        return Ok(());
    }
    if let Some(old) = now {
        let_go(client, old, control).await?;
    }
    if !target.is_wanted {
        return Ok(());
    }
    let assignee = json!({ "assignee_type": "server", "assignee_id": target.server });
    if let Some(given) = target.given {
        let path = format!("/primary_ips/{given}/actions/assign");
        return client.act(&path, &assignee, control).await.map(drop);
    }
    let body = json!({
        "name": format!("primary_{}-{}", target.family, target.server), "type": target.family,
        "assignee_type": "server", "assignee_id": target.server, "auto_delete": true,
    });
    client.act("/primary_ips", &body, control).await.map(drop)
}

/// Takes an address from a server; one that was made with the server goes with it.
async fn let_go(client: &Client, address: i64, control: &Control) -> Outcome<()> {
    let path = format!("/primary_ips/{address}");
    let Some(answer) = client.get(&path, control).await? else { return Ok(()) };
    client.act_if_there(&format!("{path}/actions/unassign"), &json!({}), control).await?;
    let is_its_own = answer["primary_ip"]["auto_delete"].as_bool() == Some(true);
    if is_its_own { client.delete(&path, control).await } else { Ok(()) }
}

fn is_renumbered(prior: &Model, wanted: &Model) -> bool {
    let net = |model: &Model| model.public_net.iter().flatten().next().cloned();
    match (net(prior), net(wanted)) {
        (None, None) => false,
        (old, new) => {
            let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
            let is_on = |flag: Option<bool>| flag != Some(false);
            let given = |old: Option<i64>, new: Option<i64>| new.is_some() && old != new;
            is_on(old.ipv4_enabled) != is_on(new.ipv4_enabled)
                || is_on(old.ipv6_enabled) != is_on(new.ipv6_enabled)
                || given(old.ipv4, new.ipv4)
                || given(old.ipv6, new.ipv6)
        }
    }
}

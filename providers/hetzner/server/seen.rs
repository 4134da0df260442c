//! A server as the API shows it, in the form of the attributes; and how that and what was recorded come
//! together where blocks are concerned.

use super::{Attachment, Model, PublicNet, cloud_init::CloudInit};
use crate::{form, labels, problem::Outcome};
use infra_model::schema::Block;
use serde_json::{Value as Json, json};
use std::net::Ipv6Addr;

/// Returns the attributes that the API shows.
pub(crate) fn attributes(server: &Json) -> Json {
    let public = &server["public_net"];
    let network = public["ipv6"]["ip"].as_str();
    let firewalls = public["firewalls"].as_array().into_iter().flatten();
    let firewalls: Vec<&Json> = firewalls.map(|firewall| &firewall["id"]).collect();
    let image = &server["image"];
    let image = image["name"].as_str().map(str::to_owned).or_else(|| form::id_text(&image["id"]));
    let window = server["backup_window"].as_str();
    let iso = &server["iso"];
    json!({
        "id": form::id_text(&server["id"]), "name": server["name"],
        "server_type": server["server_type"]["name"],
        "effective_server_type": server["server_type"]["name"],
        "image": image,
        "location": location(server), "effective_location": location(server),
        "datacenter": server["datacenter"]["name"].as_str().unwrap_or_default(),
        "backup_window": window.unwrap_or_default(), "backups": window.is_some(),
        "ipv4_address": public["ipv4"]["ip"].as_str().unwrap_or_default(),
        "ipv6_address": network.and_then(first_address).unwrap_or_default(),
        "ipv6_network": network.unwrap_or_default(),
        "status": server["status"],
        "iso": iso["name"].as_str().map(str::to_owned).or_else(|| form::id_text(&iso["id"])),
        "rescue_enabled": server["rescue_enabled"],
        "labels": labels::of_user(server),
        "public_net": [{
            "ipv4_enabled": !public["ipv4"].is_null(), "ipv6_enabled": !public["ipv6"].is_null(),
            "ipv4": public["ipv4"]["id"], "ipv6": public["ipv6"]["id"],
        }],
        "network": attachments(server),
        "firewall_ids": firewalls,
        "placement_group_id": server["placement_group"]["id"],
        "delete_protection": server["protection"]["delete"],
        "rebuild_protection": server["protection"]["rebuild"],
        "primary_disk_size": server["primary_disk_size"],
    })
}

/// Returns the attributes that the API shows of a server that is managed here: whether a run that was
/// broken off has left it off is said too, and otherwise nothing.
pub(super) fn of_managed(server: &Json) -> Json {
    let mut seen = attributes(server);
    let is_left_off = labels::is_stopped(server) && server["status"] == "off";
    seen["start_pending"] = if is_left_off { Json::Bool(true) } else { Json::Null };
    seen
}

/// Returns the private networks of a server.
pub(super) fn attachments(server: &Json) -> Vec<Json> {
    let all = server["private_net"].as_array().into_iter().flatten();
    let one = |net: &Json| {
        json!({
            "network_id": net["network"], "ip": net["ip"], "alias_ips": net["alias_ips"],
            "mac_address": net["mac_address"],
        })
    };
    all.map(one).collect()
}

/// Returns the attributes after a create or update.
pub(super) fn recorded(block: &Block, wanted: &Model, seen: &Json) -> Outcome<Model> {
    let mut model: Model = form::recorded(block, wanted, &without_rescue(seen))?;
    let attached: Vec<Attachment> = list(seen, "network");
    model.cloud_init.iter_mut().flatten().for_each(CloudInit::forget_secrets);
    for given in model.network.iter_mut().flatten() {
        let network = given.network_number();
        let Some(there) = attached.iter().find(|a| a.network_id == network) else { continue };
        given.network_id = network;
        given.ip = given.ip.take().or_else(|| there.ip.clone());
        given.alias_ips = given.alias_ips.take().or_else(|| there.alias_ips.clone());
        given.mac_address.clone_from(&there.mac_address);
    }
    Ok(model)
}

/// Returns the attributes that a refresh reports.
pub(super) fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
    let mut model: Model = form::observed(recorded, &without_rescue(seen))?;
    let is_rescued = seen["rescue_enabled"].as_bool();
    model.rescue = match (is_rescued, &recorded.rescue) {
        (Some(true), None) => Some("linux64".to_owned()),
        // The rescue system is for one boot; after that, nobody has changed anything.
        (_, rescue) => rescue.clone(),
    };
    model.public_net = recorded.public_net.clone().map(|blocks| observed_net(blocks, seen));
    model.network = recorded.network.clone().map(|blocks| observed_networks(blocks, seen));
    if recorded.ignore_remote_firewall_ids == Some(true) {
        model.firewall_ids.clone_from(&recorded.firewall_ids);
    }
    stand_in(
        &mut model.server_type,
        recorded.server_type.as_ref(),
        recorded.server_type_fallbacks.as_ref(),
    );
    stand_in(&mut model.location, recorded.location.as_ref(), recorded.location_fallbacks.as_ref());
    // There are no data centers any more: what was given for the location is what was given.
    model.datacenter.clone_from(&recorded.datacenter);
    if recorded.image.is_some() && model.image.is_none() {
        // Hetzner removes images that servers were made from; the server is what it was.
        model.image.clone_from(&recorded.image);
    }
    Ok(model)
}

impl Attachment {
    /// Returns the network: named, or that of the subnet that is named.
    pub(super) fn network_number(&self) -> Option<i64> {
        let of_subnet = || self.subnet_id.as_deref()?.split_once('-')?.0.parse().ok();
        self.network_id.or_else(of_subnet)
    }
}

/// What came in place of what was sold out is what was asked for.
fn stand_in(now: &mut Option<String>, asked: Option<&String>, others: Option<&Vec<String>>) {
    let is_other = now.as_ref().is_some_and(|now| others.is_some_and(|all| all.contains(now)));
    if is_other && asked.is_some() {
        *now = asked.cloned();
    }
}

/// A server without blocks leaves its public addresses to Hetzner.
fn observed_net(blocks: Vec<PublicNet>, seen: &Json) -> Vec<PublicNet> {
    let there: Vec<PublicNet> = list(seen, "public_net");
    let Some(block) = blocks.first() else { return blocks };
    // An address that came with the server is nobody's business but the server's.
    let theirs = |given: Option<i64>, now: Option<i64>| given.and(now);
    let shown = |net: PublicNet| PublicNet {
        ipv4: theirs(block.ipv4, net.ipv4),
        ipv6: theirs(block.ipv6, net.ipv6),
        ..net
    };
    there.into_iter().map(shown).collect()
}

/// A server without blocks leaves its networks to others, such as `hcloud_server_network`.
fn observed_networks(blocks: Vec<Attachment>, seen: &Json) -> Vec<Attachment> {
    if blocks.is_empty() {
        return blocks;
    }
    let there: Vec<Attachment> = list(seen, "network");
    let subnet = |network: Option<i64>| {
        blocks.iter().find(|block| block.network_number() == network)?.subnet_id.clone()
    };
    let named = |attachment: Attachment| {
        let subnet_id = subnet(attachment.network_id);
        Attachment { subnet_id, ..attachment }
    };
    there.into_iter().map(named).collect()
}

fn list<T: serde::de::DeserializeOwned>(seen: &Json, name: &str) -> Vec<T> {
    let all = seen[name].as_array().into_iter().flatten();
    all.filter_map(|one| T::deserialize(one).ok()).collect()
}

fn without_rescue(seen: &Json) -> Json {
    let mut seen = seen.clone();
    if let Some(fields) = seen.as_object_mut() {
        fields.remove("rescue_enabled");
        fields.remove("public_net");
        fields.remove("network");
    }
    seen
}

fn location(server: &Json) -> &Json {
    let location = &server["location"]["name"];
    if location.is_null() { &server["datacenter"]["location"]["name"] } else { location }
}

/// Returns the first address of a network such as `2001:db8::/64`, which Hetzner's images take.
fn first_address(network: &str) -> Option<String> {
    let (address, _) = network.split_once('/')?;
    let address: Ipv6Addr = address.parse().ok()?;
    Some(Ipv6Addr::from(u128::from(address) + 1).to_string())
}

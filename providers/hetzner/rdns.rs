//! `hcloud_rdns`: the name that an address is looked up as.
//!
//! Every address of IPv4 has a name from the beginning, and gets it back when this is removed.

use crate::{
    client::Client,
    keyed::{Keyed, Parent, Parents},
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, number, required},
};
use hcloud::models::ChangeReverseDnsEntryForThisServerRequest as Body;
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Kind},
    schema::Block,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{net::IpAddr, sync::Arc};

/// The attributes of which one says whose the address is.
const OWNERS: [&str; 4] = ["server_id", "primary_ip_id", "floating_ip_id", "load_balancer_id"];

/// The end of names that addresses have from the beginning.
const BY_DEFAULT: &str = ".clients.your-server.de";

/// The type.
pub(crate) struct Rdns;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    server_id: Option<i64>,
    primary_ip_id: Option<i64>,
    floating_ip_id: Option<i64>,
    load_balancer_id: Option<i64>,
    ip_address: Option<String>,
    dns_ptr: Option<String>,
}

/// Whose an address is.
struct Owner {
    letter: char,
    attribute: &'static str,
    id: i64,
    parent: Parent,
}

impl Model {
    fn owner(&self) -> Option<Owner> {
        let of = |letter, attribute, id: Option<i64>, parent: fn(i64) -> Parent| {
            id.map(|id| Owner { letter, attribute, id, parent: parent(id) })
        };
        of('s', OWNERS[0], self.server_id, Parent::server)
            .or_else(|| of('p', OWNERS[1], self.primary_ip_id, Parent::primary_ip))
            .or_else(|| of('f', OWNERS[2], self.floating_ip_id, Parent::floating_ip))
            .or_else(|| of('l', OWNERS[3], self.load_balancer_id, Parent::load_balancer))
    }

    /// Gives the address a name, or its first one back.
    async fn name(&self, client: &Client, name: Option<String>, control: &Control) -> Outcome<()> {
        let Some(owner) = self.owner() else { return Ok(()) };
        let _turn = match owner.letter {
            's' => Some(client.turn(owner.id).await),
            'l' => Some(client.balancer_turn(owner.id).await),
            _ => None,
        };
        let is_reset = name.is_none();
        let body = Body::new(name, self.ip_address.clone().unwrap_or_default());
        let path = format!("{}/{}/actions/change_dns_ptr", owner.parent.list.path, owner.id);
        if is_reset {
            return client.act_if_there(&path, &body, control).await;
        }
        client.act(&path, &body, control).await.map(drop)
    }
}

impl Keyed for Rdns {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("server_id", number().replaces()),
            ("primary_ip_id", number().replaces()),
            ("floating_ip_id", number().replaces()),
            ("load_balancer_id", number().replaces()),
            ("ip_address", required().replaces()),
            ("dns_ptr", required()),
        ]);
        let key: Vec<&str> = OWNERS.into_iter().chain(["ip_address"]).collect();
        Pure::of("hcloud_rdns", block).keyed_by(&key).judged_by(validate).shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        of.owner().map(|owner| owner.parent).into_iter().collect()
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let owner = of.owner()?;
        let ip = of.ip_address.as_deref()?;
        let name = named(parents.get(&owner.parent)?, ip)?;
        let mut seen = json!({
            "id": format!("{}-{}-{ip}", owner.letter, owner.id), "ip_address": ip, "dns_ptr": name,
        });
        seen[owner.attribute] = Json::from(owner.id);
        Some(seen)
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        wanted.model.name(client, wanted.model.dns_ptr.clone(), control).await
    }

    async fn update(
        client: &Client,
        _: &Model,
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        wanted.model.name(client, wanted.model.dns_ptr.clone(), control).await
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        prior.name(client, None, control).await
    }

    fn key(id: &str) -> Option<Json> {
        let (letter, rest) = id.split_once('-')?;
        let (owner, ip) = rest.split_once('-')?;
        let owner: i64 = owner.parse().ok()?;
        ip.parse::<IpAddr>().ok()?;
        let attribute = match letter {
            "s" => OWNERS[0],
            "p" => OWNERS[1],
            "f" => OWNERS[2],
            "l" => OWNERS[3],
            _ => return None,
        };
        let mut key = json!({ "ip_address": ip });
        key[attribute] = Json::from(owner);
        Some(key)
    }
}

/// Returns the name that an address of an object was given; the one from the beginning is none.
fn named(object: &Json, ip: &str) -> Option<String> {
    let wanted: IpAddr = ip.parse().ok()?;
    let net = &object["public_net"];
    let lists = [&object["dns_ptr"], &net["ipv6"]["dns_ptr"]];
    let listed = lists.into_iter().filter_map(Json::as_array).flatten();
    let mut all = listed.chain([&net["ipv4"], &net["ipv6"]]);
    let is_it =
        |one: &&Json| one["ip"].as_str().and_then(|ip| ip.parse::<IpAddr>().ok()) == Some(wanted);
    let name = all.find(is_it)?["dns_ptr"].as_str()?;
    (!name.is_empty() && !is_default(name)).then(|| name.to_owned())
}

fn is_default(name: &str) -> bool {
    name.starts_with("static.") && name.ends_with(BY_DEFAULT)
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = rules::exactly_one(desired, &OWNERS);
    found.extend(rules::address(desired, "ip_address"));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_wherever_they_are_shown() {
        let server = json!({ "public_net": {
            "ipv4": { "ip": "192.0.2.1", "dns_ptr": "a.example.com" },
            "ipv6": { "ip": "2001:db8::/64",
                "dns_ptr": [{ "ip": "2001:db8::1", "dns_ptr": "b.example.com" }] },
        } });
        let ip = json!({ "dns_ptr": [{ "ip": "192.0.2.2", "dns_ptr": "c.example.com" }] });
        assert_eq!(named(&server, "192.0.2.1").as_deref(), Some("a.example.com"));
        assert_eq!(named(&server, "2001:0db8::1").as_deref(), Some("b.example.com"));
        assert_eq!(named(&server, "2001:db8::2"), None);
        assert_eq!(named(&ip, "192.0.2.2").as_deref(), Some("c.example.com"));
    }

    #[test]
    fn the_name_from_the_beginning_is_none() {
        let name = "static.1.2.0.192.clients.your-server.de";
        let ip = json!({ "dns_ptr": [{ "ip": "192.0.2.1", "dns_ptr": name }] });
        assert_eq!(named(&ip, "192.0.2.1"), None);
    }

    #[test]
    fn import_ids_name_the_owner() {
        let key = Rdns::key("f-7-2001:db8::1").unwrap();
        assert_eq!(key, json!({ "floating_ip_id": 7, "ip_address": "2001:db8::1" }));
        assert_eq!(Rdns::key("x-7-192.0.2.1"), None);
        assert_eq!(Rdns::key("s-7"), None);
    }
}

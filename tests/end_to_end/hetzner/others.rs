//! Somebody else changes the project between a plan and its apply, and between two requests of one
//! apply: whatever was said, the next applies bring everything to what is configured, once.

use super::{Cloud, RESOURCES, books::balance, cloud::id_of, crowd, estate, kills::WHOLE};
use crate::end_to_end::{estate::Estate, outside};
use infra_hetzner_simulator::{Kind, World};
use serde_json::{Value as Json, json};

/// As many estates are changed at the same time.
const AT_ONCE: usize = 8;

/// As many applies are needed at most: the first is disturbed, the second finds what others did, and the
/// third what came of the second where they were still at it.
const APPLIES_MAX: usize = 3;

/// What the estate is changed to.
const GROWN: &str = "-var size=20 -var type=cx33";

/// What somebody else does.
struct Deed {
    name: &'static str,
    does: fn(&mut World) -> bool,
}

const DEEDS: [Deed; 20] = [
    Deed { name: "delete a server", does: |w| delete(w, Kind::Server, "web-0") },
    Deed { name: "delete the other server", does: |w| delete(w, Kind::Server, "web-1") },
    Deed { name: "delete the volume", does: |w| detach(w) | delete(w, Kind::Volume, "data") },
    Deed { name: "delete the firewall", does: |w| delete(w, Kind::Firewall, "web") },
    Deed { name: "delete the key", does: |w| delete(w, Kind::SshKey, "ann") },
    Deed { name: "delete the network", does: |w| delete(w, Kind::Network, "lan") },
    Deed { name: "delete the zone", does: |w| delete(w, Kind::Zone, "estate.example") },
    Deed {
        name: "delete the record set",
        does: |w| done(w, "DELETE", "/zones/estate.example/rrsets/www/A", &Json::Null),
    },
    Deed { name: "delete the subnet", does: delete_subnet },
    Deed { name: "write the labels of a server", does: |w| label(w, Kind::Server, "web-0") },
    Deed { name: "write all labels", does: label_all },
    Deed { name: "rename a server", does: |w| rename(w, "web-0", "by-hand") },
    Deed { name: "power a server off", does: |w| to_server(w, "web-0", "poweroff", &json!({})) },
    Deed { name: "change the type of a server", does: retype },
    Deed { name: "detach the volume", does: detach },
    Deed { name: "move the volume", does: move_volume },
    Deed { name: "take a server out of the network", does: |w| leave(w, "web-0") },
    Deed { name: "take the firewall off", does: unapply },
    Deed { name: "write other rules", does: write_rules },
    Deed { name: "point the address elsewhere", does: point_elsewhere },
];

/// When they do it.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So many requests after an apply has begun to make the estate.
    Making(u64),
    /// Between a plan that was saved and its apply.
    Planned,
    /// So many requests after an apply has begun to change the estate.
    Changing(u64),
}

const MOMENTS: [Moment; 6] = [
    Moment::Making(12),
    Moment::Making(30),
    Moment::Planned,
    Moment::Changing(7),
    Moment::Changing(11),
    Moment::Changing(18),
];

#[test]
fn whatever_others_do_the_next_apply_brings_it_back() {
    // Each deed at two of the moments, so that all moments come up; `INFRA_KILLS` tries all.
    let all = outside::variable("INFRA_KILLS").is_some();
    let pairs = DEEDS
        .iter()
        .enumerate()
        .flat_map(|deed| MOMENTS.iter().enumerate().map(move |m| (deed, m)));
    let cases: Vec<(&Deed, Moment)> = pairs
        .filter(|((deed, _), (moment, _))| all || deed % 3 == moment % 3)
        .map(|((_, deed), (_, moment))| (deed, *moment))
        .collect();
    crowd::each(&cases, AT_ONCE, |(deed, moment)| disturb(deed, *moment));
}

fn disturb(deed: &Deed, moment: Moment) {
    let cloud = Cloud::start();
    let estate = estate(&cloud);
    let does = deed.does;
    let variables = if matches!(moment, Moment::Making(_)) { "" } else { GROWN };
    let mut told = format!("{} at {moment:?}\n", deed.name);
    if !matches!(moment, Moment::Making(_)) {
        estate.apply();
    }
    if matches!(moment, Moment::Planned) {
        estate.run(&format!("plan -out p {GROWN}")).exits(0);
        assert!(cloud.world(does), "{told}");
        cloud.requests();
        let applied = estate.run("apply p");
        told.push_str(&applied.all());
        if applied.code == Some(5) {
            assert_eq!(cloud.writes(), Vec::<String>::new(), "stale, and nothing was done\n{told}");
        }
    } else {
        let (Moment::Making(after) | Moment::Changing(after)) = moment else { return };
        cloud.meddle(after, Box::new(does));
        told.push_str(&estate.run(&format!("apply -auto-approve {variables}")).all());
        assert!(!cloud.calm(), "it was not done\n{told}");
    }
    catch_up(&cloud, &estate, variables, &told);
}

fn catch_up(cloud: &Cloud, estate: &Estate, variables: &str, told: &str) {
    let mut told = told.to_owned();
    for _ in 1..APPLIES_MAX {
        take_over(estate, &told);
        let applied = estate.run(&format!("apply -auto-approve {variables}"));
        told.push_str(&format!("\n=====\n{}", applied.all()));
        if applied.code == Some(0) {
            break;
        }
    }
    assert_eq!(estate.recorded().len(), RESOURCES, "{told}");
    assert_eq!(cloud.objects().len(), WHOLE.len() + 2, "{:?}\n{told}", cloud.objects());
    assert_eq!(cloud.wiped(), 0, "{told}");
    balance(cloud, estate, &told);
    let plan = estate.run(&format!("plan -detailed-exitcode {variables}"));
    assert_eq!(plan.code, Some(0), "{}\n{told}", plan.all());
}

/// Writes the import that was named for what somebody else made first.
fn take_over(estate: &Estate, told: &str) {
    let between = |from: &str, to: &str| {
        told.rsplit_once(from).and_then(|(_, rest)| rest.split(to).next()).map(str::to_owned)
    };
    let address = between("What `", "` would create is there already");
    if let (true, Some(to), Some(id)) = (
        told.contains("infra::plan::already_exists"),
        address,
        between("with the import id `", "`"),
    ) {
        estate.write("imports.tf", &format!("import {{\n  to = {to}\n  id = \"{id}\"\n}}\n"));
    }
}

fn done(world: &mut World, method: &str, target: &str, body: &Json) -> bool {
    world.outside().call(method, target, body).0 < 300
}

fn delete(world: &mut World, kind: Kind, name: &str) -> bool {
    id_of(world, kind, name).is_some_and(|id| world.outside().delete(kind, id))
}

fn to_server(world: &mut World, name: &str, action: &str, body: &Json) -> bool {
    let id = id_of(world, Kind::Server, name);
    id.is_some_and(|id| done(world, "POST", &format!("/servers/{id}/actions/{action}"), body))
}

fn to_network(world: &mut World, action: &str, body: &Json) -> bool {
    let id = id_of(world, Kind::Network, "lan");
    id.is_some_and(|id| done(world, "POST", &format!("/networks/{id}/actions/{action}"), body))
}

fn to_firewall(world: &mut World, action: &str, body: &Json) -> bool {
    let id = id_of(world, Kind::Firewall, "web");
    id.is_some_and(|id| done(world, "POST", &format!("/firewalls/{id}/actions/{action}"), body))
}

/// It can't be deleted while somebody is in it.
fn delete_subnet(world: &mut World) -> bool {
    let left = ["web-0", "web-1"].map(|name| leave(world, name));
    let is_gone = to_network(world, "delete_subnet", &json!({ "ip_range": "10.0.1.0/24" }));
    is_gone || left.contains(&true)
}

fn rename(world: &mut World, name: &str, to: &str) -> bool {
    let id = id_of(world, Kind::Server, name);
    id.is_some_and(|id| world.outside().rename(Kind::Server, id, to))
}

/// The whole map, as other tools write it: our mark is gone.
fn label(world: &mut World, kind: Kind, name: &str) -> bool {
    let labels = [("team".to_owned(), "theirs".to_owned())].into();
    let id = id_of(world, kind, name);
    id.is_some_and(|id| world.outside().set_labels(kind, id, &labels))
}

fn label_all(world: &mut World) -> bool {
    [
        label(world, Kind::Server, "web-1"),
        label(world, Kind::Network, "lan"),
        label(world, Kind::Firewall, "web"),
        label(world, Kind::SshKey, "ann"),
        label(world, Kind::Volume, "data"),
        label(world, Kind::Zone, "estate.example"),
    ]
    .contains(&true)
}

fn retype(world: &mut World) -> bool {
    let body = json!({ "server_type": "cx43", "upgrade_disk": false });
    to_server(world, "web-0", "poweroff", &json!({}))
        && to_server(world, "web-0", "change_type", &body)
}

fn to_volume(world: &mut World, action: &str, body: &Json) -> bool {
    let id = id_of(world, Kind::Volume, "data");
    id.is_some_and(|id| done(world, "POST", &format!("/volumes/{id}/actions/{action}"), body))
}

fn detach(world: &mut World) -> bool {
    to_volume(world, "detach", &json!({}))
}

fn move_volume(world: &mut World) -> bool {
    let Some(server) = id_of(world, Kind::Server, "web-1") else { return false };
    detach(world) && to_volume(world, "attach", &json!({ "server": server }))
}

fn leave(world: &mut World, server: &str) -> bool {
    let Some(network) = id_of(world, Kind::Network, "lan") else { return false };
    to_server(world, server, "detach_from_network", &json!({ "network": network }))
}

fn unapply(world: &mut World) -> bool {
    let Some(server) = id_of(world, Kind::Server, "web-0") else { return false };
    let body = json!({ "remove_from": [{ "type": "server", "server": { "id": server } }] });
    to_firewall(world, "remove_from_resources", &body)
}

fn write_rules(world: &mut World) -> bool {
    let rule = json!({ "direction": "in", "protocol": "icmp", "source_ips": ["192.0.2.0/24"] });
    to_firewall(world, "set_rules", &json!({ "rules": [rule] }))
}

fn point_elsewhere(world: &mut World) -> bool {
    let servers = world.objects(Kind::Server);
    let server = servers.iter().find(|server| server["name"] == "web-0");
    let Some(ip) = server.and_then(|s| s["public_net"]["ipv4"]["ip"].as_str()) else {
        return false;
    };
    let body = json!({ "ip": ip, "dns_ptr": "elsewhere.example.com" });
    to_server(world, "web-0", "change_dns_ptr", &body)
}

//! Whose an object is: what is recorded stays ours when its labels are overwritten, and what somebody
//! else made is never taken over because of its name.

use super::{Cloud, RESOURCES, books::balance, crowd, estate};
use infra_hetzner_simulator::{Effect, Fault, Kind};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Everything of the estate that carries our mark.
const MARKED: [(Kind, &str); 7] = [
    (Kind::Firewall, "web"),
    (Kind::Network, "lan"),
    (Kind::Server, "web-0"),
    (Kind::Server, "web-1"),
    (Kind::SshKey, "ann"),
    (Kind::Volume, "data"),
    (Kind::Zone, "estate.example"),
];

/// Writes the whole map of labels, as Terraform does.
fn overwrite(cloud: &Cloud, labels: &[(&str, &str)]) {
    let labels: BTreeMap<String, String> =
        labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    cloud.world(|world| {
        for (kind, name) in MARKED {
            let id = super::cloud::id_of(world, kind, name).unwrap();
            assert!(world.outside().set_labels(kind, id, &labels), "{name}");
        }
    });
}

fn labels(cloud: &Cloud, kind: Kind, name: &str) -> Json {
    let id = cloud.id(kind, name);
    cloud.world(|world| world.object(kind, id).unwrap()["labels"].clone())
}

#[test]
fn a_lost_mark_changes_nothing() {
    let cloud = Cloud::start();
    let estate = estate(&cloud);
    estate.apply();
    overwrite(&cloud, &[]);
    cloud.requests();
    estate.is_settled();
    estate.run("apply -auto-approve").exits(0).says("0 added, 0 changed, 0 destroyed");
    assert_eq!(cloud.writes(), Vec::<String>::new());
    // A change of something else leaves the labels to whoever writes them.
    estate.run("apply -auto-approve -var size=20").exits(0).says("1 changed");
    assert_eq!(labels(&cloud, Kind::Volume, "data"), json!({}));
    balance(&cloud, &estate, "without marks");

    // Labels that differ are drift: they are written as a whole, our mark among them.
    overwrite(&cloud, &[("team", "theirs")]);
    let text = super::MAIN.replace("name      = \"data\"", "name = \"data\"");
    let text = text
        .replace("size     = var.size", "size     = var.size\n  labels   = { team = \"ours\" }");
    estate.write("main.tf", &text);
    let plan = estate.run("plan -var size=20 -target hcloud_volume.data").exits(0);
    plan.says("0 to add, 1 to change, 0 to destroy").says("\"theirs\" -> \"ours\"");
    estate.run("apply -auto-approve -var size=20 -target hcloud_volume.data").exits(0);
    let now = labels(&cloud, Kind::Volume, "data");
    assert_eq!(now["team"], "ours");
    assert!(now["infra/token"].is_string() && now["infra/lineage"].is_string(), "{now}");

    estate.run("destroy -auto-approve").exits(0).says("13 destroyed");
    assert_eq!(cloud.objects(), Vec::<String>::new(), "what lost its mark is removed all the same");
}

/// Something of somebody else whose name, or key, a configuration claims.
struct Taken {
    kind: Kind,
    path: &'static str,
    body: &'static str,
    resource: &'static str,
    arguments: &'static str,
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGluZnJhLWluZnJhLWluZnJhLWluZnJhLWluZnJh";

const TAKEN: [Taken; 10] = [
    Taken {
        kind: Kind::Server,
        path: "/servers",
        body: r#"{"name": "x", "server_type": "cx23", "image": "debian-12", "location": "fsn1"}"#,
        resource: "hcloud_server",
        arguments: "name = \"x\"\n server_type = \"cx23\"\n image = \"debian-12\"\n location = \"fsn1\"",
    },
    Taken {
        kind: Kind::Volume,
        path: "/volumes",
        body: r#"{"name": "x", "size": 10, "location": "fsn1"}"#,
        resource: "hcloud_volume",
        arguments: "name = \"x\"\n size = 10\n location = \"fsn1\"",
    },
    Taken {
        kind: Kind::Network,
        path: "/networks",
        body: r#"{"name": "x", "ip_range": "10.0.0.0/16"}"#,
        resource: "hcloud_network",
        arguments: "name = \"x\"\n ip_range = \"10.0.0.0/16\"",
    },
    Taken {
        kind: Kind::Firewall,
        path: "/firewalls",
        body: r#"{"name": "x"}"#,
        resource: "hcloud_firewall",
        arguments: "name = \"x\"",
    },
    Taken {
        kind: Kind::SshKey,
        path: "/ssh_keys",
        body: r#"{"name": "x", "public_key": "KEY other"}"#,
        resource: "hcloud_ssh_key",
        arguments: "name = \"x\"\n public_key = \"KEY other\"",
    },
    // The name is free, and the key is not: it is theirs under another name.
    Taken {
        kind: Kind::SshKey,
        path: "/ssh_keys",
        body: r#"{"name": "theirs", "public_key": "KEY theirs"}"#,
        resource: "hcloud_ssh_key",
        arguments: "name = \"x\"\n public_key = \"KEY ours\"",
    },
    Taken {
        kind: Kind::PlacementGroup,
        path: "/placement_groups",
        body: r#"{"name": "x", "type": "spread"}"#,
        resource: "hcloud_placement_group",
        arguments: "name = \"x\"\n type = \"spread\"",
    },
    Taken {
        kind: Kind::PrimaryIp,
        path: "/primary_ips",
        body: r#"{"name": "x", "type": "ipv4", "location": "fsn1", "assignee_type": "server", "auto_delete": false}"#,
        resource: "hcloud_primary_ip",
        arguments: "name = \"x\"\n type = \"ipv4\"\n location = \"fsn1\"\n auto_delete = false",
    },
    Taken {
        kind: Kind::FloatingIp,
        path: "/floating_ips",
        body: r#"{"name": "x", "type": "ipv4", "home_location": "fsn1"}"#,
        resource: "hcloud_floating_ip",
        arguments: "name = \"x\"\n type = \"ipv4\"\n home_location = \"fsn1\"",
    },
    Taken {
        kind: Kind::Zone,
        path: "/zones",
        body: r#"{"name": "taken.example", "mode": "primary"}"#,
        resource: "hcloud_zone",
        arguments: "name = \"taken.example\"\n mode = \"primary\"",
    },
];

#[test]
fn what_somebody_else_made_is_named_and_not_taken_over() {
    for taken in TAKEN {
        // A mark of another state is no mark of ours.
        for labels in [
            json!({ "team": "theirs" }),
            json!({ "infra/token": "isomebody", "infra/lineage": "another" }),
        ] {
            let cloud = Cloud::start();
            let mut body: Json = serde_json::from_str(&taken.body.replace("KEY", KEY)).unwrap();
            body["labels"] = labels;
            cloud.outside("POST", taken.path, &body);
            let there = cloud.world(|world| world.objects(taken.kind));
            let id = there[0]["id"].to_string();
            let arguments = taken.arguments.replace("KEY", KEY);
            let text = format!("resource \"{}\" \"x\" {{\n {arguments}\n}}\n", taken.resource);
            let estate = estate(&cloud);
            estate.write("main.tf", &text);
            let refused = estate.run("apply -auto-approve").exits(1);
            let told = format!("{}: {}", taken.resource, refused.all());
            refused.says("import {").says(&format!("to = {}.x", taken.resource));
            assert!(told.contains(&format!("id = \"{id}\"")), "{told}");
            assert_eq!(cloud.world(|world| world.objects(taken.kind)), there, "{told}");
            assert_eq!(estate.recorded(), Vec::<String>::new(), "{told}");

            let import = format!("import {{\n  to = {}.x\n  id = \"{id}\"\n}}\n", taken.resource);
            estate.write("imports.tf", &import);
            let applied = estate.run("apply -auto-approve");
            assert_eq!(applied.code, Some(0), "{told}\n{}", applied.all());
            balance(&cloud, &estate, &applied.all());
            estate.is_settled();
        }
    }
}

/// Requests that make what carries our mark.
const MAKING: [&str; 5] =
    ["POST /servers", "POST /volumes", "POST /networks", "POST /firewalls", "POST /ssh_keys"];

/// Their lists.
const LISTS: [&str; 5] =
    ["GET /servers", "GET /volumes", "GET /networks", "GET /firewalls", "GET /ssh_keys"];

/// The create arrived and was answered with an error, and its repetition finds the name taken: by us.
#[test]
fn what_carries_our_mark_is_taken_over() {
    crowd::each(&MAKING, MAKING.len(), |operation| {
        let cloud = Cloud::start();
        let estate = estate(&cloud);
        let (status, code) = (503, "unavailable".to_owned());
        let effect = Effect::Answer { status, code, committed: true };
        cloud.fault(&Fault::once(operation, effect));
        let first = estate.run("apply -auto-approve");
        first.clone().lacks("import {");
        let told = format!("{operation}\n{}", first.all());
        estate.run("apply -auto-approve").exits(0);
        assert_eq!(estate.recorded().len(), RESOURCES, "{told}");
        balance(&cloud, &estate, &told);
        assert_eq!((cloud.boots(), cloud.wiped()), (vec![1, 1], 0), "{told}");
        estate.is_settled();
    });
}

/// The create arrived, its answer did not, and lists do not show it for longer than anybody waits: it is
/// not made twice, and what to write for it is said.
#[test]
fn what_lists_do_not_show_is_not_made_twice() {
    crowd::each(&MAKING, MAKING.len(), |operation| {
        let cloud = Cloud::start();
        let estate = estate(&cloud);
        cloud.fault(&Fault::once(operation, Effect::CutAfter));
        for list in LISTS {
            cloud.fault(&Fault::once(list, Effect::StaleList { lag_ms: 600_000 }).times(4));
        }
        let mut told = String::new();
        for _ in 0..5 {
            if let Some((to, id)) = import_named(&told) {
                let import = format!("import {{\n  to = {to}\n  id = \"{id}\"\n}}\n");
                estate.write("imports.tf", &import);
            }
            let applied = estate.run("apply -auto-approve");
            told.push_str(&applied.all());
            if applied.code == Some(0) {
                break;
            }
        }
        assert_eq!(estate.recorded().len(), RESOURCES, "{operation}\n{told}");
        balance(&cloud, &estate, &format!("{operation}\n{told}"));
        assert_eq!((cloud.boots(), cloud.wiped()), (vec![1, 1], 0), "{told}");
        estate.is_settled();
    });
}

/// Returns what an import block in a message names.
fn import_named(told: &str) -> Option<(String, String)> {
    let (_, block) = told.rsplit_once("import {")?;
    let to = block.split_once("to = ")?.1.lines().next()?.trim().to_owned();
    let id = block.split_once("id = \"")?.1.split_once('"')?.0.to_owned();
    Some((to, id))
}

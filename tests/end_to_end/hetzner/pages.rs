//! Lists of several pages that shift while they are read, repeat themselves, or are older than what was
//! written: nothing is taken for gone that is there, and nothing is there twice.

use super::{Cloud, books::FOREIGN, books::balance, estate};
use crate::end_to_end::estate::Estate;
use infra_hetzner_simulator::{Effect, Fault, Kind};
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

/// More than one page of each sort.
const EACH: usize = 60;

/// Lists that refresh the estate here.
const LISTS: [&str; 3] = ["GET /firewalls", "GET /ssh_keys", "GET /volumes"];

const MANY: &str = r#"provider "hcloud" {
  poll_interval = "1ms"
  poll_function = "constant"
}

resource "hcloud_firewall" "many" {
  count = 60
  name  = "many-${count.index}"
}

resource "hcloud_volume" "many" {
  count    = 60
  name     = "many-${count.index}"
  size     = 10
  location = "fsn1"
}
"#;

/// An estate of many objects, among which others have a few: before ours, and behind them.
fn many(cloud: &Cloud) -> Estate {
    let foreign = json!({ FOREIGN: "yes" });
    let others = |names: [&str; 2]| {
        for name in names {
            let volume = json!({ "name": name, "size": 10, "location": "fsn1", "labels": foreign });
            cloud.outside("POST", "/volumes", &volume);
            cloud.outside("POST", "/firewalls", &json!({ "name": name, "labels": foreign }));
        }
    };
    others(["early-0", "early-1"]);
    let mut text = MANY.to_owned();
    for at in 0..EACH {
        let key = format!("resource \"hcloud_ssh_key\" \"k{at}\" {{\n  name = \"many-{at}\"\n");
        write!(text, "\n{key}  public_key = \"{}\"\n}}\n", public_key(at)).unwrap();
    }
    let estate = estate(cloud);
    estate.write("main.tf", &text);
    let made = estate.run("apply -auto-approve -parallelism=50").exits(0);
    made.says("180 added, 0 changed, 0 destroyed");
    others(["late-0", "late-1"]);
    estate
}

/// A key of its own for each number.
fn public_key(at: usize) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let own = char::from(letters[at]);
    format!(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGluZnJhLWlu{own}nJhLWluZnJhLWluZnJhLWluZnJhLWluZnJh k"
    )
}

/// What happens to lists, and at which pages.
fn troubles(cloud: &Cloud) -> Vec<(&'static str, Vec<Fault>)> {
    let everywhere = |fault: &dyn Fn(&str) -> Fault| LISTS.map(fault).to_vec();
    let volume = cloud.id(Kind::Volume, "early-0");
    let firewall = cloud.id(Kind::Firewall, "early-0");
    let delete = |object, id| Effect::OutsideDelete { object, id };
    let make = |path: &str, body: Json| {
        let (method, path) = ("POST".to_owned(), path.to_owned());
        Effect::OutsideCall { method, path, body }
    };
    let labels = json!({ FOREIGN: "yes" });
    vec![
        ("the second page repeats the first", {
            everywhere(&|list| Fault::once(list, Effect::DuplicatePage).from(2))
        }),
        ("every page but the first repeats the one before", {
            everywhere(&|list| Fault::always(list, Effect::DuplicatePage))
        }),
        ("the second page misses three", {
            everywhere(&|list| Fault::once(list, Effect::ShiftedPage { by: 3 }).from(2))
        }),
        ("every second page misses ten", {
            everywhere(&|list| Fault::always(list, Effect::ShiftedPage { by: 10 }))
        }),
        ("something is deleted between two pages", {
            vec![
                Fault::once("GET /volumes", delete(Kind::Volume, volume)).from(2),
                Fault::once("GET /firewalls", delete(Kind::Firewall, firewall)).from(2),
            ]
        }),
        ("something is made between two pages", {
            let volume = json!({ "name": "x", "size": 10, "location": "fsn1", "labels": labels });
            let firewall = json!({ "name": "x", "labels": labels });
            vec![
                Fault::once("GET /volumes", make("/volumes", volume)).from(2),
                Fault::once("GET /firewalls", make("/firewalls", firewall)).from(2),
            ]
        }),
    ]
}

#[test]
fn pages_that_shift_lose_nothing_and_double_nothing() {
    let cloud = Cloud::start();
    let estate = many(&cloud);
    for (name, faults) in troubles(&cloud) {
        cloud.heal();
        for fault in &faults {
            cloud.fault(fault);
        }
        cloud.requests();
        estate.run("plan -detailed-exitcode").exits(0).says("No changes.");
        let hits = cloud.world(|world| world.faults().map(|(_, hits)| hits).min());
        assert!(hits.is_some_and(|hits| hits > 0), "{name}: it was not met");
        let counts = cloud.requests();
        estate.run("apply -auto-approve").exits(0).says("0 added, 0 changed, 0 destroyed");
        assert_eq!(cloud.writes(), Vec::<String>::new(), "{name}: {counts:?}");
        cloud.heal();
        balance(&cloud, &estate, name);
    }
}

#[test]
fn what_is_deleted_between_two_pages_is_made_again_and_nothing_else() {
    let cloud = Cloud::start();
    let estate = many(&cloud);
    let gone = cloud.id(Kind::Volume, "many-7");
    let delete = Effect::OutsideDelete { object: Kind::Volume, id: gone };
    cloud.fault(&Fault::once("GET /volumes", delete).from(2));
    // The page that showed it was read before: what it says may hold for this plan, not for the next.
    estate.run("plan").exits(0);
    estate.run("plan -detailed-exitcode").exits(2).says("1 to add, 0 to change, 0 to destroy");
    estate.run("apply -auto-approve").exits(0).says("1 added, 0 changed, 0 destroyed");
    balance(&cloud, &estate, "one is made again");
    estate.is_settled();
}

#[test]
fn lists_older_than_what_was_written_change_nothing_back() {
    let cloud = Cloud::start();
    let estate = estate(&cloud);
    for list in ["GET /servers", "GET /volumes", "GET /networks", "GET /firewalls", "GET /ssh_keys"]
    {
        cloud.fault(&Fault::always(list, Effect::FrozenList));
    }
    // Lists show the empty project: nothing of what was made counts as gone.
    estate.apply();
    estate.is_settled();
    cloud.heal();

    for list in ["GET /servers", "GET /volumes"] {
        cloud.fault(&Fault::always(list, Effect::FrozenList));
    }
    let grown = "-var size=20 -var type=cx33";
    estate.run(&format!("apply -auto-approve {grown}")).exits(0).says("3 changed");
    let lives = cloud.lives();
    // Lists show everything as it was before: whatever is planned, nothing is restarted for it.
    let again = estate.run(&format!("apply -auto-approve {grown}"));
    assert_eq!(cloud.lives(), lives, "{}", again.all());
    let again = again.exits(0);
    cloud.heal();
    estate.run(&format!("plan -detailed-exitcode {grown}")).exits(0);
    balance(&cloud, &estate, &again.all());

    // What is gone is still listed: it is not there for that.
    for list in ["GET /servers", "GET /volumes", "GET /networks"] {
        cloud.fault(&Fault::always(list, Effect::FrozenList));
    }
    estate.run("destroy -auto-approve").exits(0);
    estate.run("destroy -auto-approve").exits(0);
    assert_eq!(cloud.objects(), Vec::<String>::new());
}

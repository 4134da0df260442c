//! Kills at any request: after one more apply everything is there once, and nothing else.

use super::{Cloud, RESOURCES, books::balance, estate};
use crate::end_to_end::{estate::Estate, outside};
use infra_hetzner_simulator::{Effect, Fault, Kind};
use serde_json::json;
use std::thread;

/// How many kills there are if nothing else is said.
const KILLS: u64 = 20;

/// As many estates are killed at the same time: most of the time they wait for lost creates to settle.
const AT_ONCE: u64 = 4;

/// More requests than an apply sends.
const REQUESTS_MAX: u64 = 60;

/// What is in the project when the estate is there.
pub(super) const WHOLE: [&str; 9] = [
    "firewall web",
    "network lan",
    "primary_ip",
    "primary_ip",
    "primary_ip",
    "primary_ip",
    "server web-0",
    "server web-1",
    "ssh_key ann",
];

#[test]
fn kill_sweep_on_hetzner() {
    let kills = outside::number("INFRA_KILLS").map_or(KILLS, |kills| kills / 5);
    let rounds: Vec<_> = (0..AT_ONCE)
        .map(|first| thread::spawn(move || sweep(first, kills.div_ceil(AT_ONCE))))
        .collect();
    let done: u64 = rounds.into_iter().map(|round| round.join().unwrap()).sum();
    assert!(done >= kills, "{done} of {kills} kills");
    outside::tell(&format!("kill_sweep_on_hetzner: {done} kills"));
}

fn sweep(first: u64, kills: u64) -> u64 {
    let (mut done, mut round) = (0, first);
    while done < kills {
        let cloud = Cloud::start();
        let estate = estate(&cloud);
        // The runs that recover from a kill are killed as well.
        for again in 0..=round % 2 {
            let requests = (round * 7 + again * 13) % REQUESTS_MAX + 1;
            done += u64::from(killed(&cloud, &estate, "apply", requests));
        }
        estate.run("apply -auto-approve").exits(0);
        assert_eq!(estate.recorded().len(), RESOURCES, "round {round}");
        let objects = cloud.objects();
        for one in WHOLE {
            assert!(
                objects.iter().any(|object| object.starts_with(one)),
                "round {round}: {objects:?}"
            );
        }
        assert_eq!(objects.len(), WHOLE.len() + 2, "round {round}: {objects:?}");
        assert_eq!(cloud.wiped(), 0, "round {round}");
        estate.is_settled();
        done += u64::from(killed(&cloud, &estate, "destroy", round * 5 % 30 + 1));
        estate.run("destroy -auto-approve").exits(0);
        assert_eq!(cloud.objects(), Vec::<String>::new(), "round {round}");
        round += AT_ONCE;
        assert!(round < 20 * kills + 100, "{done} kills until round {round}");
    }
    done
}

/// What the estate is changed to, and the requests at which the change is killed.
const GROWN: &str = "-var size=20 -var type=cx33";
const CHANGING: [u64; 10] = [7, 9, 11, 12, 13, 15, 18, 24, 60, 75];

#[test]
fn servers_run_again_whenever_a_change_is_killed() {
    let sweep = |at: u64| {
        let cloud = Cloud::start();
        let estate = estate(&cloud);
        estate.apply();
        let is_killed = killed(&cloud, &estate, &format!("apply {GROWN}"), at);
        let applied = estate.run(&format!("apply -auto-approve {GROWN}")).exits(0);
        let told = format!("killed at request {at}\n{}", applied.all());
        assert_eq!(cloud.statuses(), ["running", "running"], "{told}");
        assert_eq!(cloud.wiped(), 0, "{told}");
        balance(&cloud, &estate, &told);
        estate.run(&format!("plan -detailed-exitcode {GROWN}")).exits(0);
        is_killed
    };
    let threads = CHANGING.map(|at| thread::spawn(move || sweep(at)));
    let kills = threads.into_iter().map(|one| one.join().unwrap());
    assert!(kills.filter(|is_killed| *is_killed).count() >= 8, "too few were killed");
}

/// Something that is done to a server while it is off, and then nothing is left to do but to start it.
#[test]
fn what_a_killed_change_left_off_is_planned_and_started() {
    let cloud = Cloud::start();
    let estate = estate(&cloud);
    let text = |more: &str| {
        format!(
            "{}\nresource \"hcloud_placement_group\" \"apart\" {{\n  name = \"apart\"\n  type = \"spread\"\n}}\n\
             resource \"hcloud_server\" \"one\" {{\n  name = \"one\"\n  server_type = \"cx23\"\n  \
             image = \"debian-12\"\n  location = \"fsn1\"\n  {more}\n}}\n",
            super::PROVIDER
        )
    };
    estate.write("main.tf", &text(""));
    estate.apply();
    estate.write("main.tf", &text("placement_group_id = hcloud_placement_group.apart.id"));
    cloud.fault(&Fault::always("POST /servers/{id}/actions/poweron", Effect::RevokeToken));
    estate.run("apply -auto-approve").exits(1).says("does not accept the token");
    assert_eq!(cloud.statuses(), ["off"]);
    let plan = estate.run_with("plan -detailed-exitcode", &cloud.renewed()).exits(2);
    plan.says("`one` was left off by a run that was broken off: it is started");
    estate.run_with("apply -auto-approve", &cloud.renewed()).exits(0);
    assert_eq!((cloud.statuses(), cloud.boots()), (vec!["running".to_owned()], vec![2]));
    let labels = cloud.world(|world| world.objects(Kind::Server)[0]["labels"].clone());
    assert!(labels.get("infra/stopped").is_none(), "{labels}");
    estate.run_with("plan -detailed-exitcode", &cloud.renewed()).exits(0);

    // What its owner switches off stays off.
    let id = cloud.id(Kind::Server, "one");
    cloud.outside("POST", &format!("/servers/{id}/actions/poweroff"), &json!({}));
    estate.run_with("plan -detailed-exitcode", &cloud.renewed()).exits(0);
    estate.run_with("apply -auto-approve", &cloud.renewed()).exits(0);
    assert_eq!(cloud.statuses(), ["off"]);
}

/// Kills a command at a request; returns whether it died of that.
fn killed(cloud: &Cloud, estate: &Estate, command: &str, requests: u64) -> bool {
    let running = estate.start(&format!("{command} -auto-approve"));
    cloud.hunt(running.id(), requests);
    let ended = running.finish();
    cloud.rest();
    assert!(matches!(ended.code, None | Some(0)), "{}", ended.all());
    ended.code.is_none()
}

//! Kills at any request: after one more apply everything is there once, and nothing else.

use super::{Cloud, RESOURCES, estate};
use crate::end_to_end::{estate::Estate, outside};
use std::thread;

/// How many kills there are if nothing else is said.
const KILLS: u64 = 20;

/// As many estates are killed at the same time: most of the time they wait for lost creates to settle.
const AT_ONCE: u64 = 4;

/// More requests than an apply sends.
const REQUESTS_MAX: u64 = 60;

/// What is in the project when the estate is there.
const WHOLE: [&str; 9] = [
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

/// Kills a command at a request; returns whether it died of that.
fn killed(cloud: &Cloud, estate: &Estate, command: &str, requests: u64) -> bool {
    let running = estate.start(&format!("{command} -auto-approve"));
    cloud.hunt(running.id(), requests);
    let ended = running.finish();
    cloud.rest();
    assert!(matches!(ended.code, None | Some(0)), "{}", ended.all());
    ended.code.is_none()
}

//! Faults while an estate is made: whatever an apply said, the next ones make everything, once.

use super::{Cloud, RESOURCES, crowd, estate, kills::WHOLE};
use infra_hetzner_simulator::{Effect, Fault};
use serde_json::json;

/// As many estates are made at the same time: most of the time they wait for lost creates to settle.
const AT_ONCE: usize = 16;

/// As many applies are needed at most: the first meets the fault, the second what it left.
const APPLIES_MAX: usize = 3;

/// Requests that make something.
const MAKING: [&str; 6] = [
    "POST /servers",
    "POST /volumes",
    "POST /networks/{id}/actions/add_subnet",
    "POST /servers/{id}/actions/attach_to_network",
    "POST /volumes/{id}/actions/attach",
    "POST /zones/{id_or_name}/rrsets",
];

/// Requests that read something.
const READING: [&str; 3] = ["GET /servers", "GET /actions", "GET /networks/{id}"];

#[test]
fn every_fault_is_caught_up_with() {
    crowd::each(&faults(), AT_ONCE, meet);
}

fn faults() -> Vec<Fault> {
    let mut faults = Vec::new();
    for operation in MAKING {
        let broken = [
            Effect::CutBefore,
            Effect::CutAfter,
            Effect::CutInside,
            Effect::BadGateway { committed: true },
            Effect::ActionFails { command: None, code: "action_failed".to_owned() },
            Effect::ActionVanishes { command: None },
        ];
        faults.extend(broken.map(|effect| Fault::once(operation, effect)));
    }
    for operation in READING {
        let broken = [Effect::CutAfter, Effect::BadGateway { committed: false }, Effect::Truncated];
        faults.extend(broken.map(|effect| Fault::once(operation, effect).times(2)));
    }
    faults.push(Fault::once("* *", Effect::RateLimited).from(5).times(12));
    faults.push(Fault::once("POST /servers", sticks(600_000)));
    faults.push(Fault::once("POST /servers", sold_out()).times(2));
    faults.push(Fault::once("POST *", Effect::Lock { for_ms: 20_000 }).from(4).times(3));
    faults.push(Fault::once("GET /servers", Effect::StaleList { lag_ms: 30_000 }).times(3));
    faults.push(Fault::always("GET /servers", odd("servers.*.status", "hovering")));
    faults.push(Fault::always("GET /servers/{id}", odd("server.status", "hovering")));
    faults.push(Fault::always(
        "GET /volumes",
        Effect::Remove { path: "volumes.*.status".to_owned() },
    ));
    faults
}

fn sticks(for_ms: u64) -> Effect {
    Effect::ActionSticks { command: None, for_ms: Some(for_ms) }
}

fn sold_out() -> Effect {
    Effect::StockOut { server_type: "cx23".to_owned(), location: "fsn1".to_owned() }
}

fn odd(path: &str, value: &str) -> Effect {
    Effect::Set { path: path.to_owned(), value: json!(value) }
}

fn meet(fault: &Fault) {
    let cloud = Cloud::start();
    let estate = estate(&cloud);
    cloud.fault(fault);
    let mut told = Vec::new();
    for _ in 0..APPLIES_MAX {
        let applied = estate.run("apply -auto-approve");
        told.push(applied.all());
        if applied.code == Some(0) {
            break;
        }
    }
    let told = format!("{fault:?}\n{}", told.join("\n=====\n"));
    assert_eq!(estate.recorded().len(), RESOURCES, "{told}");
    let objects = cloud.objects();
    for one in WHOLE {
        assert!(objects.iter().any(|object| object.starts_with(one)), "{objects:?}\n{told}");
    }
    assert_eq!(objects.len(), WHOLE.len() + 2, "{objects:?}\n{told}");
    assert_eq!(cloud.wiped(), 0, "{told}");
    let plan = estate.run("plan -detailed-exitcode");
    assert_eq!(plan.code, Some(0), "{}\n{told}", plan.all());
}

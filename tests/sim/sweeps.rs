//! Two sweeps over one estate: fail each request in turn, repeat each request in turn.

use super::{
    estate::{self, Estate},
    judge,
    random::Random,
    universe::Universe,
};
use infra_fake::world::{At, Fault, Faults};

/// The seed of the estate that is swept.
const SEED: u64 = 4;

#[test]
fn every_request_may_fail_before_its_effect() {
    sweep(Fault::Before);
}

#[test]
fn every_request_may_fail_after_its_effect() {
    sweep(Fault::After);
}

#[test]
fn every_request_may_be_delivered_twice() {
    sweep(Fault::Duplicate);
}

#[test]
fn the_process_may_die_at_every_record() {
    let (_, before, after) = estates();
    for record in 1.. {
        let mut universe = start(&before);
        universe.crash_at = Some(record);
        universe.apply_with_faults(&after, false, &mut Random::new(SEED));
        let died = universe.transcript.contains("crashed");
        finish(universe, &after, &format!("death at record {record}"));
        if !died {
            return;
        }
    }
}

fn sweep(fault: Fault) {
    let (_, before, after) = estates();
    let clean = start(&before);
    let first = clean.world.requests();
    let mut whole = clean;
    whole.apply_with_faults(&after, false, &mut Random::new(SEED));
    let last = whole.world.requests();
    assert!(last > first, "there is something to sweep over");
    for request in first..last {
        let mut universe = start(&before);
        universe.world.faults = Faults::default().once(At::Request(request), fault);
        universe.apply_with_faults(&after, false, &mut Random::new(SEED));
        finish(universe, &after, &format!("{fault:?} at request {request}"));
    }
}

fn estates() -> (Random, Estate, Estate) {
    let mut random = Random::new(SEED);
    let before = estate::random(&mut random);
    let after = estate::changed(&before, &mut random);
    (random, before, after)
}

fn start(before: &Estate) -> Universe {
    let mut universe = Universe::new(SEED);
    universe.apply_cleanly(before);
    universe
}

fn finish(mut universe: Universe, after: &Estate, what: &str) {
    universe.end_faults();
    let verdict = judge::settle_and_judge(universe, after, false);
    assert!(
        verdict.problems.is_empty(),
        "{what}:\n{}\n{}\n{}",
        verdict.problems.join("\n"),
        verdict.program,
        verdict.transcript
    );
}

//! The simulation: a seed gives a random program, a random prior world and a fault schedule; one
//! single-threaded loop with a virtual clock carries it out, and oracles judge every run.
//!
//! `INFRA_SEED=n cargo test simulation` replays one seed; `INFRA_SEEDS=n` runs so many.

mod absence;
mod estate;
mod judge;
mod leases;
pub(crate) mod random;
mod run;
mod sweeps;
mod universe;

use judge::Verdict;
use random::Random;

/// How many seeds are run if nothing else is said.
const SEEDS: u64 = 500;

#[test]
fn simulation_by_seed() {
    let one = std::env::var("INFRA_SEED").ok().and_then(|seed| seed.parse().ok());
    let many = std::env::var("INFRA_SEEDS").ok().and_then(|seeds| seeds.parse().ok());
    let seeds = match one {
        Some(seed) => seed..seed + 1,
        None => 0..many.unwrap_or(SEEDS),
    };
    let mut fsyncs = 0;
    let mut groups = 0;
    let mut renewals = 0;
    for seed in seeds {
        let verdict = simulate(seed);
        assert!(
            verdict.problems.is_empty(),
            "seed {seed} failed; replay it with INFRA_SEED={seed} cargo test simulation_by_seed\n{}\n\n{}\n{}",
            verdict.problems.join("\n"),
            verdict.program,
            verdict.transcript,
        );
        fsyncs += verdict.appends;
        groups += verdict.groups;
        renewals += verdict.transcript.matches("work: Renew, news: Done").count();
    }
    // The records of a plan itself, and outputs, take a commit of their own in each run.
    let whole_runs = fsyncs > 1_000;
    assert!(!whole_runs || renewals > 0, "no lease was ever renewed");
    assert!(!whole_runs || fsyncs <= groups * 2, "{fsyncs} appends for {groups} groups");
}

#[test]
fn simulation_gives_the_same_transcript_twice() {
    for seed in [1, 7, 42, 99, 123] {
        assert_eq!(simulate(seed).transcript, simulate(seed).transcript, "seed {seed}");
    }
}

/// Runs one seed: prior world, faulty run, and runs without faults until nothing is left to do.
fn simulate(seed: u64) -> Verdict {
    let mut random = Random::new(seed);
    let mut universe = universe::Universe::new(seed);
    let before = estate::random(&mut random);
    universe.apply_cleanly(&before);
    universe.drift(&mut random);
    let after = estate::changed(&before, &mut random);
    universe.schedule_faults(&mut random);
    let destroy = random.chance(1, 8);
    universe.apply_with_faults(&after, destroy, &mut random);
    universe.end_faults();
    judge::settle_and_judge(universe, &after, destroy)
}

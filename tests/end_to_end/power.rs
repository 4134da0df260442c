//! The power fails while a command writes, or after it ended: every state of the directory that this
//! may leave is laid out anew, and the next command goes on from it.
//!
//! What the program does to files is recorded by `strace`, whatever part of it or library does it.
//! What was synced is there, and of the rest any part: writes torn, names without contents and
//! contents without names. No claim is made for devices that do not keep what they promise.

mod cases;
mod disk;
mod trace;

use super::{
    cases::{CASES, Case, INSTALLS},
    child::Running,
    estate::{Estate, binary},
    outside,
};
use disk::{Disk, LOSSES, Loss};
use std::{
    collections::BTreeMap,
    fs,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};
use trace::{CALLS, Recorded};

/// So many states of each command are tried if nothing else is said, and the one in which it has ended
/// and nothing is there but what it synced; with `INFRA_KILLS` it is all of them.
const STATES: usize = 6;

/// What a power failure may leave.
struct State {
    disk: Disk,
    /// The command had ended.
    is_done: bool,
    /// And nothing more is left than it promised.
    is_least: bool,
    place: String,
}

#[test]
fn power_that_fails_leaves_what_was_acknowledged_and_nothing_by_halves() {
    if outside::ask("strace", &["-qq", "-o", "/dev/null", "true"]).is_none() {
        return outside::skip("power", "strace cannot run here", "INFRA_REQUIRE_STRACE");
    }
    let only = outside::variable("INFRA_POWER_CASE");
    let all = CASES.iter().chain(&INSTALLS).chain(&cases::CASES);
    let all: Vec<&Case> =
        all.filter(|case| only.as_ref().is_none_or(|only| only == case.name)).collect();
    let (next, tried) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(case) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    tried.fetch_add(replay(case), Ordering::Relaxed);
                }
            });
        }
    });
    outside::tell(&format!("power: {} states of {} commands", tried.into_inner(), all.len()));
    assert!(all.len() > 15 || only.is_some(), "{} commands are too few", all.len());
}

/// Goes on from what the power may leave of a case; returns the number of states tried.
fn replay(case: &Case) -> usize {
    let estate = Estate::new();
    (case.prepare)(&estate);
    let recorded = record(&estate, case.command);
    let states = chosen(states(&recorded));
    for State { disk, is_done, place, .. } in &states {
        disk.lay(&estate.path());
        if outside::variable("INFRA_POWER_CASE").is_some() {
            outside::tell(&format!("{}, {place}", case.name));
        }
        case.check(&estate, *is_done, place);
    }
    states.len()
}

/// Runs a command to its end and returns what it did below the estate's directory.
fn record(estate: &Estate, command: &str) -> Recorded {
    let trace = estate.path().with_file_name("trace");
    let base = Disk::read(&estate.path());
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-qq", "-s", "100000000", "-o"]).arg(&trace);
    strace.args(["-e", &format!("trace={CALLS}"), "-e", "signal=none", binary()]);
    strace.args(command.split(' ')).current_dir(estate.path());
    strace.env("HOME", estate.path().with_file_name("home")).env("USER", "tester");
    Running::start(strace, format!("infra {command}, recorded")).finish().exits(0);
    let text = String::from_utf8(fs::read(trace).unwrap()).unwrap();
    let recorded = Recorded::of(&estate.path(), base, &text);
    let (read, followed) =
        (Disk::read(&estate.path()), recorded.base.left(&recorded.log, LOSSES[0]));
    assert_eq!(read.fingerprint(), followed.fingerprint(), "{command}: something was not followed");
    recorded
}

/// Returns every state that a power failure may leave, each once, as late as it may come.
fn states(recorded: &Recorded) -> Vec<State> {
    let mut states: BTreeMap<u64, (usize, State)> = BTreeMap::new();
    for operations in 0..=recorded.log.len() {
        for loss in LOSSES {
            let disk = recorded.base.left(&recorded.log[..operations], loss);
            let is_done = operations == recorded.log.len();
            let is_least = is_done && loss == Loss::Everything;
            let place =
                format!("after {operations} of {} operations, {loss:?} lost", recorded.log.len());
            let fingerprint = disk.fingerprint();
            let before = states.get(&fingerprint);
            let is_least = is_least || before.is_some_and(|(_, state)| state.is_least);
            states.insert(fingerprint, (operations, State { disk, is_done, is_least, place }));
        }
    }
    let mut states: Vec<(usize, State)> = states.into_values().collect();
    states.sort_by_key(|(operations, _)| *operations);
    states.into_iter().map(|(_, state)| state).collect()
}

/// Returns the states that are tried.
fn chosen(states: Vec<State>) -> Vec<State> {
    if outside::number("INFRA_KILLS").is_some() || outside::variable("INFRA_POWER_CASE").is_some() {
        return states;
    }
    let step = states.len().div_ceil(STATES);
    let numbered = states.into_iter().enumerate();
    let chosen = numbered.filter(|(number, state)| state.is_least || number % step == step / 2);
    chosen.map(|(_, state)| state).collect()
}

//! Killed before each operation on files, one after the other: what commands write beside the run of
//! an apply is the old or the new, whole, and the same command ends what was begun.
//!
//! `strace` sends the signal when the program enters a call of the system; in which thread of it, and
//! the how many-eth call of its sort, is named, so every run dies where it is told to.

use super::{
    cases::{CASES, Case, INSTALLS},
    child::{Output, Running},
    estate::{Estate, binary},
    outside,
};
use std::{process::Command, thread};

/// Calls that change files, by the names that they have on different machines.
pub(super) const CALLS: [&str; 8] = [
    "write",
    "?fsync",
    "?fdatasync",
    "?rename,?renameat,?renameat2",
    "?link,?linkat",
    "?unlink,?unlinkat,?rmdir",
    "?mkdir,?mkdirat",
    "?ftruncate",
];

/// More calls of one sort than any of these commands makes in a thread.
pub(super) const CALLS_MAX: usize = 100;

/// Of the instants of an installation every so many-eth is tried; with `INFRA_KILLS` it is each.
const STEP_OF_INSTALLS: usize = 4;

#[test]
fn killed_at_any_instant_files_are_old_or_new_and_never_in_between() {
    if outside::ask("strace", &["-qq", "-o", "/dev/null", "true"]).is_none() {
        return outside::skip("instants", "strace cannot run here", "INFRA_REQUIRE_STRACE");
    }
    let kills: u32 = thread::scope(|scope| {
        let running = CASES.each_ref().map(|case| scope.spawn(|| sweep(case, 1)));
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    outside::tell(&format!("instants: {kills} kills"));
    assert!(kills > 50, "{kills} kills are too few for all these operations");
}

#[test]
fn killed_at_any_instant_an_installation_is_finished_by_the_next() {
    if outside::ask("strace", &["-qq", "-o", "/dev/null", "true"]).is_none() {
        return outside::skip("instants", "strace cannot run here", "INFRA_REQUIRE_STRACE");
    }
    let step = if outside::number("INFRA_KILLS").is_some() { 1 } else { STEP_OF_INSTALLS };
    let kills: u32 = thread::scope(|scope| {
        let running = INSTALLS.each_ref().map(|case| scope.spawn(|| sweep(case, step)));
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    outside::tell(&format!("instants: {kills} kills of installations"));
    assert!(kills > 20, "{kills} kills are too few for all these operations");
}

/// Kills the command of a case at every so many-eth operation of every sort; returns the number of
/// kills.
fn sweep(case: &Case, step: usize) -> u32 {
    let estate = Estate::new();
    let mut kills = 0;
    for calls in CALLS {
        for number in (1..CALLS_MAX).step_by(step) {
            (case.prepare)(&estate);
            let output = killed_at(&estate, calls, number, case.command);
            let place = format!("{}, before {calls} {number}", case.name);
            let is_new = output.code == Some(0);
            assert!(is_new || output.code.is_none(), "{place}: {}", output.all());
            if is_new {
                (case.judge)(&estate, true);
                break;
            }
            kills += 1;
            case.check(&estate, false, &place);
        }
    }
    kills
}

/// Runs a command that is killed when a thread of it enters a call of the system for the so many-eth
/// time; it runs to its end if it never does.
fn killed_at(estate: &Estate, calls: &str, number: usize, command: &str) -> Output {
    let inject = format!("inject={calls}:signal=KILL:when={number}");
    let trace = format!("trace={calls}");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject, binary()]);
    strace.args(command.split(' ')).current_dir(estate.path());
    strace.env("HOME", estate.path().with_file_name("home")).env("USER", "tester");
    Running::start(strace, format!("infra {command}, killed before {calls} {number}")).finish()
}

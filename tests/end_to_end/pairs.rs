//! Two processes at once: one is held just behind an operation on files, another goes its whole way,
//! and then the first goes on. Both succeed, or one says why not; what is left is whole.
//!
//! `strace` stops the first by a signal in a call of the system; which one is named, so nothing depends
//! on time.

use super::{
    cases::INSTALLS,
    child::{Output, Running, wait_until},
    estate::{Estate, binary},
    instants::{CALLS, CALLS_MAX},
    outside,
};
use std::{cell::Cell, fs, path::PathBuf, process::Command, thread};

/// Of the instants of a command every so many-eth is tried; with `INFRA_KILLS` it is each.
const STEP: usize = 5;

/// What a process says that waits for the other.
const WAITS: &str = "Waiting for another installation";

/// A command that is held, another that comes in between, and what must hold of both.
struct Pair {
    name: &'static str,
    first: &'static str,
    second: &'static str,
    prepare: fn(&Estate),
    judge: fn(&Estate, &Output, &Output),
}

const PAIRS: [Pair; 5] = [
    Pair {
        name: "fmt and fmt",
        first: "fmt",
        second: "fmt",
        prepare: |estate| {
            estate.write("main.tf", "locals {\n  a=1\n}\n");
            estate.write("more.tf", "locals {\n  b=1\n}\n");
        },
        judge: |estate, first, second| {
            both_end_well(first, second);
            let names = fs::read_dir(estate.path()).unwrap().count();
            assert_eq!(names, 2, "something lies beside them");
            estate.run("fmt -check").exits(0);
        },
    },
    Pair {
        name: "plan and plan",
        first: "plan -out=made",
        second: "plan -out=made",
        prepare: |estate| {
            estate.write("main.tf", "resource \"terraform_data\" \"a\" {\n}\n");
            fs::remove_file(estate.file("made")).ok();
        },
        judge: |estate, first, second| {
            both_end_well(first, second);
            estate.run("show made").exits(0).says("terraform_data.a will be created");
        },
    },
    Pair {
        name: "init and init",
        first: INSTALLS[0].command,
        second: "init",
        prepare: INSTALLS[0].prepare,
        judge: |estate, first, second| {
            both_end_well(first, second);
            (INSTALLS[0].judge)(estate, true);
        },
    },
    Pair {
        name: "init and apply",
        first: INSTALLS[1].command,
        second: "apply -auto-approve",
        prepare: INSTALLS[1].prepare,
        judge: |estate, first, second| {
            assert_eq!(first.code, Some(0), "{}", first.all());
            let is_refused = second.code == Some(1) && second.has("infra init");
            assert!(second.code == Some(0) || is_refused, "{}", second.all());
            (INSTALLS[1].judge)(estate, true);
        },
    },
    Pair {
        name: "select and select",
        first: "workspace select two",
        second: "workspace select three",
        prepare: |estate| {
            for name in ["two", "three", "default"] {
                let verb =
                    if estate.file(".infra/workspaces").join(name).exists() || name == "default" {
                        "select"
                    } else {
                        "new"
                    };
                estate.run(&format!("workspace {verb} {name}")).exits(0);
            }
        },
        judge: |estate, first, second| {
            both_end_well(first, second);
            let chosen = estate.run("workspace show").exits(0).stdout;
            assert!(["two\n", "three\n"].contains(&&*chosen), "{chosen}");
        },
    },
];

fn both_end_well(first: &Output, second: &Output) {
    for output in [first, second] {
        assert_eq!(output.code, Some(0), "{}", output.all());
    }
}

#[test]
fn another_process_may_come_in_between_at_any_instant() {
    if outside::ask("strace", &["-qq", "-o", "/dev/null", "true"]).is_none() {
        return outside::skip("pairs", "strace cannot run here", "INFRA_REQUIRE_STRACE");
    }
    let step = if outside::number("INFRA_KILLS").is_some() { 1 } else { STEP };
    let met: usize = thread::scope(|scope| {
        let running = PAIRS.each_ref().map(|pair| scope.spawn(move || meet(pair, step)));
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    outside::tell(&format!("pairs: {met} meetings"));
    assert!(met > 20, "{met} meetings are too few for all these operations");
}

/// Lets a pair meet at every so many-eth operation; returns the number of meetings.
fn meet(pair: &Pair, step: usize) -> usize {
    let estate = Estate::new();
    let mut met = 0;
    for calls in CALLS {
        for number in (1..CALLS_MAX).step_by(step) {
            (pair.prepare)(&estate);
            let Some(first) = held(&estate, pair, calls, number) else { break };
            met += 1;
            let mut second = estate.start(pair.second);
            // Whoever waits for the other says so, and goes on when that one does.
            while second.line().is_some_and(|line| !line.contains(WAITS)) {}
            let first = first.goes_on();
            let second = second.finish();
            (pair.judge)(&estate, &first, &second);
        }
    }
    met
}

/// A command that is held, and what `strace` writes of it.
struct Held {
    running: Running,
    trace: PathBuf,
}

/// Starts a command that stops when a thread of it makes a call of the system for the so many-eth
/// time; nothing if it never does.
fn held(estate: &Estate, pair: &Pair, calls: &str, number: usize) -> Option<Held> {
    let trace = estate.path().with_file_name("trace");
    fs::remove_file(&trace).ok();
    let inject = format!("inject={calls}:signal=STOP:when={number}");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o"]).arg(&trace).args(["-e", &format!("trace={calls}")]);
    strace.args(["-e", &inject, "-e", "signal=STOP", binary()]);
    strace.args(pair.first.split(' ')).current_dir(estate.path());
    strace.env("HOME", estate.path().with_file_name("home")).env("USER", "tester");
    let running =
        Running::start(strace, format!("{}: the first, held at {calls} {number}", pair.name));
    let held = Held { running, trace };
    wait_until("it is held or ends", || !held.stops().is_empty() || held.has_ended());
    (!held.stops().is_empty()).then_some(held)
}

impl Held {
    /// Returns the threads that were stopped so far.
    fn stops(&self) -> Vec<String> {
        let written = fs::read_to_string(&self.trace).unwrap_or_default();
        let stops = written.lines().filter(|line| line.ends_with("--- stopped by SIGSTOP ---"));
        stops.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    }

    /// Lets it go on to its end; another thread of it may come to the same number of calls, and stop
    /// it again.
    fn goes_on(self) -> Output {
        let seen = Cell::new(0);
        wait_until("it ends", || {
            let stops = self.stops();
            if let Some(thread) = stops.get(seen.get()) {
                seen.set(seen.get() + 1);
                // One that was killed meanwhile has ended.
                Command::new("kill").args(["-s", "CONT", thread]).output().unwrap();
            }
            self.has_ended()
        });
        self.running.finish()
    }

    /// Returns whether it has ended, waited for or not.
    fn has_ended(&self) -> bool {
        let stat = format!("/proc/{}/stat", self.running.id());
        let stat = fs::read_to_string(stat).unwrap_or_default();
        stat.rsplit(") ").next().is_none_or(|rest| rest.is_empty() || rest.starts_with('Z'))
    }
}

//! No input makes the program crash, run away or lie: valid inputs, mutated by seed, are given to
//! everything that reads what users wrote.
//!
//! What must hold is said in `subjects`, which the targets in `fuzz` use as well; what those found
//! lies in `found` and is tried first. The amount of work is fixed: `INFRA_MUTATIONS=100000` does
//! more of it, and `INFRA_SEED=n` begins elsewhere.

mod corpus;
mod independent;
mod mutator;
mod plans;
mod subjects;
mod too_large;

use crate::{end_to_end::outside, tidy::root};
use mutator::{Mutator, Random};
use std::{env, fs, panic, path::PathBuf, thread};
use subjects::{language, recorded};

/// The program computes on its main thread, which has this much on Linux; a subject must not need more.
const STACK_BYTES: usize = 8 * 1024 * 1024;

type Subject = fn(&[u8]);

/// The subjects, what each is fed with, and how many mutations it gets.
fn subjects() -> [(&'static str, Subject, Vec<Vec<u8>>, u64); 8] {
    [
        ("syntax", language::syntax, corpus::native(), 1_200),
        ("json_syntax", language::json_syntax, corpus::json(), 150),
        ("layout", language::layout, corpus::native(), 400),
        ("expression", language::expression, corpus::expressions(), 1_000),
        ("configuration", language::configuration, corpus::native(), 100),
        ("variables", language::variables, corpus::variables(), 1_200),
        ("state", recorded::state, corpus::states(), 400),
        ("plan", recorded::plan, corpus::plans(), 800),
    ]
}

#[test]
fn mutated_inputs_are_survived() {
    let more = outside::number("INFRA_MUTATIONS");
    let first = outside::number("INFRA_SEED").unwrap_or(1);
    for (name, subject, corpus, count) in subjects() {
        assert!(!corpus.is_empty(), "nothing to mutate for {name}");
        for good in &corpus {
            hold(name, subject, good);
        }
        let mutator = Mutator::new(corpus);
        on_a_usual_stack(move || {
            for seed in first..first + more.unwrap_or(count) {
                let bytes = mutator.mutated(&mut Random::new(seed));
                hold(&format!("{name}, seed {seed}"), subject, &bytes);
            }
        });
    }
}

/// Inputs that once did harm: a folder a subject, a file each.
#[test]
fn what_was_found_stays_mended() {
    for (name, subject, _, _) in subjects() {
        let folder = root().join("tests/mutations/found").join(name);
        for path in files(&folder) {
            let bytes = fs::read(&path).unwrap();
            on_a_usual_stack(move || hold(&path.display().to_string(), subject, &bytes));
        }
    }
}

fn files(folder: &PathBuf) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn on_a_usual_stack(run: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(run).unwrap();
    if let Err(why) = thread.join() {
        panic::resume_unwind(why);
    }
}

/// Runs a subject; one that panics is kept, so that it can be looked at.
fn hold(what: &str, subject: Subject, bytes: &[u8]) {
    let Err(why) = panic::catch_unwind(|| subject(bytes)) else { return };
    let kept =
        env::temp_dir().join(format!("infra-mutation-{}", what.replace([' ', ',', '/'], "_")));
    fs::write(&kept, bytes).unwrap();
    eprintln!("{what}: the input is kept in {}", kept.display());
    panic::resume_unwind(why);
}

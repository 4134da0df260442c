//! The program beside Terraform: expressions and configurations by seed, and no difference.
//!
//! `INFRA_DIFFERENTIAL=n cargo test differential` runs n configurations and 50 n expressions;
//! `INFRA_SEED=n` repeats one configuration or one batch of expressions and makes what differs
//! smaller; `INFRA_FROM=n` begins with a later one. Where there is no Terraform the tests are skipped
//! and say so.

mod batch;
pub(crate) mod compare;
mod effects;
mod estates;
mod expressions;
mod found;
mod functions;
mod module_waits;
mod pair;
mod passing;
mod sorts;
pub(crate) mod terraform;
mod tree;

use crate::{end_to_end::outside, sim::random::Random};
use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// How many configurations are run if nothing else is said.
const CONFIGURATIONS: u64 = 50;

/// How many expressions are evaluated for each configuration that is run.
const EXPRESSIONS_EACH: u64 = 50;

/// How many expressions are one batch, which is one seed.
const BATCH: u64 = 250;

/// How many Terraforms run at a time.
const WORKERS: usize = 2;

/// How many expressions of a batch, and how many configurations, that differ are made smaller.
const SHRUNK_MAX: usize = 3;

/// How many smaller expressions are tried at once.
const CANDIDATES: usize = 60;

/// After how many seeds a long run tells how far it is.
const PROGRESS_EVERY: u64 = 50;

/// How many differences are shown.
const SHOWN_MAX: usize = 60;

#[test]
fn differential_configurations() {
    if !terraform::is_there("differential configurations") {
        return;
    }
    let count = outside::number("INFRA_DIFFERENTIAL").unwrap_or(CONFIGURATIONS);
    let shrunk = AtomicU64::new(0);
    judge(
        "configurations",
        count,
        || (),
        |(), seed| {
            let mut random = Random::new(seed);
            let before = estates::random(&mut random);
            let after = estates::changed(&before, &mut random);
            let stages = [before, after].map(|estate| estates::blocks(&estate));
            let found = pair::differences(&stages);
            if found.is_empty() {
                return Vec::new();
            }
            if shrunk.fetch_add(1, Ordering::Relaxed) >= shrunk_max() as u64 {
                return vec![found.join("\n    ")];
            }
            vec![fewest(stages, found)]
        },
    );
}

/// Returns a configuration with as few blocks as still differ, with how.
fn fewest(mut stages: [Vec<estates::Block>; 2], mut found: Vec<String>) -> String {
    let mut place = 0;
    while place < stages[0].len() + stages[1].len() {
        let block = stages.iter().flatten().nth(place).cloned().unwrap();
        let mut fewer = stages.clone();
        for blocks in &mut fewer {
            blocks.retain(|other| *other != block);
        }
        let still = pair::differences(&fewer);
        // Something else that differs for want of the block is another matter.
        let at = |found: &[String]| {
            found.first().and_then(|text| Some(text.split_once(':')?.0.to_owned()))
        };
        if at(&still) == at(&found) {
            (stages, found) = (fewer, still);
        } else {
            place += 1;
        }
    }
    let texts = stages.map(|blocks| {
        blocks.iter().map(|block| format!("# {}\n{}", block.file, block.text)).collect::<String>()
    });
    format!("\n{}\n--- then\n{}\n    {}", texts[0], texts[1], found.join("\n    "))
}

#[test]
fn differential_expressions() {
    if !terraform::is_there("differential expressions") {
        return;
    }
    let each = outside::number("INFRA_DIFFERENTIAL").unwrap_or(CONFIGURATIONS) * EXPRESSIONS_EACH;
    judge("expressions", each.div_ceil(BATCH), batch::Desk::new, |desk, seed| {
        let mut generator = expressions::Expressions::new(seed);
        let trees: Vec<tree::Tree> = (0..BATCH).map(|_| generator.next()).collect();
        let texts: Vec<String> = trees.iter().map(tree::Tree::text).collect();
        let found = desk.differences(&texts);
        let differing = trees.into_iter().zip(found).filter(|(_, found)| !found.is_empty());
        let differing = differing.enumerate().map(|(place, (tree, found))| {
            if place < shrunk_max() { shrunk(desk, tree, found) } else { (tree, found) }
        });
        differing
            .map(|(tree, found)| format!("{}\n    {}", tree.text(), found.join("\n    ")))
            .collect()
    });
}

/// Returns the smallest expression that can be made of one and still differs, with how.
fn shrunk(
    desk: &batch::Desk,
    mut tree: tree::Tree,
    mut found: Vec<String>,
) -> (tree::Tree, Vec<String>) {
    'smaller: loop {
        let mut smaller = tree.smaller();
        smaller.sort_by_key(|tree| tree.text().len());
        for some in smaller.chunks(CANDIDATES) {
            let texts: Vec<String> = some.iter().map(tree::Tree::text).collect();
            let differences = desk.differences(&texts).into_iter();
            let mut differing = some.iter().zip(differences).filter(|(_, found)| !found.is_empty());
            if let Some((next, how)) = differing.next() {
                (tree, found) = (next.clone(), how);
                continue 'smaller;
            }
        }
        return (tree, found);
    }
}

/// Returns how much is made smaller: nothing but where one seed is looked at, since it takes long.
fn shrunk_max() -> usize {
    if outside::variable("INFRA_SEED").is_some() { SHRUNK_MAX } else { 0 }
}

/// Runs seeds on as many workers as there may be Terraforms, and fails if any of them differs.
fn judge<D>(
    what: &str,
    seeds: u64,
    desk: impl Fn() -> D + Sync,
    run: impl Fn(&D, u64) -> Vec<String> + Sync,
) {
    let (next, end) = match outside::number("INFRA_SEED") {
        Some(seed) => (AtomicU64::new(seed), seed + 1),
        None => (AtomicU64::new(outside::number("INFRA_FROM").unwrap_or(0)), seeds),
    };
    let differences = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let desk = desk();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    let found = run(&desk, seed);
                    let found: Vec<String> =
                        found.into_iter().map(|text| format!("seed {seed}: {text}")).collect();
                    progress(what, seed, seeds, &found);
                    differences.lock().unwrap().extend(found);
                }
            });
        }
    });
    let mut differences = differences.into_inner().unwrap();
    differences.sort();
    let count = differences.len();
    differences.truncate(SHOWN_MAX);
    assert!(
        differences.is_empty(),
        "{count} {what} differ; repeat one with INFRA_SEED=n cargo test differential_{what}\n\
         ours | Terraform's\n\n{}",
        differences.join("\n\n")
    );
}

/// Tells how far a long run has come, and what differs as soon as it is found.
fn progress(what: &str, seed: u64, seeds: u64, found: &[String]) {
    let is_long =
        ["INFRA_DIFFERENTIAL", "INFRA_EFFECTS"].map(outside::number).iter().any(Option::is_some);
    if !is_long {
        return;
    }
    for text in found {
        outside::tell(text);
    }
    if seed % PROGRESS_EVERY == PROGRESS_EVERY - 1 {
        outside::tell(&format!("{} of {seeds} seeds of {what} were begun", seed + 1));
    }
}

//! The order of effects by seed: what commands are run and what is created, changed and destroyed,
//! under us and under Terraform.
//!
//! A configuration is applied, changed, applied and destroyed. Plans, exit codes, effects and states
//! must be the same, and both orders of effects must keep what the configuration asks for (`order`).
//! `INFRA_EFFECTS=n cargo test differential_effects` runs n configurations; `INFRA_SEED=n` one.

mod draw;
mod layout;
mod order;
mod seen;

use super::{
    judge,
    pair::{End, PROTECTED, Pair},
    terraform::{self, terraform},
};
use crate::end_to_end::outside;
use draw::Stage;
use layout::Layout;
use order::Instances;
use seen::Seen;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// How many configurations are run if nothing else is said.
const CONFIGURATIONS: u64 = 20;

#[test]
fn differential_effects() {
    if !terraform::is_there("differential effects") {
        return;
    }
    let count = outside::number("INFRA_EFFECTS").unwrap_or(CONFIGURATIONS);
    judge("effects", count, || (), |(), seed| differences(seed));
}

/// Two directories with the same configuration, and what was applied.
struct Life {
    pair: Pair,
    /// By us, and by Terraform.
    applied: [Instances; 2],
    /// What was installed for.
    calls: Option<Vec<(usize, String, usize)>>,
    /// Something failed, and more may be left for the next time here or there.
    is_torn: bool,
    /// Something has another address than it was made with.
    has_moved: bool,
}

fn differences(seed: u64) -> Vec<String> {
    let stages = draw::stages(seed);
    let mut life = Life {
        pair: Pair::new(),
        applied: Default::default(),
        calls: None,
        is_torn: false,
        has_moved: false,
    };
    let mut texts = Vec::new();
    for stage in &stages {
        let (what, arguments) = (&stage.what, &stage.arguments);
        let files = stage.layout.files().into_iter();
        texts.extend(files.map(|(name, text)| format!("--- {what}{arguments}\n# {name}\n{text}")));
        if life.step(stage) == End::Stops || !life.pair.found.is_empty() {
            break;
        }
    }
    let mut found = life.pair.found;
    if outside::variable("INFRA_SEED").is_some() && !found.is_empty() {
        found.extend(texts);
    }
    if found.is_empty() { Vec::new() } else { vec![found.join("\n")] }
}

impl Life {
    /// Goes one stage further.
    fn step(&mut self, stage: &Stage) -> End {
        if self.write(&stage.layout) != End::Goes {
            return End::Stops;
        }
        let Stage { what, arguments, .. } = stage;
        let was_torn = std::mem::replace(&mut self.is_torn, false);
        let mut command = format!("apply -json -auto-approve{arguments}");
        if !was_torn {
            let end = self.pair.plan(what, arguments);
            if end != End::Goes {
                return end;
            }
            "apply -json saved".clone_into(&mut command);
            let moves = moves(&self.pair.shown);
            self.has_moved |= !moves.is_empty();
            self.applied = [0, 1].map(|who| order::moved(&self.applied[who], &moves));
        }
        let (ours, theirs) = (self.pair.ours.run(&command), terraform(&self.pair.theirs, &command));
        if theirs.stdout.contains("Error: Cycle") {
            return End::Stops;
        }
        // What was protected when it was applied last is given up by an apply of its own.
        let refusals = ours.stdout.matches(r#""@level":"error""#).count();
        if theirs.ok && refusals > 0 && ours.stdout.matches(PROTECTED).count() == refusals {
            return End::Stops;
        }
        if (ours.code == Some(0)) != theirs.ok {
            self.pair.found.push(format!("{what}: {}\n| {}", ours.all(), theirs.stdout));
            return End::Stops;
        }
        if theirs.ok && !was_torn && leaves_out(&self.pair.shown, &Seen::events(&theirs.stdout)) {
            return End::Stops;
        }
        self.is_torn = !theirs.ok;
        let is_comparable = theirs.ok && !was_torn;
        self.judge(stage, [&ours.stdout, &theirs.stdout], is_comparable);
        if theirs.ok { self.pair.show(what, "") } else { End::Goes }
    }

    fn write(&mut self, layout: &Layout) -> End {
        let calls = layout.calls();
        let is_installed = self.calls.as_ref() == Some(&calls);
        for estate in [&self.pair.ours, &self.pair.theirs] {
            for (name, text) in layout.files() {
                estate.write(&name, &text);
            }
            estate.write("log", "");
        }
        self.calls = Some(calls);
        if is_installed { End::Goes } else { self.pair.initialise() }
    }

    fn judge(&mut self, stage: &Stage, lines: [&str; 2], is_comparable: bool) {
        let Stage { what, layout, arguments, is_whole } = stage;
        let after = if arguments.contains("-destroy") {
            Instances::new()
        } else {
            let target = arguments.split(' ').find_map(|word| word.strip_prefix("-target="));
            order::instances(layout, target)
        };
        let estates = [&self.pair.ours, &self.pair.theirs];
        let seen = [0, 1].map(|who| {
            let events = Seen::events(lines[who]);
            let log = std::fs::read_to_string(estates[who].file("log")).unwrap();
            let log = Seen::log(&log, &events);
            (events, log)
        });
        let [(ours, log), (theirs, their_log)] = &seen;
        for (mine, other) in [(ours, theirs), (log, their_log)] {
            let [mine, other] = [mine, other].map(Seen::sorted_ends);
            if is_comparable && mine != other {
                self.pair.found.push(format!("{what}: {mine:?} | {other:?}"));
            }
        }
        let whose = ["ours", "Terraform's"].into_iter().zip(&seen);
        for ((who, (events, log)), applied) in whose.zip(&mut self.applied) {
            let effects = events.effects();
            let pairs = order::expected(applied, &after, &effects);
            *applied = order::applied(applied, &after, &effects, *is_whole && !self.is_torn);
            if self.has_moved && who == "Terraform's" {
                // It looks for what was recorded under the old addresses.
                continue;
            }
            let mut broken = events.violations(&pairs);
            broken.extend(log.violations(&pairs));
            if !broken.is_empty() {
                let ends = events.ends.join("\n");
                self.pair.found.push(format!("{what}, {who}: {}\n{ends}", broken.join("\n")));
            }
        }
    }
}

/// Returns whether an apply did not carry out all of its plan: of what targets need only because a
/// module is waited for, Terraform's plan shows changes that its apply passes over.
fn leaves_out(plan: &Json, done: &Seen) -> bool {
    let changes = plan["resource_changes"].as_array().into_iter().flatten();
    changes.into_iter().any(|change| {
        let actions = change["change"]["actions"].as_array();
        let goes = actions.is_some_and(|actions| actions.iter().any(|action| action == "delete"));
        let address = change["address"].as_str().unwrap_or_default();
        goes && !done.ends.contains(&format!("apply_complete \"delete\" {address}"))
    })
}

/// Returns which instances a plan moves, and to where.
fn moves(plan: &Json) -> BTreeMap<String, String> {
    let lists = ["resource_changes", "resource_drift"].map(|name| plan[name].as_array());
    let text = |json: &Json| json.as_str().map(str::to_owned);
    let all = lists.into_iter().flatten().flatten();
    all.filter_map(|change| Some((text(&change["previous_address"])?, text(&change["address"])?)))
        .collect()
}

//! The order of effects by seed: what commands are run and what is created, changed and destroyed,
//! under us and under Terraform.
//!
//! A configuration is applied, changed, applied and destroyed. Exit codes, effects and states must
//! be the same, and both orders of effects must keep what the configuration asks for (`order`).
//! `INFRA_EFFECTS=n cargo test differential_effects` runs n configurations; `INFRA_SEED=n` one.

mod draw;
mod layout;
mod order;
mod seen;

use super::{
    judge, pair,
    terraform::{self, terraform},
};
use crate::{
    end_to_end::{estate::Estate, outside},
    sim::random::Random,
};
use layout::Layout;
use order::Instances;
use seen::Seen;

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
    ours: Estate,
    theirs: Estate,
    /// By us, and by Terraform.
    applied: [Instances; 2],
    found: Vec<String>,
}

/// What is done with a layout.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Applies,
    Fails,
    /// Applies what failed.
    Mends,
    Destroys,
}

fn differences(seed: u64) -> Vec<String> {
    let mut random = Random::new(seed);
    let first = draw::random(&mut random);
    let second = draw::changed(&first, &mut random);
    let third = draw::changed(&second, &mut random);
    let mut stages = vec![(first, Stage::Applies)];
    if random.chance(1, 4) {
        stages.push((draw::failing(&second, &mut random), Stage::Fails));
        stages.push((second, Stage::Mends));
    } else {
        stages.push((second, Stage::Applies));
    }
    stages.push((third.clone(), Stage::Applies));
    stages.push((third, Stage::Destroys));
    let (ours, theirs) = (Estate::new(), Estate::new());
    let mut life = Life { ours, theirs, applied: Default::default(), found: Vec::new() };
    let mut texts = Vec::new();
    for (number, (layout, stage)) in stages.iter().enumerate() {
        let files = layout.files().into_iter();
        texts.extend(files.map(|(name, text)| format!("# stage {number}, {name}\n{text}")));
        if !life.step(&format!("stage {number}"), layout, *stage) {
            break;
        }
    }
    if outside::variable("INFRA_SEED").is_some() && !life.found.is_empty() {
        life.found.extend(texts);
    }
    if life.found.is_empty() { Vec::new() } else { vec![life.found.join("\n")] }
}

impl Life {
    /// Goes one stage further; false if there is no more to compare.
    fn step(&mut self, what: &str, layout: &Layout, stage: Stage) -> bool {
        for (name, text) in layout.files() {
            self.ours.write(&name, &text);
            self.theirs.write(&name, &text);
        }
        for estate in [&self.ours, &self.theirs] {
            estate.write("log", "");
        }
        self.ours.run("init").exits(0);
        terraform::succeeds(&self.theirs, "init");
        let destroy = if stage == Stage::Destroys { " -destroy" } else { "" };
        let command = format!("apply -json -auto-approve{destroy}");
        let (ours, theirs) = (self.ours.run(&command), terraform(&self.theirs, &command));
        if theirs.stdout.contains("Error: Cycle") {
            return false;
        }
        if (ours.code == Some(0)) != theirs.ok {
            self.found.push(format!("{what}: {}\n| {}", ours.all(), theirs.stdout));
            return false;
        }
        let after = if destroy.is_empty() { order::instances(layout) } else { Instances::new() };
        self.judge(what, [&ours.stdout, &theirs.stdout], &after, stage);
        if theirs.ok {
            self.found.extend(pair::states(&self.ours, &self.theirs, what));
        }
        self.found.is_empty()
    }

    fn judge(&mut self, what: &str, lines: [&str; 2], after: &Instances, stage: Stage) {
        let [ours, theirs] = lines.map(Seen::events);
        let [log, their_log] = [&self.ours, &self.theirs].map(|estate| {
            let text = std::fs::read_to_string(estate.file("log")).unwrap();
            (Seen::log(&text), text)
        });
        // Where something fails, more may be left for the next time here or there.
        if stage != Stage::Fails && stage != Stage::Mends {
            for (mine, other) in [(&ours, &theirs), (&log.0, &their_log.0)] {
                let [mine, other] = [mine, other].map(Seen::sorted_ends);
                if mine != other {
                    self.found.push(format!("{what}: {mine:?} | {other:?}"));
                }
            }
        }
        let whose = [("ours", &ours, &log), ("Terraform's", &theirs, &their_log)];
        for ((who, events, log), applied) in whose.into_iter().zip(&mut self.applied) {
            let effects = events.effects();
            let pairs = order::expected(applied, after, &effects);
            *applied = order::applied(applied, after, &effects, stage != Stage::Fails);
            let mut broken = events.violations(&pairs);
            broken.extend(log.0.violations(&pairs));
            if !broken.is_empty() {
                let ends = events.ends.join("\n");
                self.found.push(format!("{what}, {who}: {}\n{ends}", broken.join("\n")));
            }
        }
    }
}

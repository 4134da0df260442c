//! The text of plans, states and outputs beside Terraform's: values by seed, and no difference.
//!
//! `INFRA_PLAN_TEXT=n cargo test plan_text` compares n pairs of values; `INFRA_SEED=n` begins at
//! another seed. Where there is no Terraform the test is skipped and says so. What we add on
//! purpose is taken out first; the modules that write the text name it.

mod values;

use super::{estate::Estate, outside};
use crate::{
    differential::terraform::{is_there, succeeds},
    sim::random::Random,
};
use std::{collections::BTreeMap, fmt::Write as _};
use values::Tree;

/// How many pairs of values are compared if nothing else is said.
const CASES: u64 = 40;

/// How many pairs share a configuration.
const BATCH: u64 = 20;

/// What only we say on a line of its own.
const OURS: [&str; 2] = ["# ! ", "# (only white space at its ends changes)"];

#[test]
fn plan_text_is_that_of_terraform() {
    if !is_there("plan text") {
        return;
    }
    let count = outside::number("INFRA_PLAN_TEXT").unwrap_or(CASES);
    let first = outside::number("INFRA_SEED").unwrap_or(0);
    let mut found = Vec::new();
    let mut seed = first;
    while seed < first + count {
        let end = (seed + BATCH).min(first + count);
        found.extend(differences(seed..end));
        seed = end;
    }
    assert!(found.is_empty(), "{} differ\n\n{}", found.len(), found.join("\n\n"));
}

/// Returns how the texts of both programs differ for some seeds.
fn differences(seeds: std::ops::Range<u64>) -> Vec<String> {
    let (ours, theirs) = (Estate::new(), Estate::new());
    let pairs: Vec<(u64, [Tree; 2], [Tree; 2])> = seeds
        .map(|seed| {
            let mut random = Random::new(seed);
            // What holds a secret hides its copy in `output` too, which Terraform does not.
            let held = values::pair(&mut random, is_trigger(seed));
            (seed, held, values::pair(&mut random, false))
        })
        .collect();
    let mut texts = [Vec::new(), Vec::new()];
    for stage in 0..2 {
        let main = configuration(&pairs, stage);
        ours.write("main.tf", &main);
        theirs.write("main.tf", &main);
        if stage == 0 {
            succeeds(&theirs, "init");
            succeeds(&theirs, "apply -auto-approve");
            ours.run("apply -auto-approve").exits(0);
            for command in ["show", "output"] {
                texts[0].push(ours.run(command).exits(0).stdout.clone());
                texts[1].push(succeeds(&theirs, command));
            }
        }
        for command in if stage == 0 { vec!["plan -destroy"] } else { vec!["plan"] } {
            texts[0].push(ours.run(command).exits(0).stdout.clone());
            texts[1].push(succeeds(&theirs, command));
        }
    }
    let [ours, theirs] = texts;
    ours.iter().zip(&theirs).flat_map(|(ours, theirs)| compared(ours, theirs)).collect()
}

/// Returns which parts of two texts differ.
fn compared(ours: &str, theirs: &str) -> Vec<String> {
    let (ours, mut theirs) = (parts(ours), parts(theirs));
    // That only the sensitivity of a value changes is a change to Terraform and none to us.
    let before = theirs.len();
    let is_ours = |key: &String| ours.contains_key(key);
    theirs.retain(|key, text| is_ours(key) || !text.contains("The value is unchanged."));
    if theirs.len() < before {
        theirs.remove("Plan:");
    }
    let mut found = Vec::new();
    for (key, text) in &theirs {
        let own = ours.get(key).map_or("", String::as_str);
        if own != text {
            found.push(format!("ours:\n{own}\nTerraform's:\n{text}"));
        }
    }
    let more = ours.keys().filter(|key| !theirs.contains_key(*key) && *key != "Plan:");
    found.extend(more.map(|key| format!("only ours: {key}")));
    found
}

/// Returns whether the value of a seed stands where its change replaces.
fn is_trigger(seed: u64) -> bool {
    seed % 5 == 1
}

/// Returns the configuration before or after.
fn configuration(pairs: &[(u64, [Tree; 2], [Tree; 2])], stage: usize) -> String {
    let mut out = String::new();
    if stage == 1 {
        out.push_str("resource \"terraform_data\" \"new\" {\n}\n");
    }
    for (seed, held, put) in pairs {
        let name = match (seed % 7, stage) {
            (0, 0) => format!("gone{seed}"),
            (0, _) => format!("come{seed}"),
            _ => format!("r{seed}"),
        };
        let attribute = if is_trigger(*seed) { "triggers_replace" } else { "input" };
        let value = held[stage].text();
        let _ = writeln!(
            out,
            "resource \"terraform_data\" \"{name}\" {{\n  {attribute} = {value}\n}}\n\
             output \"o{seed:04}\" {{\n  value = {}\n}}",
            put[stage].text()
        );
    }
    out
}

/// Returns what is said of each resource and of each output, as far as it shall agree.
fn parts(text: &str) -> BTreeMap<String, String> {
    let text = text.split_once("following actions:\n").map_or(text, |(_, rest)| rest);
    let ends = ["\n─────", "\nConsequences:", "\nNote:"];
    let text = ends.iter().fold(text, |text, end| text.split(end).next().unwrap_or_default());
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let mut key = String::new();
    for line in text.lines() {
        if OURS.iter().any(|ours| line.trim_start().starts_with(ours)) {
            continue;
        }
        let line = line.split(" # forces replacement").next().unwrap_or_default();
        let bare = line.trim_start_matches([' ', '~', '+', '-', '#']);
        let indent = line.len() - line.trim_start().len();
        let begins = ["o0", "terraform_data.", "Plan:", "Changes to Outputs:", "Outputs:"];
        if indent <= 2 && begins.iter().any(|begin| bare.starts_with(begin)) {
            key = bare.split(' ').next().unwrap_or_default().to_owned();
        }
        let part = parts.entry(key.clone()).or_default();
        part.push_str(&without_ids(line));
        part.push('\n');
    }
    parts
}

/// Returns a line with every id replaced by a word.
fn without_ids(line: &str) -> String {
    let is_id = |word: &str| {
        word.len() == 36
            && word.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
            && word.matches('-').count() == 4
    };
    let words = line.split('"').map(|word| if is_id(word) { "<id>" } else { word });
    words.collect::<Vec<_>>().join("\"")
}

//! A configuration and what it becomes, under `infra` and under Terraform: the JSON of plans and
//! states, side by side.

use super::{
    compare::{differ, plain, read},
    estates::Block,
    terraform::{Said, terraform},
};
use crate::end_to_end::estate::Estate;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Members that differ by nature, that Terraform has and we do not, or that we have beyond it.
const LEFT_OUT: [&str; 6] = [
    "configuration",
    "depends_on",
    "relevant_attributes",
    "timestamp",
    "impacts",
    "suggested_moves",
];

/// How a refusal begins that comes from the record alone.
pub(super) const PROTECTED: &str =
    "`prevent_destroy` protects it, by what was recorded at its last apply";

/// What Terraform says of moves that it finds no order for.
const MOVE_CYCLE: &str = "Cyclic dependency in move statements";

/// What is done with the directories so far, and where they differed.
pub(super) struct Pair {
    pub(super) ours: Estate,
    pub(super) theirs: Estate,
    pub(super) found: Vec<String>,
    /// What Terraform tells of its last plan or state.
    pub(super) shown: Json,
}

/// Whether both go on.
#[derive(PartialEq)]
pub(super) enum End {
    Goes,
    /// They refuse a plan; nothing was changed.
    Refuses,
    Stops,
}

/// Returns how we differ from Terraform over the life of a configuration: it is planned, applied,
/// changed, planned, applied, and planned to be destroyed.
pub(super) fn differences(stages: &[Vec<Block>]) -> Vec<String> {
    let whole: Vec<(&Vec<Block>, &str)> = stages.iter().map(|blocks| (blocks, "")).collect();
    differences_with(&whole)
}

/// The same with options for the plans of the stages, each behind a blank.
pub(super) fn differences_with(stages: &[(&Vec<Block>, &str)]) -> Vec<String> {
    let mut pair = Pair::new();
    for (number, (blocks, options)) in stages.iter().enumerate() {
        pair.write(blocks);
        if pair.initialise() != End::Goes
            || pair.plan(&format!("plan {number}"), options) != End::Goes
            || pair.apply(&format!("state {number}")) != End::Goes
        {
            return pair.found;
        }
    }
    pair.plan("destroy", " -destroy");
    pair.found
}

fn compared(what: &str, ours: &str, theirs: &str) -> Vec<String> {
    let (mut ours, mut theirs) = (plain(&read(ours), &LEFT_OUT), plain(&read(theirs), &LEFT_OUT));
    for plan in [&mut ours, &mut theirs] {
        if let (true, Json::Object(plan)) = (what == "destroy", plan) {
            // What goes is not checked, which Terraform says of some outputs.
            plan.remove("checks");
        }
    }
    if what.starts_with("refresh") {
        // What only records judges nothing, and is worth applying if anything is recorded.
        for plan in [&mut ours, &mut theirs].into_iter().filter_map(Json::as_object_mut) {
            plan.retain(|name, _| name != "checks" && name != "applyable");
        }
    }
    without_forgotten(&mut theirs);
    keep_copies_secret(&mut ours, &theirs);
    without_empty_marks(&mut ours);
    without_empty_marks(&mut theirs);
    let mut found = Vec::new();
    differ(&ours, &theirs, what, &mut found);
    found
}

impl Pair {
    /// Returns two empty directories.
    pub(super) fn new() -> Self {
        // A summary shall stay on its line.
        let ours = Estate::new().with("COLUMNS", "400");
        Self { ours, theirs: Estate::new(), found: Vec::new(), shown: Json::Null }
    }

    fn write(&self, blocks: &[Block]) {
        let mut files: BTreeMap<&str, String> =
            [("main.tf", String::new()), ("terraform.tfvars", String::new())].into();
        for block in blocks {
            files.entry(&block.file).or_default().push_str(&block.text);
        }
        for estate in [&self.ours, &self.theirs] {
            for (name, text) in &files {
                estate.write(name, text);
            }
        }
    }

    /// Installs modules.
    pub(super) fn initialise(&mut self) -> End {
        let (ours, theirs) = (self.ours.run("init"), terraform(&self.theirs, "init"));
        if theirs.ok && ours.code == Some(0) {
            return End::Goes;
        }
        // What one finds here the other may find later, but find it both must.
        let (planned, also) = (self.ours.run("plan"), terraform(&self.theirs, "plan"));
        if planned.code == Some(0) || also.ok {
            self.found.push(format!("init: {} | {}", ours.all(), theirs.stderr));
        }
        End::Stops
    }

    /// Plans with options, into the file `saved`.
    pub(super) fn plan(&mut self, what: &str, options: &str) -> End {
        let ours = self.ours.run(&format!("plan -out=saved{options}"));
        let theirs = terraform(&self.theirs, &format!("plan -json -out=saved{options}"));
        let (mine, other) = (drawn(&ours.stderr, "Error"), summaries(&theirs.stdout, "error"));
        if ours.code != Some(0) || !theirs.ok {
            // What has no instance is judged by `validate` alone.
            let validated = self.ours.run("validate");
            let both = (ours.code != Some(0) || validated.code != Some(0)) && !theirs.ok;
            let mine: BTreeSet<String> =
                mine.into_iter().chain(drawn(&validated.stderr, "Error")).collect();
            // A `replace_triggered_by` without instances makes Terraform stumble over itself.
            if other.iter().any(|summary| summary.starts_with("no change found for")) {
                return End::Stops;
            }
            // Terraform does not always find an order in which things can be destroyed.
            let is_knot = |found: &String| {
                found.starts_with("Cycle: ")
                    && (found.contains("(destroy") || found.contains("(forget"))
            };
            if !other.is_empty() && other.iter().all(is_knot) {
                return End::Stops;
            }
            // Moves that have an order: Terraform looks at what they name and not at what there is.
            if ours.code == Some(0) && !other.is_empty() && other.iter().all(|e| e == MOVE_CYCLE) {
                return End::Stops;
            }
            // What it would pass over at apply, it refuses nevertheless.
            if ours.code == Some(0) && refuses_what_is_not_targeted(&theirs.stdout, options) {
                return End::Stops;
            }
            // What only records judges nothing, not even what is not there.
            if ours.code == Some(0) && what.starts_with("refresh") {
                return End::Refuses;
            }
            // An output of a module without instances has no condition to fail.
            let is_output = |found: &String| found == "Module output value precondition failed";
            if ours.code == Some(0) && !other.is_empty() && other.iter().all(is_output) {
                return End::Stops;
            }
            // What was protected when it was applied last is given up by an apply of its own.
            if theirs.ok
                && !mine.is_empty()
                && ours.stderr.matches(PROTECTED).count() == errors(&ours.stderr)
            {
                return End::Refuses;
            }
            // An error of ours never hides the others, so that there may be more.
            let mine: BTreeSet<String> = mine.into_iter().map(protection).collect();
            if !both || !mine.is_superset(&other) {
                self.found.push(format!("{what}: {mine:?} | {other:?}\n{}", ours.stderr));
            }
            return End::Refuses;
        }
        // Of a module that comes to another, what has a free place is moved here.
        if theirs.stdout.lines().any(blocks_a_module) {
            return End::Stops;
        }
        let (mine, other) = (drawn(&ours.all(), "Warning"), summaries(&theirs.stdout, "warning"));
        let mine: BTreeSet<String> = mine
            .iter()
            .map(|text| text.replace("managed by infra", "managed by Terraform"))
            // Terraform does not look whether a target names anything.
            .filter(|text| !text.starts_with("Nothing matches "))
            .collect();
        if mine != other {
            self.found.push(format!("{what}, warnings: {mine:?} | {other:?}"));
        }
        self.show(what, "saved")
    }

    fn apply(&mut self, what: &str) -> End {
        let ours = self.ours.run("apply saved");
        let theirs = terraform(&self.theirs, "apply saved");
        if (ours.code == Some(0)) != theirs.ok {
            self.found.push(format!("{what}: {} | {}", ours.all(), said(&theirs)));
        }
        if ours.code != Some(0) || !theirs.ok {
            return End::Stops;
        }
        let end = self.show(what, "");
        let (ours, theirs) =
            (self.ours.run("output -json"), terraform(&self.theirs, "output -json"));
        let what = format!("{what}, outputs");
        self.found.extend(compared(&what, &ours.stdout, &theirs.stdout));
        end
    }

    /// Compares a plan, or the states if no file is named.
    pub(super) fn show(&mut self, what: &str, file: &str) -> End {
        let ours = self.ours.run(&format!("show -json -show-sensitive {file}")).exits(0);
        let theirs = terraform(&self.theirs, &format!("show -json {file}"));
        self.found.extend(compared(what, &ours.stdout, &theirs.stdout));
        self.shown = read(&theirs.stdout);
        if self.found.is_empty() { End::Goes } else { End::Stops }
    }
}

/// Leaves out parts of what is sensitive that hold nothing: Terraform tells the type of an unknown or
/// a null there.
fn without_empty_marks(json: &mut Json) {
    match json {
        Json::Object(members) => {
            for (name, member) in members.iter_mut() {
                let is_marks = name.ends_with("_sensitive") || name == "sensitive_values";
                if let (true, Json::Object(marks)) = (is_marks, &mut *member) {
                    marks.retain(|_, part| has_true(part));
                }
                without_empty_marks(member);
            }
        }
        Json::Array(items) => items.iter_mut().for_each(without_empty_marks),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Leaves out of what is planned to be what is planned to be forgotten.
fn without_forgotten(plan: &mut Json) {
    let changes = plan["resource_changes"].as_array().cloned().unwrap_or_default();
    let forgotten = changes.iter().filter(|change| change["change"]["actions"][0] == "forget");
    let forgotten: BTreeSet<&str> = forgotten.filter_map(|c| c["address"].as_str()).collect();
    if !forgotten.is_empty() {
        without_addresses(&mut plan["planned_values"]["root_module"], &forgotten);
    }
}

fn without_addresses(module: &mut Json, left_out: &BTreeSet<&str>) {
    let Some(module) = module.as_object_mut() else { return };
    if let Some(Json::Array(resources)) = module.get_mut("resources") {
        resources.retain(|made| made["address"].as_str().is_none_or(|a| !left_out.contains(a)));
    }
    if let Some(Json::Array(modules)) = module.get_mut("child_modules") {
        for module in modules.iter_mut() {
            without_addresses(module, left_out);
        }
        modules.retain(|module| module.as_object().is_some_and(|members| members.len() > 1));
    }
    module.retain(|_, member| member.as_array().is_none_or(|list| !list.is_empty()));
}

/// Takes what Terraform says where we say that an output of `terraform_data` is sensitive because
/// its input is.
fn keep_copies_secret(ours: &mut Json, theirs: &Json) {
    match (ours, theirs) {
        (Json::Object(mine), Json::Object(other)) => {
            for name in ["after_sensitive", "before_sensitive", "sensitive_values"] {
                let Some(Json::Object(shape)) = mine.get_mut(name) else { continue };
                if shape.get("input").is_none_or(|input| !has_true(input)) {
                    continue;
                }
                match other.get(name).and_then(|shape| shape.get("output")) {
                    Some(output) => shape.insert("output".to_owned(), output.clone()),
                    None => shape.remove("output"),
                };
            }
            for (name, mine) in mine {
                keep_copies_secret(mine, other.get(name).unwrap_or(&Json::Null));
            }
        }
        (Json::Array(mine), Json::Array(other)) => {
            for (mine, other) in mine.iter_mut().zip(other) {
                keep_copies_secret(mine, other);
            }
        }
        _ => {}
    }
}

fn has_true(json: &Json) -> bool {
    match json {
        Json::Bool(is_true) => *is_true,
        Json::Array(items) => items.iter().any(has_true),
        Json::Object(members) => members.values().any(has_true),
        Json::Null | Json::Number(_) | Json::String(_) => false,
    }
}

/// Returns whether all errors are about deletions of what no target names.
fn refuses_what_is_not_targeted(lines: &str, options: &str) -> bool {
    let targets: Vec<&str> =
        options.split(' ').filter_map(|option| option.strip_prefix("-target=")).collect();
    let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap_or_default());
    let errors = lines.filter(|line: &Json| line["@level"] == "error");
    let is_elsewhere = |error: Json| {
        let told = error["diagnostic"]["detail"].as_str().unwrap_or_default();
        let named = told.strip_prefix("Resource ").and_then(|rest| rest.split(' ').next());
        error["diagnostic"]["summary"] == "Instance cannot be destroyed"
            && named.is_some_and(|named| !targets.iter().any(|target| named.starts_with(target)))
    };
    let elsewhere: Vec<bool> = errors.map(is_elsewhere).collect();
    !targets.is_empty() && !elsewhere.is_empty() && !elsewhere.contains(&false)
}

/// Returns whether a line tells that a module could not be moved as a whole.
fn blocks_a_module(line: &str) -> bool {
    let line: Json = serde_json::from_str(line).unwrap_or_default();
    let told = line["diagnostic"]["detail"].as_str().unwrap_or_default();
    let mut told = told.lines().filter(|line| line.contains(" could not move to "));
    told.any(|line| !line.contains(".terraform_data."))
}

fn said(said: &Said) -> String {
    format!("{}{}", said.stdout, said.stderr)
}

/// Returns what Terraform says where we name what is protected.
fn protection(summary: String) -> String {
    let refused = ["` would be destroyed", "` would be replaced"];
    if refused.iter().any(|end| summary.ends_with(end)) {
        return "Instance cannot be destroyed".to_owned();
    }
    summary
}

/// Returns the summaries of errors or warnings that we draw.
fn drawn(text: &str, word: &str) -> BTreeSet<String> {
    let lines = text.lines().filter_map(|line| line.trim_start().split_once(' '));
    let found = lines.filter_map(|(_, rest)| rest.strip_prefix(word)?.strip_prefix(": "));
    found.map(str::to_owned).collect()
}

/// Returns how many errors we draw.
fn errors(text: &str) -> usize {
    text.matches("× Error: ").count()
}

/// Returns the summaries of what Terraform reported.
fn summaries(lines: &str, severity: &str) -> BTreeSet<String> {
    let lines = lines.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let found = lines.map(|line| line["diagnostic"].clone());
    let found = found.filter(|found| found["severity"] == severity);
    found.map(|found| found["summary"].as_str().unwrap_or_default().to_owned()).collect()
}

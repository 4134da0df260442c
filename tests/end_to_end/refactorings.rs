//! Sequences of configurations under Terraform and under `infra`: moves, removals, imports, targets
//! and replacements have the same actions, reasons, previous addresses, errors and states.
//!
//! The cases lie in `refactorings/`; what differs on purpose says so in its case. Skipped, and says
//! so, where there is no `terraform`.

use super::{
    estate::{Estate, binary},
    oracle::has_terraform,
};
use serde_json::{Value as Json, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Command, Output},
    thread,
};

/// A sequence of configurations.
#[derive(Default)]
struct Case {
    name: String,
    /// Files by step.
    steps: BTreeMap<u32, BTreeMap<String, String>>,
    /// Commands that are run after a step.
    runs: BTreeMap<u32, String>,
    /// Options of the last plan.
    options: Vec<String>,
    /// What is not compared, because it differs on purpose.
    differs: BTreeSet<String>,
}

/// What a program made of a case.
struct Outcome {
    /// Exit codes and, of the last plan, actions, and the state behind it, each as JSON.
    seen: BTreeMap<&'static str, Json>,
    /// Severity, summary and detail of Terraform's diagnostics.
    said: Vec<(String, String)>,
    errors: usize,
    warnings: usize,
    /// Everything that was printed, without blanks and lines.
    text: String,
}

#[test]
fn moves_are_those_of_terraform() {
    differential("moved", include_str!("refactorings/moved.txt"));
}

#[test]
fn removals_are_those_of_terraform() {
    differential("removed", include_str!("refactorings/removed.txt"));
}

#[test]
fn imports_are_those_of_terraform() {
    differential("imported", include_str!("refactorings/imported.txt"));
}

#[test]
fn targets_and_replacements_are_those_of_terraform() {
    differential("scoped", include_str!("refactorings/scoped.txt"));
}

fn differential(what: &str, text: &str) {
    if !has_terraform(what) {
        return;
    }
    let cases = cases(text);
    assert!(cases.len() >= 20, "only {} cases were read", cases.len());
    let wrong: Vec<String> = thread::scope(|scope| {
        let halves = cases.chunks(cases.len().div_ceil(2));
        let running: Vec<_> = halves
            .map(|half| scope.spawn(|| half.iter().flat_map(compare).collect::<Vec<_>>()))
            .collect();
        running.into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "ours, then Terraform's:\n{}", wrong.join("\n"));
}

/// Reads cases: `=== NAME`, then parts that begin with `--- STEP FILE`, `--- run STEP`,
/// `--- options` or `--- differs`.
fn cases(text: &str) -> Vec<Case> {
    text.split("=== ").skip(1).map(case).collect()
}

fn case(text: &str) -> Case {
    let mut parts = text.split("\n--- ");
    let name = parts.next().unwrap().trim().to_owned();
    let mut case = Case { name, ..Case::default() };
    for part in parts {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        match words[..] {
            ["options"] => case.options = body.split_whitespace().map(str::to_owned).collect(),
            // One word for each thing that is not compared; behind it, why.
            ["differs"] => {
                let first = |line: &str| line.split(':').next().map(str::to_owned);
                case.differs = body.lines().filter_map(first).collect();
            }
            ["run", step] => {
                case.runs.insert(step.parse().unwrap(), body.trim().to_owned());
            }
            [step, file] => {
                let files = case.steps.entry(step.parse().unwrap()).or_default();
                files.insert(file.to_owned(), format!("{body}\n"));
            }
            _ => panic!("no such part: {head}"),
        }
    }
    case
}

/// Returns what differs.
fn compare(case: &Case) -> Vec<String> {
    let (ours, theirs) = (run(case, binary()), run(case, "terraform"));
    let mut wrong = Vec::new();
    let at = |what: &str| format!("{}: {what}", case.name);
    for (what, value) in &theirs.seen {
        if !case.differs.contains(*what) && ours.seen.get(what) != Some(value) {
            wrong.push(format!("{}: {:?} {value}", at(what), ours.seen.get(what)));
        }
    }
    if case.differs.contains("said") {
        return wrong;
    }
    let counts = |outcome: &Outcome| (outcome.errors, outcome.warnings);
    if counts(&ours) != counts(&theirs) {
        let (mine, other) = (counts(&ours), counts(&theirs));
        wrong.push(format!("{}: {mine:?} {other:?}", at("errors and warnings")));
    }
    for (summary, detail) in &theirs.said {
        if !ours.text.contains(&squeezed(&format!("{summary}{detail}"))) {
            wrong.push(format!("{}: not said: {summary}: {detail}", at("words")));
        }
    }
    wrong
}

fn run(case: &Case, program: &str) -> Outcome {
    let is_ours = program == binary();
    let estate = Estate::new();
    let go = |words: &[&str]| execute(program, &estate, words);
    let last = *case.steps.keys().next_back().unwrap();
    let mut before = Vec::new();
    for (step, files) in &case.steps {
        for (name, text) in files {
            estate.write(name, text);
        }
        let calls_modules = case.steps.values().flatten().any(|(_, text)| text.contains("module "));
        if !is_ours && calls_modules {
            go(&["init"]);
        }
        if *step < last {
            before.push(code(&go(&["apply", "-auto-approve"])));
            if let Some(command) = case.runs.get(step) {
                let words: Vec<&str> = command.split_whitespace().collect();
                before.push(code(&go(&words)));
            }
        }
    }
    let with = |words: &[&str]| -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).chain(case.options.iter().cloned()).collect()
    };
    let plan = with(&["plan", "-out=saved", "-no-color"]);
    let planned = go(&plan.iter().map(String::as_str).collect::<Vec<_>>());
    let mut seen = BTreeMap::from([("before", json!(before)), ("plan", code(&planned))]);
    if planned.status.success() {
        let shown = go(&["show", "-json", "saved"]);
        seen.insert("changes", changes(&serde_json::from_slice(&shown.stdout).unwrap()));
    }
    let json: &[&str] = if is_ours { &[] } else { &["-json"] };
    let apply = with(&[&["apply", "-auto-approve"], json].concat());
    let applied = go(&apply.iter().map(String::as_str).collect::<Vec<_>>());
    seen.insert("apply", code(&applied));
    if planned.status.success() {
        let state = go(&["show", "-json"]);
        seen.insert("state", addresses(&serde_json::from_slice(&state.stdout).unwrap()));
        seen.insert("files", files(&estate));
    }
    let output = if planned.status.success() || !is_ours { applied } else { planned };
    outcome(seen, &output, is_ours)
}

const INCOMPLETE: &str = "Applied changes may be incomplete";

fn outcome(seen: BTreeMap<&'static str, Json>, output: &Output, is_ours: bool) -> Outcome {
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    if is_ours {
        let count = |what: &str| text.matches(what).count();
        let (errors, warnings) = (count("× Error:"), count("⚠ Warning:"));
        let warnings = warnings - count(&format!("⚠ Warning: {INCOMPLETE}"));
        return Outcome { seen, said: Vec::new(), errors, warnings, text: squeezed(&text) };
    }
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let found: Vec<Json> = lines.filter(|line| line["type"] == "diagnostic").collect();
    let found = found.iter().map(|line| &line["diagnostic"]);
    // It comes at the end of an apply with targets, in words of our own.
    let found: Vec<&Json> = found.filter(|d| d["summary"] != INCOMPLETE).collect();
    let count = |severity: &str| found.iter().filter(|d| d["severity"] == severity).count();
    let part = |d: &Json, name: &str| d[name].as_str().unwrap_or_default().to_owned();
    let words = |d: &&Json| {
        let summary = part(d, "summary");
        // Objects that are let go have no order there.
        let is_list = summary.starts_with("Some objects will no longer");
        let detail = if is_list { String::new() } else { part(d, "detail") };
        (summary, detail)
    };
    let said = found.iter().map(words).collect();
    Outcome { seen, said, errors: count("error"), warnings: count("warning"), text: String::new() }
}

fn execute(program: &str, estate: &Estate, words: &[&str]) -> Output {
    Command::new(program)
        .args(words)
        .current_dir(estate.path())
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("TF_IN_AUTOMATION", "1")
        .env("CHECKPOINT_DISABLE", "1")
        .env("LANG", "C.UTF-8")
        .env("COLUMNS", "160")
        .output()
        .unwrap()
}

fn code(output: &Output) -> Json {
    json!(output.status.code())
}

/// Returns a text without what two programs lay out differently: blanks, borders, places, the name.
fn squeezed(text: &str) -> String {
    let text = text.replace("Terraform", "infra").replace("terraform ", "infra ");
    let mut plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '│').collect();
    let mut from = 0;
    while let Some(found) = plain[from..].find("main.tf:") {
        let start = from + found + "main.tf:".len();
        let is_place = |c: char| c.is_ascii_digit() || c == ',' || c == '-';
        let length = plain[start..].find(|c| !is_place(c)).unwrap_or(plain.len() - start);
        plain.replace_range(start..start + length, "");
        from = start;
    }
    plain
}

fn changes(plan: &Json) -> Json {
    let mut found: Vec<Json> = Vec::new();
    for change in plan["resource_changes"].as_array().into_iter().flatten() {
        if change["mode"] == "managed" {
            found.push(json!([
                change["address"],
                change["previous_address"],
                change["change"]["actions"],
                change["action_reason"],
                change["change"]["importing"]["id"],
                change["change"]["replace_paths"],
                change["deposed"].is_string(),
            ]));
        }
    }
    found.sort_by_key(ToString::to_string);
    json!(found)
}

fn addresses(state: &Json) -> Json {
    let mut found = BTreeSet::new();
    let mut modules = vec![&state["values"]["root_module"]];
    while let Some(module) = modules.pop() {
        for resource in module["resources"].as_array().into_iter().flatten() {
            found.insert(format!("{} {}", resource["address"], resource["tainted"]));
        }
        modules.extend(module["child_modules"].as_array().into_iter().flatten());
    }
    json!(found)
}

/// Returns the files that provisioners wrote.
fn files(estate: &Estate) -> Json {
    let all = fs::read_dir(estate.path()).unwrap();
    let names = all.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    json!(
        names
            .filter(|name| Path::new(name).extension().is_some_and(|end| end == "txt"))
            .collect::<BTreeSet<_>>()
    )
}

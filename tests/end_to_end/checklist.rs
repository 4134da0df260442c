//! A configuration for each feature of the language, with its plan as a golden file.
//!
//! A folder of `tests/golden/language` holds the files, `plan.txt` with what `plan` prints, and
//! `case.txt` with lines of `key: value`: `environment` sets a variable, `before` runs a command
//! over the files of `before/`, `run` one over the others, `plan` gives options, `test` runs the tests
//! with options instead of a plan, `needs: cloud`
//! writes the socket of an in-memory cloud for `SOCKET`, and `compare: terraform` says that
//! Terraform makes the same plan. `INFRA_UPDATE=1` writes the plans anew.

use super::{
    child::Output,
    cloud::Cloud,
    estate::{Estate, files_below},
    oracle::{agree, has_terraform},
    outside,
};
use crate::tidy::root;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

/// The rows of the checklist, and the folders that show them; one without a folder says why.
const ROWS: [(&str, &[&str]); 34] = [
    ("`terraform` block", &["settings", "lock_file"]),
    ("`provider` blocks", &["providers"]),
    ("`resource`, `data`, `ephemeral`", &["blocks"]),
    ("`variable`", &["variables"]),
    ("Type constraints", &["types"]),
    ("Conversion and unification", &["conversion"]),
    ("`count`, `for_each`", &["expansion"]),
    ("`dynamic` blocks", &["dynamic"]),
    ("`lifecycle`", &["lifecycle"]),
    ("`depends_on`", &["depends_on"]),
    ("`moved`", &["refactoring", "generated"]),
    ("`check`", &["checks", "scoped_data"]),
    ("Provisioners", &["provisioners", "remote_provisioners"]),
    ("Expressions", &["expressions"]),
    ("References", &["references"]),
    ("Unknown values", &["unknown"]),
    ("Sensitive and ephemeral marks", &["sensitive"]),
    ("Ephemeral values and resources", &["ephemeral", "write_only"]),
    ("`.tfvars`", &["tfvars"]),
    ("`*_override.tf`", &["overrides"]),
    ("Module sources", &["modules"]),
    ("`.terraform.lock.hcl`", &["lock_file"]),
    ("State v4 JSON", &["state"]),
    ("Plan modes", &["modes", "refresh_only"]),
    ("Attributes-as-blocks mode", &["nesting"]),
    ("`*.tftest.hcl`", &["tested"]),
    ("Stacks, query", NOT_THERE),
    ("OpenTofu 1.7", &["encryption"]),
    ("OpenTofu 1.8", &["early_evaluation"]),
    ("OpenTofu 1.9", &["exclude", "provider_for_each"]),
    ("OpenTofu 1.10", &["deprecated"]),
    ("OpenTofu 1.11", &["ephemeral", "enabled"]),
    ("OpenTofu 1.12", &["dynamic_prevent_destroy"]),
    ("OpenTofu others", &["provider_functions"]),
];

/// It is no part of the language here.
const NOT_THERE: &[&str] = &[];

#[derive(Default)]
struct Case {
    environment: Vec<(String, String)>,
    before: Vec<String>,
    run: Vec<String>,
    plan: String,
    /// Options of `test`, if that is run.
    test: Option<String>,
    cloud: Option<Cloud>,
    compared: bool,
}

fn folder() -> PathBuf {
    root().join("tests/golden/language")
}

#[test]
fn every_row_of_the_checklist_has_a_folder() {
    let named: BTreeSet<&str> =
        ROWS.iter().flat_map(|(_, folders)| folders.iter().copied()).collect();
    let there: Vec<String> = names(&folder());
    assert_eq!(there.iter().map(String::as_str).collect::<BTreeSet<_>>(), named);
    let bare = ROWS.iter().filter(|(_, folders)| folders.is_empty());
    assert_eq!(bare.count(), 1, "only what is no part of the language has no folder");
    let Some(reference) = outside::shared("reference") else {
        return outside::skip("checklist", "../shared is not there", "INFRA_REQUIRE_SHARED");
    };
    let text = fs::read_to_string(reference.join("language.md")).unwrap();
    let section = text.split("\n## 6.").nth(1).unwrap().split("\n### ").next().unwrap();
    let rows: Vec<&str> =
        section.lines().filter_map(|line| line.strip_prefix("| ")).skip(1).collect();
    assert!(rows.len() > 30, "the checklist is there");
    for row in rows {
        let known = ROWS.iter().filter(|(begin, _)| row.starts_with(begin)).count();
        assert_eq!(known, 1, "a folder for: {row}");
    }
}

#[test]
fn every_feature_plans_as_recorded() {
    let names = names(&folder());
    let wrong: Vec<String> = thread::scope(|scope| {
        let halves = names.chunks(names.len().div_ceil(2));
        let running: Vec<_> = halves
            .map(|half| {
                scope.spawn(|| half.iter().filter_map(|name| planned(name)).collect::<Vec<_>>())
            })
            .collect();
        running.into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "INFRA_UPDATE=1 records what is new:\n{}", wrong.join("\n"));
}

#[test]
fn features_that_terraform_can_plan_plan_alike() {
    if !has_terraform("checklist") {
        return;
    }
    let mut compared = 0;
    for name in names(&folder()) {
        let case = case(&name);
        if !case.compared {
            continue;
        }
        compared += 1;
        let (ours, theirs) = (prepared(&name, &case), prepared(&name, &case));
        let options = format!("plan -out=saved.plan {}", case.plan);
        ours.run(&options).exits(0);
        terraform(&theirs, &case, "init");
        terraform(&theirs, &case, &options);
        let shown = terraform(&theirs, &case, "show -json saved.plan");
        let plan = ours.run("show -json -show-sensitive saved.plan").exits(0).json();
        agree(&name, &plan, &serde_json::from_str(&shown).unwrap());
    }
    assert!(compared >= 10, "only {compared} were compared");
}

/// Runs Terraform with the environment of a case, which must work, and returns what it prints.
fn terraform(estate: &Estate, case: &Case, arguments: &str) -> String {
    let output = Command::new("terraform")
        .args(arguments.split_whitespace())
        .current_dir(estate.path())
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .envs(case.environment.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "terraform {arguments}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns what differs from the recorded plan.
fn planned(name: &str) -> Option<String> {
    let case = case(name);
    let estate = prepared(name, &case);
    for command in &case.run {
        estate.run(command).exits(0);
    }
    let command = match &case.test {
        Some(options) => format!("test {options}"),
        None => format!("plan {}", case.plan),
    };
    let text = normalised(&estate.run(&command), &estate, &case);
    let golden = folder().join(name).join("plan.txt");
    if outside::variable("INFRA_UPDATE").is_some() {
        fs::write(&golden, &text).unwrap();
    }
    let wanted = fs::read_to_string(&golden).unwrap_or_default();
    (text != wanted).then(|| {
        format!("{name}:\n{}", similar::TextDiff::from_lines(&wanted, &text).unified_diff())
    })
}

/// Returns an estate with the files of a case, after what comes before.
fn prepared(name: &str, case: &Case) -> Estate {
    let folder = folder().join(name);
    let mut estate = Estate::new();
    for (name, value) in &case.environment {
        estate = estate.with(name, value);
    }
    let before = folder.join("before");
    if before.is_dir() {
        copy(&before, &estate, case);
        for command in &case.before {
            estate.run(command).exits(0);
        }
    }
    copy(&folder, &estate, case);
    estate
}

fn copy(from: &Path, estate: &Estate, case: &Case) {
    for (path, bytes) in files_below(from) {
        let name = path.strip_prefix(from).unwrap().to_str().unwrap();
        if name.starts_with("before/") || matches!(name, "case.txt" | "plan.txt") {
            continue;
        }
        let mut text = String::from_utf8(bytes).unwrap();
        if let Some(cloud) = &case.cloud {
            text = text.replace("SOCKET", &cloud.socket().display().to_string());
        }
        estate.write(name, &text);
    }
}

fn case(name: &str) -> Case {
    let mut case = Case::default();
    let text = fs::read_to_string(folder().join(name).join("case.txt")).unwrap_or_default();
    for line in text.lines() {
        let (key, value) = line.split_once(": ").unwrap();
        let value = value.to_owned();
        match key {
            "environment" => {
                let (name, value) = value.split_once('=').unwrap();
                case.environment.push((name.to_owned(), value.to_owned()));
            }
            "before" => case.before.push(value),
            "run" => case.run.push(value),
            "plan" => case.plan = value,
            "test" => case.test = Some(value),
            "needs" => case.cloud = Some(Cloud::start()),
            "compare" => case.compared = true,
            other => panic!("{name}: no such key: {other}"),
        }
    }
    case
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Returns what was printed without what differs from run to run: progress, drawn ids, paths.
fn normalised(output: &Output, estate: &Estate, case: &Case) -> String {
    let mut text = format!("{}{}", output.stdout, output.stderr);
    text = text.replace(&estate.path().display().to_string(), "<directory>");
    if let Some(cloud) = &case.cloud {
        text = text.replace(&cloud.socket().display().to_string(), "<socket>");
    }
    let progress = |line: &&str| {
        !["Refreshing state...", "Reading...", "Opening...", "Closing...", " complete after "]
            .iter()
            .any(|word| line.contains(word))
    };
    let lines: Vec<String> = text.lines().filter(progress).map(without_ids).collect();
    format!("{}\n\nexit code {}\n", lines.join("\n").trim(), output.code.unwrap_or(-1))
}

/// Returns a line with `<id>` for each UUID and `<hash>` for each long run of hexadecimal digits.
fn without_ids(line: &str) -> String {
    let mut out = String::new();
    for word in line.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
        let (body, end) =
            word.split_at(word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len());
        let hexadecimal = body.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        match body.len() {
            36 if hexadecimal => out.push_str("<id>"),
            40.. if hexadecimal => out.push_str("<hash>"),
            _ => out.push_str(body),
        }
        out.push_str(end);
    }
    out
}

//! Provider configurations and what is passed to modules: the findings of `validate` beside
//! Terraform's, by severity, summary and place.
//!
//! What Terraform says without a place, we say where it is, which is not compared. The table has none
//! of what comes from its own provider having two source addresses (a wrong `Provider type mismatch`).

use super::{
    judge,
    terraform::{self, terraform},
};
use crate::end_to_end::estate::Estate;
use serde_json::Value as Json;
use std::collections::BTreeSet;

const TABLE: &str = include_str!("passing.txt");

/// Severity, summary, and where it begins, if that is told.
type Finding = (String, String, Option<String>);

#[test]
fn differential_passing() {
    if !terraform::is_there("differential passing") {
        return;
    }
    let cases: Vec<(&str, &str)> =
        TABLE.split("\n=== ").skip(1).filter_map(|case| case.split_once('\n')).collect();
    assert!(cases.len() > 40, "{}", cases.len());
    judge(
        "passing",
        cases.len() as u64,
        || (),
        |(), number| {
            let (name, files) = cases[usize::try_from(number).unwrap()];
            let found = differences(files);
            found.into_iter().map(|found| format!("{name}: {found}")).collect()
        },
    );
}

fn differences(files: &str) -> Vec<String> {
    let (ours, theirs) = (Estate::new(), Estate::new());
    let files = files.strip_prefix("--- ").unwrap().split("\n--- ");
    for (name, text) in files.filter_map(|file| file.split_once('\n')) {
        for estate in [&ours, &theirs] {
            estate.write(name, &format!("{text}\n"));
        }
    }
    terraform(&theirs, "init");
    let said = ours.run("validate -json");
    let (mine, other) =
        (findings(&said.stdout), findings(&terraform(&theirs, "validate -json").stdout));
    let mut found = Vec::new();
    for finding in &other {
        if !mine.iter().any(|own| is_same(own, finding)) {
            found.push(format!("not found: {finding:?}, but {mine:?}"));
        }
    }
    // An error never hides the others; Terraform stops at some.
    let stops = other.iter().any(|(severity, ..)| severity == "error");
    for finding in mine.iter().filter(|_| !stops) {
        if !other.iter().any(|theirs| is_same(finding, theirs)) {
            found.push(format!("too much: {finding:?}, but {other:?}"));
        }
    }
    found
}

/// What is missing is told by Terraform in words that name an internal node at times.
fn is_same(ours: &Finding, theirs: &Finding) -> bool {
    let missing = "Provider configuration not present";
    let summary =
        ours.1 == theirs.1 || ours.1 == missing && theirs.1.starts_with("missing provider ");
    ours.0 == theirs.0 && summary && (theirs.2.is_none() || ours.2 == theirs.2)
}

fn findings(text: &str) -> BTreeSet<Finding> {
    let document: Json = serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    let found = document["diagnostics"].as_array().cloned().unwrap_or_default();
    let finding = |found: &Json| {
        let word = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
        let range = found.get("range");
        let at = range.map(|range| {
            format!("{} {} {}", range["filename"], range["start"]["line"], range["start"]["column"])
        });
        (word("severity"), word("summary"), at)
    };
    found.iter().map(finding).collect()
}

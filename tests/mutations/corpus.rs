//! The good inputs: every file of the language in examples and tests, the expressions whose results
//! are known, and what the program wrote itself.

use super::plans;
use crate::{end_to_end::outside, tidy::root};
use std::{fs, path::Path};

/// The folders whose files are taken.
const FOLDERS: [&str; 3] = ["examples", "tests", "src/lang/tests"];

/// A case of the console: what is computed, whatever comes of it.
#[derive(serde::Deserialize)]
struct Case {
    expr: String,
}

/// Files in native syntax.
pub(super) fn native() -> Vec<Vec<u8>> {
    found(&[".tf", ".hcl", ".tfvars"])
}

/// Files in JSON syntax.
pub(super) fn json() -> Vec<Vec<u8>> {
    found(&[".tf.json", ".tfvars.json"])
}

/// Files of variables, in native syntax.
pub(super) fn variables() -> Vec<Vec<u8>> {
    found(&[".tfvars"])
}

/// States of Terraform.
pub(super) fn states() -> Vec<Vec<u8>> {
    found(&[".tfstate"])
}

/// Plans that the program made.
pub(super) fn plans() -> Vec<Vec<u8>> {
    plans::good()
}

/// Expressions: those of the table of functions, and the cases of the console where they are there.
pub(super) fn expressions() -> Vec<Vec<u8>> {
    let table = include_str!("../../src/lang/functions/tests/oracle.txt");
    let table = table.lines().filter_map(|line| line.split_once(" => "));
    let mut found: Vec<Vec<u8>> = table.map(|(text, _)| text.as_bytes().to_vec()).collect();
    found.extend(include_str!("corpus/expressions.txt").lines().map(Into::into));
    let cases = root().join("../shared/conformance/terraform-console/cases.json");
    if let Ok(text) = fs::read_to_string(cases) {
        let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
        found.extend(cases.into_iter().map(|case| case.expr.into_bytes()));
    } else {
        assert!(outside::variable("INFRA_REQUIRE_SHARED").is_none(), "../shared is required");
    }
    found
}

fn found(endings: &[&str]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        collect(&root().join(folder), endings, &mut found);
    }
    // By content, so that the same files give the same run wherever they are.
    found.sort();
    found.dedup();
    found
}

fn collect(folder: &Path, endings: &[&str], found: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_string_lossy();
        if path.is_dir() {
            collect(&path, endings, found);
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(fs::read(&path).unwrap());
        }
    }
}

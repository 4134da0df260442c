//! Every diagnostic code has a page in `docs/errors`, and every page a code.

use super::{is_test, read, root, rust_files};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// What each page has, in this order, after its title and a sentence.
const PARTS: [&str; 3] = ["## Why", "## Example", "## What to do"];

/// How a code begins where it is given to a diagnostic.
const GIVEN: [&str; 2] = ["\"infra::", "code(infra::"];

#[test]
fn every_code_has_a_page() {
    let pages: BTreeSet<String> = pages().iter().map(|page| code_of(page)).collect();
    let codes = codes();
    assert!(codes.len() > 200, "only {} codes were found", codes.len());
    let without: Vec<&String> = codes.difference(&pages).collect();
    assert!(without.is_empty(), "these codes have no page in docs/errors: {without:#?}");
    let stale: Vec<&String> = pages.difference(&codes).collect();
    assert!(stale.is_empty(), "no diagnostic has the code of these pages: {stale:#?}");
}

#[test]
fn every_page_has_its_parts() {
    let mut wrong = Vec::new();
    for page in pages() {
        let text = read(&page);
        let mut lines = text.lines().filter(|line| !line.is_empty());
        let titled = lines.next() == Some(&*format!("# {}", code_of(&page)));
        let told =
            lines.next().is_some_and(|line| !line.starts_with('#') && !line.starts_with("```"));
        let headings = text.lines().filter(|line| PARTS.contains(line));
        if !(titled && told && headings.eq(PARTS)) {
            wrong.push(page);
        }
    }
    assert!(wrong.is_empty(), "not in the form of the others: {wrong:#?}");
}

/// Returns the codes that the program gives to its diagnostics.
fn codes() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for file in rust_files().iter().filter(|file| !is_test(file)) {
        let text = read(file);
        for start in GIVEN {
            codes.extend(text.split(start).skip(1).filter_map(code_at));
        }
    }
    codes
}

/// Returns the code whose stage and problem a text begins with.
fn code_at(text: &str) -> Option<String> {
    let end =
        text.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || "_:".contains(c)));
    let (stage, problem) = text[..end?].split_once("::")?;
    Some(format!("infra::{stage}::{problem}"))
}

/// Returns `docs/errors/<stage>/<problem>.md` of every page.
fn pages() -> Vec<PathBuf> {
    let stages = std::fs::read_dir(root().join("docs/errors")).unwrap();
    let files = stages.flat_map(|stage| std::fs::read_dir(stage.unwrap().path()).unwrap());
    files.map(|file| file.unwrap().path().strip_prefix(root()).unwrap().to_owned()).collect()
}

fn code_of(page: &Path) -> String {
    let stage = page.parent().and_then(Path::file_name).unwrap().to_string_lossy();
    let problem = page.file_stem().unwrap().to_string_lossy();
    format!("infra::{stage}::{problem}")
}

//! ARCHITECTURE.md is true: what it names is there, and what it promises names the tests that hold it.

use super::{read, root};
use std::path::Path;

const PAGE: &str = "ARCHITECTURE.md";

/// More is not read from beginning to end.
const LINES_MAX: usize = 300;

/// Returns the cells of the first table below a line that begins so, its head aside.
pub(super) fn rows(below: &str) -> Vec<Vec<String>> {
    let text = read(Path::new(PAGE));
    let below = |line: &&str| line.trim_start_matches(['#', ' ']).starts_with(below);
    let from = text.lines().skip_while(|line| !below(line));
    let table = from.skip_while(|line| !line.starts_with('|'));
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    table.take_while(|line| line.starts_with('|')).skip(2).map(cells).collect()
}

/// Returns what stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Returns the file and the name of a test that is written as `FILE::NAME`.
fn test_of(word: &str) -> Option<(&str, &str)> {
    word.split_once(".rs::").map(|(file, name)| (&word[..file.len() + 3], name))
}

/// Returns whether a text names a test, and complains of those that are not there.
fn names_a_test(text: &str, wrong: &mut Vec<String>) -> bool {
    let mut named = false;
    for (file, name) in quoted(text).filter_map(test_of) {
        named = true;
        let is_there = root().join(file).is_file() && has_test(&read(Path::new(file)), name);
        if !is_there {
            wrong.push(format!("`{file}` has no test `{name}`"));
        }
    }
    named
}

/// Returns whether a file has a test of a name: one that stands behind `#[test]` or its like.
fn has_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let head = format!("fn {name}(");
    let Some(at) = lines.iter().position(|line| line.contains(&head)) else { return false };
    let attributes = lines[..at].iter().rev().take_while(|line| line.starts_with("#["));
    attributes
        .into_iter()
        .any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
}

#[test]
fn every_path_in_the_architecture_exists() {
    let text = read(Path::new(PAGE));
    let missing: Vec<&str> = quoted(&text)
        .filter(|word| word.contains('/') && !word.contains([' ', '*', '<']))
        .map(|word| test_of(word).map_or(word, |(file, _)| file))
        .filter(|word| !root().join(word).exists())
        .collect();
    assert!(missing.is_empty(), "{PAGE} names what is not there: {missing:?}");
}

#[test]
fn every_invariant_names_the_tests_that_hold_it() {
    let text = read(Path::new(PAGE));
    let section = text.split("\n## ").find(|section| section.starts_with("Invariants")).unwrap();
    let is_numbered = |line: &&str| line.starts_with(|c: char| c.is_ascii_digit());
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in section.lines().filter(is_numbered) {
        count += 1;
        let behind = section.split_once(line).map_or("", |(_, behind)| behind);
        let behind = behind.lines().skip(1).take_while(|line| line.starts_with(' '));
        if !names_a_test(&behind.collect::<Vec<_>>().join("\n"), &mut wrong) {
            wrong.push(format!("no test holds: {line}"));
        }
    }
    assert_eq!(count, 14, "the design has fourteen");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crash_names_the_test_that_shows_it() {
    let mut wrong = Vec::new();
    for (table, rows_min) in [("Crash matrix", 15), ("What does not die", 5)] {
        let rows = rows(table);
        assert!(rows.len() >= rows_min, "{table} has {} rows", rows.len());
        for row in rows {
            if !names_a_test(row.last().unwrap(), &mut wrong) {
                wrong.push(format!("nothing shows what happens: {}", row[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_architecture_can_be_read_at_once() {
    let lines = read(Path::new(PAGE)).lines().count();
    assert!(lines <= LINES_MAX, "{PAGE} has {lines} lines");
}

//! The crash matrix of the architecture names tests that exist.

use super::{read, root};
use std::path::Path;

/// The chapter that the matrix stands in.
const CHAPTER: &str = "## Crash matrix";

#[test]
fn every_cell_of_the_crash_matrix_names_its_tests() {
    let text = read(Path::new("ARCHITECTURE.md"));
    let chapter = text.split_once(CHAPTER).unwrap().1;
    let chapter = chapter.split("\n## ").next().unwrap();
    let rows = chapter.lines().filter(|line| line.starts_with("| "));
    let cells: Vec<&str> =
        rows.filter_map(|row| row.trim_end_matches(" |").split(" | ").last()).collect();
    assert!(cells.len() > 20, "the matrix is not where it was");
    let problems: Vec<String> =
        cells.into_iter().filter(|cell| *cell != "shown by").flat_map(problems).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Returns what is wrong with a cell: `file`: `function`, `function`; `file`: `function`.
fn problems(cell: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in cell.split("; ") {
        let words: Vec<&str> = part.split('`').skip(1).step_by(2).collect();
        let Some((file, functions)) = words.split_first().filter(|(_, rest)| !rest.is_empty())
        else {
            found.push(format!("`{part}` names no file with a test in it"));
            continue;
        };
        if !root().join(file).is_file() {
            found.push(format!("{file} is not there"));
            continue;
        }
        let text = read(Path::new(file));
        let missing = functions.iter().filter(|function| !has_test(&text, function));
        found.extend(missing.map(|function| format!("{file} has no test `{function}`")));
    }
    found
}

fn has_test(text: &str, function: &str) -> bool {
    let head = format!("fn {function}() {{");
    text.split("#[test]").skip(1).any(|test| test.trim_start().starts_with(&head))
}

#[test]
fn cell_without_a_test_that_exists_is_found() {
    let own = "`tests/tidy/matrix.rs`: `cell_without_a_test_that_exists_is_found`";
    assert!(problems(own).is_empty());
    for wrong in ["the same", "`tests/tidy/matrix.rs`", "`tests/tidy/none.rs`: `a`"] {
        assert_eq!(problems(wrong).len(), 1, "{wrong}");
    }
    assert_eq!(problems(&format!("{own}, `has_test`; `tests/tidy.rs`: `root`")).len(), 2);
}

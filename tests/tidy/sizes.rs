//! Files stay small: 600 lines of code without tests, or a reason in the list below.
//! Functions stay below 70 lines: clippy's `too_many_lines` sees to that.

use super::{is_test, read, rust_files};

/// The most lines of a file that is not a test.
const LINES_MAX: usize = 600;

/// Files that may be longer, each with its reason.
const EXCEPTIONS: [(&str, &str); 0] = [];

#[test]
fn no_file_is_over_the_limit() {
    let long: Vec<String> = rust_files()
        .into_iter()
        .filter(|path| !is_test(path))
        .filter(|path| !EXCEPTIONS.iter().any(|(name, _)| path.ends_with(name)))
        .filter_map(|path| {
            let lines = code_lines(&read(&path));
            (lines > LINES_MAX).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "split these by idea, or write the reason down:\n{}", long.join("\n"));
}

#[test]
fn every_exception_is_still_needed() {
    for (name, reason) in EXCEPTIONS {
        let path = rust_files().into_iter().find(|path| path.ends_with(name));
        let lines = path.map_or(0, |path| code_lines(&read(&path)));
        assert!(lines > LINES_MAX, "`{name}` has {lines} lines: take it off the list ({reason})");
    }
}

#[test]
fn the_median_file_is_short() {
    let mut lines: Vec<usize> =
        rust_files().into_iter().filter(|p| !is_test(p)).map(|p| code_lines(&read(&p))).collect();
    lines.sort_unstable();
    let median = lines[lines.len() / 2];
    assert!(median <= 150, "the median file has {median} lines");
}

/// Lines before the unit tests of a file.
fn code_lines(text: &str) -> usize {
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

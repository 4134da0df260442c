//! What of the outside world the tests need: variables, and other programs.

use std::{io::Write, path::PathBuf, process::Command};

/// Returns a variable of the environment; an empty one counts as absent.
#[expect(clippy::disallowed_methods, reason = "the tests are steered by the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Returns a variable that holds a number.
pub(crate) fn number(name: &str) -> Option<u64> {
    variable(name)?.parse().ok()
}

/// Says past the test runner's capture that a test is skipped, or fails it if that is forbidden.
pub(crate) fn skip(test: &str, why: &str, required_by: &str) {
    assert!(variable(required_by).is_none(), "{test}: {why}, and {required_by} is set");
    tell(&format!("SKIPPED {test}: {why}"));
}

/// Prints a line past the test runner's capture.
pub(crate) fn tell(line: &str) {
    // Nobody reads it if this fails.
    writeln!(std::io::stderr(), "{line}").ok();
}

/// Returns a folder of `../shared`, if it is there.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let path = crate::tidy::root().join("../shared").join(folder);
    path.is_dir().then_some(path)
}

/// Runs another program and returns what it prints; `None` if it fails.
pub(crate) fn ask(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

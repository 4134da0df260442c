//! Terraform, run in a directory of its own.

use crate::end_to_end::{estate::Estate, outside};
use std::{
    io::Write as _,
    process::{Command, Stdio},
    thread,
};

/// What a run of Terraform leaves.
pub(crate) struct Said {
    pub(crate) ok: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Returns whether there is a Terraform, and says so if a test is skipped for want of it.
pub(crate) fn is_there(test: &str) -> bool {
    let found = outside::ask("terraform", &["version"]).is_some();
    if !found {
        outside::skip(test, "there is no terraform", "INFRA_REQUIRE_TERRAFORM");
    }
    found
}

/// Runs Terraform with arguments that are separated by blanks.
pub(crate) fn terraform(estate: &Estate, arguments: &str) -> Said {
    feed(estate, arguments, "")
}

/// Runs Terraform, which must work, and returns what it prints.
#[track_caller]
pub(crate) fn succeeds(estate: &Estate, arguments: &str) -> String {
    let said = terraform(estate, arguments);
    assert!(said.ok, "terraform {arguments}: {}", said.stderr);
    said.stdout
}

/// Runs Terraform with an input.
pub(crate) fn feed(estate: &Estate, arguments: &str, input: &str) -> Said {
    let mut child = Command::new("terraform")
        .args(arguments.split_whitespace())
        .current_dir(estate.path())
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("TF_IN_AUTOMATION", "1")
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_ARGS", "-no-color")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_owned();
    // A program that ends early does not read it all.
    let writer = thread::spawn(move || pipe.write_all(input.as_bytes()).ok());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Said {
        ok: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

//! Tests of the layout: cases as data, idempotence, and the comparison with `terraform fmt`.

#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests fail by panics, ask the environment, and say when they have nothing to do"
)]

mod differential;
mod messy;

use infra_lang::format::format;
use infra_model::{source::SourceId, text::Text};
use std::{fs, path::PathBuf};

/// Returns the texts of the cases: name, before, after.
fn cases() -> Vec<(String, String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/format/cases");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.to_str().unwrap().strip_suffix(".in.hcl") else { continue };
        let after = fs::read_to_string(format!("{name}.out.hcl")).unwrap();
        found.push((name.to_owned(), fs::read_to_string(&path).unwrap(), after));
    }
    found.sort();
    found
}

fn ours(text: &str) -> Option<String> {
    format(SourceId(0), &Text::from(text)).ok()
}

#[test]
fn cases_come_out_as_written() {
    let cases = cases();
    assert!(cases.len() >= 12, "only {} cases", cases.len());
    for (name, before, after) in cases {
        let formatted = ours(&before).unwrap();
        assert_eq!(formatted, after, "{name}:\n{formatted}");
        assert_eq!(ours(&after).unwrap(), after, "{name} again");
    }
}

#[test]
fn what_was_laid_out_stays() {
    for seed in 0..500 {
        let text = messy::file(seed);
        let Some(once) = ours(&text) else { continue };
        let again =
            |text: &str| ours(text).unwrap_or_else(|| panic!("seed {seed} was broken:\n{text}"));
        // An interpolation in an interpolation is unwrapped once a run, as Terraform does, and
        // what was unwrapped is in a column with its neighbours only then.
        let settled = again(&again(&once));
        assert_eq!(again(&settled), settled, "seed {seed}:\n{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_places() {
    let found = format(SourceId(0), &Text::from("a = 1\nb = = 2\n")).unwrap_err();
    assert_eq!(found[0].labels[0].span.start, 10);
}

/// Terraform loses such labels, and ends such a value at its comment.
#[test]
fn what_terraform_breaks_is_kept() {
    for text in ["foo \"a$b\" \"100%\" {}\n", "a = \"${b + # c\nd}\"\n"] {
        assert_eq!(ours(text).as_deref(), Some(text));
    }
}

//! What Terraform's console gives for 1,689 expressions, compared with what ours gives.

#![allow(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::print_stderr,
    reason = "tests fail by panics and say what they skip"
)]

use crate::support::{Built, Disk, known, root};
use infra_lang::program::type_text;
use infra_model::{
    diagnostic::{Diagnostic, has_errors},
    program::Program,
    value::{Marks, Value},
};
use serde::Deserialize;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// How many cases give the same value, type, flags, or fail as they should. May only rise.
///
/// One does not, `syntax-123`: its record is wrong. It was made by typing the expression between
/// `jsonencode(` and a line with `)`, and Terraform's line reader ends a command at an empty line
/// behind a heredoc, so that it read `)` alone. Typed by itself, Terraform gives our value; the test
/// of this name in `tests/end_to_end` has it typed.
const PASSING_MIN: usize = 1688;

/// How many of the failing cases do so in the same words. May only rise.
const WORDED_MIN: usize = 347;

#[derive(Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "the fields of the file")]
struct Case {
    id: String,
    category: String,
    expr: String,
    ok: bool,
    json: Option<String>,
    #[serde(rename = "type")]
    ty: Option<String>,
    #[serde(default)]
    unknown: bool,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    ephemeral: bool,
    #[serde(default)]
    fixture: bool,
    error: Option<String>,
    error_detail: Option<String>,
}

fn shared() -> Option<PathBuf> {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let found = workspace.join("../shared/conformance/terraform-console");
    found.is_dir().then_some(found)
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the variable says whether the cases must be there")]
fn console_gives_what_terraform_gives() {
    let Some(directory) = shared() else {
        assert!(std::env::var("INFRA_REQUIRE_SHARED").is_err(), "../shared is required");
        eprintln!("skipped: ../shared is not there");
        return;
    };
    let text = std::fs::read_to_string(directory.join("cases.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
    let fixture = Built::from_sources(Arc::new(Disk(directory.join("fixture"))));
    assert!(!has_errors(&fixture.found), "{:?}", fixture.texts(&fixture.found));
    let empty = Built::new(&[("main.tf", "")]);
    let mut failed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut others = String::new();
    let (mut passed, mut worded) = (0, 0);
    for case in &cases {
        let built = if case.fixture { &fixture } else { &empty };
        match judge(built, case) {
            Verdict::Same => {
                passed += 1;
                worded += usize::from(!case.ok);
            }
            Verdict::OtherWords(how) => {
                passed += 1;
                others.push_str(&format!("  {}: {how}\n", case.id));
            }
            Verdict::Different(why) => {
                failed.entry(&case.category).or_default().push(format!("{}: {why}", case.id));
            }
        }
    }
    let mut report = String::new();
    for (category, lines) in &failed {
        report.push_str(&format!("{category} ({})\n", lines.len()));
        for line in lines {
            report.push_str(&format!("  {line}\n"));
        }
    }
    let total = cases.len();
    eprintln!(
        "{report}other words:\n{others}{passed} of {total} pass, {worded} errors in the same words"
    );
    assert!(passed >= PASSING_MIN, "{passed} pass, {PASSING_MIN} did before");
    assert!(worded >= WORDED_MIN, "{worded} errors have the same words, {WORDED_MIN} had before");
}

/// How a case compares.
enum Verdict {
    Same,
    /// It fails as it should, with another message.
    OtherWords(String),
    Different(String),
}

fn judge(built: &Built, case: &Case) -> Verdict {
    let mut known = known(&[]);
    let (value, found) = built.program.free(&case.expr, &root(), &mut known);
    let errors: Vec<_> = found.iter().filter(|d| d.is_error()).collect();
    if case.ok {
        return match judge_value(case, &value, &errors) {
            Ok(()) => Verdict::Same,
            Err(why) => Verdict::Different(why),
        };
    }
    let Some(first) = errors.first() else {
        return Verdict::Different(format!("`{}` succeeds with {value:?}", case.expr));
    };
    let wanted = (case.error.as_deref().unwrap(), case.error_detail.as_deref().unwrap());
    if errors.iter().any(|d| (&*d.summary, &*d.detail) == wanted) {
        return Verdict::Same;
    }
    let got = (&first.summary, &first.detail);
    Verdict::OtherWords(format!("`{}`\n      wanted {wanted:?}\n      got    {got:?}", case.expr))
}

fn judge_value(case: &Case, value: &Value, errors: &[&Diagnostic]) -> Result<(), String> {
    if let Some(error) = errors.first() {
        return Err(format!("`{}` fails: {}: {}", case.expr, error.summary, error.detail));
    }
    compare(&case.expr, "unknown", &case.unknown, &!value.is_wholly_known())?;
    let marks = value.deep_marks();
    if !case.unknown {
        compare(&case.expr, "sensitive", &case.sensitive, &marks.contains(Marks::SENSITIVE))?;
    }
    compare(&case.expr, "ephemeral", &case.ephemeral, &marks.contains(Marks::EPHEMERAL))?;
    if let Some(ty) = &case.ty {
        compare(&case.expr, "type", ty, &type_text(&value.ty()))?;
    }
    if let Some(json) = &case.json {
        compare(&case.expr, "json", json, &encoded(value)?)?;
    }
    Ok(())
}

fn compare<T: PartialEq + std::fmt::Debug>(
    expr: &str,
    what: &str,
    wanted: &T,
    got: &T,
) -> Result<(), String> {
    if wanted == got {
        return Ok(());
    }
    Err(format!("`{expr}` {what}\n      wanted {wanted:?}\n      got    {got:?}"))
}

fn encoded(value: &Value) -> Result<String, String> {
    let (plain, _) = value.clone().unmark_deep();
    // The function table is the one that is tested; its encoder is the console's too.
    let built = Built::new(&[("main.tf", "variable \"x\" {}\n")]);
    let mut known = known(&[("x", plain)]);
    let (text, found) = built.program.free("jsonencode(var.x)", &root(), &mut known);
    match text.as_text() {
        Some(text) => Ok(text.to_string()),
        None => Err(format!("jsonencode fails: {found:?}")),
    }
}

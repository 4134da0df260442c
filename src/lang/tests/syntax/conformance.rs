//! The shared cases recorded from Terraform's console, as far as they are about syntax.

use infra_lang::syntax::parse_expression;
use infra_model::source::SourceId;
use serde::Deserialize;

const PATH: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/conformance/terraform-console/cases.json"
);

/// Summaries that Terraform gives to mistakes that are not about syntax.
const SEMANTIC: &[&str] =
    &["Invalid reference", "Unsupported attribute", "Invalid index", "Reference to undeclared"];

#[derive(Deserialize)]
pub(super) struct Case {
    pub(super) id: String,
    pub(super) category: String,
    pub(super) expr: String,
    pub(super) ok: bool,
    error: Option<String>,
}

/// Returns the shared cases; says so and returns nothing if they are not there.
#[allow(clippy::disallowed_methods, reason = "the variable says whether the cases must be there")]
pub(super) fn cases() -> Option<Vec<Case>> {
    let Ok(text) = std::fs::read_to_string(PATH) else {
        assert!(std::env::var("INFRA_REQUIRE_SHARED").is_err(), "{PATH} is missing");
        eprintln!("skipped: {PATH} is missing");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn agrees_with_terraform_on_what_is_an_expression() {
    let Some(cases) = cases() else { return };
    let mut wrong = Vec::new();
    let mut same_summary = 0;
    let mut syntax_errors = 0;
    for case in &cases {
        let Case { id, expr, .. } = case;
        let (_, diagnostics) = parse_expression(SourceId(0), &**expr);
        if case.ok {
            if !diagnostics.is_empty() {
                wrong.push(format!("{id}: {expr:?}: {:?}", diagnostics[0].summary));
            }
            continue;
        }
        let summary = case.error.as_deref().unwrap_or("");
        let semantic = SEMANTIC.iter().any(|start| summary.starts_with(start));
        if case.category == "syntax_errors" && !semantic {
            syntax_errors += 1;
            match diagnostics.first() {
                None => wrong.push(format!("{id}: {expr:?}: no error")),
                Some(first) if *first.summary == *summary => same_summary += 1,
                Some(first) => eprintln!("{expr:?}: {summary:?}, here {:?}", first.summary),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 1000, "the cases are there");
    assert!(same_summary * 10 >= syntax_errors * 9, "{same_summary} of {syntax_errors}");
}

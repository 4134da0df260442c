//! Loops and splats over what is not known, and over what goes wrong.

use super::Driven;
use crate::support::root;
use infra_model::program::Program;

/// Returns what is wrong with a free expression, beside an unknown list and an unknown anything.
fn faults(expression: &str) -> Vec<String> {
    let mut driven = Driven::new(
        r#"
        resource "terraform_data" "u" {}
        locals {
          list     = split(",", terraform_data.u.id)
          anything = terraform_data.u.output
        }
        "#,
    )
    .good();
    let program = &driven.built.program;
    let (_, found) = program.free(expression, &root(), &mut driven.known);
    found.iter().map(|found| found.summary.to_string()).collect()
}

#[test]
fn conditions_are_judged_before_the_elements_are_known() {
    let cases = [
        (r#"[for v in local.list : v if "no"]"#, "Invalid 'for' condition"),
        ("{ for v in local.list : v => 1 if null }", "Condition is null"),
        ("[for v in [1] : v if null]", "Condition is null"),
        ("[for v in [null] : v if v]", "Invalid 'for' condition"),
    ];
    for (expression, summary) in cases {
        assert_eq!(faults(expression), [summary], "{expression}");
    }
    assert_eq!(faults(r#"[for v in local.anything : v if "no"]"#), Vec::<String>::new());
}

#[test]
fn a_splat_that_went_wrong_still_has_a_type() {
    let summary = "Inconsistent conditional result types";
    assert_eq!(faults(r#"false ? { a = 1 } : ["a"][*].tags[0]"#), [summary]);
    assert_eq!(faults(r#"["a"][*].tags"#), ["Unsupported attribute"]);
}

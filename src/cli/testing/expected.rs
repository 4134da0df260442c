//! `expect_failures`: which findings of a run were wished for.

use infra_lang::{
    config::testing::{RunBlock, TestFile},
    program::Compiled,
};
use infra_model::{
    address::{Address, InstanceKey},
    diagnostic::{Diagnostic, Diagnostics, Severity},
    source::Span,
};

/// What a run expects to fail.
pub struct Expected {
    items: Vec<Item>,
}

struct Item {
    text: String,
    span: Span,
    seen: bool,
}

/// Findings by whether they were wished for.
#[derive(Default)]
pub struct Sifted {
    /// Those that were not; failed checks are errors.
    pub others: Diagnostics,
    /// Those that were, and stopped the run.
    pub wished: Diagnostics,
}

impl Expected {
    /// Returns what a run expects.
    pub fn of(test: &TestFile, run: &RunBlock) -> Self {
        let item = |expression: &infra_lang::config::ExprAt| Item {
            text: test.written(*expression).trim_start_matches("resource.").to_owned(),
            span: test.span(*expression),
            seen: false,
        };
        Self { items: run.expect_failures.iter().map(item).collect() }
    }

    /// Takes out what was expected, and remembers that it came.
    pub fn sift(&mut self, compiled: &Compiled, found: Diagnostics) -> Sifted {
        let mut sifted = Sifted::default();
        for mut diagnostic in found {
            match subject(compiled, &diagnostic) {
                Some(subject) if self.expects(&subject) => {
                    if diagnostic.is_error() {
                        sifted.wished.push(diagnostic);
                    }
                }
                _ => {
                    if diagnostic.code == CHECK_FAILED {
                        diagnostic.severity = Severity::Error;
                    }
                    sifted.others.push(diagnostic);
                }
            }
        }
        sifted
    }

    /// Returns whether a failure was expected, and remembers what expected it: what names it
    /// exactly, or else what names all instances.
    fn expects(&mut self, subject: &str) -> bool {
        let address = subject.parse::<Address>().ok();
        let exactly = |item: &Item| item.text == subject;
        let among = |item: &Item| {
            let wanted = item.text.parse::<Address>().ok();
            let whole = wanted.filter(|wanted| wanted.key == InstanceKey::None);
            let covers = |whole: Address| {
                address.as_ref().is_some_and(|own| whole.with_key(InstanceKey::Any).covers(own))
            };
            whole.is_some_and(covers)
        };
        let is_exact = self.items.iter().any(exactly);
        let mut found = false;
        for item in &mut self.items {
            if if is_exact { exactly(item) } else { among(item) } {
                item.seen = true;
                found = true;
            }
        }
        found
    }

    /// Returns an error for each that did not fail.
    pub fn missing(&self) -> Diagnostics {
        let missing = self.items.iter().filter(|item| !item.seen);
        missing
            .map(|item| {
                Diagnostic::error("infra::cli::failure_missing", "Missing expected failure")
                    .detail(format!(
                        "The checkable object, {}, was expected to report an error but did not.",
                        item.text
                    ))
                    .label(item.span, "did not fail")
                    .help("make the run break the condition, or expect no failure of it")
            })
            .collect()
    }
}

const CHECK_FAILED: &str = "infra::lang::check_failed";

/// Returns what a failed condition belongs to, as `expect_failures` names it.
fn subject(compiled: &Compiled, found: &Diagnostic) -> Option<String> {
    if let Some(name) = compiled.refused_variable(found) {
        return Some(format!("var.{name}"));
    }
    // A check that cannot be judged while planning may fail, so it is as good as failed.
    let conditions = [
        CHECK_FAILED,
        "infra::lang::check_unknown",
        "infra::lang::precondition_failed",
        "infra::lang::postcondition_failed",
    ];
    let is_condition = conditions.contains(&found.code);
    found.address.as_ref().filter(|_| is_condition).map(ToString::to_string)
}

/// Returns an error for everything that has no conditions which a run can expect to fail.
pub fn not_checkable(test: &TestFile, run: &RunBlock) -> Diagnostics {
    let all = run.expect_failures.iter().map(|one| (test.written(*one), test.span(*one)));
    let inside = all.filter(|(text, _)| text.starts_with("module."));
    inside
        .map(|(text, span)| {
            let summary = "Invalid `expect_failures` reference";
            let shown = text.split('.').take(3).collect::<Vec<_>>().join(".");
            Diagnostic::error("infra::config::test_invalid", summary)
                .detail(format!("You cannot expect failures from {shown}. You can only expect failures from checkable objects such as input variables, output values, check blocks, managed resources and data sources."))
                .label(span, "inside a module")
                .help("name a variable, an output, a check or a resource of the module under test")
        })
        .collect()
}

/// Says that an expected failure came before apply, which could not be tried then.
pub fn came_early(subject: &Diagnostic) -> Diagnostic {
    let name = subject.address.as_deref().unwrap_or("a variable");
    let found =
        Diagnostic::warning("infra::cli::failure_early", "Expected failure while planning")
            .detail(format!("A custom condition within {name} failed during the planning stage and prevented the requested apply operation. While this was an expected failure, the apply operation could not be executed and so the overall test case will be marked as a failure and the original diagnostic included in the test report."))
            .help("add `command = plan` to the run");
    match subject.labels.first() {
        Some(label) => found.label(label.span, "failed while planning"),
        None => found,
    }
}

//! Mistakes in what a run does not come to: a run is refused for them before its plan, as by Terraform.

use super::{differences, has_terraform};
use crate::end_to_end::estate::Estate;

const WRONG: &str = "  input = tonumber(\"x\")\n";

/// A module under test by its name: the root, and what tests it.
fn cases() -> Vec<(&'static str, String, &'static str)> {
    let counted = |count: &str| {
        format!("resource \"terraform_data\" \"a\" {{\n  count = {count}\n{WRONG}}}\n")
    };
    let sized = |more: &str| format!("variable \"n\" {{\n{more}}}\n{}", counted("var.n"));
    let of_child = |count: &str| format!("module \"m\" {{\n  source = \"./wrong\"\n{count}}}\n");
    let two = "run \"x\" {\n  command = plan\n}\nrun \"y\" {}\n";
    let overridden = "override_module {\n  target  = module.m\n  outputs = { o = 1 }\n}\nrun \"x\" {}\nrun \"y\" {}\n";
    vec![
        ("resource", counted("0"), two),
        ("argument", counted("0").replace("input", "bogus"), two),
        ("by a variable", sized("  default = 0\n"), two),
        ("module", of_child("  count = 0\n"), two),
        ("module that is overridden", of_child(""), overridden),
        ("module without instances that is overridden", of_child("  count = 0\n"), overridden),
        (
            "module that a run calls",
            "resource \"terraform_data\" \"fine\" {}\n".to_owned(),
            "run \"x\" {}\nrun \"y\" {\n  module {\n    source = \"./idle\"\n  }\n}\nrun \"z\" {}\n",
        ),
        (
            "resource that is overridden",
            counted("0"),
            "mock_provider \"terraform\" {}\noverride_resource {\n  target = terraform_data.a\n}\nrun \"x\" {}\n",
        ),
        (
            "before a variable is missed",
            sized(""),
            "run \"x\" {\n  variables {\n    o = 1\n  }\n}\n",
        ),
        (
            "before a variable is refused, which was expected",
            sized(
                "  default = 0\n  validation {\n    condition     = var.n > 3\n    error_message = \"m\"\n  }\n",
            ),
            "run \"x\" {\n  command = plan\n  expect_failures = [var.n]\n}\n",
        ),
        (
            "before a variable is wrong",
            sized("  default = 0\n"),
            "variables {\n  n = var.none\n}\nrun \"x\" {}\n",
        ),
        (
            "in nothing that is wrong",
            counted("0").replace("tonumber(\"x\")", "1"),
            "run \"x\" {}\nrun \"y\" {\n  override_resource {\n    target = terraform_data.a\n  }\n}\n",
        ),
    ]
}

#[test]
fn runs_are_refused_for_what_they_do_not_come_to() {
    if !has_terraform("testing idle") {
        return;
    }
    let mut faults = Vec::new();
    for (name, main, test) in cases() {
        let estate = Estate::of(&main);
        let wrong = format!("resource \"terraform_data\" \"b\" {{\n{WRONG}}}\n");
        estate.write("wrong/main.tf", &format!("{wrong}output \"o\" {{\n  value = 1\n}}\n"));
        estate.write("idle/main.tf", &wrong.replace("{\n", "{\n  count = 0\n"));
        estate.write("tests/a.tftest.hcl", test);
        faults.extend(differences(&estate, name, (&[], true)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

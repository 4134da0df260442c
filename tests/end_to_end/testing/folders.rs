//! Folders with more than one test file: variables of the tests' directory, JSON, references.

use super::{CHILD, MAIN, differences, has_terraform};
use crate::end_to_end::estate::Estate;

/// A folder beside the module under test.
struct Folder {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    options: &'static [&'static str],
}

const fn folder(
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    options: &'static [&'static str],
) -> Folder {
    Folder { name, files, options }
}

/// Tells what the size and another variable are, and fails.
const TELLS: &str = r#"
run "x" {
  assert {
    condition     = output.size == "nothing"
    error_message = "It is ${output.size}."
  }
}
"#;

const FOLDERS: &[Folder] = &[
    folder(
        "json",
        &[
            (
                "tests/a.tftest.json",
                r#"{
  "//": "a comment",
  "variables": { "size": 2 },
  "mock_provider": { "terraform": { "alias": "fake", "source": "./fakes" } },
  "run": {
    "planned": {
      "command": "plan",
      "variables": { "size": "${1 + 3}" },
      "assert": [ { "condition": "${var.size == 4}", "error_message": "It is ${var.size}." } ]
    },
    "mocked": {
      "state_key": "m",
      "providers": { "terraform": "terraform.fake" },
      "assert": { "condition": "${terraform_data.one.id == \"faked\"}", "error_message": "m" }
    },
    "overridden": {
      "state_key": "o",
      "plan_options": { "mode": "normal", "refresh": false, "replace": ["terraform_data.one"] },
      "override_resource": [
        { "target": "terraform_data.one", "values": { "id": "x" }, "override_during": "plan" }
      ],
      "assert": [ { "condition": "${terraform_data.one.id == \"x\"}", "error_message": "m" } ]
    },
    "expected": {
      "command": "plan",
      "variables": { "size": 3 },
      "expect_failures": ["var.size"]
    },
    "other": {
      "module": { "source": "./child" },
      "variables": { "x": "${run.overridden.size}" },
      "assert": [ { "condition": "${output.o == 5}", "error_message": "It is ${output.o}." } ]
    }
  }
}"#,
            ),
            (
                "fakes/a.tfmock.json",
                r#"{ "mock_resource": { "terraform_data": { "defaults": { "id": "faked" } } } }"#,
            ),
        ],
        &[],
    ),
    folder("json_wrong", &[("a.tftest.json", r#"{ "run": { "x": { "command": "fly" } } }"#)], &[]),
    folder(
        "variables_of_the_tests",
        &[
            ("terraform.tfvars", "size = 20\n"),
            ("b.auto.tfvars", "secret = \"auto\"\n"),
            ("tests/terraform.tfvars", "size = 30\nsecret = \"test\"\nnothing = 1\n"),
            ("tests/a.tftest.hcl", TELLS),
            ("tests/below/terraform.tfvars", "size = 60\n"),
            ("c.tftest.hcl", TELLS),
        ],
        &[],
    ),
    folder(
        "variables_of_the_tests_win",
        &[
            ("tests/terraform.tfvars", "size = 30\n"),
            ("tests/terraform.tfvars.json", "{ \"size\": 31 }\n"),
            ("tests/z.auto.tfvars.json", "{ \"size\": 32 }\n"),
            ("tests/a.auto.tfvars", "size = 33\n"),
            ("tests/a.tftest.hcl", TELLS),
            (
                "tests/b.tftest.hcl",
                "variables {\n  size = 34\n}\nrun \"x\" {\n  assert {\n    condition = output.size == 34\n    error_message = \"m\"\n  }\n}\n",
            ),
            ("c.tftest.hcl", TELLS),
        ],
        &["-var", "size=40"],
    ),
    folder(
        "variables_elsewhere",
        &[
            ("other/terraform.tfvars", "size = 30\n"),
            ("tests/terraform.tfvars", "size = 31\n"),
            ("other/a.tftest.hcl", TELLS),
            ("c.tftest.hcl", TELLS),
        ],
        &["-test-directory=other"],
    ),
    folder(
        "variables_from_outside",
        &[(
            "a.tftest.hcl",
            r#"
variables {
  size = var.beyond
  more = var.beyond + 1
}
run "x" {
  assert {
    condition     = output.size == var.more
    error_message = "It is ${output.size} and ${var.more}."
  }
}
"#,
        )],
        &["-var", "beyond=7"],
    ),
    folder(
        "variables_refer_wrongly",
        &[
            ("a.tftest.hcl", "variables {\n  size = run.x.size\n}\nrun \"x\" {}\n"),
            ("b.tftest.hcl", "variables {\n  size = path.module\n}\nrun \"x\" {}\n"),
            ("c.tftest.hcl", "variables {\n  size = var.secret\n}\nrun \"x\" {}\n"),
            ("d.tftest.hcl", "run \"x\" {\n  variables {\n    size = output.size\n  }\n}\n"),
            (
                "e.tftest.hcl",
                "run \"x\" {\n  variables {\n    size = run.y.size\n  }\n}\nrun \"y\" {}\n",
            ),
            ("f.tftest.hcl", "run \"x\" {\n  variables {\n    size = run.x.size\n  }\n}\n"),
            (
                "g.tftest.hcl",
                "run \"x\" {\n  assert {\n    condition     = var.none == 1\n    error_message = \"m\"\n  }\n}\n",
            ),
        ],
        &[],
    ),
    folder(
        "variables_not_needed",
        &[(
            "a.tftest.hcl",
            "variables {\n  unused = local.nothing\n}\nrun \"x\" {\n  module {\n    source = \"./child\"\n  }\n  variables {\n    x = 1\n  }\n}\n",
        )],
        &[],
    ),
    folder(
        "run_not_known",
        &[(
            "a.tftest.hcl",
            "run \"x\" {\n  command = plan\n}\nrun \"y\" {\n  variables {\n    size = \"a${run.x.size}\"\n  }\n}\nrun \"z\" {}\n",
        )],
        &[],
    ),
    folder(
        "targets",
        &[(
            "a.tftest.hcl",
            r#"
run "part" {
  plan_options {
    target = [module.child]
  }
  assert {
    condition     = output.size == null && output.child == 1
    error_message = "It is ${jsonencode(output.size)}."
  }
}
run "nothing" {
  state_key = "other"
  plan_options {
    target = [terraform_data.nowhere]
  }
  assert {
    condition     = output.size == null
    error_message = "m"
  }
}
run "whole" {
  assert {
    condition     = output.size == 1
    error_message = "m"
  }
}
"#,
        )],
        &[],
    ),
    folder(
        "duplicates",
        &[(
            "a.tftest.hcl",
            r#"
provider "terraform" {
  alias = "b"
}
mock_provider "terraform" {
  alias = "b"
}
mock_provider "terraform" {
  mock_resource "terraform_data" {}
  mock_resource "terraform_data" {}
  override_resource {
    target = terraform_data.one
  }
  override_resource {
    target = terraform_data.one
  }
}
override_data {
  target = terraform_data.one
}
run "x" {
  variables {
    size = 1
  }
  variables {
    size = 2
  }
  plan_options {}
  plan_options {}
  module {}
  override_resource {}
  override_resource {
    target = terraform_data.one
    values = 3
  }
}
"#,
        )],
        &[],
    ),
    folder(
        "providers_unused",
        &[(
            "a.tftest.hcl",
            "provider \"terraform\" {\n  alias   = \"b\"\n  nothing = run.later.x\n}\nrun \"x\" {}\nrun \"later\" {\n  providers = {\n    terraform = terraform.none\n  }\n}\n",
        )],
        &[],
    ),
    folder(
        "expected_and_asserted",
        &[
            (
                "a.tftest.hcl",
                r#"
run "stopped" {
  command = plan
  variables {
    size = 7
  }
  expect_failures = [terraform_data.one]
  assert {
    condition     = var.size == 8
    error_message = "It is ${var.size}."
  }
}
run "may_fail" {
  command = plan
  variables {
    size = 5
  }
  expect_failures = [check.waits]
}
run "missed" {
  expect_failures = [check.waits]
  assert {
    condition     = var.size == 8
    error_message = "Not said."
  }
}
"#,
            ),
            (
                "waits.tf",
                "check \"waits\" {\n  assert {\n    condition     = terraform_data.one.id == null\n    error_message = \"m\"\n  }\n}\n",
            ),
        ],
        &[],
    ),
    folder(
        "expected_exactly",
        &[
            (
                "b.tftest.hcl",
                "run \"x\" {\n  command = plan\n  variables {\n    size = 7\n  }\n  expect_failures = [var.secret]\n}\n",
            ),
            (
                "c.tftest.hcl",
                "run \"x\" {\n  command = plan\n  expect_failures = [terraform_data.gates[1], terraform_data.gates]\n}\n",
            ),
            (
                "d.tftest.hcl",
                "run \"x\" {\n  command = plan\n  expect_failures = [terraform_data.gates[0]]\n}\n",
            ),
            (
                "e.tftest.hcl",
                "run \"x\" {\n  command = plan\n  expect_failures = [module.child, module.child.terraform_data.inner]\n}\n",
            ),
            (
                "gates.tf",
                "resource \"terraform_data\" \"gates\" {\n  count = 2\n  lifecycle {\n    precondition {\n      condition     = count.index == 0\n      error_message = \"m\"\n    }\n  }\n}\n",
            ),
        ],
        &[],
    ),
    folder(
        "keys_of_states",
        &[(
            "a.tftest.hcl",
            "run \"a\" {\n  state_key = \"main\"\n}\nrun \"b\" {}\nrun \"c\" {\n  state_key = \"\"\n}\nrun \"d\" {\n  state_key = \"main\"\n  module {\n    source = \"./child\"\n  }\n  variables {\n    x = 1\n  }\n}\n",
        )],
        &[],
    ),
    folder(
        "values_do_not_fit",
        &[
            ("a.tftest.hcl", "run \"x\" {\n  variables {\n    size = \"many\"\n  }\n}\n"),
            ("b.tftest.hcl", "variables {\n  size = []\n}\nrun \"x\" {}\n"),
        ],
        &[],
    ),
    folder(
        "module_not_there",
        &[("a.tftest.hcl", "run \"x\" {\n  module {\n    source = \"child\"\n  }\n}\n")],
        &[],
    ),
    folder(
        "module_broken",
        &[
            (
                "a.tftest.hcl",
                "run \"x\" {}\nrun \"y\" {\n  module {\n    source = \"./broken\"\n  }\n}\n",
            ),
            ("broken/main.tf", "output \"o\" {}\n"),
        ],
        &[],
    ),
    folder(
        "in_order",
        &[("tests/a.tftest.hcl", TELLS), ("z.tftest.hcl", TELLS), ("b.tftest.hcl", TELLS)],
        &[],
    ),
    folder(
        "shown",
        &[
            (
                "main.tf",
                "variable \"size\" {\n  default = 1\n}\nresource \"terraform_data\" \"one\" {\n  input = var.size\n}\noutput \"size\" {\n  value = terraform_data.one.output\n}\n",
            ),
            (
                "a.tftest.hcl",
                "run \"planned\" {\n  command = plan\n}\nrun \"made\" {\n  override_resource {\n    target = terraform_data.one\n    values = { id = \"x\", output = 1 }\n  }\n}\nrun \"changed\" {\n  command = plan\n  variables {\n    size = 2\n  }\n}\n",
            ),
        ],
        &["-verbose"],
    ),
    folder("no_such_file", &[("a.tftest.hcl", TELLS)], &["-filter=b.tftest.hcl"]),
    folder("no_such_directory", &[("tests/a.tftest.hcl", TELLS)], &["-test-directory=none"]),
    folder("no_tests", &[], &[]),
];

fn estate(folder: &Folder) -> Estate {
    let estate = Estate::of(MAIN);
    estate.write("child/main.tf", CHILD);
    for (name, text) in folder.files {
        estate.write(name, text);
    }
    estate
}

#[test]
fn folders_of_tests_go_as_under_terraform() {
    if !has_terraform("testing") {
        return;
    }
    let faults: Vec<String> = FOLDERS
        .iter()
        .flat_map(|folder| differences(&estate(folder), folder.name, (folder.options, true)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

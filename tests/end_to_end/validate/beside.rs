//! What `validate` says of a folder, beside Terraform's: the same, in the same words, on the same lines.
//!
//! Skipped, and says so, where there is no `terraform`.

use crate::end_to_end::{
    estate::Estate,
    oracle::{attempt, has_terraform},
};
use serde_json::Value as Json;

/// A folder by its name, and its files.
struct Folder(&'static str, &'static [(&'static str, &'static str)]);

const MAIN: (&str, &str) = ("main.tf", "resource \"terraform_data\" \"a\" {}\n");

/// A test whose mocks are in files, too.
const MOCKED: (&str, &str) =
    ("a.tftest.hcl", "mock_provider \"terraform\" {\n  source = \"./mocks\"\n}\nrun \"x\" {}\n");

const MOCKS: &str = r#"
mock_resource "terraform_data" {}
mock_data "terraform_data" {}
override_resource {
  target = terraform_data.a
}
override_data {
  target = data.terraform_remote_state.a
}
"#;

const TWICE: &[Folder] = &[
    Folder(
        "by the block",
        &[
            MAIN,
            (
                "a.tftest.hcl",
                r#"
mock_provider "terraform" {
  mock_resource "terraform_data" {}
  mock_resource "terraform_data" {
    defaults = { id = "x" }
  }
  mock_data "terraform_remote_state" {}
  mock_data "terraform_remote_state" {}
  override_resource {
    target = terraform_data.a
  }
  override_resource {
    target = terraform_data.a
  }
}
run "x" {}
"#,
            ),
        ],
    ),
    Folder(
        "by one file",
        &[
            MAIN,
            MOCKED,
            (
                "mocks/a.tfmock.hcl",
                "mock_resource \"x\" {}\nmock_resource \"x\" {}\noverride_resource {\n  target = terraform_data.a\n}\noverride_resource {\n  target = terraform_data.a\n}\n",
            ),
        ],
    ),
    Folder(
        "by three files",
        &[
            MAIN,
            MOCKED,
            ("mocks/a.tfmock.hcl", MOCKS),
            ("mocks/b.tfmock.hcl", MOCKS),
            ("mocks/c.tfmock.json", r#"{ "mock_resource": { "terraform_data": {} } }"#),
        ],
    ),
    Folder(
        "by the block and a file, which is no mistake",
        &[
            MAIN,
            ("mocks/a.tfmock.hcl", MOCKS),
            (
                "a.tftest.hcl",
                r#"
mock_provider "terraform" {
  source = "./mocks"
  mock_resource "terraform_data" {}
  override_resource {
    target = terraform_data.a
  }
}
run "x" {}
"#,
            ),
        ],
    ),
    Folder(
        "the providers",
        &[
            MAIN,
            (
                "a.tftest.hcl",
                r#"
mock_provider "terraform" {}
mock_provider "terraform" {}
mock_provider "terraform" {
  alias = "x"
}
provider "terraform" {
  alias = "x"
}
run "x" {}
"#,
            ),
            ("b.tftest.hcl", "mock_provider \"terraform\" {}\nrun \"x\" {}\n"),
        ],
    ),
    Folder(
        "by the file and a run",
        &[
            MAIN,
            (
                "a.tftest.hcl",
                r#"
override_resource {
  target = terraform_data.a
}
override_resource {
  target = terraform_data.a
}
override_data {
  target = data.terraform_remote_state.a
}
override_data {
  target = data.terraform_remote_state.a
}
override_module {
  target = module.m
}
override_module {
  target = module.m
}
run "x" {
  override_resource {
    target = terraform_data.a
  }
}
run "y" {
  override_module {
    target = module.m
  }
  override_module {
    target = module.m
  }
}
"#,
            ),
        ],
    ),
];

const QUOTED: &[Folder] = &[
    Folder(
        "references and keywords",
        &[(
            "main.tf",
            r#"
provider "terraform" {}
provider "terraform" {
  alias = "two"
}
resource "terraform_data" "o" {
  count = 2
}
resource "terraform_data" "a" {
  depends_on = ["terraform_data.o", "terraform_data.o[0]", "terraform_data.o[\"x\"]", terraform_data.o]
  provider   = "terraform.two"
  lifecycle {
    ignore_changes = ["input", "input[0]", triggers_replace]
  }
  provisioner "local-exec" {
    when       = "destroy"
    on_failure = "continue"
    command    = "true"
  }
}
data "terraform_remote_state" "d" {
  backend    = "local"
  depends_on = ["terraform_data.o"]
}
output "o" {
  value      = 1
  depends_on = ["data.terraform_remote_state.d"]
}
check "c" {
  data "terraform_remote_state" "e" {
    backend    = "local"
    depends_on = ["terraform_data.o"]
  }
  assert {
    condition     = data.terraform_remote_state.e.backend == "local"
    error_message = "m"
  }
}
removed {
  from = terraform_data.gone
  lifecycle {
    destroy = true
  }
  provisioner "local-exec" {
    when    = "destroy"
    command = "true"
  }
}
"#,
        )],
    ),
    Folder(
        "to what is not there",
        &[(
            "main.tf",
            r#"
resource "terraform_data" "a" {
  depends_on = ["terraform_data.none", "terraform_data"]
}
"#,
        )],
    ),
    Folder(
        "where none are warned of",
        &[(
            "main.tf",
            r#"
resource "terraform_data" "o" {}
resource "terraform_data" "a" {
  depends_on = [("terraform_data.o")]
}
resource "terraform_data" "b" {
  lifecycle {
    ignore_changes = ["*"]
  }
}
resource "terraform_data" "c" {
  lifecycle {
    replace_triggered_by = ["terraform_data.o"]
  }
}
moved {
  from = "terraform_data.y"
  to   = "terraform_data.z"
}
"#,
        )],
    ),
    Folder(
        "in JSON, where there is no other way",
        &[(
            "main.tf.json",
            r#"{ "resource": { "terraform_data": { "o": {}, "a": {
  "depends_on": ["terraform_data.o"],
  "provider": "terraform",
  "lifecycle": { "ignore_changes": ["input"] },
  "provisioner": { "local-exec": { "when": "destroy", "command": "true" } }
} } } }"#,
        )],
    ),
    Folder(
        "in tests",
        &[
            (
                "main.tf",
                "variable \"v\" {\n  default = 1\n}\nresource \"terraform_data\" \"a\" {}\n",
            ),
            (
                "a.tftest.hcl",
                r#"
mock_provider "terraform" {
  alias = "m"
}
run "x" {
  providers = { "terraform" = "terraform.m" }
  plan_options {
    target  = ["terraform_data.a", terraform_data.a]
    replace = ["terraform_data.a"]
  }
  expect_failures = ["var.v", "terraform_data.a[0]", terraform_data.a]
}
run "y" {
  override_resource {
    target = "terraform_data.a"
  }
}
"#,
            ),
        ],
    ),
];

#[test]
fn what_stands_in_twice_is_told_as_by_terraform() {
    compare("stands in twice", TWICE);
}

#[test]
fn quotes_around_references_are_told_as_by_terraform() {
    compare("quotes around references", QUOTED);
}

fn compare(what: &str, folders: &[Folder]) {
    if !has_terraform(what) {
        return;
    }
    let mut faults = Vec::new();
    for Folder(name, files) in folders {
        let estate = Estate::new();
        for (file, text) in *files {
            estate.write(file, text);
        }
        faults.extend(fault(&estate, name));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Compares what is said of each text, as the one file of a folder.
pub(super) fn compare_texts(what: &str, texts: &[String]) {
    if !has_terraform(what) {
        return;
    }
    let faults = texts.iter().filter_map(|text| fault(&Estate::of(text), text));
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

fn fault(estate: &Estate, name: &str) -> Option<String> {
    let ours = told(&estate.run("validate -json").stdout);
    let (_, theirs, _) = attempt(estate, &["validate", "-json"]);
    let theirs = told(&theirs);
    (ours != theirs).then(|| {
        let (ours, theirs) = (ours.join("\n"), theirs.join("\n"));
        format!("{name}\n--- theirs\n{theirs}\n--- ours\n{ours}")
    })
}

/// Returns what is said, in the order of the text.
fn told(document: &str) -> Vec<String> {
    let document: Json = serde_json::from_str(document).unwrap();
    let mut all: Vec<(String, u64, String)> = Vec::new();
    for found in document["diagnostics"].as_array().unwrap() {
        let text = |member: &Json| member.as_str().unwrap_or_default().to_owned();
        let said = ["severity", "summary", "detail"].map(|member| text(&found[member]));
        let line = found["range"]["start"]["line"].as_u64().unwrap_or(0);
        all.push((text(&found["range"]["filename"]), line, said.join(" | ")));
    }
    all.sort();
    all.into_iter().map(|(file, line, said)| format!("{file}:{line} {said}")).collect()
}

//! `infra test` against `terraform test`: the same folders, the same lines, events and reports.
//!
//! Skipped, and says so, where there is no `terraform`.

mod folders;
mod idle;
mod providers;
mod stopped;

use super::{estate::Estate, outside};
use serde_json::Value as Json;
use std::{collections::BTreeSet, fs, process::Command};

/// The module under test.
const MAIN: &str = r#"
variable "size" {
  type    = number
  default = 1
  validation {
    condition     = var.size != 3
    error_message = "Not three."
  }
}

variable "secret" {
  default   = "hush"
  sensitive = true
}

resource "terraform_data" "one" {
  input = var.size
  lifecycle {
    precondition {
      condition     = var.size != 7
      error_message = "Not seven: ${var.size}."
    }
    postcondition {
      condition     = self.output != 8
      error_message = "Not eight."
    }
  }
}

resource "terraform_data" "many" {
  count = 2
  input = terraform_data.one.output
}

module "child" {
  source = "./child"
  x      = var.size
}

output "size" {
  value = terraform_data.one.output
  precondition {
    condition     = var.size != 6
    error_message = "Not six."
  }
}

output "child" {
  value = module.child.o
}

output "secret" {
  value     = var.secret
  sensitive = true
}

check "small" {
  assert {
    condition     = var.size != 5
    error_message = "Not five."
  }
}
"#;

const CHILD: &str = r#"
variable "x" {}

resource "terraform_data" "inner" {
  input = var.x
}

output "o" {
  value = terraform_data.inner.output
}

output "id" {
  value = terraform_data.inner.id
}
"#;

const MOCK: &str = r#"
mock_resource "terraform_data" {
  defaults = { id = "from-a-file" }
}
"#;

/// Test files by name, each run in a folder of its own.
const FILES: [(&str, &str); 24] = [
    ("empty", ""),
    (
        "assertions",
        r#"
variables { size = 2 }
run "holds" {
  assert {
    condition     = output.size == 2 && terraform_data.many[1].output == var.size
    error_message = "No."
  }
}
run "fails" {
  command = plan
  assert {
    condition     = output.size == 4
    error_message = "It is ${output.size}."
  }
  assert {
    condition     = output.secret == "x" || var.size == null
    error_message = "Secret."
  }
}
run "goes_on" {
  variables { size = run.holds.size + 2 }
  assert {
    condition     = terraform_data.one.output == 4 && run.holds.size == 2 && module.child.o == 4
    error_message = "No."
  }
}
"#,
    ),
    (
        "judged",
        r#"
run "odd" {
  assert {
    condition     = var.size == 1 ? null : true
    error_message = "m"
  }
  assert {
    condition     = var.size == 9
    error_message = null
  }
  assert {
    condition     = "x${var.size}"
    error_message = "m"
  }
  assert {
    condition     = var.size.b
    error_message = "m"
  }
}
run "left_out" {}
"#,
    ),
    (
        "unknown_at_plan",
        r#"
run "x" {
  command = plan
  assert {
    condition     = terraform_data.one.id == "x"
    error_message = "m"
  }
}
"#,
    ),
    (
        "expected",
        r#"
run "variable" {
  command = plan
  variables { size = 3 }
  expect_failures = [var.size]
}
run "before" {
  command = plan
  variables { size = 7 }
  expect_failures = [terraform_data.one]
}
run "after" {
  variables { size = 8 }
  expect_failures = [terraform_data.one]
}
run "output" {
  command = plan
  variables { size = 6 }
  expect_failures = [output.size]
}
run "check" {
  variables { size = 5 }
  expect_failures = [check.small]
}
run "not_failing" {
  expect_failures = [check.small, var.size]
}
run "check_unexpected" {
  variables { size = 5 }
}
run "left_out" {}
"#,
    ),
    (
        "expected_early",
        "run \"x\" {\n  variables { size = 3 }\n  expect_failures = [var.size]\n}\nrun \"y\" {}\n",
    ),
    ("error_in_apply", "run \"x\" {\n  variables { size = 8 }\n}\nrun \"y\" {}\n"),
    ("run_unknown", "run \"x\" {\n  variables { size = run.nowhere.x }\n}\n"),
    (
        "run_later",
        "run \"x\" {\n  assert {\n    condition = run.y.size == 1\n    error_message = \"m\"\n  }\n}\nrun \"y\" {}\n",
    ),
    ("variable_missing", "run \"x\" {\n  module { source = \"./child\" }\n}\n"),
    ("variable_unused", "run \"x\" {\n  variables { nothing = 1 }\n}\n"),
    (
        "reference_undeclared",
        "run \"x\" {\n  assert {\n    condition = terraform_data.nowhere.x == 1\n    error_message = \"m\"\n  }\n}\n",
    ),
    (
        "assertion_constant",
        "run \"x\" {\n  assert {\n    condition = true\n    error_message = \"m\"\n  }\n}\n",
    ),
    ("runs_duplicate", "run \"x\" {}\nrun \"x\" {}\n"),
    (
        "blocks_wrong",
        "variables { a = 1 }\nvariables { b = 1 }\nbogus {}\nrun \"x\" {\n  command = foo\n  bogus = 1\n}\n",
    ),
    (
        "options_conflict",
        "run \"x\" {\n  plan_options {\n    mode = refresh-only\n    refresh = false\n  }\n}\n",
    ),
    (
        "modules_and_keys",
        r#"
run "inner" {
  module { source = "./child" }
  variables { x = 5 }
  assert {
    condition     = output.o == 5
    error_message = "m"
  }
}
run "use" {
  variables { size = run.inner.o }
  assert {
    condition     = terraform_data.one.output == 5 - 1
    error_message = "m"
  }
  expect_failures = [check.small]
}
run "keyed" {
  state_key = "other"
  variables { size = 2 }
}
run "keyed_again" {
  command   = plan
  state_key = "other"
  variables { size = 2 }
  assert {
    condition     = terraform_data.one.output == 2 && terraform_data.one.id != run.inner.id
    error_message = "m"
  }
}
"#,
    ),
    (
        "plan_options",
        r#"
run "made" {}
run "replaced" {
  command = plan
  plan_options {
    replace = [terraform_data.one]
    refresh = false
  }
  assert {
    condition     = terraform_data.one.output == 1
    error_message = "m"
  }
}
run "refreshed" {
  command = plan
  plan_options { mode = refresh-only }
}
"#,
    ),
    (
        "mocked",
        r#"
mock_provider "terraform" {
  mock_resource "terraform_data" {
    defaults = { id = "given", output = "out" }
  }
  override_resource {
    target = module.child.terraform_data.inner
    values = { id = "inner" }
  }
}
run "planned" {
  command = plan
  assert {
    condition     = terraform_data.one.input == 1
    error_message = "m"
  }
}
run "made" {
  assert {
    condition     = terraform_data.one.id == "given" && terraform_data.many[0].output == "out"
    error_message = "m"
  }
  assert {
    condition     = module.child.id == "inner" && module.child.o == null
    error_message = "m"
  }
}
run "overridden" {
  override_resource {
    target = terraform_data.one
    values = { output = "other" }
  }
  override_module {
    target  = module.child
    outputs = { o = "over" }
  }
  assert {
    condition     = output.child == "over" && module.child.id == null
    error_message = "m"
  }
}
"#,
    ),
    (
        "mocked_drawn",
        r#"
mock_provider "terraform" {}
run "x" {
  assert {
    condition     = length(terraform_data.one.id) == 8 && terraform_data.one.output == null
    error_message = "m"
  }
  assert {
    condition     = can(regex("^[a-z0-9]+$", terraform_data.one.id))
    error_message = "m"
  }
  assert {
    condition     = terraform_data.many[0].id != terraform_data.many[1].id
    error_message = "m"
  }
}
"#,
    ),
    (
        "mocked_from_files",
        r#"
mock_provider "terraform" {
  alias  = "fake"
  source = "./mocks"
}
provider "terraform" {}
run "real" {
  providers = { terraform = terraform }
  assert {
    condition     = terraform_data.one.id != "from-a-file"
    error_message = "m"
  }
}
run "mocked" {
  state_key = "mocked"
  providers = { terraform = terraform.fake }
  assert {
    condition     = terraform_data.one.id == "from-a-file"
    error_message = "m"
  }
}
"#,
    ),
    (
        "overridden",
        r#"
override_resource {
  target          = terraform_data.one
  values          = { id = "one", output = 12 }
  override_during = plan
}
override_resource {
  target = terraform_data.many[1]
  values = { id = "second" }
}
run "planned" {
  command = plan
  assert {
    condition     = terraform_data.one.id == "one" && output.size == 12
    error_message = "m"
  }
}
run "made" {
  assert {
    condition     = terraform_data.many[1].id == "second" && terraform_data.many[0].id != "second"
    error_message = "m"
  }
  assert {
    condition     = terraform_data.many[0].output == 12
    error_message = "m"
  }
}
run "misspelt" {
  override_resource {
    target = terraform_data.nowhere
  }
}
"#,
    ),
    (
        "override_misfit",
        "override_resource {\n  target = terraform_data.one\n  values = { id = [1] }\n}\nrun \"x\" {}\n",
    ),
    ("syntax", "run \"x\" {\n  command = \n}\n"),
];

fn estate_of(name: &str, test: &str) -> Estate {
    let estate = Estate::of(MAIN);
    estate.write("child/main.tf", CHILD);
    estate.write("mocks/some.tfmock.hcl", MOCK);
    estate.write(&format!("tests/{name}.tftest.hcl"), test);
    estate
}

fn terraform(estate: &Estate, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(estate.path())
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn has_terraform(test: &str) -> bool {
    let found = outside::ask("terraform", &["version"]).is_some();
    if !found {
        outside::skip(test, "there is no terraform", "INFRA_REQUIRE_TERRAFORM");
    }
    found
}

/// The lines that say how far the test is and how it ended; findings look different on purpose.
fn steps(stdout: &str) -> Vec<&str> {
    let is_step = |line: &&str| {
        ["  run \"", "tests/", "Success!", "Failure!"].iter().any(|begin| line.starts_with(begin))
            && !line.contains("│")
    };
    stdout.lines().filter(is_step).collect()
}

/// What the events of `-json` say, without times and texts of our own.
fn events(stdout: &str) -> (Vec<String>, BTreeSet<String>) {
    let (mut order, mut findings) = (Vec::new(), BTreeSet::new());
    for line in stdout.lines() {
        let Ok(event) = serde_json::from_str::<Json>(line) else { continue };
        let text =
            |pointer: &str| event.pointer(pointer).and_then(Json::as_str).unwrap_or("").to_owned();
        let run = text("/@testrun");
        match &*text("/type") {
            "version" => {}
            "diagnostic" => {
                let [severity, summary] = ["/diagnostic/severity", "/diagnostic/summary"].map(text);
                let values = event.pointer("/diagnostic/snippet/values").cloned();
                let is_assertion = summary == "Test assertion failed";
                let values = values.filter(|_| is_assertion).unwrap_or_default();
                let detail = if is_assertion { text("/diagnostic/detail") } else { String::new() };
                findings.insert(format!("{run} {severity} {summary} {detail} {values}"));
            }
            sort => {
                let mut about = event.get(sort).cloned().unwrap_or_default();
                // Schemas have a test of their own; attributes come in any order.
                if let Some(shown) = about.as_object_mut() {
                    shown.remove("provider_schemas");
                    shown.remove("relevant_attributes");
                }
                order.push(format!("{sort} {run} {} {about}", text("/@testfile")));
            }
        }
    }
    (order, findings)
}

/// A `JUnit` report without times and the texts of findings.
fn structure(report: &str) -> String {
    let mut out = String::new();
    for line in report.lines().map(str::trim) {
        let is_tag = ["<testsuite", "<testcase", "<failure", "<error", "<skipped", "</testsuite"];
        if is_tag.iter().any(|tag| line.starts_with(tag)) {
            let line = line.split(" time=").next().unwrap_or("");
            out.push_str(line.split("<![CDATA[").next().unwrap_or("").trim_end_matches('>'));
            out.push('\n');
        }
    }
    out
}

#[test]
fn tests_go_as_under_terraform() {
    if !has_terraform("testing") {
        return;
    }
    let mut faults = Vec::new();
    for (name, test) in FILES {
        // A broken text is told with more than one finding here.
        faults.extend(differences(&estate_of(name, test), name, (&[], name != "syntax")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Runs both programs in a folder and returns what differs; findings only if they shall agree.
fn differences(
    estate: &Estate,
    name: &str,
    (options, is_told_alike): (&[&str], bool),
) -> Vec<String> {
    let mut faults = Vec::new();
    terraform(estate, &["init", "-input=false"]);
    let with = |own: &[&'static str]| [&["test"], own, options].concat();
    let (code, theirs) = terraform(estate, &with(&["-no-color", "-junit-xml=theirs.xml"]));
    let ours = estate.run_words(&with(&["-no-color", "-junit-xml=ours.xml"]));
    let mut differ = |what: &str, theirs: String, ours: String| {
        if theirs != ours {
            faults.push(format!("{name}: {what}\n--- theirs\n{theirs}\n--- ours\n{ours}"));
        }
    };
    differ("code", format!("{code:?}"), format!("{:?}", ours.code));
    differ("lines", steps(&theirs).join("\n"), steps(&ours.stdout).join("\n"));
    let report = |file: &str| structure(&fs::read_to_string(estate.file(file)).unwrap_or_default());
    differ("report", report("theirs.xml"), report("ours.xml"));
    let (_, theirs) = terraform(estate, &with(&["-json"]));
    let ours = estate.run_words(&with(&["-json"]));
    let ((their_order, their_findings), (order, mut findings)) =
        (events(&theirs), events(&ours.stdout));
    // What Terraform says nothing of.
    findings.retain(|found| !found.contains("Nothing matches -target="));
    differ("events", their_order.join("\n"), order.join("\n"));
    if is_told_alike {
        let all = |found: BTreeSet<String>| found.into_iter().collect::<Vec<_>>().join("\n");
        differ("findings", all(their_findings), all(findings));
    }
    faults
}

#[test]
fn only_the_files_that_are_asked_for_are_run() {
    let estate = estate_of("first", "run \"a\" {}\n");
    estate.write("beside.tftest.hcl", "run \"b\" {}\n");
    estate.write("other/third.tftest.hcl", "run \"c\" {}\n");
    estate.run("test").exits(0).says("run \"a\"").says("run \"b\"").lacks("run \"c\"");
    estate.run("test -filter=beside.tftest.hcl").exits(0).says("run \"b\"").lacks("run \"a\"");
    estate.run("test -test-directory=other").exits(0).says("run \"c\"").lacks("run \"a\"");
    estate.run("test -test-directory=/tmp").exits(1).says("Invalid testing directory");
    estate.run("test -filter=nowhere").exits(0).says("Success! 0 passed, 0 failed.");
    estate.run("test -verbose -filter=beside.tftest.hcl").exits(0).says("terraform_data.one");
    estate.run("test -var size=3 -filter=beside.tftest.hcl").exits(1).says("Not three.");
}

/// Terraform overrides the one instance; here nothing is done rather than something else.
#[test]
fn a_single_instance_of_a_module_is_not_overridden() {
    let test = "run \"x\" {\n  override_module {\n    target  = module.each[\"a\"]\n    outputs = { o = 1 }\n  }\n}\n";
    let estate = estate_of("x", test);
    estate.write(
        "each.tf",
        "module \"each\" {\n  source   = \"./child\"\n  for_each = toset([\"a\", \"b\"])\n  x        = 1\n}\n",
    );
    estate.run("test").exits(1).says("Override of a single module instance");
    estate.write("tests/x.tftest.hcl", &test.replace("[\"a\"]", ""));
    estate.run("test").exits(0).says("1 passed");
}

/// What is left over is told, and the recorded state of the estate is never touched.
#[test]
fn what_cannot_be_destroyed_is_told() {
    let main = "resource \"terraform_data\" \"stuck\" {\n  provisioner \"local-exec\" {\n    when = destroy\n    command = \"exit 1\"\n  }\n}\nresource \"terraform_data\" \"free\" {}\n";
    let estate = Estate::of(main);
    estate.write("x.tftest.hcl", "run \"x\" {}\n");
    let said = estate.run("test").exits(1).says("run \"x\"... pass").says("- terraform_data.stuck");
    said.lacks("- terraform_data.free").says("x.tftest.hcl... fail");
    assert!(!estate.file(".infra").exists(), "a test records nothing");
}

//! Blocks without instances: `validate` and `plan` find the same in them, and all that Terraform does.

use super::{
    estate::Estate,
    oracle::{attempt, has_terraform, terraform},
};
use serde_json::Value as Json;
use std::collections::BTreeSet;

const INNER: &str = r#"
variable "n" {
  type = number
}

resource "terraform_data" "x" {
  input = var.n
}

output "o" {
  value = 1
}
"#;

/// A mistake each in a block that stands not at all.
const CASES: [(&str, &str); 18] = [
    ("unknown argument", "resource \"terraform_data\" \"a\" {\n  count = 0\n  bogus = 1\n}"),
    (
        "unknown resource",
        "resource \"terraform_data\" \"a\" {\n  for_each = {}\n  input = no.where.at\n}",
    ),
    ("unknown variable", "resource \"terraform_data\" \"a\" {\n  count = 0\n  input = var.none\n}"),
    ("unknown local", "resource \"terraform_data\" \"a\" {\n  count = 0\n  input = local.none\n}"),
    (
        "unknown each",
        "resource \"terraform_data\" \"a\" {\n  for_each = toset([])\n  input = each.valu\n}",
    ),
    ("unknown count", "resource \"terraform_data\" \"a\" {\n  count = 0\n  input = count.ind\n}"),
    ("wrong operand", "resource \"terraform_data\" \"a\" {\n  count = 0\n  input = 1 + \"a\"\n}"),
    ("wrong call", "resource \"terraform_data\" \"a\" {\n  count = 0\n  input = length(1)\n}"),
    (
        "not to be ignored",
        "resource \"terraform_data\" \"a\" {\n  count = 0\n  lifecycle {\n    ignore_changes = [bogus]\n  }\n}",
    ),
    (
        "provisioner without command",
        "resource \"terraform_data\" \"a\" {\n  count = 0\n  provisioner \"local-exec\" {\n  }\n}",
    ),
    (
        "connection for what is done on destroy",
        "variable \"v\" {\n  default = 1\n}\nresource \"terraform_data\" \"a\" {\n  count = 0\n  connection {\n    host = var.v\n  }\n  provisioner \"local-exec\" {\n    command = \"true\"\n  }\n  provisioner \"local-exec\" {\n    when = destroy\n    command = \"true\"\n  }\n}",
    ),
    ("wrong type", "data \"terraform_remote_state\" \"a\" {\n  count = 0\n  backend = [\"x\"]\n}"),
    ("missing argument", "data \"terraform_remote_state\" \"a\" {\n  count = 0\n  config = {}\n}"),
    (
        "unknown backend",
        "data \"terraform_remote_state\" \"a\" {\n  count = 0\n  backend = \"nonesuch\"\n}",
    ),
    (
        "wrong settings",
        "data \"terraform_remote_state\" \"a\" {\n  count = 0\n  backend = \"local\"\n  config = { pth = 1 }\n}",
    ),
    ("wrong input", "module \"m\" {\n  source = \"./inner\"\n  count = 0\n  n = \"x\"\n}"),
    ("wrong use inside", "module \"m\" {\n  source = \"./broken\"\n  for_each = {}\n}"),
    (
        "disabled by a variable",
        "variable \"on\" {\n  default = false\n}\nresource \"terraform_data\" \"a\" {\n  count = var.on ? 1 : 0\n  input = 1 + \"a\"\n}",
    ),
];

/// Returns the errors of a document or of lines, as summaries and lines.
fn errors(text: &str) -> BTreeSet<(String, u64)> {
    let read = |line: &str| serde_json::from_str::<Json>(line).ok();
    let whole = read(text).and_then(|document| document["diagnostics"].as_array().cloned());
    let lines = || text.lines().filter_map(read).map(|line| line["diagnostic"].clone()).collect();
    let all: Vec<Json> = whole.unwrap_or_else(lines);
    let is_error = |found: &&Json| found["severity"] == "error";
    let told = |found: &Json| {
        let line = found["range"]["start"]["line"].as_u64().unwrap_or(0);
        (found["summary"].as_str().unwrap_or_default().to_owned(), line)
    };
    all.iter().filter(is_error).map(told).collect()
}

fn write(estate: &Estate, main: &str) {
    estate.write("main.tf", main);
    estate.write("inner/main.tf", INNER);
    estate.write("broken/main.tf", "resource \"terraform_data\" \"x\" {\n  input = length(1)\n}\n");
}

#[test]
fn plans_find_in_blocks_without_instances_what_validate_finds() {
    for (what, main) in CASES {
        let estate = Estate::new();
        write(&estate, main);
        let judged = errors(&estate.run("validate -json").exits(1).stdout);
        assert!(!judged.is_empty(), "{what}");
        for command in ["plan -json", "apply -json -auto-approve", "plan -json -destroy"] {
            let found = errors(&estate.run(command).exits(1).stdout);
            assert_eq!(found, judged, "{what}: {command}");
        }
        assert!(estate.recorded().is_empty(), "{what}");
    }
}

#[test]
fn terraform_finds_nothing_else_in_blocks_without_instances() {
    if !has_terraform("idle") {
        return;
    }
    let theirs = Estate::new();
    write(
        &theirs,
        "module \"m\" {\n  source = \"./inner\"\n  n = 1\n}\nmodule \"b\" {\n  source = \"./broken\"\n}\n",
    );
    terraform(&theirs, "init");
    for (what, main) in CASES {
        // Modules keep their names, so that they stay installed.
        write(
            &theirs,
            &main.replace(
                "module \"m\" {\n  source = \"./broken\"",
                "module \"b\" {\n  source = \"./broken\"",
            ),
        );
        let (_, out, _) = attempt(&theirs, &["validate", "-json"]);
        let (code, lines, _) = attempt(&theirs, &["plan", "-json"]);
        let (judged, planned) = (errors(&out), errors(&lines));
        assert_eq!((code, &judged), (1, &planned), "{what}: {out}{lines}");
        let ours = Estate::new();
        write(&ours, main);
        let found = errors(&ours.run("plan -json").exits(1).stdout);
        assert!(found.is_superset(&judged), "{what}: {found:?}, terraform: {judged:?}");
    }
}

#[test]
fn blocks_without_instances_and_without_mistakes_are_no_matter() {
    let main = r#"
variable "on" {
  default = false
}

resource "terraform_data" "a" {
  count = var.on ? 1 : 0
  input = jsondecode(file("${path.module}/there-when-it-is-on.json"))
}

resource "terraform_data" "b" {
  for_each = var.on ? toset(terraform_data.a[*].id) : toset([])
  input    = terraform_data.a[0].output.member
}

module "m" {
  source = "./inner"
  count  = var.on ? 1 : 0
  n      = length(terraform_data.a)
}

output "o" {
  value = var.on ? module.m[0].o : null
}
"#;
    let estate = Estate::new();
    write(&estate, main);
    if has_terraform("idle") {
        let theirs = Estate::new();
        write(&theirs, main);
        terraform(&theirs, "init");
        let (code, out, _) = attempt(&theirs, &["validate", "-json"]);
        let judged = errors(&out);
        assert_eq!(errors(&estate.run("validate -json").stdout), judged, "{code}: {out}");
    }
}

//! The same estate under Terraform and under `infra`: the JSON of plans and states agrees.
//!
//! Skipped, and says so, where there is no `terraform`.

use super::{estate::Estate, outside};
use serde_json::Value as Json;
use std::{fs, process::Command};

/// What is made, and what it is changed into: an update, replacements, a removal, a new key.
const BEFORE: &str = r#"
variable "size" {
  default = 1
}

resource "terraform_data" "plain" {
  input = { name = "a", size = var.size, tags = ["x", "y"] }
}

resource "terraform_data" "replaced" {
  count            = 2
  input            = terraform_data.plain.id
  triggers_replace = var.size
}

resource "terraform_data" "before" {
  input            = "first"
  triggers_replace = [var.size]

  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "gone" {
  input = "going"
}

module "inner" {
  source = "./inner"
  keys   = var.size == 1 ? ["a", "b"] : ["b", "c"]
}

check "health" {
  assert {
    condition     = var.size > 0
    error_message = "There is nothing."
  }
}

output "names" {
  value = [for name, made in module.inner.made : "${name}-${terraform_data.plain.output.name}"]
}

output "size" {
  value = var.size
}
"#;

const INNER: &str = r#"
variable "keys" {
  type = list(string)
}

resource "terraform_data" "each" {
  for_each = toset(var.keys)
  input    = each.key
}

output "made" {
  value = terraform_data.each
}
"#;

/// Members that Terraform has and we do not yet, or that differ by nature.
const LEFT_OUT: [&str; 5] =
    ["configuration", "relevant_attributes", "prior_state", "timestamp", "resource_drift"];

#[test]
fn plans_and_states_have_the_json_of_terraform() {
    if !has_terraform("oracle") {
        return;
    }
    let (ours, theirs) = (Estate::of(BEFORE), Estate::of(BEFORE));
    for estate in [&ours, &theirs] {
        fs::create_dir(estate.file("inner")).unwrap();
        estate.write("inner/main.tf", INNER);
    }
    terraform(&theirs, "init");
    compare("first plan", &ours, &theirs, "");
    ours.run("apply -auto-approve").exits(0);
    terraform(&theirs, "apply -auto-approve");
    let state = ours.run("show -json").exits(0).json();
    agree("state", &state, &serde_json::from_str(&terraform(&theirs, "show -json")).unwrap());
    compare("no-op plan", &ours, &theirs, "");
    let gone = "resource \"terraform_data\" \"gone\" {\n  input = \"going\"\n}\n";
    for estate in [&ours, &theirs] {
        estate.write("main.tf", &BEFORE.replace(gone, ""));
    }
    compare("second plan", &ours, &theirs, " -var size=2");
    // Nothing is checked on the way out, which Terraform says by an unknown result of each check.
    let (before, rest) = BEFORE.split_once("check \"health\"").unwrap();
    let (_, after) = rest.split_once("\n}\n").unwrap();
    for estate in [&ours, &theirs] {
        estate.write("main.tf", &format!("{before}{after}"));
    }
    compare("destroy plan", &ours, &theirs, " -destroy");
}

fn compare(what: &str, ours: &Estate, theirs: &Estate, options: &str) {
    ours.run(&format!("plan -out=saved{options}")).exits(0);
    terraform(theirs, &format!("plan -out=saved{options}"));
    let plan = ours.run("show -json saved").exits(0).json();
    agree(what, &plan, &serde_json::from_str(&terraform(theirs, "show -json saved")).unwrap());
}

/// Returns whether there is a Terraform to compare with; if not, the test says that it skips this.
pub(super) fn has_terraform(test: &str) -> bool {
    let is_there = outside::ask("terraform", &["version"]).is_some();
    if !is_there {
        outside::skip(test, "there is no terraform", "INFRA_REQUIRE_TERRAFORM");
    }
    is_there
}

/// Runs Terraform, which must work, and returns what it prints.
pub(super) fn terraform(estate: &Estate, arguments: &str) -> String {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    let (code, out, said) = attempt(estate, &words);
    assert!(code == 0, "terraform {arguments}: {said}");
    out
}

/// Runs Terraform and returns its exit code and what it prints on both streams.
pub(super) fn attempt(estate: &Estate, words: &[&str]) -> (i32, String, String) {
    let output = Command::new("terraform")
        .args(words)
        .current_dir(estate.path())
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("TF_IN_AUTOMATION", "1")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// Checks that two documents agree, drawn ids and what we do not have yet left aside.
pub(super) fn agree(what: &str, ours: &Json, theirs: &Json) {
    let mut differences = Vec::new();
    differ(&plain(ours), &plain(theirs), what, &mut differences);
    assert!(differences.is_empty(), "ours, then Terraform's:\n{}", differences.join("\n"));
}

/// Returns a document without what is left out, and with every drawn id as `<id>`.
fn plain(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
            kept.map(|(name, member)| (name.clone(), plain(member))).collect()
        }
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::String(text) if is_id(text) => Json::from("<id>"),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json.clone(),
    }
}

fn is_id(text: &str) -> bool {
    let hexadecimal = |c: char| c.is_ascii_hexdigit() || c == '-';
    text.len() == 36 && text.matches('-').count() == 4 && text.chars().all(hexadecimal)
}

fn differ(ours: &Json, theirs: &Json, at: &str, out: &mut Vec<String>) {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                let (mine, other) = (a.get(name), b.get(name));
                let at = format!("{at}.{name}");
                match (mine, other) {
                    (Some(mine), Some(other)) => differ(mine, other, &at, out),
                    _ => out.push(format!("{at}: {mine:?} {other:?}")),
                }
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (index, (mine, other)) in a.iter().zip(b).enumerate() {
                differ(mine, other, &format!("{at}[{index}]"), out);
            }
        }
        _ if ours != theirs => out.push(format!("{at}: {ours} {theirs}")),
        _ => {}
    }
}

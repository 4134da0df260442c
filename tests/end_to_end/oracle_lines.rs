//! The lines that `-json` prints, beside Terraform's: the same events with the same members.
//!
//! The order within a refresh and between independent steps is not compared: objects are read in
//! bulk here. Of diagnostics neither code nor help, nor the values at hand, which Terraform adds.

use super::{
    estate::Estate,
    oracle::{agree, attempt, has_terraform, terraform, without_ids},
};
use serde_json::Value as Json;

const MAIN: &str = r#"
variable "size" {
  default = 1
}

resource "terraform_data" "first" {
  input            = var.size
  triggers_replace = var.size > 2 ? var.size : 0

  provisioner "local-exec" {
    command = "echo hello; echo two; test ${var.size} -lt 4"
  }
  provisioner "local-exec" {
    when    = destroy
    command = "echo bye"
  }
}

resource "terraform_data" "many" {
  count = 2
  input = terraform_data.first.id
}

resource "terraform_data" "old" {
  input = "same"
}

module "inner" {
  source = "./inner"
  keys   = var.size == 1 ? ["a", "b"] : ["b", "c"]
}

check "small" {
  assert {
    condition     = var.size < 2
    error_message = "Too big."
  }
}

output "copied" {
  value = terraform_data.first.output
}

output "secret" {
  value     = "hush"
  sensitive = true
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
"#;

/// What is said otherwise here, by the start of the message.
const OWN_WORDS: [&str; 2] = ["Error: local-exec provisioner error", "Error: The command of"];

#[test]
fn lines_of_json_are_those_of_terraform() {
    if !has_terraform("oracle_lines") {
        return;
    }
    let (ours, theirs) = (Estate::of(MAIN), Estate::of(MAIN));
    for estate in [&ours, &theirs] {
        estate.write("inner/main.tf", INNER);
    }
    terraform(&theirs, "init");
    for command in [
        "plan -json",
        "apply -json",
        "apply -json -auto-approve",
        "plan -json",
        "refresh -json",
        "plan -json -refresh-only",
        "plan -json -var size=2",
        "plan -json -replace=terraform_data.many[0]",
        "plan -json -var nothing=2",
        "apply -json -auto-approve -var size=3",
        "plan -json -destroy -var size=3",
    ] {
        same(&ours, &theirs, command);
    }
    let renamed = MAIN.replace("\"old\"", "\"new\"")
        + "moved {\n  from = terraform_data.old\n  to   = terraform_data.new\n}\n";
    for estate in [&ours, &theirs] {
        estate.write("main.tf", &renamed);
    }
    for command in [
        "plan -json -var size=3",
        "apply -json -auto-approve -var size=5",
        "plan -json -var size=5",
        "destroy -json -auto-approve -var size=3",
    ] {
        same(&ours, &theirs, command);
    }
    for estate in [&ours, &theirs] {
        estate.write("main.tf", &MAIN.replace("count = 2", "count = var.missing"));
    }
    same(&ours, &theirs, "plan -json");
}

/// Data sources that are read by a plan, and one that is read by the apply.
const READS: &str = r#"
resource "terraform_data" "where" {
  input = "in.tfstate"
}

resource "terraform_data" "copy" {
  input = data.terraform_remote_state.early.outputs.a
}

data "terraform_remote_state" "early" {
  backend = "local"
  config  = { path = "in.tfstate" }
}

data "terraform_remote_state" "many" {
  for_each = toset(["k", "l"])
  backend  = "local"
  config   = { path = "in.tfstate" }
}

data "terraform_remote_state" "late" {
  backend = "local"
  config  = { path = terraform_data.where.output }
}

output "early" {
  value = data.terraform_remote_state.early.outputs.a
}

output "late" {
  value = data.terraform_remote_state.late.outputs.a
}
"#;

#[test]
fn reads_and_what_only_a_refresh_finds_are_told_as_by_terraform() {
    if !has_terraform("oracle_lines_reads") {
        return;
    }
    let (ours, theirs) = (Estate::of(READS), Estate::of(READS));
    let give = |value: &str| {
        let state = format!(
            r#"{{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{{
            "a":{{"value":"{value}","type":"string"}}}},"resources":[],"check_results":null}}"#
        );
        for estate in [&ours, &theirs] {
            estate.write("in.tfstate", &state);
        }
    };
    let plans = |flags: &str| {
        ours.run(&format!("plan -out=saved {flags}")).exits(0);
        terraform(&theirs, &format!("plan -out=saved {flags}"));
        let plan = ours.run("show -json -show-sensitive saved").exits(0).json();
        let expected = terraform(&theirs, "show -json saved");
        agree(flags, &plan, &serde_json::from_str(&expected).unwrap());
    };
    terraform(&theirs, "init");
    give("one");
    for command in
        ["plan -json", "apply -json -auto-approve", "plan -json", "plan -json -refresh-only"]
    {
        same(&ours, &theirs, command);
    }
    plans("-refresh-only");
    give("two");
    for command in ["plan -json", "plan -json -refresh-only", "plan -json -refresh=false"] {
        same(&ours, &theirs, command);
    }
    plans("");
    plans("-refresh-only");
    same(&ours, &theirs, "apply -json -auto-approve -refresh-only");
    give("three");
    same(&ours, &theirs, "refresh -json");
    plans("-refresh-only");
    // A destroy reads no data sources here.
    ours.run("plan -json -destroy").exits(0).lacks("terraform_remote_state");
}

/// Runs a command in both and compares the lines, as far as they are not in words of their own.
fn same(ours: &Estate, theirs: &Estate, command: &str) {
    let words: Vec<&str> = command.split_whitespace().collect();
    let (code, out, _) = attempt(theirs, &words);
    let told = ours.run(command);
    assert_eq!(told.code, Some(code), "{command}: {}{}", told.stdout, told.stderr);
    assert_eq!(told.stderr, "", "{command}");
    let (mine, other) = (lines(&told.stdout), lines(&out));
    assert_eq!(mine, other, "{command}\nours: {}\ntheirs: {out}", told.stdout);
}

/// Returns what lines say, in an order of their own, without what differs by nature.
fn lines(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text.lines().filter_map(line).collect();
    found.sort();
    found
}

fn line(text: &str) -> Option<String> {
    let mut line: Json = serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    let members = line.as_object_mut().unwrap();
    for name in ["@level", "@message", "@module", "@timestamp", "type"] {
        assert!(members.remove(name).is_some(), "{name} is missing: {text}");
    }
    let whole: Json = serde_json::from_str(text).unwrap();
    let message = whole["@message"].as_str().unwrap();
    if whole["type"] == "version" {
        return None;
    }
    if OWN_WORDS.iter().any(|own| message.starts_with(own)) {
        return Some("a failed command".to_owned());
    }
    for (_, member) in members.iter_mut() {
        for name in ["code", "help", "address", "detail"] {
            member.as_object_mut().map(|member| member.remove(name));
        }
        member.as_object_mut().map(|member| member.remove("elapsed_seconds"));
        if let Some(snippet) = member.get_mut("snippet").and_then(Json::as_object_mut) {
            snippet.remove("values");
        }
    }
    let message = message.split(" after ").next().unwrap_or(message);
    Some(without_ids(&format!("{} {} {message} {line}", whole["type"], whole["@level"])))
}

//! `terraform_remote_state`: outputs of another state, of ours and of Terraform, beside Terraform's own.

mod http;
mod tls;

use super::{
    estate::Estate,
    oracle::{agree, attempt, has_terraform, terraform},
};

/// The estate that is read.
const OTHER: &str = r#"
resource "terraform_data" "net" {
  input = "10.0.0.0/8"
}

output "range" {
  value = terraform_data.net.output
}

output "many" {
  value = { ports = [80, 443], none = null, ok = true }
}

output "secret" {
  value     = "hunter2-${terraform.workspace}"
  sensitive = true
}
"#;

/// A configuration that reads it, from a file or a directory; see [`reader_of`].
const READER: &str = r#"
variable "config" {
  type    = any
  default = null
}

variable "workspace" {
  default = null
}

data "terraform_remote_state" "net" {
  backend   = "local"
  config    = var.config
  workspace = var.workspace
  defaults  = { range = "unused", extra = 7 }
}

output "range" {
  value = data.terraform_remote_state.net.outputs.range
}

output "many" {
  value = data.terraform_remote_state.net.outputs.many
}

output "extra" {
  value = data.terraform_remote_state.net.outputs.extra
}
"#;

/// A file as Terraform writes it.
const FILE: &str = r#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{
  "range":{"value":"10.0.0.0/8","type":"string"},
  "many":{"value":{"ports":[80,443],"none":null,"ok":true},
    "type":["object",{"none":"dynamic","ok":"bool","ports":["tuple",["number","number"]]}]},
  "secret":{"value":"hunter2-file","type":"string","sensitive":true}},
  "resources":[],"check_results":null}"#;

/// Returns the same for another backend.
fn reader_of(backend: &str) -> String {
    let local = "backend   = \"local\"";
    assert!(READER.contains(local));
    READER.replace(local, &format!("backend   = {backend:?}"))
}

fn config(path: &str) -> String {
    format!("config={{path=\"{path}\"}}")
}

#[test]
fn states_of_ours_are_read_with_their_workspaces() {
    let estate = Estate::new();
    estate.write("other/main.tf", OTHER);
    estate.write("reader/main.tf", READER);
    estate.run("-chdir=other apply -auto-approve").exits(0);
    estate.run("-chdir=other workspace new two").exits(0);
    estate.run("-chdir=other apply -auto-approve").exits(0);
    for path in ["../other/.infra", "../other"] {
        let given = config(path);
        let words = ["-chdir=reader", "apply", "-auto-approve", "-var", &given];
        estate.run_words(&words).exits(0).says("range = \"10.0.0.0/8\"").says("extra = 7");
        let words = ["-chdir=reader", "plan", "-detailed-exitcode", "-var", &given];
        estate.run_words(&words).exits(0);
        let words = [&words[..], &["-var", "workspace=two"]].concat();
        estate.run_words(&words).exits(0);
        let words = [&words[..5], &["-var", "workspace=three"]].concat();
        estate.run_words(&words).exits(1).says("Unable to find remote state");
    }
}

#[test]
fn sensitive_outputs_stay_sensitive() {
    let estate = Estate::new();
    estate.write("other/main.tf", OTHER);
    let reader = format!(
        "{READER}\nresource \"terraform_data\" \"s\" {{\n  input = data.terraform_remote_state.net.outputs.secret\n}}\n"
    );
    estate.write("main.tf", &reader);
    estate.write("file.tfstate", FILE);
    estate.run("-chdir=other apply -auto-approve").exits(0);
    for path in ["file.tfstate", "other/.infra"] {
        let given = config(path);
        let words = ["apply", "-auto-approve", "-var", &given];
        estate.run_words(&words).exits(0).lacks("hunter2").says("(sensitive value)");
        estate.run("show").exits(0).lacks("hunter2");
        estate.run("show -json").exits(0).lacks("hunter2");
        let leak = format!(
            "{reader}\noutput \"leak\" {{\n  value = data.terraform_remote_state.net.outputs.secret\n}}\n"
        );
        estate.write("main.tf", &leak);
        estate.run_words(&["plan", "-var", &given]).exits(1).says("sensitive").lacks("hunter2");
        estate.write("main.tf", &reader);
    }
}

#[test]
fn values_and_mistakes_are_those_of_terraform() {
    if !has_terraform("remote_state") {
        return;
    }
    let (ours, theirs) = (Estate::of(READER), Estate::of(READER));
    terraform(&theirs, "init");
    for estate in [&ours, &theirs] {
        estate.write(
            "file.tfstate",
            FILE.replace("\"sensitive\":true", "\"sensitive\":false").as_str(),
        );
        let state = FILE.replace("10.0.0.0/8", "192.168.0.0/16");
        estate.write("terraform.tfstate.d/two/terraform.tfstate", &state);
        estate.write("dir/two/terraform.tfstate", &state);
    }
    let both = |words: &[&str]| {
        let (code, out, err) = attempt(&theirs, words);
        let output = ours.run_words(words);
        assert_eq!(output.code, Some(code), "`{words:?}`:\n{}\n{out}{err}", output.all());
        (output, out + &err)
    };
    let apply = |settings: &[&str]| {
        let mut words = vec!["apply", "-auto-approve", "-no-color"];
        words.extend(settings.iter().flat_map(|setting| ["-var", setting]));
        both(&words)
    };
    let given = config("file.tfstate");
    let nested = "config={path=\"file.tfstate\",workspace_dir=\"dir\"}";
    for settings in [
        vec![&*given],
        vec![&given, "workspace=default"],
        vec![&given, "workspace=two"],
        vec![nested, "workspace=two"],
    ] {
        let (output, _) = apply(&settings);
        output.exits(0);
        let state = ours.run("show -json -show-sensitive").exits(0).json();
        let shown = terraform(&theirs, "show -json");
        let mut expected: serde_json::Value = serde_json::from_str(&shown).unwrap();
        // Terraform forgets that an output was sensitive; here it stays so.
        let mut state = state;
        for document in [&mut state, &mut expected] {
            let read = &mut document["values"]["root_module"]["resources"][0];
            read["sensitive_values"] = serde_json::Value::Null;
        }
        agree("state", &state, &expected);
    }
    for (settings, said) in [
        (vec!["config={path=\"none\"}"], "Unable to find remote state"),
        (vec![&*given, "workspace=none"], "Unable to find remote state"),
        (vec!["config={pth=\"none\"}"], "unexpected attribute \"pth\""),
        (vec!["config=\"a\""], "an object is required"),
    ] {
        let (output, theirs) = apply(&settings);
        output.exits(1).says(said);
        let flowing = theirs.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flowing.contains(said), "terraform: {theirs}");
    }
}

#[test]
fn other_backends_and_damaged_files_are_told() {
    let estate = Estate::of("data \"terraform_remote_state\" \"x\" {\n  backend = \"s3\"\n}\n");
    for command in ["validate", "plan"] {
        estate
            .run(command)
            .exits(1)
            .says("no backend type named \"s3\"")
            .says("There are: local, http");
    }
    let estate = Estate::of(READER);
    for (text, said) in [
        ("", "is empty"),
        ("{", "no JSON"),
        ("{\"version\":3}", "version 3"),
        ("{\"version\":3,\"backend\":{\"type\":\"s3\"}}", "backend of type \"s3\""),
        ("{\"version\":4,\"outputs\":{\"a\":{\"value\":1,\"type\":\"x\"}}}", "output.a"),
    ] {
        estate.write("file.tfstate", text);
        estate.run_words(&["plan", "-var", &config("file.tfstate")]).exits(1).says(said);
    }
}

#[test]
fn file_that_was_taken_over_is_told_to_be_old() {
    let estate = Estate::of(READER);
    estate.write("other/main.tf", "");
    estate.write("other/terraform.tfstate", FILE);
    let given = config("other/terraform.tfstate");
    estate.run_words(&["plan", "-var", &given]).exits(0).lacks("out of date");
    estate.run("-chdir=other import-state").exits(0);
    estate.run_words(&["plan", "-var", &given]).exits(0).says("is out of date");
    std::fs::remove_file(estate.file("other/terraform.tfstate")).unwrap();
    estate.run_words(&["plan", "-var", &given]).exits(1).says("There is a state in");
    estate.run_words(&["plan", "-var", &config("other/.infra")]).exits(0);
}

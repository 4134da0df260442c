//! `infra validate`: all mistakes of all files in one run, each where it is.

mod beside;
mod types;

use super::estate::Estate;
use serde_json::Value as Json;

/// Five mistakes in three files; the markers say what is expected where.
fn estate() -> Estate {
    let estate = Estate::new();
    estate.write(
        "main.tf",
        r#"variable "size" {
  type = nubmer
}

resource "terraform_data" "web" {
  input = var.sise
}
"#,
    );
    estate.write(
        "network.tf",
        r#"resource "terraform_data" "net" {
  inputs = 1
}

resource "terraform_dat" "typo" {
}
"#,
    );
    estate.write(
        "outputs.tf",
        r#"output "web" {
  value = terraform_data.wbe.output
}
"#,
    );
    estate
}

/// File, line, and what is underlined.
const MISTAKES: [(&str, u64, &str); 5] = [
    ("main.tf", 2, "nubmer"),
    ("main.tf", 6, "sise"),
    ("network.tf", 2, "inputs"),
    ("network.tf", 5, "terraform_dat"),
    ("outputs.tf", 2, "wbe"),
];

#[test]
fn five_mistakes_in_three_files_are_told_in_one_run() {
    let output = estate().run("validate").exits(1);
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("validate_five_mistakes", output.stderr);
    });
    for suggestion in ["size", "input", "terraform_data", "terraform_data.web"] {
        assert!(output.has(&format!("`{suggestion}`")), "no `{suggestion}`:\n{}", output.stderr);
    }
}

#[test]
fn mistakes_are_told_as_json_in_the_format_of_terraform() {
    let json = estate().run("validate -json").exits(1).json();
    assert_eq!(json["format_version"], "1.0");
    assert_eq!(json["valid"], false);
    assert_eq!(json["error_count"], 5);
    assert_eq!(json["warning_count"], 0);
    let found = json["diagnostics"].as_array().unwrap();
    assert_eq!(found.len(), MISTAKES.len(), "{found:#?}");
    for (file, line, word) in MISTAKES {
        let one = found.iter().find(|d| is_at(d, file, line)).unwrap_or_else(|| {
            panic!("nothing at {file}:{line} in {found:#?}");
        });
        assert_eq!(one["severity"], "error");
        assert!(underlined(one).contains(word), "{word} in {one:#}");
        assert!(one["code"].as_str().unwrap().starts_with("infra::"), "{one:#}");
    }
}

fn is_at(diagnostic: &Json, file: &str, line: u64) -> bool {
    let range = &diagnostic["range"];
    range["filename"] == file && range["start"]["line"] == line
}

/// Returns what the snippet of a diagnostic highlights.
fn underlined(diagnostic: &Json) -> String {
    let snippet = &diagnostic["snippet"];
    let offset = |name: &str| usize::try_from(snippet[name].as_u64().unwrap()).unwrap();
    let (start, end) = (offset("highlight_start_offset"), offset("highlight_end_offset"));
    snippet["code"].as_str().unwrap()[start..end].to_owned()
}

#[test]
fn valid_configuration_is_called_valid() {
    let estate = Estate::of("resource \"terraform_data\" \"a\" {}\n");
    estate.run("validate").exits(0).says("Success! The configuration is valid");
    let json = estate.run("validate -json").exits(0).json();
    assert_eq!((&json["valid"], &json["error_count"]), (&Json::Bool(true), &Json::from(0)));
    assert!(!estate.file(".infra").exists(), "validate leaves no state behind");
}

#[test]
fn broken_syntax_in_one_file_does_not_hide_mistakes_of_another() {
    let estate = Estate::new();
    estate.write("a.tf", "resource \"terraform_data\" \"a\" {\n  input = [1,\n");
    estate.write("b.tf", "output \"x\" {\n  value = var.nothing\n}\n");
    estate.run("validate").exits(1).says("a.tf").says("b.tf").says("nothing");
}

#[test]
fn configurations_of_providers_are_judged_before_anything_is_connected() {
    let estate = Estate::of(
        r#"provider "docker" {
  host        = "ftp://engine"
  ca_material = "-"
}
resource "docker_network" "a" {
  name = "a"
}
"#,
    );
    for command in ["validate", "plan"] {
        let output = estate
            .run(command)
            .exits(1)
            .says("`ftp://engine` is not an address of a Docker Engine")
            .says("main.tf:2")
            .says("`ca_material` is given without `cert_material` and `key_material`");
        assert!(!output.has("cannot be asked"), "{command}: {}", output.stderr);
        assert!(!output.has("Trying again"), "{command}: {}", output.stderr);
    }
}

#[test]
fn test_files_are_checked_with_the_configuration() {
    let estate = Estate::of("variable \"v\" {}\n");
    estate.write("x.tftest.hcl", "run \"x\" {\n  command = fly\n}\n");
    estate.write("tests/y.tftest.json", "{ \"run\": { \"y\": { \"nothing\": 1 } } }\n");
    estate.write("other/z.tftest.hcl", "bogus {}\n");
    let told = estate.run("validate").exits(1).says("Invalid \"command\" keyword");
    told.says("Extraneous JSON object property").lacks("bogus");
    let json = estate.run("validate -json -test-directory=other").exits(1).json();
    let places: Vec<&str> = json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["range"]["filename"].as_str().unwrap())
        .collect();
    assert_eq!(json["error_count"], 2);
    assert!(
        places.contains(&"x.tftest.hcl") && places.contains(&"other/z.tftest.hcl"),
        "{places:?}"
    );
    estate.run("validate -no-tests").exits(0).says("Success!");
}

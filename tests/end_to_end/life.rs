//! The life of an estate of builtin kinds, from `init` to `destroy`.

use super::estate::Estate;
use std::os::unix::fs::PermissionsExt as _;

const MAIN: &str = r#"variable "greeting" {
  default = "hello"
}

resource "terraform_data" "first" {
  input = var.greeting
}

resource "terraform_data" "second" {
  for_each = toset(["a", "b"])
  input    = "${each.key}: ${terraform_data.first.output}"
}

resource "random_pet" "name" {
  length = 2
}

output "greeting" {
  value = terraform_data.first.output
}

output "all" {
  value = { for key, one in terraform_data.second : key => one.output }
}
"#;

#[test]
fn estate_lives_from_init_to_destroy() {
    let estate = Estate::of(MAIN);
    estate.run("init").exits(0).says("infra has been successfully initialized!");
    estate.run("plan").exits(0).says("Plan: 4 to add, 0 to change, 0 to destroy.");
    estate.run("plan -detailed-exitcode").exits(2);
    let applied =
        estate.apply().says("Apply complete! Resources: 4 added, 0 changed, 0 destroyed.");
    assert_eq!(applied.addresses("Creation complete").len(), 4);
    estate.is_settled();
    estate.run("apply -auto-approve").exits(0).says("0 added, 0 changed, 0 destroyed");

    let changed = "-var greeting=bye";
    estate.run(&format!("plan {changed}")).exits(0).says("0 to add, 3 to change, 0 to destroy");
    estate.run(&format!("apply -auto-approve {changed}")).exits(0).says("3 changed");
    estate.run(&format!("plan -detailed-exitcode {changed}")).exits(0);

    estate.run("plan -destroy").exits(0).says("0 to add, 0 to change, 4 to destroy");
    estate.run("destroy -auto-approve").exits(0).says("Destroy complete! Resources: 4 destroyed.");
    assert!(estate.recorded().is_empty());
    estate.run("destroy -auto-approve").exits(0).says("0 destroyed");
    estate.run("plan -detailed-exitcode").exits(2).says("4 to add");
}

#[test]
fn outputs_are_printed_as_text_json_and_raw() {
    let estate = Estate::of(MAIN);
    estate.apply().says("greeting = \"hello\"");
    assert_eq!(estate.run("output -raw greeting").exits(0).stdout, "hello");
    assert_eq!(estate.run("output greeting").exits(0).stdout, "\"hello\"\n");
    assert_eq!(estate.run("output -json greeting").exits(0).json(), "hello");
    let all = estate.run("output -json").exits(0).json();
    assert_eq!(all["greeting"]["value"], "hello");
    assert_eq!(all["greeting"]["type"], "string");
    assert_eq!(all["greeting"]["sensitive"], false);
    assert_eq!(all["all"]["value"]["b"], "b: hello");
    estate.run("output -raw all").exits(1).says("-json");
    estate.run("output gretting").exits(1).says("`greeting`");
}

#[test]
fn state_is_shown_as_json_in_the_format_of_terraform() {
    let estate = Estate::of(MAIN);
    let empty = estate.run("show -json").exits(0).json();
    assert_eq!(empty["format_version"], "1.0");
    assert!(empty.get("values").is_none());
    estate.apply();
    let json = estate.run("show -json").exits(0).json();
    let resources = json["values"]["root_module"]["resources"].as_array().unwrap();
    let addresses: Vec<&str> = resources.iter().map(|r| r["address"].as_str().unwrap()).collect();
    let expected = [
        "random_pet.name",
        "terraform_data.first",
        "terraform_data.second[\"a\"]",
        "terraform_data.second[\"b\"]",
    ];
    assert_eq!(addresses, expected);
    let second = &resources[2];
    assert_eq!(second["mode"], "managed");
    assert_eq!(second["type"], "terraform_data");
    assert_eq!(second["index"], "a");
    assert_eq!(second["values"]["output"], "a: hello");
    assert_eq!(second["depends_on"][0], "terraform_data.first");
    assert_eq!(json["values"]["outputs"]["greeting"]["value"], "hello");
    estate.run("show").exits(0).says("terraform_data.first").says("hello");
}

#[test]
fn plan_is_printed_as_json_in_the_format_of_terraform() {
    let estate = Estate::of(MAIN);
    estate.run("plan -out=saved").exits(0);
    let json = estate.run("show -json saved").exits(0).json();
    assert!(json["format_version"].as_str().unwrap().starts_with("1."), "{json:#}");
    let changes = json["resource_changes"].as_array().unwrap();
    assert_eq!(changes.len(), 4);
    for change in changes {
        assert_eq!(change["change"]["actions"], serde_json::json!(["create"]), "{change:#}");
    }
    let first = changes.iter().find(|c| c["address"] == "terraform_data.first").unwrap();
    assert_eq!(first["change"]["after"]["input"], "hello");
    assert_eq!(first["change"]["after_unknown"]["id"], true);
}

#[test]
fn state_is_listed_shown_moved_and_removed() {
    let estate = Estate::of(MAIN);
    estate.apply();
    let second = ["terraform_data.second[\"a\"]", "terraform_data.second[\"b\"]"];
    assert_eq!(
        estate.recorded(),
        ["random_pet.name", "terraform_data.first", second[0], second[1]]
    );
    let listed = estate.run("state list terraform_data.second").exits(0).stdout;
    assert_eq!(listed.lines().collect::<Vec<_>>(), second);
    estate.run("state show terraform_data.first").exits(0).says("input").says("\"hello\"");
    estate.run("state show terraform_data.frist").exits(1).says("`terraform_data.first`");

    estate
        .run("state mv terraform_data.first random_pet.other")
        .exits(1)
        .says("Nothing was changed")
        .says("two resources of one type");
    estate
        .run("state mv -dry-run terraform_data.first terraform_data.third")
        .exits(0)
        .says("Would move");
    estate
        .run("state mv terraform_data.first terraform_data.third")
        .exits(0)
        .says("Successfully moved 1");
    assert!(estate.recorded().contains(&"terraform_data.third".to_owned()));
    estate.run("plan").exits(0).says("1 to add").says("1 to destroy");
    estate.run("state mv terraform_data.third terraform_data.first").exits(0);
    estate.is_settled();

    estate.run("state rm terraform_data.nothing").exits(1);
    estate.run("state rm terraform_data.second").exits(0).says("Successfully removed 2");
    assert_eq!(estate.recorded(), ["random_pet.name", "terraform_data.first"]);
    estate.run("plan -detailed-exitcode").exits(2).says("2 to add");
    let history = estate.run("state history").exits(0).stdout;
    let commands: Vec<&str> = history.lines().filter_map(|l| l.split("  ").nth(2)).collect();
    assert_eq!(commands.len(), 4, "{history}");
    assert!(history.lines().next().unwrap().contains("state rm"), "newest first:\n{history}");
    assert!(history.contains("tester@"), "{history}");
}

#[test]
fn tainted_objects_are_replaced_and_untainted_ones_are_not() {
    let estate = Estate::of(MAIN);
    estate.apply();
    estate.run("taint random_pet.name").exits(0);
    estate.run("plan -detailed-exitcode").exits(2).says("is tainted, so must be replaced");
    estate.run("untaint random_pet.name").exits(0);
    estate.is_settled();
    estate.run("taint random_pet.name").exits(0);
    estate.apply().says("1 added, 0 changed, 1 destroyed");
    estate.is_settled();
    estate.run("taint random_pet.nothing").exits(1);
    estate.run("taint -allow-missing random_pet.nothing").exits(0);
}

#[test]
fn local_files_are_made_seen_and_healed() {
    let estate = Estate::of(
        "resource \"local_file\" \"a\" {\n  filename = \"made.txt\"\n  content  = \"one\"\n}\n",
    );
    estate.apply();
    assert_eq!(std::fs::read_to_string(estate.file("made.txt")).unwrap(), "one");
    estate.is_settled();
    std::fs::remove_file(estate.file("made.txt")).unwrap();
    estate.run("plan -detailed-exitcode").exits(2).says("local_file.a").says("gone");
    estate.apply().says("1 added");
    assert_eq!(std::fs::read_to_string(estate.file("made.txt")).unwrap(), "one");
    estate.run("destroy -auto-approve").exits(0);
    assert!(!estate.file("made.txt").exists());
}

#[test]
fn provisioners_run_once_and_a_failed_one_taints() {
    let estate = Estate::of(
        r#"resource "terraform_data" "a" {
  provisioner "local-exec" {
    command = "echo made >> log; test -e ok"
  }
  provisioner "local-exec" {
    when    = destroy
    command = "echo gone >> log"
  }
}
"#,
    );
    let failed = estate.run("apply -auto-approve").exits(1).says("terraform_data.a");
    assert!(failed.has("the resource is tainted") && failed.has("untaint"), "{}", failed.stderr);
    assert!(!failed.has("looks it up"), "nothing is looked up: {}", failed.stderr);
    estate.run("plan").exits(0).says("is tainted, so must be replaced");
    estate.write("ok", "");
    estate.apply().says("1 added, 0 changed, 1 destroyed");
    estate.is_settled();
    estate.run("destroy -auto-approve").exits(0);
    let log = std::fs::read_to_string(estate.file("log")).unwrap();
    // Terraform runs no destroy-time provisioner for a tainted object; here likewise.
    assert_eq!(log.lines().collect::<Vec<_>>(), ["made", "made", "gone"]);
}

#[test]
fn file_of_another_state_is_refused_with_a_look_at_the_directory() {
    let main = "resource \"terraform_data\" \"a\" {}\n";
    let (one, two) = (Estate::of(main), Estate::of(main));
    one.apply();
    two.apply();
    one.write("other.json", &two.run("state pull").exits(0).all());
    let refused = one.run("state push other.json").exits(1);
    refused.says("this is the right directory").says("keeps the lineage").lacks("Pull it anew");
    one.run("state push -force other.json").exits(0).says("The lineage of the state was kept");
}

#[test]
fn state_is_kept_out_of_git_with_and_without_init() {
    for first in ["init", "apply -auto-approve"] {
        let estate = Estate::of("resource \"terraform_data\" \"a\" {}\n");
        estate.run(first).exits(0);
        let file = estate.file(".infra/.gitignore");
        assert_eq!(std::fs::read_to_string(file).unwrap(), "*\n", "after {first}");
        let mode = std::fs::metadata(estate.file(".infra")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "after {first}");
        estate.apply();
        estate.is_settled();
    }
}

#[test]
fn provisioner_that_cannot_be_evaluated_is_not_run() {
    let estate = Estate::of(
        r#"resource "terraform_data" "a" {
  provisioner "local-exec" {
    command = "echo first >> log"
  }
  provisioner "local-exec" {
    command = self.id == "" ? "true" : null
  }
}
"#,
    );
    let failed = estate.run("apply -auto-approve").exits(1);
    assert_eq!(failed.stderr.matches("Error:").count(), 1, "{}", failed.stderr);
    assert!(failed.has("The argument \"command\" is required"), "{}", failed.stderr);
    assert!(!estate.file("log").exists(), "none is run where one cannot be");
    estate.run("plan").exits(0).says("is tainted, so must be replaced");
}

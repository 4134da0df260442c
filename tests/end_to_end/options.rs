//! What a plan is to be about: targets, exclusions, replacements, refreshing.

use super::estate::Estate;

const MAIN: &str = r#"resource "terraform_data" "a" {
  input = 1
}

resource "terraform_data" "b" {
  input = terraform_data.a.output
}

resource "terraform_data" "c" {
  count = 2
  input = count.index
}

module "inner" {
  source = "./inner"
}
"#;

fn estate() -> Estate {
    let estate = Estate::of(MAIN);
    estate.write("inner/main.tf", "resource \"terraform_data\" \"d\" {}\n");
    estate
}

#[test]
fn target_takes_what_it_needs_and_nothing_else() {
    let estate = estate();
    let output = estate.run("apply -auto-approve -target=terraform_data.b").exits(0);
    output.says("2 added").says("not the whole truth");
    assert_eq!(estate.recorded(), ["terraform_data.a", "terraform_data.b"]);
    estate.run("apply -auto-approve -target=module.inner").exits(0).says("1 added");
    estate
        .run_words(&["apply", "-auto-approve", "-target=terraform_data.c[1]"])
        .exits(0)
        .says("1 added");
    estate.run("plan").exits(0).says("1 to add");
}

#[test]
fn exclusion_takes_what_needs_it_along() {
    let estate = estate();
    estate.run("apply -auto-approve -exclude=terraform_data.a").exits(0).says("3 added");
    let expected = ["terraform_data.c[0]", "terraform_data.c[1]", "module.inner.terraform_data.d"];
    let recorded = estate.recorded();
    assert!(
        expected.iter().all(|address| recorded.contains(&(*address).to_owned())),
        "{recorded:?}"
    );
    assert_eq!(recorded.len(), expected.len());
}

#[test]
fn targets_come_from_files() {
    let estate = estate();
    estate.write("targets", "# two of them\nterraform_data.a\n\nmodule.inner # and all in it\n");
    estate.run("apply -auto-approve -target-file=targets").exits(0).says("2 added");
    estate.run("plan -exclude-file=targets").exits(0).says("2 to add");
}

#[test]
fn replacement_on_request_is_shown_as_such() {
    let estate = estate();
    estate.apply();
    let output = estate.run("apply -auto-approve -replace=terraform_data.a").exits(0);
    output.says("will be replaced, as requested").says("1 added").says("1 destroyed");
    estate.is_settled();
    estate.run("plan -replace=terraform_data.nothing -detailed-exitcode").exits(0);
}

#[test]
fn a_document_of_a_refresh_only_plan_tells_what_has_moved() {
    let estate = Estate::of("resource \"terraform_data\" \"a\" {}\n");
    estate.apply();
    let moved = "moved {\n  from = terraform_data.a\n  to = terraform_data.b\n}\n";
    estate.write("main.tf", &format!("resource \"terraform_data\" \"b\" {{}}\n{moved}"));
    estate.run("plan -refresh-only -out=saved").exits(0);
    let shown = estate.run("show -json saved").exits(0).stdout;
    let plan: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let drift = &plan["resource_drift"][0];
    assert_eq!(drift["address"], "terraform_data.b");
    assert_eq!(drift["previous_address"], "terraform_data.a");
    assert_eq!(drift["change"]["actions"][0], "no-op");
}

#[test]
fn refresh_only_records_drift_and_changes_nothing() {
    let estate = Estate::of(
        "resource \"local_file\" \"a\" {\n  filename = \"made\"\n  content  = \"one\"\n}\n",
    );
    estate.apply();
    std::fs::remove_file(estate.file("made")).unwrap();
    estate.run("plan -refresh-only").exits(0).says("local_file.a").says("gone");
    estate.run("plan -refresh=false -detailed-exitcode").exits(0);
    estate.run("apply -refresh-only -auto-approve").exits(0);
    assert!(!estate.file("made").exists());
    assert!(estate.recorded().is_empty());
    estate.run("plan").exits(0).says("1 to add");
    estate.apply();
    std::fs::remove_file(estate.file("made")).unwrap();
    estate.run("refresh").exits(0);
    assert!(estate.recorded().is_empty());
}

#[test]
fn targeted_destroy_takes_dependants_along() {
    let estate = estate();
    estate.apply();
    let output = estate.run("destroy -auto-approve -target=terraform_data.a").exits(0);
    let destroyed = output.addresses("Destruction complete");
    assert_eq!(destroyed, ["terraform_data.b", "terraform_data.a"]);
    assert_eq!(estate.recorded().len(), 3);
}

#[test]
fn compact_warnings_take_one_line_each() {
    let estate = Estate::of("resource \"terraform_data\" \"a\" {}\n");
    estate.write("terraform.tfvars", "unknown = 1\n");
    let long = estate.run("plan").exits(0).says("unknown").stdout;
    let short = estate.run("plan -compact-warnings").exits(0).says("undeclared variable").stdout;
    assert!(short.lines().count() < long.lines().count(), "{short}\n{long}");
}

#[test]
fn address_that_cannot_be_read_is_told() {
    let refused = estate().run("plan -target=random_id[").exits(1);
    refused.says("Invalid target \"random_id[\"").says("`infra state list`");
}

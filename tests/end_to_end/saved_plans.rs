//! Saved plans: what was approved is what runs, or nothing.

use super::estate::Estate;
use std::{fs, os::unix::fs::PermissionsExt};

const MAIN: &str = r#"variable "size" {
  default = 1
}

resource "terraform_data" "a" {
  input = var.size
}

resource "terraform_data" "b" {
  input = terraform_data.a.output
}
"#;

#[test]
fn saved_plan_is_applied_without_asking_and_with_its_own_inputs() {
    let estate = Estate::of(MAIN);
    estate.run("plan -out=plan -var size=7 -detailed-exitcode").exits(2).says("infra apply");
    // Neither files nor variables of now matter: the plan brought its own.
    estate.write("main.tf", "nonsense");
    estate.run("show plan").exits(0).says("2 to add");
    estate.run("apply plan").exits(0).says("2 added");
    estate.write("main.tf", MAIN);
    estate.run("state show terraform_data.b").exits(0).says("7");
    let mode = fs::metadata(estate.file("plan")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
}

#[test]
fn saved_plan_is_shown_as_json() {
    let estate = Estate::of(MAIN);
    estate.run("plan -out=plan").exits(0);
    let json = estate.run("show -json plan").exits(0).json();
    assert_eq!(json["resource_changes"].as_array().unwrap().len(), 2);
    assert_eq!(json["variables"]["size"]["value"], 1);
    assert_eq!(json["applyable"], true);
}

#[test]
fn plan_is_applied_once_and_is_stale_afterwards() {
    let estate = Estate::of(MAIN);
    estate.run("plan -out=plan").exits(0);
    estate.run("apply plan").exits(0);
    estate.run("apply plan").exits(5).says("terraform_data.a");
    assert_eq!(estate.recorded().len(), 2);
}

#[test]
fn plan_is_stale_if_another_apply_came_between() {
    let estate = Estate::of(MAIN);
    estate.apply();
    estate.run("plan -out=plan -var size=2").exits(0);
    estate.run("apply -auto-approve -var size=3").exits(0);
    let refused = estate.run("apply plan").exits(5);
    assert!(refused.addresses("Modifications complete").is_empty());
    estate.run("state show terraform_data.a").exits(0).says("3");
    estate.run("plan -detailed-exitcode -var size=3").exits(0);
}

#[test]
fn plan_is_not_stale_if_only_something_else_has_changed() {
    let estate = Estate::of(MAIN);
    estate.write("other.tf", "resource \"terraform_data\" \"c\" {\n  input = 1\n}\n");
    estate.apply();
    estate.run("plan -out=plan -var size=2 -target=terraform_data.a").exits(0);
    estate.write("other.tf", "resource \"terraform_data\" \"c\" {\n  input = 2\n}\n");
    estate.run("apply -auto-approve -target=terraform_data.c").exits(0);
    estate.run("apply plan").exits(0);
}

#[test]
fn plan_of_another_state_is_stale() {
    let (one, two) = (Estate::of(MAIN), Estate::of(MAIN));
    one.apply();
    two.apply();
    one.run("plan -out=plan -var size=2").exits(0);
    fs::copy(one.file("plan"), two.file("plan")).unwrap();
    two.run("apply plan").exits(5).says("made from another state");
}

#[test]
fn plan_that_changes_outputs_alone_is_stale_too() {
    let outputs = |value: u32| format!("output \"n\" {{\n  value = {value}\n}}\n");
    let (one, two) = (Estate::of(&outputs(1)), Estate::of(&outputs(1)));
    one.apply();
    two.apply();
    one.write("main.tf", &outputs(2));
    one.run("plan -out=plan").exits(0);
    fs::copy(one.file("plan"), two.file("plan")).unwrap();
    two.run("apply plan").exits(5).says("made from another state");
    one.write("main.tf", &outputs(3));
    one.apply();
    one.run("apply plan").exits(5).says("`output.n`");
    assert_eq!(one.run("output -raw n").exits(0).stdout, "3");
}

#[test]
fn damaged_plan_is_refused() {
    let estate = Estate::of(MAIN);
    estate.run("plan -out=plan").exits(0);
    let mut bytes = fs::read(estate.file("plan")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(estate.file("plan"), &bytes).unwrap();
    estate.run("apply plan").exits(1);
    fs::write(estate.file("plan"), &bytes[..middle]).unwrap();
    estate.run("apply plan").exits(1);
    estate.run("apply main.tf").exits(1);
    estate.run("apply no-such-file").exits(1);
    assert!(estate.recorded().is_empty());
}

#[test]
fn destroy_plans_are_saved_too() {
    let estate = Estate::of(MAIN);
    estate.apply();
    estate.run("plan -destroy -out=plan").exits(0).says("2 to destroy");
    estate.run("apply plan").exits(0).says("2 destroyed");
    assert!(estate.recorded().is_empty());
}

#[test]
fn flag_that_comes_too_late_is_named_as_it_was_given() {
    let estate = Estate::of(MAIN);
    estate.run("plan -out=plan").exits(0);
    for (given, flag) in [
        ("-target=terraform_data.a", "`-target`"),
        ("-exclude=terraform_data.a", "`-exclude`"),
        ("-target-file=targets", "`-target-file`"),
        ("-exclude-file=targets", "`-exclude-file`"),
        ("-var=size=2", "The variable `size`"),
    ] {
        let refused = estate.run(&format!("apply {given} plan")).exits(1);
        refused.says(&format!("{flag} cannot be given with a saved plan"));
    }
    assert!(estate.recorded().is_empty());
}

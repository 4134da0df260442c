//! Configuration for objects to import, and the renames that a plan looks like.

use super::estate::Estate;
use std::fs;

const IMPORTS: &str = r#"
import {
  to = terraform_data.data
  id = "one"
}

import {
  to = random_id.id
  id = "${format("%s-", "p$")},ab12"
}

import {
  to = random_password.password
  id = "hunter2hunter2"
}

import {
  to = random_integer.integer
  id = "3,1,10"
}

import {
  to = random_uuid.uuid
  id = "aabbccdd-eeff-0011-2233-445566778899"
}
"#;

#[test]
fn configuration_is_generated_and_gives_a_plan_of_imports_alone() {
    let estate = Estate::of(IMPORTS);
    estate.run("plan").exits(1).says("-generate-config-out=generated.tf");
    let plan = estate.run("plan -generate-config-out=generated.tf").exits(0);
    plan.says("5 to import, 0 to add, 0 to change, 0 to destroy");
    estate.run("validate").exits(0);
    let written = fs::read_to_string(estate.file("generated.tf")).unwrap();
    assert!(written.contains("resource \"random_id\" \"id\" {\n  byte_length = 3\n"), "{written}");
    assert!(written.contains("prefix      = \"p$-\""), "{written}");
    // What only the provider gives, a password among it, is not written.
    assert!(!written.contains("result") && !written.contains("hunter2"), "{written}");
    estate.run("apply -auto-approve").exits(0).says("5 imported");
    estate.run("plan").exits(0).says("No changes");
}

#[test]
fn nothing_is_generated_over_a_file_or_out_of_reach() {
    let estate = Estate::of(IMPORTS);
    let refused = estate.run("plan -generate-config-out=main.tf").exits(1);
    refused.says("Target generated file already exists");
    assert_eq!(fs::read_to_string(estate.file("main.tf")).unwrap(), IMPORTS);
    let refused = estate.run("plan -generate-config-out=generated.txt").exits(1);
    refused.says("Generated configuration would not be read");
    assert!(!estate.file("generated.txt").exists());
}

const BEFORE: &str = r#"
resource "terraform_data" "a" {
  input = "x"
}

resource "terraform_data" "each" {
  for_each = { k = 1, l = 2 }
  input    = each.value
}

resource "terraform_data" "counted" {
  count = 2
  input = "same"
}

module "m" {
  source = "./m"
}
"#;

const INNER: &str = r#"
resource "terraform_data" "x" {
  count = 2
  input = 5
}

resource "terraform_data" "user" {
  input = terraform_data.x[0].id
}
"#;

#[test]
fn renames_are_suggested_with_the_fewest_blocks() {
    let estate = Estate::of(BEFORE);
    estate.write("m/main.tf", INNER);
    estate.run("apply -auto-approve").exits(0);
    let after = BEFORE
        .replace("\"a\" {", "\"b\" {")
        .replace("k = 1", "n = 1")
        .replace("\"counted\"", "\"numbered\"")
        .replace("module \"m\"", "module \"n\"");
    estate.write("main.tf", &after);
    estate.run("plan -out=saved").exits(0);
    let plan = estate.run("show -json saved").exits(0).json();
    let suggested = plan["suggested_moves"].to_string();
    let moved = |from: &str, to: &str| format!("{{\"from\":{from:?},\"to\":{to:?}}}");
    let expected = [
        moved("module.m", "module.n"),
        moved("terraform_data.a", "terraform_data.b"),
        moved("terraform_data.counted", "terraform_data.numbered"),
        moved("terraform_data.each[\"k\"]", "terraform_data.each[\"n\"]"),
    ];
    assert_eq!(suggested, format!("[{}]", expected.join(",")));
    // As it says, the blocks keep the objects.
    estate.run("plan").exits(0).says("look like renames").says("from = module.m\n");
    let blocks = [
        ("module.m", "module.n"),
        ("terraform_data.a", "terraform_data.b"),
        ("terraform_data.counted", "terraform_data.numbered"),
        ("terraform_data.each[\"k\"]", "terraform_data.each[\"n\"]"),
    ];
    let blocks = blocks.map(|(from, to)| format!("moved {{\n  from = {from}\n  to   = {to}\n}}\n"));
    estate.write("moved.tf", &blocks.concat());
    estate.run("plan").exits(0).says("0 to add, 0 to change, 0 to destroy").lacks("renames");
}

#[test]
fn what_could_be_meant_in_two_ways_is_not_suggested() {
    let two = "resource \"terraform_data\" \"a\" {\n  input = 1\n}\nresource \"terraform_data\" \"b\" {\n  input = 1\n}\n";
    let estate = Estate::of(two);
    estate.run("apply -auto-approve").exits(0);
    estate.write("main.tf", &two.replace("\"a\"", "\"c\"").replace("\"b\"", "\"d\""));
    estate.run("plan").exits(0).says("2 to add").lacks("rename");
    // One of another configuration is another object.
    let other = two.replace("\"a\"", "\"c\"").replacen("input = 1", "input = 2", 1);
    estate.write("main.tf", &other);
    estate.run("plan").exits(0).says("1 to add").lacks("rename");
}

//! Configuration for objects to import, and the renames that a plan looks like.

use super::{
    estate::Estate,
    oracle::{agree, attempt, has_terraform, terraform},
};
use serde_json::Value as Json;
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

import {
  to = random_integer.seeded
  id = "3,1,10,seed"
}

import {
  to = random_bytes.bytes
  id = "q0J7kA=="
}

import {
  to = random_string.string
  id = "AbC12-x"
}

import {
  to = time_static.static
  id = "2020-02-12T06:36:13Z"
}

import {
  to = time_offset.offset
  id = "2020-02-12T06:36:13Z,,,-7,,,"
}

import {
  to = time_rotating.numbers
  id = "2120-02-12T06:36:13Z,,,30,,"
}

import {
  to = time_rotating.zeros
  id = "2120-02-12T06:36:13Z,0,0,30,0,0"
}

import {
  to = time_rotating.end
  id = "2120-02-12T06:36:13Z,2120-03-13T06:36:13Z"
}

import {
  to = time_sleep.sleep
  id = "30s,"
}
"#;

#[test]
fn configuration_is_generated_and_gives_a_plan_of_imports_alone() {
    let estate = Estate::of(IMPORTS);
    estate.run("plan").exits(1).says("-generate-config-out=generated.tf");
    let plan = estate.run("plan -generate-config-out=generated.tf").exits(0);
    plan.says("14 to import, 0 to add, 0 to change, 0 to destroy");
    estate.run("validate").exits(0);
    let written = fs::read_to_string(estate.file("generated.tf")).unwrap();
    assert!(written.contains("resource \"random_id\" \"id\" {\n  byte_length = 3\n"), "{written}");
    assert!(written.contains("prefix      = \"p$-\""), "{written}");
    // What only the provider gives, a password among it, is not written.
    assert!(!written.contains("result") && !written.contains("hunter2"), "{written}");
    estate.run("apply -auto-approve").exits(0).says("14 imported");
    estate.run("plan").exits(0).says("No changes");
}

/// A plan of one import by an aliased provider, under Terraform and under `infra`.
const ALIASED: &str = r#"
provider "terraform" {
  alias = "other"
}

import {
  to       = terraform_data.named
  id       = "one"
  provider = terraform.other
}

import {
  to = terraform_data.plain
  id = "two"
}
"#;

#[test]
fn generated_configuration_is_that_of_terraform() {
    if !has_terraform("generated_configuration_is_that_of_terraform") {
        return;
    }
    let (ours, theirs) = (Estate::of(ALIASED), Estate::of(ALIASED));
    terraform(&theirs, "init");
    let command = "plan -no-color -generate-config-out=generated.tf -out=saved";
    let text = ours.run(command).exits(0);
    text.says("# terraform_data.named will be imported\n  # (config will be generated)\n");
    terraform(&theirs, command);
    let [mine, other] =
        [&ours, &theirs].map(|estate| fs::read_to_string(estate.file("generated.tf")).unwrap());
    assert_eq!(blocks(&mine), blocks(&other.replace("Terraform", "infra")));
    assert!(mine.contains("  provider         = terraform.other\n"), "{mine}");
    let saved = ours.run("show -json saved").exits(0).json();
    let document: Json = serde_json::from_str(&terraform(&theirs, "show -json saved")).unwrap();
    agree("changes", &saved["resource_changes"], &document["resource_changes"]);
    ours.run("show saved").exits(0).says("(config will be generated)");
    // The blocks may stay as they are until they have done their work.
    ours.run("plan").exits(0).says("2 to import").lacks("generated");
    ours.run("apply saved").exits(0).says("2 imported");
    ours.run("plan").exits(0).says("No changes");
    // A default provider that is named has to be named in the block too.
    let named = Estate::of(&ALIASED.replace("terraform.other", "terraform"));
    named.run("plan -generate-config-out=generated.tf").exits(0).says("2 to import");
    // Line events say it as well.
    for estate in [&ours, &theirs] {
        fs::remove_file(estate.file("generated.tf")).unwrap();
        estate.write("main.tf", &ALIASED.replace("\"one\"", "\"1\"").replace("named", "n"));
    }
    let command = "plan -json -generate-config-out=generated.tf";
    let planned = |text: &str| -> Json {
        let lines = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
        let change = |line: &Json| line["change"]["resource"]["addr"] == "terraform_data.n";
        let planned = |line: &Json| line["type"] == "planned_change" && change(line);
        lines.into_iter().find(planned).unwrap()["change"].clone()
    };
    let mine = planned(&ours.run(command).exits(0).stdout);
    assert_eq!(mine, planned(&terraform(&theirs, command)));
}

/// Returns the blocks of generated configuration, sorted: Terraform has them in another order each time.
fn blocks(text: &str) -> Vec<&str> {
    let mut blocks: Vec<&str> = text.split("\n\n").map(str::trim_end).collect();
    blocks.sort_unstable();
    blocks
}

/// Imports that configuration cannot be generated for.
const REPEATED: [&str; 4] = [
    "  for_each = toset([\"k\"])\n  to = terraform_data.a\n  id = each.value\n",
    "  for_each = toset([\"k\"])\n  to = terraform_data.a[\"k\"]\n  id = each.value\n",
    "  to = terraform_data.a[0]\n  id = \"x\"\n",
    "  to = terraform_data.a[\"k\"]\n  id = \"x\"\n",
];

#[test]
fn nothing_is_generated_for_instances_with_keys() {
    let oracle = has_terraform("nothing_is_generated_for_instances_with_keys");
    for inside in REPEATED {
        // What else is imported is not written either.
        let main = format!(
            "import {{\n{inside}}}\nimport {{\n  to = terraform_data.other\n  id = \"y\"\n}}\n"
        );
        let (ours, theirs) = (Estate::of(&main), Estate::of(&main));
        for command in ["plan -no-color -generate-config-out=generated.tf", "plan -no-color"] {
            let said = ours.run(command).exits(1);
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let summary = "Configuration for import target does not exist";
            let detail = "The given import block is not compatible with config generation.";
            for part in [summary, detail] {
                said.clone().says(part);
                if oracle {
                    let (code, out, told) =
                        attempt(&theirs, &command.split(' ').collect::<Vec<_>>());
                    assert!(code == 1 && words(&(out + &told)).contains(part), "{inside}: {told}");
                }
            }
            assert!(!ours.file("generated.tf").exists(), "{inside}");
        }
    }
}

#[test]
fn provider_of_an_import_is_that_of_its_resource() {
    let oracle = has_terraform("provider_of_an_import_is_that_of_its_resource");
    let cases = [
        ("terraform.a", "provider = terraform.a", true),
        ("terraform", "provider = terraform", true),
        ("terraform.a", "provider = terraform.b", false),
        ("terraform.a", "provider = terraform", false),
        ("terraform.a", "", false),
        ("terraform", "", false),
    ];
    for (import, resource, fits) in cases {
        let main = format!(
            "provider \"terraform\" {{\n  alias = \"a\"\n}}\nprovider \"terraform\" {{\n  alias = \"b\"\n}}\n\
             import {{\n  to = terraform_data.x\n  id = \"x\"\n  provider = {import}\n}}\n\
             resource \"terraform_data\" \"x\" {{\n  {resource}\n}}\n"
        );
        let estate = Estate::of(&main);
        let said = estate.run("plan").exits(i32::from(!fits));
        if !fits {
            said.says("Invalid import provider argument");
        }
        if oracle {
            let (init, ..) = attempt(&estate, &["init"]);
            assert_eq!(init == 0, fits, "{import}, {resource}");
        }
    }
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

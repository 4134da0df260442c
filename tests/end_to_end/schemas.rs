//! What the program says of itself: providers, their schemas, and the signatures of functions.
//!
//! Compared with what Terraform says of the same, where there is a `terraform`.

use super::{
    estate::Estate,
    oracle::{agree, has_terraform, terraform},
};
use serde_json::{Value as Json, json};
use std::fs;

const MODULES: &str = r#"
terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}

resource "terraform_data" "x" {}

module "m" {
  source = "./m"
}

module "k" {
  source = "./m/n"
}

output "encoded" {
  value = provider::terraform::encode_tfvars({
    a = 1, b = "x\n$${y}", c = [1, null, true, { q = 1, "a b" = 2 }], d = {}, e = [], if = 1.5
  })
}

output "expressions" {
  value = [for value in [
    [{ a = 1, b = ["x"] }, null, "q\"uo", toset(["b", "a"]), tomap({ "a-b" = 1, "1" = 2 })],
    "multi\nline $${x} %%{y}", 1e50, [], {}, [{}], "é\t\u0001\\", { a = [[1, 2], [3]] },
    { for key in ["if", "a.b", "null"] : key => key }, true,
  ] : provider::terraform::encode_expr(value)]
}

output "decoded" {
  value = provider::terraform::decode_tfvars("a = 1\nb = [\"x\"]\nc = { d = null }")
}

output "refused" {
  value = [
    can(provider::terraform::decode_tfvars("a =")),
    can(provider::terraform::decode_tfvars("a = b")),
    can(provider::terraform::decode_tfvars("b {}")),
    can(provider::terraform::encode_tfvars(1)),
    can(provider::terraform::encode_tfvars({ "a b" = 1 })),
    can(provider::terraform::encode_expr(null)),
  ]
}
"#;

fn estate() -> Estate {
    let estate = Estate::of(MODULES);
    fs::create_dir_all(estate.file("m/n")).unwrap();
    let child = "resource \"terraform_data\" \"x\" {}\nmodule \"n\" {\n  source = \"./n\"\n}\n";
    estate.write("m/main.tf", child);
    estate.write("m/n/main.tf", "output \"x\" {\n  value = 1\n}\n");
    estate
}

#[test]
fn providers_are_shown_as_a_tree_of_modules() {
    let estate = estate();
    let tree = "
Providers required by configuration:
.
├── provider[terraform.io/builtin/terraform]
├── module.k
└── module.m
    ├── provider[terraform.io/builtin/terraform]
    └── module.n

";
    assert_eq!(estate.run("providers").exits(0).stdout, tree);
    estate.apply().exits(0);
    let applied = estate.run("providers").exits(0).stdout;
    let state = "Providers required by state:\n\n    provider[terraform.io/builtin/terraform]\n\n";
    assert_eq!(applied, format!("{tree}{state}"));
    if has_terraform("schemas") {
        terraform(&estate, "init");
        assert_eq!(branches(&terraform(&estate, "providers")), branches(tree));
    }
}

/// Returns what a tree names, sorted: Terraform gives modules of one depth in any order.
fn branches(tree: &str) -> Vec<&str> {
    let is_drawn = |c: char| c.is_whitespace() || "├─└│".contains(c);
    let mut names: Vec<&str> = tree.lines().map(|line| line.trim_matches(is_drawn)).collect();
    names.sort_unstable();
    names
}

#[test]
fn functions_of_the_provider_terraform_write_and_read_source_text() {
    let (ours, theirs) = (estate(), estate());
    let plan = |json: &Json| json["planned_values"]["outputs"].clone();
    ours.run("plan -out=saved").exits(0);
    let planned = plan(&ours.run("show -json saved").exits(0).json());
    assert_eq!(planned["refused"]["value"], json!([false, false, false, false, false, false]));
    assert_eq!(planned["decoded"]["value"], json!({ "a": 1, "b": ["x"], "c": { "d": null } }));
    if has_terraform("schemas") {
        terraform(&theirs, "init");
        terraform(&theirs, "plan -out=saved");
        let shown = serde_json::from_str(&terraform(&theirs, "show -json saved")).unwrap();
        agree("outputs", &planned, &plan(&shown));
    }
}

#[test]
fn functions_of_a_provider_are_known_only_where_it_is_required() {
    let estate = Estate::of("output \"x\" {\n  value = provider::terraform::encode_expr(1)\n}\n");
    let refused = estate.run("validate").exits(1);
    assert!(refused.has("There is no function named \"provider::terraform::encode_expr\""));
    assert!(refused.has("is declared in this module's required_providers block"));
}

#[test]
fn schemas_of_providers_have_the_json_of_terraform() {
    let estate = estate();
    let ours = estate.run("providers schema -json").exits(0).json();
    let name = "terraform.io/builtin/terraform";
    let functions = &ours["provider_schemas"][name]["functions"];
    assert_eq!(functions["encode_expr"]["return_type"], "string");
    estate.run("providers schema").exits(1);
    if has_terraform("schemas") {
        terraform(&estate, "init");
        let theirs = json_of(&terraform(&estate, "providers schema -json"));
        for part in ["provider", "resource_schemas", "functions"] {
            let of = |all: &Json| undescribed(&all["provider_schemas"][name][part]);
            agree(part, &of(&ours), &of(&theirs));
        }
    }
}

/// A type that Terraform does not tell, as it depends on the arguments, may be told here.
#[test]
fn signatures_of_functions_are_those_of_terraform() {
    let estate = Estate::of("");
    let ours = undescribed(&estate.run("metadata functions -json").exits(0).json());
    estate.run("metadata functions").exits(1);
    let signatures = ours["function_signatures"].as_object().unwrap();
    assert!(signatures.contains_key("abs") && signatures.contains_key("core::try"));
    if !has_terraform("schemas") {
        return;
    }
    let theirs = undescribed(&json_of(&terraform(&estate, "metadata functions -json")));
    for (name, theirs) in theirs["function_signatures"].as_object().unwrap() {
        let mut ours = signatures[name].clone();
        if theirs["return_type"].to_string().contains("dynamic") {
            ours["return_type"] = theirs["return_type"].clone();
        }
        agree(name, &ours, theirs);
    }
}

fn json_of(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// Returns a document without what is written for people.
fn undescribed(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let kept = members.iter().filter(|(name, _)| {
                !matches!(name.as_str(), "description" | "description_kind" | "summary")
            });
            kept.map(|(name, member)| (name.clone(), undescribed(member))).collect()
        }
        Json::Array(items) => items.iter().map(undescribed).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json.clone(),
    }
}

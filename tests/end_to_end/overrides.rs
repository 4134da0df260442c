//! Override files against Terraform: a module for each rule of merging, planned together.

use super::{
    estate::Estate,
    oracle::{agree, has_terraform, terraform},
};
use serde_json::Value as Json;

/// What is overridden, the name of the override file, and what it says.
const CASES: [(&str, &str, &str); 14] = [
    (
        "resource \"terraform_data\" \"a\" {\n  input            = \"base\"\n  triggers_replace = 1\n}\n",
        "override.tf",
        "resource \"terraform_data\" \"a\" {\n  input = \"over\"\n}\n",
    ),
    (
        "resource \"terraform_data\" \"a\" {\n  input = \"base\"\n}\n",
        "x_override.tf.json",
        "{\"resource\": {\"terraform_data\": {\"a\": {\"input\": [\"${path.module}\", 1], \"count\": 2}}}}",
    ),
    (
        "resource \"terraform_data\" \"a\" {\n  count = 2\n  input = \"x\"\n}\n",
        "override.tf",
        "resource \"terraform_data\" \"a\" {\n  count = 1\n}\n",
    ),
    (
        "resource \"terraform_data\" \"a\" {\n  count = 2\n}\n",
        "override.tf",
        "resource \"terraform_data\" \"a\" {\n  for_each = toset([\"x\", \"y\", \"z\"])\n}\n",
    ),
    (
        "resource \"terraform_data\" \"a\" {\n  for_each = toset([\"x\", \"y\", \"z\"])\n}\n",
        "override.tf",
        "resource \"terraform_data\" \"a\" {\n  count = 2\n}\n",
    ),
    (
        "variable \"v\" {\n  type    = string\n  default = 1\n}\nresource \"terraform_data\" \"a\" {\n  input = var.v\n}\n",
        "override.tf",
        "variable \"v\" {\n  default = true\n}\n",
    ),
    (
        "variable \"v\" {\n  default = \"1\"\n}\nresource \"terraform_data\" \"a\" {\n  input = var.v\n}\n",
        "override.tf.json",
        "{\"variable\": {\"v\": {\"type\": \"number\", \"nullable\": false}}}",
    ),
    (
        "locals {\n  a = 1\n  b = local.a\n}\nresource \"terraform_data\" \"a\" {\n  input = local.b\n}\n",
        "z_override.tf",
        "locals {\n  a = { over = 2 }\n}\n",
    ),
    (
        "output \"o\" {\n  value       = 1\n  description = \"d\"\n}\nresource \"terraform_data\" \"a\" {}\n",
        "override.tf",
        "output \"o\" {\n  value = \"over\"\n}\n",
    ),
    (
        "module \"m\" {\n  source = \"./m\"\n  v      = 1\n  w      = 1\n}\n",
        "override.tf",
        "module \"m\" {\n  count = 2\n  w     = \"over\"\n}\n",
    ),
    (
        "module \"m\" {\n  source = \"./none\"\n  v      = 1\n}\n",
        "override.tf.json",
        "{\"module\": {\"m\": {\"source\": \"./m\", \"w\": 3}}}",
    ),
    (
        "resource \"terraform_data\" \"a\" {\n  provisioner \"local-exec\" {\n    command = \"false\"\n  }\n}\n",
        "override.tf",
        "resource \"terraform_data\" \"a\" {\n  provisioner \"local-exec\" {\n    command = \"true\"\n  }\n}\n",
    ),
    (
        "terraform {\n  required_version = \">= 0.1\"\n  required_providers {\n    terraform = {\n      source = \"terraform.io/builtin/terraform\"\n    }\n  }\n}\nresource \"terraform_data\" \"a\" {}\n",
        "override.tf",
        "terraform {\n  required_version = \">= 1.0\"\n  required_providers {\n    terraform = {\n      source = \"terraform.io/builtin/terraform\"\n    }\n  }\n}\n",
    ),
    (
        "output \"o\" {\n  value = 1\n}\nresource \"terraform_data\" \"a\" {\n  input = \"base\"\n}\n",
        "override.tf",
        "resource \"terraform_data\" \"a\" {\n  input = \"first\"\n}\nresource \"terraform_data\" \"a\" {\n  input = \"second\"\n}\n",
    ),
];

const INNER: &str = "variable \"v\" {}\nvariable \"w\" {\n  default = 0\n}\nresource \"terraform_data\" \"in\" {\n  input = [var.v, var.w]\n}\n";

fn estate() -> Estate {
    let estate = Estate::new();
    let mut root = String::from("variable \"unused\" {\n  default = 1\n}\n");
    for (index, (base, name, over)) in CASES.iter().enumerate() {
        estate.write(&format!("case_{index}/main.tf"), base);
        estate.write(&format!("case_{index}/{name}"), over);
        if base.contains("module") {
            estate.write(&format!("case_{index}/m/main.tf"), INNER);
        }
        root.push_str(&format!("module \"case_{index}\" {{\n  source = \"./case_{index}\"\n}}\n"));
        if base.contains("output \"o\"") {
            root.push_str(&format!(
                "output \"o{index}\" {{\n  value = module.case_{index}.o\n}}\n"
            ));
        }
    }
    estate.write("main.tf", &root);
    estate
}

#[test]
fn overrides_are_merged_as_terraform_merges_them() {
    let (ours, theirs) = (estate(), estate());
    ours.run("plan -out=saved").exits(0);
    let plan = ours.run("show -json -show-sensitive saved").exits(0).json();
    if !has_terraform("overrides") {
        return;
    }
    terraform(&theirs, "init");
    terraform(&theirs, "plan -out=saved");
    let other: Json = serde_json::from_str(&terraform(&theirs, "show -json saved")).unwrap();
    agree("changes", &changes(&plan), &changes(&other));
    agree("outputs", &plan["output_changes"], &other["output_changes"]);
    // The provisioner that fails was replaced by one that does not.
    ours.run("apply saved").exits(0);
}

/// Returns the changes by address: their order is none of merging.
fn changes(plan: &Json) -> Json {
    let changes = plan["resource_changes"].as_array().unwrap();
    let named = |one: &Json| (one["address"].as_str().unwrap().to_owned(), one.clone());
    changes.iter().map(named).collect::<serde_json::Map<_, _>>().into()
}

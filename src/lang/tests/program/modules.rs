//! Module calls: inputs, outputs, instances, what is refused.

use super::Driven;
use crate::support::Built;

const CHILD: &str = r#"
    variable "name" { type = string }
    variable "size" {
      type    = number
      default = 1
    }
    resource "terraform_data" "r" { input = "${var.name}-${var.size}" }
    output "id" { value = terraform_data.r.id }
    output "input" { value = terraform_data.r.input }
    output "path" { value = path.module }
"#;

#[test]
fn inputs_and_outputs_pass_through_instances() {
    let mut driven = Driven::with(
        &[
            (
                "main.tf",
                r#"
                module "one" {
                  source = "./child"
                  name   = "a"
                }
                module "many" {
                  source   = "./child"
                  for_each = { x = 5, y = 6 }
                  name     = each.key
                  size     = each.value
                }
                module "counted" {
                  source = "./child"
                  count  = 2
                  name   = "c${count.index}"
                }
                resource "terraform_data" "use" { input = [module.one.id, module.many["x"].input] }
                output "all" { value = [for k, m in module.many : "${k}=${m.input}"] }
                "#,
            ),
            ("child/main.tf", CHILD),
        ],
        &[],
    )
    .good();
    assert_eq!(
        driven.addresses(),
        [
            "module.one.terraform_data.r",
            "module.many[\"x\"].terraform_data.r",
            "module.many[\"y\"].terraform_data.r",
            "module.counted[0].terraform_data.r",
            "module.counted[1].terraform_data.r",
            "terraform_data.use",
        ]
    );
    assert_eq!(driven.attribute("module.many[\"y\"].terraform_data.r", "input"), "\"y-6\"");
    assert_eq!(
        driven.needs("terraform_data.use"),
        "module.many[\"x\"].terraform_data.r, module.one.terraform_data.r"
    );
    assert_eq!(driven.free("module.one.path"), "\"child\"");
    assert_eq!(driven.free("module.counted[*].input"), "[\"c0-1\", \"c1-1\"]");
    assert_eq!(driven.free("module.many[\"x\"]").matches("x-5").count(), 1);
}

#[test]
fn unknown_keys_of_a_call_are_deferred() {
    let driven = Driven::with(
        &[
            (
                "main.tf",
                r#"
                resource "terraform_data" "u" {}
                module "m" {
                  source   = "./child"
                  for_each = toset([terraform_data.u.id])
                  name     = each.key
                }
                resource "terraform_data" "use" { input = [for m in module.m : m.id] }
                "#,
            ),
            ("child/main.tf", CHILD),
        ],
        &[],
    )
    .good();
    assert_eq!(driven.unknown, ["module.m[*].terraform_data.r waits for terraform_data.u"]);
    assert_eq!(
        driven.needs("terraform_data.use"),
        "terraform_data.u, module.m[*].terraform_data.r"
    );
}

#[test]
fn depends_on_of_a_call_covers_everything() {
    let driven = Driven::with(
        &[
            (
                "main.tf",
                r#"
                resource "terraform_data" "first" {}
                module "a" {
                  source     = "./child"
                  name       = "a"
                  depends_on = [terraform_data.first]
                }
                resource "terraform_data" "last" { depends_on = [module.a] }
                "#,
            ),
            ("child/main.tf", CHILD),
        ],
        &[],
    )
    .good();
    assert_eq!(
        driven.addresses(),
        ["terraform_data.first", "module.a.terraform_data.r", "terraform_data.last"]
    );
    assert_eq!(driven.needs("module.a.terraform_data.r"), "terraform_data.first");
    let needs = driven.needs("terraform_data.last");
    assert!(needs.contains("module.a.terraform_data.r"), "{needs}");
}

#[test]
fn modules_that_use_each_other_crosswise_are_no_cycle() {
    let driven = Driven::with(
        &[
            (
                "main.tf",
                r#"
                module "a" {
                  source = "./two"
                  second = module.b.first
                }
                module "b" {
                  source = "./two"
                  second = "x"
                }
                "#,
            ),
            (
                "two/main.tf",
                r#"
                variable "second" { type = any }
                resource "terraform_data" "one" {}
                resource "terraform_data" "two" { input = var.second }
                output "first" { value = terraform_data.one.id }
                output "second" { value = terraform_data.two.id }
                "#,
            ),
        ],
        &[],
    )
    .good();
    assert_eq!(driven.needs("module.a.terraform_data.two"), "module.b.terraform_data.one");
}

#[test]
fn sources_that_cannot_be_loaded_are_refused() {
    let built = Built::new(&[
        (
            "main.tf",
            "module \"far\" {\n  source = \"hashicorp/consul/aws\"\n}\nmodule \"gone\" {\n  source = \"./gone\"\n}\nmodule \"ring\" {\n  source = \"./ring\"\n}\n",
        ),
        ("ring/main.tf", "module \"back\" {\n  source = \"../\"\n}\n"),
    ]);
    assert_eq!(
        built.texts(&built.found),
        [
            "main.tf:1: Module not installed: This module is not yet installed. Run \"infra init\" to install all modules required by this configuration.",
            "main.tf:5: Module cannot be read: gone: no such file.",
            "ring/main.tf:2: Module calls itself: The module in `.` is called, by one or more steps, from itself.",
        ]
    );
}

#[test]
fn every_call_with_a_bad_source_is_told_once() {
    let inner = "module \"far\" {\n  source = \"foo\"\n}\n";
    let built = Built::new(&[
        (
            "main.tf",
            "module \"a\" {\n  source = \"./inner\"\n}\nmodule \"b\" {\n  source = \"./inner\"\n}\nmodule \"c\" {\n  source  = \"./inner\"\n  version = \"1.0\"\n}\nmodule \"d\" {\n  source  = \"a/b/c\"\n  version = \"new\"\n}\n",
        ),
        ("inner/main.tf", inner),
    ]);
    let summaries: Vec<String> = built
        .texts(&built.found)
        .iter()
        .map(|text| text.split(": ").take(2).collect::<Vec<_>>().join(": "))
        .collect();
    assert_eq!(
        summaries,
        [
            "main.tf:8: Invalid registry module source address",
            "main.tf:13: Invalid version constraint",
            "inner/main.tf:2: Invalid module source address",
        ]
    );
}

#[test]
fn inputs_are_checked_against_variables() {
    let built = Built::new(&[
        (
            "main.tf",
            "module \"a\" {\n  source = \"./child\"\n  nmae = 1\n}\noutput \"x\" {\n  value = module.a.ib\n}\n",
        ),
        ("child/main.tf", CHILD),
    ]);
    assert_eq!(
        built.texts(&built.found),
        [
            "main.tf:1: Missing required argument: The argument \"name\" is required, but no definition was found.",
            "main.tf:3: Unsupported argument: An argument named \"nmae\" is not expected here.",
            "main.tf:6: Unsupported attribute: This object does not have an attribute named \"ib\": the module has no such output.",
        ]
    );
    let helps: Vec<&str> = built.found.iter().map(|d| &*d.help).collect();
    assert_eq!(helps, ["add `name = …`", "did you mean `name`?", "did you mean `id`?"]);
}

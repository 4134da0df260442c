//! What Terraform does not have: `enabled`, provider blocks with `for_each`, and the page about them.

use super::Driven;
use crate::support::Built;
use infra_model::program::Program;

fn faults(text: &str) -> Vec<String> {
    let built = Built::new(&[("main.tf", text)]);
    if built.found.is_empty() { Driven::new(text).texts() } else { built.texts(&built.found) }
}

const DISABLED: &str = r#"
resource "test_thing" "off" {
  name = "x"
  lifecycle { enabled = false }
}
"#;

#[test]
fn a_disabled_resource_is_null_and_has_no_instance() {
    let text = r#"
    variable "on" { default = true }
    resource "test_thing" "a" {
      name = "x"
      lifecycle { enabled = !var.on }
    }
    resource "test_thing" "b" {
      name = "y"
      lifecycle { enabled = var.on }
    }
    output "off" { value = test_thing.a == null }
    output "on" { value = test_thing.b.name }
    output "try" { value = try(test_thing.a.name, "none") }
    output "chosen" { value = test_thing.a != null ? test_thing.a.name : "none" }
    output "list" { value = length(test_thing.a[*]) }
    "#;
    let driven = Driven::new(text).good();
    assert_eq!(driven.desired.len(), 1);
    assert_eq!(driven.at("test_thing.b").value.get("name").unwrap().to_string(), "\"y\"");
    let mut known = driven.known;
    let (outputs, found) = driven.built.program.outputs(&mut known);
    assert!(found.is_empty(), "{found:?}");
    let text = |name: &str| outputs[name].to_string();
    assert_eq!(
        [text("off"), text("try"), text("chosen"), text("list")],
        ["true", "\"none\"", "\"none\"", "0"]
    );
}

#[test]
fn a_part_of_a_disabled_resource_is_refused() {
    let text =
        format!("{DISABLED}\nresource \"test_thing\" \"b\" {{ name = test_thing.off.name }}");
    assert_eq!(
        faults(&text),
        [
            "main.tf:7: Reference to disabled object: `enabled` is false for test_thing.off, so it is null and has no attributes."
        ]
    );
}

#[test]
fn a_disabled_module_is_null() {
    let main = r#"
    module "m" {
      source = "./m"
      lifecycle { enabled = false }
    }
    output "is_null" { value = module.m == null }
    output "name" { value = try(module.m.name, "none") }
    "#;
    let child = "resource \"test_thing\" \"r\" { name = \"x\" }\noutput \"name\" { value = test_thing.r.name }\n";
    let driven = Driven::with(&[("main.tf", main), ("m/main.tf", child)], &[]).good();
    assert!(driven.desired.is_empty());
    let mut known = driven.known;
    let (outputs, found) = driven.built.program.outputs(&mut known);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(outputs["is_null"].to_string(), "true");
    assert_eq!(outputs["name"].to_string(), "\"none\"");
}

#[test]
fn an_enabled_that_cannot_be_told_is_refused() {
    let wrong = |value: &str| {
        let text = format!(
            "resource \"terraform_data\" \"a\" {{\n  lifecycle {{\n    enabled = {value}\n  }}\n}}\n"
        );
        faults(&text).join("|")
    };
    let head = "main.tf:3: Invalid enabled argument: The given \"enabled\" value ";
    assert!(wrong("sensitive(true)").starts_with(&format!("{head}is sensitive")));
    assert!(
        wrong("terraform.applying").starts_with(&format!("{head}is derived from an ephemeral"))
    );
    assert_eq!(wrong("null"), format!("{head}is null. It must be true or false."));
    assert_eq!(wrong("\"x\""), format!("{head}is unsuitable: a bool is required."));
}

#[test]
fn enabled_excludes_count() {
    let text = "resource \"terraform_data\" \"a\" {\n  count = 1\n  lifecycle {\n    enabled = true\n  }\n}\n";
    assert_eq!(
        faults(text),
        [
            "main.tf:4: Invalid combination of \"count\" and \"enabled\": The \"count\" and \"enabled\" arguments exclude each other: only one of them can say how many instances there are."
        ]
    );
}

const BY: &str = r#"provider "test" {
  alias    = "by"
  for_each = toset(["a", "b"])
  host     = each.key
}
"#;

#[test]
fn provider_instances_are_passed_to_modules_by_key() {
    let main = format!(
        "{BY}module \"m\" {{\n  for_each  = toset([\"a\", \"b\"])\n  source    = \"./m\"\n  providers = {{ test = test.by[each.key] }}\n}}\n"
    );
    let files = [
        ("main.tf", &*main),
        (
            "m/main.tf",
            "terraform {\n  required_providers {\n    test = { source = \"hashicorp/test\" }\n  }\n}\nmodule \"n\" { source = \"../n\" }\n",
        ),
        ("n/main.tf", "resource \"test_thing\" \"r\" { name = \"x\" }\n"),
    ];
    let driven = Driven::with(&files, &[]).good();
    let provider = |key: &str| {
        driven.at(&format!("module.m[\"{key}\"].module.n.test_thing.r")).provider.to_string()
    };
    assert_eq!(provider("a"), "provider.test.by[\"a\"]");
    assert_eq!(provider("b"), "provider.test.by[\"b\"]");
    let mut known = driven.known;
    let there = driven.desired[0].1.provider.clone();
    let program = &driven.built.program;
    assert!(!program.lacks_provider(&there, &mut known));
    let gone = infra_model::address::ProviderAddress {
        key: infra_model::address::InstanceKey::Name("z".into()),
        ..there.clone()
    };
    assert!(program.lacks_provider(&gone, &mut known));
    let other = infra_model::address::ProviderAddress { alias: Some("old".into()), ..there };
    assert!(program.lacks_provider(&other, &mut known));
}

#[test]
fn wrong_keys_of_providers_say_what_there_is() {
    let of = |provider: &str| {
        faults(&format!("{BY}resource \"test_thing\" \"r\" {{\n  name     = \"x\"\n  provider = {provider}\n}}\n")).join("|")
    };
    assert_eq!(
        of("test.by[\"z\"]"),
        "main.tf:8: Invalid provider instance key: `test.by` has no instance `z`; there are `a`, `b`."
    );
    assert_eq!(
        of("test.by"),
        "main.tf:8: Missing provider instance key: `test.by` has `for_each`, so a reference to it must say which instance is meant."
    );
    assert_eq!(
        faults("provider \"test\" {\n  for_each = toset([\"a\"])\n}\n"),
        [
            "main.tf:2: Alias required when using \"for_each\": Only a provider configuration with an alias can have several instances: references name them as `name.alias[key]`."
        ]
    );
}

#[test]
fn passed_configurations_must_fit() {
    let built = Built::new(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  providers = {\n    test = test\n    test = terraform\n  }\n}\n",
        ),
        ("m/main.tf", ""),
    ]);
    let errors = built.found.iter().filter(|found| found.is_error()).cloned().collect();
    let texts = built.texts(&errors);
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[1].starts_with("main.tf:5: Duplicate provider address: "), "{texts:?}");
    assert!(texts[0].starts_with("main.tf:5: Provider type mismatch: "), "{texts:?}");
}

#[test]
fn the_examples_of_the_page_are_good() {
    let page = include_str!("../../../../docs/language/beyond.md");
    let examples: Vec<&str> =
        page.split("```hcl\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(examples.len(), 4);
    for example in examples {
        let driven = Driven::new(example).good();
        let mut known = driven.known;
        let (outputs, found) = driven.built.program.outputs(&mut known);
        assert!(found.is_empty(), "{found:?}");
        assert!(outputs.values().all(|value| value.to_string() == "\"none\""));
    }
}

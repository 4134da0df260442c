//! Provider configurations: default, aliases, inheritance, passing.

use super::{Driven, faults};
use infra_model::program::Program;

fn provider(driven: &Driven, address: &str) -> String {
    driven.at(address).provider.to_string()
}

#[test]
fn providers_are_found_by_prefix_alias_and_inheritance() {
    let driven = Driven::with(
        &[
            (
                "main.tf",
                r#"
                provider "test" { host = "a" }
                provider "test" {
                  alias = "two"
                  host  = "b"
                }
                resource "test_thing" "plain" { name = "x" }
                resource "test_thing" "named" {
                  name     = "x"
                  provider = test.two
                }
                resource "terraform_data" "none" {}
                module "inherits" { source = "./child" }
                module "passed" {
                  source    = "./child"
                  providers = { test = test.two }
                }
                "#,
            ),
            ("child/main.tf", "resource \"test_thing\" \"r\" { name = \"x\" }\n"),
        ],
        &[],
    )
    .good();
    assert_eq!(provider(&driven, "test_thing.plain"), "provider.test");
    assert_eq!(provider(&driven, "test_thing.named"), "provider.test.two");
    assert_eq!(provider(&driven, "terraform_data.none"), "provider.terraform");
    assert_eq!(provider(&driven, "module.inherits.test_thing.r"), "provider.test");
    assert_eq!(provider(&driven, "module.passed.test_thing.r"), "provider.test.two");
    let mut known = driven.known;
    let program = &driven.built.program;
    let two = driven.desired.iter().find(|(_, d)| d.provider.alias.is_some()).unwrap();
    let (config, found) = program.provider(&two.1.provider, &mut known);
    assert!(found.is_empty());
    assert_eq!(config.value.to_string(), r#"{"host" = "b", "token" = null}"#);
    let address = "module.passed.test_thing.r".parse().unwrap();
    assert_eq!(program.provider_of(&address, &mut known).as_ref(), Some(&two.1.provider));
}

#[test]
fn provider_blocks_may_have_keys() {
    let driven = Driven::new(
        r#"
        provider "test" {
          alias    = "by"
          for_each = { a = "1.1.1.1", b = "2.2.2.2" }
          host     = each.value
        }
        resource "test_thing" "r" {
          for_each = toset(["a", "b"])
          name     = each.key
          provider = test.by[each.key]
        }
        "#,
    )
    .good();
    assert_eq!(provider(&driven, "test_thing.r[\"b\"]"), "provider.test.by[\"b\"]");
    let address = driven.at("test_thing.r[\"b\"]").provider.clone();
    let mut known = driven.known;
    let (config, _) = driven.built.program.provider(&address, &mut known);
    assert_eq!(config.value.get("host").unwrap().to_string(), "\"2.2.2.2\"");
}

#[test]
fn mistakes_name_what_there_is() {
    assert_eq!(
        faults(
            r#"provider "tset" {}
            resource "test_thng" "a" { name = "x" }
            resource "aws_instance" "b" {}
            resource "test_thing" "c" {
              name     = "x"
              provider = test.nope
            }
            "#
        ),
        [
            "main.tf:1: Unknown provider `tset`: There are: terraform, test.",
            "main.tf:2: Invalid resource type: The provider test does not support resource type \"test_thng\".",
            "main.tf:3: Unknown resource `aws_instance`: No provider here has it. There are: terraform, test.",
            "main.tf:6: Provider configuration not present: There is no configuration `test.nope` in this module, and its caller passes none.",
        ]
    );
}

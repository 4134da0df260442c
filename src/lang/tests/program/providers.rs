//! Provider configurations: default, aliases, inheritance, passing.

use super::{Driven, faults};
use crate::support::Built;
use infra_model::{diagnostic::Diagnostic, program::Program};

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
            (
                "child/main.tf",
                "terraform {\n  required_providers {\n    test = { source = \"hashicorp/test\" }\n  }\n}\nresource \"test_thing\" \"r\" { name = \"x\" }\n",
            ),
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

#[test]
fn count_of_a_provider_is_refused_and_its_version_told_to_be_ignored() {
    let built = Built::new(&[(
        "main.tf",
        r#"
        provider "test" { count = 2 }
        provider "test" {
          alias   = "a"
          version = "~> 1.0"
        }
        provider "test" {
          alias   = "b"
          version = "newest"
        }
        "#,
    )]);
    let severe = |found: &&Diagnostic| found.is_error();
    let (errors, warnings): (Vec<_>, Vec<_>) = built.found.iter().partition(severe);
    let texts = |found: Vec<&Diagnostic>| built.texts(&found.into_iter().cloned().collect());
    assert_eq!(
        texts(errors),
        [
            "main.tf:2: Reserved argument name in provider block: The provider argument name \"count\" is reserved for use by Terraform in a future version.",
            "main.tf:9: Invalid version constraint: This string does not use correct version constraint syntax.",
        ]
    );
    let ignored = "Version constraints inside provider configuration blocks are deprecated: A version constraint in a provider block is ignored: providers are built into infra and have its version.";
    assert_eq!(texts(warnings), [format!("main.tf:5: {ignored}"), format!("main.tf:9: {ignored}")]);
}

#[test]
fn another_provider_is_told_by_what_its_name_stands_for() {
    let built = Built::new(&[(
        "main.tf",
        r#"
        terraform {
          required_providers {
            test = { source = "example/fork" }
          }
        }
        resource "test_thing" "named" {
          name     = "x"
          provider = test
        }
        resource "test_thing" "plain" { name = "x" }
        resource "test_thing" "other" {
          name     = "x"
          provider = terraform
        }
        "#,
    )]);
    let wrong: Vec<Diagnostic> =
        built.found.iter().filter(|d| d.code.ends_with("provider_wrong")).cloned().collect();
    let resolved = "Invalid provider for resource type: `test_thing` belongs to the provider \"test\"; the name `test` stands for `example/fork` here.";
    assert_eq!(
        built.texts(&wrong),
        [
            format!("main.tf:9: {resolved}"),
            format!("main.tf:11: {resolved}"),
            "main.tf:14: Invalid provider for resource type: `test_thing` belongs to the provider \"test\", not to \"terraform\".".into(),
        ]
    );
    let named = "leave `provider` out, or name a configuration of `test`";
    let plain = "correct the source of `test` in `required_providers`";
    assert_eq!(wrong.iter().map(|d| &*d.help).collect::<Vec<_>>(), [named, plain, named]);
}

#[test]
fn duplicate_and_missing_configurations_say_how_to_tell_them_apart() {
    let built = Built::new(&[
        (
            "main.tf",
            "provider \"test\" {}\nprovider \"test\" {}\nmodule \"m\" {\n  source = \"./m\"\n  providers = { test = test.gone }\n}\n",
        ),
        ("m/main.tf", ""),
    ]);
    assert_eq!(
        built.texts(&built.found)[..2],
        [
            "main.tf:2: Duplicate provider configuration: A provider configuration named \"test\" was already declared in this module.",
            "main.tf:5: Provider configuration not present: There is no configuration `test.gone` in this module, and its caller passes none.",
        ]
    );
    assert_eq!(&*built.found[0].help, "give one of them an `alias` of its own");
}

#[test]
fn an_empty_block_in_a_module_only_says_what_is_wanted() {
    let built = Built::new(&[
        (
            "main.tf",
            r#"
            provider "test" { host = "a" }
            provider "test" {
              alias = "two"
              host  = "b"
            }
            module "passed" {
              source    = "./child"
              providers = { test = test.two }
            }
            module "inherits" {
              source = "./child"
              count  = 2
            }
            "#,
        ),
        ("child/main.tf", "provider \"test\" {}\nresource \"test_thing\" \"r\" { name = \"x\" }\n"),
    ]);
    assert!(built.found.iter().all(|found| !found.is_error()), "{:?}", built.found);
    let mut known = super::known(&[]);
    let mut of = |address: &str| {
        let found = built.program.provider_of(&address.parse().unwrap(), &mut known);
        found.unwrap().to_string()
    };
    assert_eq!(of("module.passed.test_thing.r"), "provider.test.two");
    assert_eq!(of("module.inherits[1].test_thing.r"), "provider.test");
}

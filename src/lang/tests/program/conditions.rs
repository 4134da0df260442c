//! Preconditions, postconditions, checks and outputs.

use super::Driven;
use infra_model::{
    program::{Conditioned, NodeId, Program},
    snapshot::CheckStatus,
    value::Value,
};

#[test]
fn conditions_of_instances_say_how_they_end() {
    let driven = Driven::new(
        r#"
        resource "terraform_data" "u" {}
        resource "terraform_data" "a" {
          count = 2
          input = count.index
          lifecycle {
            precondition {
              condition     = count.index == 0
              error_message = "not ${count.index}"
            }
            postcondition {
              condition     = self.output == "good"
              error_message = "bad: ${self.output}"
            }
          }
        }
        resource "terraform_data" "later" {
          lifecycle {
            precondition {
              condition     = terraform_data.u.output == 1
              error_message = "never"
            }
          }
        }
        "#,
    )
    .good();
    let mut known = driven.known;
    let program = &driven.built.program;
    let id = |known: &infra_model::known::Known, text: &str| {
        known.addresses.find(&text.parse().unwrap()).unwrap()
    };
    let first = id(&known, "terraform_data.a[0]");
    let second = id(&known, "terraform_data.a[1]");
    let later = id(&known, "terraform_data.later");
    let (checks, found) = program.conditions(&Conditioned::Before(first), None, &mut known);
    assert_eq!(checks["terraform_data.a[0]"].status, CheckStatus::Pass);
    assert!(found.is_empty());
    let (checks, found) = program.conditions(&Conditioned::Before(second), None, &mut known);
    assert_eq!(checks["terraform_data.a[1]"].messages, ["not 1".into()]);
    assert!(found[0].is_error() && &*found[0].detail == "not 1");
    let object = Value::object([("output", Value::from("no"))]);
    let (checks, _) = program.conditions(&Conditioned::After(first), Some(&object), &mut known);
    assert_eq!(checks["terraform_data.a[0]"].messages, ["bad: no".into()]);
    let (checks, _) = program.conditions(&Conditioned::Before(later), None, &mut known);
    assert_eq!(checks["terraform_data.later"].status, CheckStatus::Unknown);
}

#[test]
fn checks_warn_and_outputs_refuse() {
    let driven = Driven::new(
        r#"
        variable "s" {
          default   = "secret"
          sensitive = true
        }
        check "health" {
          data "test_source" "probe" { name = "p" }
          assert {
            condition     = data.test_source.probe.name == "q"
            error_message = "name is ${data.test_source.probe.name}"
          }
          assert {
            condition     = var.s == ""
            error_message = "it is ${var.s}"
          }
        }
        output "o" {
          value = 1
          precondition {
            condition     = var.s == "never"
            error_message = "never good"
          }
        }
        "#,
    )
    .good();
    assert_eq!(driven.addresses(), ["data.test_source.probe"]);
    let mut known = driven.known;
    let program = &driven.built.program;
    let node = |name: &str| {
        NodeId(
            u32::try_from(program.nodes().iter().position(|n| &*n.name == name).unwrap()).unwrap(),
        )
    };
    let (checks, found) =
        program.conditions(&Conditioned::Node(node("check.health")), None, &mut known);
    assert_eq!(checks["check.health"].status, CheckStatus::Fail);
    assert_eq!(
        checks["check.health"].messages,
        [
            "name is p".into(),
            "The error message included a sensitive value, so it will not be displayed.".into()
        ]
    );
    assert!(found.iter().all(|d| !d.is_error()));
    let (_, found) = program.conditions(&Conditioned::Node(node("output.o")), None, &mut known);
    assert_eq!(&*found[0].summary, "Module output value precondition failed");
}

#[test]
fn outputs_keep_secrets() {
    let driven = Driven::new(
        "variable \"s\" {\n  default = \"x\"\n  sensitive = true\n}\noutput \"bad\" {\n  value = \"<${var.s}>\"\n}\noutput \"good\" {\n  value = var.s\n  sensitive = true\n}\n",
    );
    assert_eq!(driven.texts().len(), 1);
    assert!(driven.texts()[0].starts_with("main.tf:6: Output refers to sensitive values"));
}

#[test]
fn sensitive_attributes_are_marked_when_read() {
    let mut driven = Driven::new(
        r#"
        resource "test_thing" "a" {
          name   = "x"
          secret = "s"
        }
        "#,
    )
    .good();
    assert_eq!(driven.free("test_thing.a.secret"), "(sensitive value)");
    assert_eq!(driven.free("test_thing.a.name"), "\"x\"");
}

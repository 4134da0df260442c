//! What instances are made from, and that nothing stale is remembered.

use super::Driven;
use crate::support::{Built, known, root};
use infra_model::{program::Program, value::Value};

#[test]
fn direct_references_are_recorded_and_nothing_else() {
    let driven = Driven::new(
        r#"
        resource "terraform_data" "a" {}
        resource "terraform_data" "n" { count = 2 }
        resource "terraform_data" "e" { for_each = toset(["x"]) }
        locals {
          one  = terraform_data.a.id
          both = [local.one, terraform_data.n[1].id]
          none = 3
        }
        resource "terraform_data" "plain" { input = local.none }
        resource "terraform_data" "direct" { input = terraform_data.a.id }
        resource "terraform_data" "local" { input = local.both }
        resource "terraform_data" "whole" { input = terraform_data.n }
        resource "terraform_data" "splat" { input = terraform_data.n[*].id }
        resource "terraform_data" "key" { input = terraform_data.e["x"].id }
        resource "terraform_data" "after" { depends_on = [terraform_data.n, terraform_data.a] }
        resource "terraform_data" "second" { input = terraform_data.direct.id }
        resource "terraform_data" "before" {
          lifecycle {
            precondition {
              condition     = terraform_data.a.id != ""
              error_message = "No id."
            }
          }
        }
        resource "terraform_data" "behind" {
          lifecycle {
            postcondition {
              condition     = self.id != terraform_data.a.id
              error_message = "Not like ${terraform_data.n[0].id}."
            }
          }
        }
        resource "terraform_data" "replaced" {
          lifecycle { replace_triggered_by = [terraform_data.n[1].id, terraform_data.e] }
        }
        resource "terraform_data" "repeated" {
          count = length(terraform_data.n)
          input = count.index
        }
        "#,
    )
    .good();
    let needs = |name: &str| driven.needs(&format!("terraform_data.{name}"));
    assert_eq!(needs("plain"), "");
    assert_eq!(needs("direct"), "terraform_data.a");
    assert_eq!(needs("local"), "terraform_data.a, terraform_data.n[1]");
    assert_eq!(needs("whole"), "terraform_data.n[*]");
    assert_eq!(needs("splat"), "terraform_data.n[*]");
    assert_eq!(needs("key"), "terraform_data.e[\"x\"]");
    assert_eq!(needs("after"), "terraform_data.a, terraform_data.n[*]");
    assert_eq!(needs("second"), "terraform_data.direct", "direct only");
    assert_eq!(needs("before"), "terraform_data.a");
    assert_eq!(needs("behind"), "terraform_data.a, terraform_data.n[0]");
    assert_eq!(needs("replaced"), "terraform_data.e[*], terraform_data.n[1]");
    assert_eq!(needs("repeated[0]"), "terraform_data.n[*]");
}

#[test]
fn configuration_of_the_provider_counts() {
    let driven = Driven::new(
        r#"
        resource "terraform_data" "host" {}
        provider "test" { host = terraform_data.host.id }
        resource "test_thing" "a" { name = "x" }
        "#,
    )
    .good();
    assert_eq!(driven.needs("test_thing.a"), "terraform_data.host");
}

#[test]
fn memos_follow_publications() {
    let text = r#"
        resource "terraform_data" "a" { input = 1 }
        locals { id = "<${terraform_data.a.id}>" }
    "#;
    let built = Built::good(text);
    let mut known = known(&[]);
    let show = |known: &mut _| {
        let (value, found) = built.program.free("local.id", &root(), known);
        assert!(found.is_empty(), "{found:?}");
        value.to_string()
    };
    assert_eq!(show(&mut known), "(known after apply)");
    let id = known.addresses.intern("terraform_data.a".parse().unwrap());
    known.publish(id, Value::object([("id", Value::from("i-1")), ("input", Value::from(1))]));
    assert_eq!(show(&mut known), "\"<i-1>\"", "the memo of the unknown value was not kept");
}

#[test]
fn cycles_are_reported_with_their_path() {
    let built = Built::new(&[(
        "main.tf",
        "locals {\n  a = local.b\n  b = terraform_data.c.id\n}\nresource \"terraform_data\" \"c\" {\n  input = local.a\n}\n",
    )]);
    assert_eq!(
        built.texts(&built.found),
        [
            "main.tf:2: Cycle of references: Each of these needs the next: local.a → local.b → terraform_data.c → local.a."
        ]
    );
    let mut known = known(&[]);
    let (value, _) = built.program.free("local.a", &root(), &mut known);
    assert!(!value.is_known(), "a cycle is survived");
}

#[test]
fn long_chains_do_not_overflow_the_stack() {
    let mut text = String::from("locals {\n  v0 = 1\n");
    for i in 1..20_000 {
        text.push_str(&format!("  v{i} = local.v{} + 1\n", i - 1));
    }
    text.push_str("}\nresource \"terraform_data\" \"a\" { input = local.v19999 }\n");
    let driven = Driven::new(&text).good();
    assert_eq!(driven.attribute("terraform_data.a", "input"), "20000");
}

/// What Terraform warns of in the same words; see `tests/end_to_end/validate/beside.rs`.
#[test]
fn references_in_quotes_are_what_they_are_without() {
    let text = |quote: &str| {
        format!(
            "resource \"terraform_data\" \"o\" {{\n  for_each = toset([\"x\"])\n}}\nresource \"test_thing\" \"a\" {{\n  name       = \"x\"\n  depends_on = [{quote}terraform_data.o{quote}]\n  lifecycle {{\n    ignore_changes = [{quote}tags.a{quote}]\n  }}\n}}\nresource \"terraform_data\" \"b\" {{\n  depends_on = [{quote}terraform_data.o[{}]{quote}]\n}}\n",
            if quote.is_empty() { "\"x\"" } else { "\\\"x\\\"" }
        )
    };
    let built = Built::new(&[("main.tf", &text("\""))]);
    let warned = built.texts(&built.found);
    assert_eq!(warned.len(), 3, "{warned:?}");
    let is_it = |text: &String| text.contains("Quoted references are deprecated");
    assert!(warned.iter().all(is_it), "{warned:?}");
    let (plain, quoted) = (Driven::new(&text("")).good(), Driven::of(built, &[]).good());
    for address in ["test_thing.a", "terraform_data.b"] {
        let (plain, quoted) = (plain.at(address), quoted.at(address));
        assert!(!plain.needs.is_empty(), "{address}");
        assert_eq!(plain.needs, quoted.needs, "{address}");
        assert_eq!(plain.lifecycle, quoted.lifecycle, "{address}");
    }
}

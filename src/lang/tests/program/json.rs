//! JSON syntax: it means what the same configuration means in the native syntax.

use super::Driven;
use crate::support::Built;
use infra_model::program::Program;

const NATIVE: &str = r#"
    variable "ports" {
      type    = map(number)
      default = { a = 1, b = 2 }
    }
    locals {
      words = { for key, port in var.ports : key => "p\"${port}" }
    }
    resource "test_thing" "a" {
      for_each = var.ports
      name     = "n-${each.key}-\"\u00e9\n"
      memory   = "${each.value}"
      tags     = { "k ${each.key}" = "$${x}", plain = "%%{y}" }
      names    = ["a", local.words["a"]]
      rule { port = each.value }
      rule {
        port = 443
        note = "tls"
      }
      dynamic "mount" {
        for_each = ["/x", "/y"]
        iterator = at
        content { source = at.value }
      }
      one {
        size = 3
        deep { text = "t" }
        dynamic "deep" {
          for_each = [each.key]
          content { text = deep.value }
        }
      }
      named "x" { size = 1 }
      named "y" { size = "${2}" }
    }
    resource "test_thing" "b" {
      name       = test_thing.a["a"].name
      depends_on = [test_thing.a]
      memory     = 1e3
    }
    output "o" { value = [test_thing.b.memory, null, true, 0.1, 12345678901234567890123456789] }
"#;

const JSON: &str = r#"{
  "//": "the same",
  "variable": { "ports": [{ "type": "map(number)", "default": { "a": 1, "b": 2 } }] },
  "locals": { "words": "${{ for key, port in var.ports : key => \"p\\\"${port}\" }}" },
  "resource": [
    { "test_thing": { "a": {
      "//": { "any": "${ thing" },
      "for_each": "${var.ports}",
      "name": "n-${each.key}-\"\u00e9\n",
      "memory": "${each.value}",
      "tags": { "k ${each.key}": "$${x}", "plain": "%%{y}" },
      "names": ["a", "${local.words[\"a\"]}"],
      "rule": [{ "port": "${each.value}", "//": "%{ no template" }, { "port": 443, "note": "tls" }],
      "dynamic": { "mount": {
        "for_each": ["/x", "/y"], "iterator": "at", "content": { "source": "${at.value}" }
      } },
      "one": {
        "size": 3,
        "deep": [{ "text": "t" }],
        "dynamic": { "deep": { "for_each": ["${each.key}"], "content": [{ "text": "${deep.value}" }] } }
      },
      "named": [{ "x": { "size": 1 } }, { "y": { "size": "${2}" } }]
    } } },
    { "test_thing": [{ "b": [{
      "name": "${test_thing.a[\"a\"].name}",
      "depends_on": ["test_thing.a"],
      "memory": 1e3
    }] }] }
  ],
  "output": { "o": { "value": ["${test_thing.b.memory}", null, true, 0.1, 12345678901234567890123456789] } }
}"#;

#[test]
fn both_syntaxes_make_the_same_program() {
    let driven = |name: &str, text: &str| {
        let mut driven = Driven::with(&[(name, text)], &[]).good();
        let addresses = driven.addresses();
        let objects: Vec<String> =
            addresses.iter().map(|at| format!("{at}: {}", driven.at(at).value)).collect();
        let (outputs, _) = driven.built.program.outputs(&mut driven.known);
        (objects, format!("{outputs:?}"))
    };
    let native = driven("main.tf", NATIVE);
    assert_eq!(native.0.len(), 3);
    assert_eq!(driven("main.tf.json", JSON), native);
}

/// What is wrong is shown where it stands, also behind escapes.
#[test]
fn places_are_those_in_the_file() {
    let shown = |text: &str| {
        let built = Built::new(&[("main.tf.json", text)]);
        let map = built.program.sources();
        let spans = built.found.iter().map(|found| map.snippet(found.labels[0].span).to_owned());
        spans.collect::<Vec<_>>()
    };
    let value = |value: &str| shown(&format!("{{\"output\": {{\"o\": {{\"value\": {value}}}}}}}"));
    assert_eq!(value(r#""a ${var.x} b""#), ["var.x"]);
    assert_eq!(value(r#""\"\u00e9\" ${ var.x } ${\"\\\"\" == var.y}""#), ["var.x", "var.y"]);
    assert_eq!(value(r#"{"\t${var.x}": ["\n", "\\${local.y}"]}"#), ["var.x", "local.y"]);
    assert_eq!(value(r#""${ 1 + }""#), ["}"]);
    assert_eq!(value(r#""\n%{ iff true }""#), ["iff"]);
    assert_eq!(
        shown("{\"variable\": {\"v\": {\"type\": \"list(\\u0073trin)\"}}}"),
        ["\\u0073trin"]
    );
    assert_eq!(shown("\u{feff}{\"locals\": {\"a\": \"${var.x}\"}}"), ["var.x"]);
}

/// Numbers keep every digit, as everywhere.
#[test]
fn numbers_are_exact() {
    let text = r#"{"locals": {"a": 123456789012345678901234567890, "b": 1E400, "c": -0.1e-2}}"#;
    let mut driven = Driven::with(&[("main.tf.json", text)], &[]).good();
    assert_eq!(driven.free("local.a + 1"), "123456789012345678901234567891");
    assert_eq!(driven.free("local.b / 1e400"), "1");
    assert_eq!(driven.free("local.c * 1000"), "-1");
}

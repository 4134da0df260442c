//! Bodies: attributes, blocks, `dynamic` blocks, and what is wrong with values.

use super::{Driven, faults};
use infra_model::{
    path::{Path, Step},
    program::Program,
};

#[test]
fn body_becomes_an_object_of_the_schema() {
    let driven = Driven::new(
        r#"
        resource "test_thing" "a" {
          name   = "x-${1 + 1}"
          memory = "512"
          tags   = { a = 1, b = true }
          rule { port = 80 }
          rule {
            port = "443"
            note = "tls"
          }
          one {
            size = 3
            deep { text = "t" }
          }
          named "k" { size = 1 }
          mount { source = "/b" }
          mount { source = "/a" }
        }
        "#,
    )
    .good();
    let at = "test_thing.a";
    assert_eq!(driven.attribute(at, "name"), r#""x-2""#);
    assert_eq!(driven.attribute(at, "memory"), "512");
    assert_eq!(driven.attribute(at, "tags"), r#"{"a" = "1", "b" = "true"}"#);
    assert_eq!(
        driven.attribute(at, "rule"),
        r#"[{"note" = null, "port" = 80}, {"note" = "tls", "port" = 443}]"#
    );
    assert_eq!(driven.attribute(at, "one"), r#"{"deep" = [{"text" = "t"}], "size" = 3}"#);
    assert_eq!(driven.attribute(at, "named"), r#"{"k" = {"size" = 1}}"#);
    assert_eq!(driven.attribute(at, "mount"), r#"[{"source" = "/a"}, {"source" = "/b"}]"#);
    assert_eq!(driven.attribute(at, "id"), "null");
    assert_eq!(driven.attribute(at, "lines"), "null");
}

#[test]
fn dynamic_blocks_are_made_for_each_element() {
    let driven = Driven::new(
        r#"
        locals { ports = { http = 80, https = 443 } }
        resource "test_thing" "a" {
          name = "x"
          dynamic "rule" {
            for_each = local.ports
            content {
              port = rule.value
              note = rule.key
            }
          }
          dynamic "named" {
            for_each = ["a", "b"]
            iterator = it
            labels   = [it.value]
            content { size = it.key }
          }
          one {
            dynamic "deep" {
              for_each = toset(["q"])
              content { text = "${deep.key}-${deep.value}" }
            }
          }
        }
        "#,
    )
    .good();
    assert_eq!(
        driven.attribute("test_thing.a", "rule"),
        r#"[{"note" = "http", "port" = 80}, {"note" = "https", "port" = 443}]"#
    );
    assert_eq!(
        driven.attribute("test_thing.a", "named"),
        r#"{"a" = {"size" = 0}, "b" = {"size" = 1}}"#
    );
    assert_eq!(
        driven.attribute("test_thing.a", "one"),
        r#"{"deep" = [{"text" = "q-q"}], "size" = null}"#
    );
}

#[test]
fn unknown_for_each_makes_an_unknown_block() {
    let driven = Driven::new(
        r#"
        resource "terraform_data" "u" {}
        resource "test_thing" "a" {
          name = "x"
          dynamic "rule" {
            for_each = terraform_data.u.output
            content { port = rule.value }
          }
        }
        "#,
    )
    .good();
    assert_eq!(driven.attribute("test_thing.a", "rule"), "(known after apply)");
    assert_eq!(driven.attribute("test_thing.a", "name"), r#""x""#);
}

#[test]
fn attribute_of_objects_may_be_written_as_blocks() {
    let driven = Driven::new(
        r#"
        resource "test_thing" "a" {
          name = "x"
          lines { text = "a" }
          lines {
            text = "b"
            more = 2
          }
        }
        "#,
    )
    .good();
    assert_eq!(
        driven.attribute("test_thing.a", "lines"),
        r#"[{"more" = null, "text" = "a"}, {"more" = 2, "text" = "b"}]"#
    );
}

#[test]
fn wrong_values_are_reported_at_their_place() {
    let driven = Driven::new(
        r#"resource "test_thing" "a" {
          name   = null
          memory = "much"
          lines = [
            { text = "a", more = 1 },
            {
              text = "b"
              more = []
            },
          ]
        }
        "#,
    );
    assert_eq!(
        driven.texts(),
        [
            "main.tf:2: Missing required argument: The argument \"name\" is required, but no definition was found: the value is null.",
            "main.tf:3: Incorrect attribute value type: Inappropriate value for attribute \"memory\": a number is required.",
            "main.tf:8: Incorrect attribute value type: Inappropriate value for attribute \"lines\": element 1: attribute \"more\": number required.",
        ]
    );
    assert!(driven.desired.is_empty(), "nothing can be said of it");
}

#[test]
fn static_mistakes_in_bodies_are_found_without_values() {
    assert_eq!(
        faults(
            r#"resource "test_thing" "a" {
              nam    = "x"
              memroy = 1
              id     = "i"
              rule {
                prt = 1
              }
              rules {}
              dynamic "ruel" {
                for_each = []
                content {}
              }
              one {}
              one {}
            }
            "#
        ),
        [
            "main.tf:1: Missing required argument: The argument \"name\" is required, but no definition was found.",
            "main.tf:2: Unsupported argument: An argument named \"nam\" is not expected here.",
            "main.tf:3: Unsupported argument: An argument named \"memroy\" is not expected here.",
            "main.tf:4: Value for unconfigurable attribute: Can't configure a value for \"id\": its value will be decided automatically based on the result of applying this configuration.",
            "main.tf:5: Missing required argument: The argument \"port\" is required, but no definition was found.",
            "main.tf:6: Unsupported argument: An argument named \"prt\" is not expected here.",
            "main.tf:8: Unsupported block type: Blocks of type \"rules\" are not expected here.",
            "main.tf:9: Unsupported block type: Blocks of type \"ruel\" are not expected here.",
            "main.tf:14: Too many one blocks: No more than 1 \"one\" block is allowed.",
        ]
    );
}

#[test]
fn deep_expressions_do_not_overflow_the_stack() {
    let nest = |open: &str, close: &str, depth: usize| {
        format!("{}1{}", open.repeat(depth), close.repeat(depth))
    };
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{ a = ", " }"),
        ("\"x${", "}\""),
        ("[for x in [1] : ", "]"),
        ("true ? ", " : 1"),
        ("tostring(", ")"),
        ("-", ""),
        ("\"%{ if true }${", "}%{ endif }\""),
    ] {
        let text = format!("locals {{\n  x = {}\n}}\n", nest(open, close, 100));
        let driven = Driven::new(&text);
        drop(driven);
    }
    let chain = format!(
        "locals {{\n  x = 0{}\n}}\noutput \"x\" {{ value = local.x }}\n",
        " + 1".repeat(50_000)
    );
    let mut driven = Driven::new(&chain).good();
    assert_eq!(driven.free("local.x"), "50000");
}

#[test]
fn values_that_grow_without_bounds_are_refused() {
    let mut text = String::from("locals {\n  t0 = \"0123456789abcdef\"\n");
    for i in 1..30 {
        text.push_str(&format!("  t{i} = \"${{local.t{}}}${{local.t{}}}\"\n", i - 1, i - 1));
    }
    text.push_str(
        "  n = [for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]\n}\n",
    );
    text.push_str(
        "output \"t\" { value = length(local.t29) }\noutput \"n\" { value = length(local.n) }\n",
    );
    let found = Driven::new(&text).texts();
    assert!(found[0].contains("Value too large: This template makes 134217728 bytes"), "{found:?}");
    assert!(found[1].contains("Evaluating this makes 4001000 elements"), "{found:?}");
    assert_eq!(found.len(), 2);
}

#[test]
fn ephemeral_values_stay_out_of_what_is_recorded() {
    let driven = Driven::new(
        "ephemeral \"test_opened\" \"e\" {\n  name = \"x\"\n}\nresource \"test_thing\" \"a\" {\n  name = ephemeral.test_opened.e.result\n}\nprovider \"test\" {\n  alias = \"b\"\n  token = ephemeral.test_opened.e.result\n}\nresource \"test_thing\" \"b\" {\n  name = \"x\"\n  provider = test.b\n}\n",
    );
    let found = driven.texts();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("main.tf:5: Invalid use of ephemeral value"));
}

#[test]
fn paths_of_findings_lead_to_the_text() {
    let text = "resource \"test_thing\" \"a\" {\n  name = \"x\"\n  tags = {\n    a = 1\n  }\n  rule { port = 1 }\n  rule {\n    port = 2\n  }\n  dynamic \"mount\" {\n    for_each = []\n    content {\n      source = \"s\"\n    }\n  }\n}\n";
    let driven = Driven::new(text).good();
    let program = &driven.built.program;
    let line = |steps: &[Step]| {
        let address = "test_thing.a".parse().unwrap();
        let span = program.span_of(&address, &Path(steps.to_vec())).unwrap();
        program.sources().position(span.source, span.start).unwrap().line
    };
    let attribute = |name: &str| Step::Attribute(name.into());
    assert_eq!(line(&[]), 1);
    assert_eq!(line(&[attribute("memory")]), 1);
    assert_eq!(line(&[attribute("tags"), Step::Key("a".into())]), 4);
    assert_eq!(line(&[attribute("rule"), Step::Index(1), attribute("port")]), 8);
    assert_eq!(line(&[attribute("rule"), Step::Index(1), attribute("note")]), 7);
    assert_eq!(line(&[attribute("mount"), Step::Index(0), attribute("source")]), 13);
}

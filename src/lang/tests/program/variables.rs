//! Root variables: text, files, conversion, rules.

use super::{ANY, Driven};
use crate::support::{Built, known};
use infra_lang::{
    config::load::Unparsed,
    program::{NO_SOURCE, parse_variables},
};
use infra_model::{diagnostic::Diagnostics, program::Program, text::Text, value::Value};
use std::collections::BTreeMap;

const TEXT: &str = r#"
    variable "text" { type = string }
    variable "any" {}
    variable "list" { type = list(number) }
    variable "object" {
      type = object({ name = string, port = optional(number, 80) })
    }
    variable "typed" {
      type    = any
      default = null
    }
"#;

#[test]
fn text_is_read_by_the_declared_type() {
    let built = Built::good(TEXT);
    let read = |name, text| {
        let (value, found) = built.program.parse_variable_text(name, text);
        assert!(found.is_empty(), "{found:?}");
        value.to_string()
    };
    assert_eq!(read("text", "[1]"), "\"[1]\"");
    assert_eq!(read("any", "1"), "\"1\"");
    assert_eq!(read("typed", "[1, true]"), "[1, true]");
    assert_eq!(read("list", "[1, 2]"), "[1, 2]");
    assert_eq!(read("object", "{ name = \"x\" }"), "{\"name\" = \"x\"}");
    let (_, found) = built.program.parse_variable_text("list", "[local.x]");
    assert_eq!(&*found[0].summary, "Variables not allowed");
    assert_eq!(built.program.declared().len(), 5);
    assert!(built.program.declares("any") && !built.program.declares("x"));
}

fn parse(name: &str, text: &str) -> (BTreeMap<Text, Value>, Diagnostics) {
    let bytes = text.as_bytes().into();
    let (values, _, found) =
        parse_variables(&Unparsed { source: NO_SOURCE, name: name.into(), bytes });
    (values, found)
}

#[test]
fn files_in_json_hold_literal_values() {
    let text = r#"{"a": "${x}", "b": [1e400, null], "c": {"%{": 1}, "//": "what it is"}"#;
    let (values, found) = parse("x.tfvars.json", text);
    assert_eq!(found, []);
    assert_eq!(values.len(), 3);
    assert_eq!(values["a"].as_text().map(|text| &**text), Some("${x}"));
    assert_eq!(values["c"].to_string(), "{\"%{\" = 1}");
    let (values, found) = parse("x.tfvars.json", r#"[{"a": 1}, {"b": 2}]"#);
    assert_eq!((values.len(), found.len()), (2, 0));
    for (text, summary) in [
        (r#"{"a": 1, "a": 2}"#, "Duplicate attribute definition"),
        (r#"{"a": {"b": 1, "b": 2}}"#, "Duplicate object attribute"),
        ("1", "Root value must be object"),
        (r#"{"a": }"#, "Invalid start of value"),
    ] {
        let (_, found) = parse("x.tfvars.json", text);
        assert_eq!(found.iter().map(|d| &*d.summary).collect::<Vec<_>>(), [summary], "{text}");
    }
}

#[test]
fn files_hold_values() {
    let (values, found) = parse("x.tfvars", "a = 1\nb = [\"x\"]\nc = { d = true }\n");
    assert!(found.is_empty());
    assert_eq!(values["b"].to_string(), "[\"x\"]");
    let (values, found) = parse("x.tfvars", "a = upper(\"x\")\nb {}\nc = 1\n");
    assert_eq!(found.len(), 2);
    assert_eq!(values.len(), 1);
}

#[test]
fn values_are_converted_and_defaults_filled_in() {
    let mut driven = Driven::with(
        &[("main.tf", TEXT)],
        &[
            ("text", Value::from(5)),
            ("any", Value::from(true)),
            ("list", Value::tuple(vec![Value::from("1")])),
            ("object", Value::object([("name", Value::from("n"))])),
        ],
    )
    .good();
    assert_eq!(
        driven.free("[var.text, var.any, var.list, var.object]"),
        r#"["5", true, [1], {"name" = "n", "port" = 80}]"#
    );
}

#[test]
fn all_missing_values_are_listed() {
    let built = Built::good(TEXT);
    let mut known = known(&[("list", Value::from("x"))]);
    let (_, found) = built.program.outputs(&mut known);
    assert_eq!(
        built.texts(&found),
        [
            "main.tf:2: No value for required variable: The root module input variable \"text\" is not set, and has no default value.",
            "main.tf:3: No value for required variable: The root module input variable \"any\" is not set, and has no default value.",
            "main.tf:4: Invalid value for input variable: The given value is not suitable for var.list: list of number required.",
            "main.tf:5: No value for required variable: The root module input variable \"object\" is not set, and has no default value.",
        ]
    );
}

#[test]
fn rules_are_judged_once() {
    let driven = Driven::with(
        &[(
            "main.tf",
            "locals {\n  least = 3\n}\nvariable \"n\" {\n  type = number\n  validation {\n    condition = var.n < 100\n    error_message = \"too much\"\n  }\n  validation {\n    condition = var.n >= local.least\n    error_message = \"at least ${local.least}\"\n  }\n}\nvariable \"m\" {\n  default = 1\n  validation {\n    condition = var.m > 1\n    error_message = \"m\"\n  }\n}\n",
        )],
        &[("n", Value::from(2))],
    );
    assert_eq!(
        driven.texts(),
        [
            "main.tf:15: Invalid value for variable: m\n\nThis was checked by the validation rule at main.tf:17,3-13.",
            "main.tf:4: Invalid value for variable: at least 3\n\nThis was checked by the validation rule at main.tf:10,3-13."
        ]
    );
}

#[test]
fn null_takes_the_default_only_where_null_is_no_value() {
    let text = "variable \"a\" {\n  default = 1\n}\nvariable \"b\" {\n  default = 2\n  nullable = false\n}\n";
    let mut driven =
        Driven::with(&[("main.tf", text)], &[("a", Value::null(ANY)), ("b", Value::null(ANY))])
            .good();
    assert_eq!(driven.free("[var.a, var.b]"), "[null, 2]");
}

#[test]
fn marks_follow_values() {
    let mut driven = Driven::new(
        "variable \"s\" {\n  default = { a = 1 }\n  sensitive = true\n}\nvariable \"e\" {\n  default = 1\n  ephemeral = true\n}\nlocals {\n  x = \"${var.s.a}!\"\n}\n",
    )
    .good();
    assert_eq!(driven.free("local.x"), "(sensitive value)");
    assert_eq!(driven.free("var.e + 1"), "(ephemeral value)");
}

#[test]
fn outputs_may_say_what_to_use_instead() {
    let faults = super::faults("output \"a\" {\n  value      = 1\n  deprecated = \"use b\"\n}\n");
    assert_eq!(faults, [""; 0]);
}

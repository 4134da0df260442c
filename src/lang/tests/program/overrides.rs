//! Override files: what takes the place of what, and where findings point.

use super::Driven;
use crate::support::Built;

const MAIN: &str = r#"
    resource "test_thing" "a" {
      name = "base"
      memory = 1
      rule { port = 1 }
      rule { port = 2 }
      mount { source = "/base" }
      one { size = 1 }
      lifecycle {
        prevent_destroy = true
        ignore_changes  = [name]
      }
    }
"#;

/// Overrides of the same in all forms: a name, its text, and what is replaced.
const FORMS: [(&str, &str); 4] = [
    (
        "override.tf",
        r#"resource "test_thing" "a" {
          name = "over"
          rule { port = 9 }
          dynamic "mount" {
            for_each = ["/over"]
            content { source = mount.value }
          }
        }"#,
    ),
    (
        "x_override.hcl",
        r#"resource "test_thing" "a" {
          name = "over"
          dynamic "rule" {
            for_each = [9]
            content { port = rule.value }
          }
          mount { source = "/over" }
        }"#,
    ),
    (
        "override.tf.json",
        r#"{"resource": {"test_thing": {"a": {
          "name": "over", "rule": {"port": 9}, "mount": [{"source": "/over"}]
        }}}}"#,
    ),
    (
        "x_override.tf.json",
        r#"{"resource": {"test_thing": {"a": {
          "name": "over",
          "dynamic": {"rule": {"for_each": [9], "content": {"port": "${rule.value}"}}},
          "mount": {"source": "/over"}
        }}}}"#,
    ),
];

#[test]
fn blocks_are_replaced_by_type_and_arguments_by_name() {
    for (name, text) in FORMS {
        let driven = Driven::with(&[("main.tf", MAIN), (name, text)], &[]).good();
        let at = |attribute| driven.attribute("test_thing.a", attribute);
        assert_eq!(at("name"), "\"over\"", "{name}");
        assert_eq!(at("memory"), "1", "{name}");
        assert_eq!(at("rule"), "[{\"note\" = null, \"port\" = 9}]", "{name}");
        assert_eq!(at("mount"), "[{\"source\" = \"/over\"}]", "{name}");
        assert_eq!(at("one"), "{\"deep\" = [], \"size\" = 1}", "{name}");
    }
}

#[test]
fn base_in_json_is_overridden_too() {
    let main = r#"{"resource": {"test_thing": {"a": {"name": "base", "rule": [{"port": 1}, {"port": 2}]}}}}"#;
    for (name, text) in FORMS {
        let driven = Driven::with(&[("main.tf.json", main), (name, text)], &[]).good();
        assert_eq!(driven.attribute("test_thing.a", "name"), "\"over\"", "{name}");
        let rule = "[{\"note\" = null, \"port\" = 9}]";
        assert_eq!(driven.attribute("test_thing.a", "rule"), rule, "{name}");
    }
}

#[test]
fn later_files_override_earlier_ones() {
    let over = |name: &str| format!("locals {{\n  a = \"{name}\"\n}}\n");
    let (a, b, c) = (over("a"), over("b"), over("override"));
    let mut driven = Driven::with(
        &[
            ("z.tf", "locals {\n  a = \"base\"\n  b = local.a\n}\n"),
            ("b_override.tf", &b),
            ("a_override.tf", &a),
            ("override.tf", &c),
        ],
        &[],
    )
    .good();
    assert_eq!(driven.free("local.b"), "\"override\"");
}

#[test]
fn findings_point_into_the_file_that_is_wrong() {
    let built = Built::new(&[
        ("main.tf", MAIN),
        ("a_override.tf", "resource \"test_thing\" \"a\" {\n  name = local.x\n}\n"),
        (
            "b_override.tf.json",
            "{\"resource\": {\"test_thing\": {\"a\": {\n\"memory\": \"\\u0020${var.y}\",\n\"rul\": 1\n}}}}",
        ),
        ("c.tf", "output \"o\" {\n  value = local.z\n}\n"),
    ]);
    let places: Vec<String> = built
        .texts(&built.found)
        .iter()
        .map(|text| text.splitn(3, ':').take(2).collect::<Vec<_>>().join(":"))
        .collect();
    assert_eq!(
        places,
        ["c.tf:2", "a_override.tf:2", "b_override.tf.json:2", "b_override.tf.json:3"]
    );
}

#[test]
fn what_cannot_be_overridden_is_refused() {
    let cases = [
        ("resource \"test_thing\" \"b\" {}", "Missing resource to override"),
        ("data \"test_source\" \"b\" {}", "Missing data resource to override"),
        ("ephemeral \"test_opened\" \"b\" {}", "Missing ephemeral resource to override"),
        ("variable \"b\" {}", "Missing base variable declaration to override"),
        ("output \"b\" {}", "Missing base output definition to override"),
        ("module \"b\" {}", "Missing module call to override"),
        ("locals {\n  b = 1\n}", "Missing base local value definition to override"),
        (
            "provider \"test\" {\n  alias = \"b\"\n}",
            "Missing base provider configuration for override",
        ),
        ("resource \"test_thing\" \"a\" {\n  depends_on = []\n}", "Unsupported override"),
        (
            "moved {\n  from = test_thing.x\n  to = test_thing.a\n}",
            "Cannot override 'moved' blocks",
        ),
        ("import {\n  to = test_thing.a\n  id = \"x\"\n}", "Cannot override 'import' blocks"),
        ("removed {\n  from = test_thing.x\n}", "Cannot override 'removed' blocks"),
        ("check \"c\" {}", "Can't override check blocks"),
        (
            "resource \"test_thing\" \"a\" {\n  lifecycle {\n    precondition {}\n  }\n}",
            "Can't override precondition blocks",
        ),
        ("resurce \"a\" \"b\" {}", "Unsupported block type"),
    ];
    for (text, summary) in cases {
        let built = Built::new(&[("main.tf", MAIN), ("override.tf", text)]);
        let found: Vec<&str> = built.found.iter().map(|found| &*found.summary).collect();
        assert_eq!(found, [summary], "{text}");
    }
}

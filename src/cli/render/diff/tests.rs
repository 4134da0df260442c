//! Differences of single values, each class as Terraform writes it.

use super::*;
use crate::ui::Paint;
use infra_model::{path::Path, types::Type, value::Value};

const COMPARE: Compare<'static> = Compare { remark: &|_| None, masks: true };

fn shown(node: &Node) -> String {
    let printer = Printer { paint: Paint::PLAIN, symbols: true };
    let mut out = String::new();
    printer.field(&mut out, "a", node, (4, Options::default()));
    out
}

/// Compares values of any type.
fn any(before: &Value, after: &Value) -> String {
    shown(&COMPARE.any(Some(before), Some(after)))
}

/// Compares values of the type that the second has.
fn typed(before: &Value, after: &Value) -> String {
    let ty = if after.is_null() { before.ty() } else { after.ty() };
    shown(&COMPARE.typed(&ty, (Some(before), Some(after)), &Path::default()))
}

fn nothing() -> Value {
    Value::null(Type::Dynamic)
}

fn numbers(items: &[i64]) -> Value {
    Value::tuple(items.iter().map(|item| Value::from(*item)).collect())
}

fn set(items: &[&str]) -> Value {
    Value::set(Type::String, items.iter().map(|item| Value::from(*item)).collect())
}

fn map<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    Value::map(Type::String, entries.into_iter().map(|(k, v)| (k, Value::from(v))))
}

#[test]
fn plain_values() {
    assert_eq!(any(&nothing(), &Value::from("x")), "  + a = \"x\"\n");
    assert_eq!(any(&Value::from("x"), &nothing()), "  - a = \"x\" -> null\n");
    assert_eq!(any(&Value::from(1), &Value::from(2)), "  ~ a = 1 -> 2\n");
    assert_eq!(any(&Value::from("x"), &Value::from(true)), "  ~ a = \"x\" -> true\n");
    let unknown = Value::unknown(Type::String);
    assert_eq!(any(&Value::from("x"), &unknown), "  ~ a = \"x\" -> (known after apply)\n");
    assert_eq!(any(&nothing(), &unknown), "  + a = (known after apply)\n");
    let odd = any(&Value::from("${a}"), &Value::from("\"\t\u{1b}"));
    assert_eq!(odd, "  ~ a = \"${a}\" -> \"\\\"\\t\\x1b\"\n");
}

#[test]
fn members_that_are_null_are_there() {
    let old = Value::object([("gone", nothing()), ("kept", nothing()), ("now", nothing())]);
    let new = Value::object([("come", nothing()), ("kept", nothing()), ("now", Value::from(1))]);
    insta::assert_snapshot!(any(&old, &new), @"
    ~ a = {
        + come = null
        - gone = null
        ~ now  = null -> 1
          # (1 unchanged attribute hidden)
      }
    ");
    insta::assert_snapshot!(any(&nothing(), &Value::object([("d", nothing())])), @"
    + a = {
        + d = null
      }
    ");
}

#[test]
fn secrets_are_masked_and_what_becomes_one_is_warned_of() {
    let (old, new) = (Value::from("hunter2").sensitive(), Value::from("hunter3").sensitive());
    assert_eq!(any(&nothing(), &new), "  + a = (sensitive value)\n");
    assert_eq!(any(&old, &nothing()), "  - a = (sensitive value) -> null\n");
    assert_eq!(any(&old, &new), "  ~ a = (sensitive value)\n");
    insta::assert_snapshot!(any(&Value::from("x"), &new), @"
    # Warning: this attribute value will be marked as sensitive and will not
    # display in UI output after applying this change.
    ~ a = (sensitive value)
    ");
    insta::assert_snapshot!(any(&old, &Value::from("hunter2")), @"
    # Warning: this attribute value will no longer be marked as sensitive
    # after applying this change. The value is unchanged.
    ~ a = (sensitive value)
    ");
}

#[test]
fn lists_of_another_length_are_matched_by_content() {
    insta::assert_snapshot!(any(&numbers(&[1, 2, 3, 4, 5, 6, 7]), &numbers(&[1, 2, 3, 4, 9, 6, 7, 8])), @"
    ~ a = [
          # (3 unchanged elements hidden)
          4,
        - 5,
        + 9,
          6,
          7,
        + 8,
      ]
    ");
    insta::assert_snapshot!(any(&numbers(&[1]), &numbers(&[])), @"
    ~ a = [
        - 1,
      ]
    ");
}

#[test]
fn lists_of_the_same_length_are_matched_by_place_unless_reordered() {
    insta::assert_snapshot!(any(&numbers(&[1, 2, 3]), &numbers(&[1, 4, 3])), @"
    ~ a = [
          1,
        ~ 2 -> 4,
          3,
      ]
    ");
    insta::assert_snapshot!(any(&numbers(&[1, 2, 3]), &numbers(&[3, 1, 2])), @"
    ~ a = [
        + 3,
          1,
          2,
        - 3,
      ]
    ");
}

#[test]
fn objects_in_lists_are_compared_in_depth() {
    let one = |name: &str, size: i64| {
        Value::object([("name", name.into()), ("size", size.into()), ("x", Value::from(1))])
    };
    let old = Value::tuple(vec![one("a", 1), one("b", 2), Value::from(5)]);
    let new = Value::tuple(vec![one("a", 1), one("b", 3), one("c", 4)]);
    insta::assert_snapshot!(any(&old, &new), @r#"
    ~ a = [
          {
              name = "a"
              size = 1
              x    = 1
          },
        ~ {
              name = "b"
            ~ size = 2 -> 3
              # (1 unchanged attribute hidden)
          },
        ~ 5 -> {
            + name = "c"
            + size = 4
            + x    = 1
          },
      ]
    "#);
}

#[test]
fn sets_of_a_type_have_no_order() {
    insta::assert_snapshot!(typed(&set(&["a", "b", "c"]), &set(&["c", "a", "d"])), @r#"
    ~ a = [
        - "b",
        + "d",
          # (2 unchanged elements hidden)
      ]
    "#);
}

#[test]
fn maps_of_a_type_have_their_keys_in_quotes() {
    let old = map([("a", "1"), ("b c", "2"), ("d", "3")]);
    let new = map([("a", "1"), ("b c", "4"), ("new-key", "5")]);
    insta::assert_snapshot!(typed(&old, &new), @r#"
    ~ a = {
        ~ "b c"     = "2" -> "4"
        - "d"       = "3" -> null
        + "new-key" = "5"
          # (1 unchanged element hidden)
      }
    "#);
    insta::assert_snapshot!(typed(&map([("a", "1")]), &nothing()), @r#"
    - a = {
        - "a" = "1"
      } -> null
    "#);
    insta::assert_snapshot!(any(&map([("a", "1"), ("1x", "2")]), &nothing()), @r#"
    - a = {
        - "1x" = "2"
        - a    = "1"
      } -> null
    "#);
}

#[test]
fn what_changes_its_type_becomes_something_else() {
    let object = Value::object([("x", Value::from(1))]);
    insta::assert_snapshot!(any(&object, &numbers(&[1])), @"
    ~ a = {
        - x = 1
      } -> [
        + 1,
      ]
    ");
    assert_eq!(any(&numbers(&[]), &Value::object::<&str>([])), "  ~ a = [] -> {}\n");
    assert_eq!(any(&numbers(&[]), &nothing()), "  - a = [] -> null\n");
}

#[test]
fn long_texts_are_compared_by_line() {
    insta::assert_snapshot!(any(&Value::from("a\nb\nc\n"), &Value::from("a\nB\nc\nd")), @"
    ~ a = <<-EOT
          a
        - b
        + B
          c
        + d
      EOT
    ");
    insta::assert_snapshot!(any(&Value::from("a\nb"), &Value::from("a\nb\n")), @"
    ~ a = <<-EOT
          a
          b
          # (only white space at its ends changes)
      EOT
    ");
    let one = any(&Value::from("x "), &Value::from(" y\n z\n"));
    assert_eq!(one, "  ~ a = <<-EOT\n      - x \n      + y\n      +  z\n    EOT\n");
    insta::assert_snapshot!(any(&nothing(), &Value::from("#!/bin/sh\necho hello\n")), @"
    + a = <<-EOT
          #!/bin/sh
          echo hello
      EOT
    ");
}

#[test]
fn json_in_texts_is_compared_as_what_it_holds() {
    let old = r#"{"listen":[80,443],"none":null}"#;
    let new = r#"{"listen":[80,8443],"none":null}"#;
    insta::assert_snapshot!(any(&Value::from(old), &Value::from(new)), @"
    ~ a = jsonencode(
        ~ {
            ~ listen = [
                  80,
                ~ 443 -> 8443,
              ]
              # (1 unchanged attribute hidden)
          }
      )
    ");
    insta::assert_snapshot!(any(&Value::from(old), &Value::from(&*old.replace(':', ": "))), @"
    ~ a = jsonencode( # whitespace changes
          {
              listen = [
                  80,
                  443,
              ]
              none   = null
          }
      )
    ");
    insta::assert_snapshot!(any(&nothing(), &Value::from(new)), @"
    + a = jsonencode(
          {
            + listen = [
                + 80,
                + 8443,
              ]
            + none   = null
          }
      )
    ");
    assert_eq!(any(&Value::from("[]"), &nothing()), "  - a = jsonencode([])\n");
    assert_eq!(any(&Value::from("[]"), &Value::from("x")), "  ~ a = jsonencode([]) -> \"x\"\n");
    assert_eq!(
        any(&Value::from("[1] a"), &Value::from("[1] b")),
        "  ~ a = \"[1] a\" -> \"[1] b\"\n"
    );
}

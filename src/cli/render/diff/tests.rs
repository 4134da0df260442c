//! Differences of single values.

use super::*;

fn check(before: &Value, after: &Value) -> String {
    let remark = |_: &Path| None;
    let mut differ = Differ::new(Paint::new(false), &remark);
    let path = Path::attribute("a");
    differ.entry("a = ", Some(before), Some(after), &Place::new(&path, 4));
    differ.finish()
}

fn nothing() -> Value {
    Value::null(Type::Dynamic)
}

fn list(items: &[&str]) -> Value {
    Value::list(Type::String, items.iter().map(|item| Value::from(*item)).collect())
}

fn set(items: &[&str]) -> Value {
    Value::set(Type::String, items.iter().map(|item| Value::from(*item)).collect())
}

fn map<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    Value::map(Type::String, entries.into_iter().map(|(k, v)| (k, Value::from(v))))
}

#[test]
fn plain_values() {
    insta::assert_snapshot!(check(&nothing(), &Value::from("x")), @r#"  + a = "x""#);
    insta::assert_snapshot!(check(&Value::from("x"), &nothing()), @r#"  - a = "x" -> null"#);
    insta::assert_snapshot!(check(&Value::from(1), &Value::from(2)), @"  ~ a = 1 -> 2");
    insta::assert_snapshot!(check(&Value::from("x"), &Value::from(true)), @r#"  ~ a = "x" -> true"#);
    insta::assert_snapshot!(check(&Value::from("x"), &Value::unknown(Type::String)), @r#"  ~ a = "x" -> (known after apply)"#);
    insta::assert_snapshot!(check(&Value::from("${a}"), &Value::from("\"\t\u{1b}")), @r#"  ~ a = "$${a}" -> "\"\t\u001b""#);
}

#[test]
fn secrets_are_masked_whatever_happens_to_them() {
    let (old, new) = (Value::from("hunter2").sensitive(), Value::from("hunter3").sensitive());
    insta::assert_snapshot!(check(&nothing(), &new), @"  + a = (sensitive value)");
    insta::assert_snapshot!(check(&old, &nothing()), @"  - a = (sensitive value) -> null");
    insta::assert_snapshot!(check(&old, &new), @"  ~ a = (sensitive value)");
    insta::assert_snapshot!(check(&Value::from("x"), &new), @"  ~ a = (sensitive value)");
    let inner =
        |secret: &Value| Value::object([("password", secret.clone()), ("user", "u".into())]);
    insta::assert_snapshot!(check(&inner(&old), &inner(&new)), @"
    ~ a = {
        ~ password = (sensitive value)
          # (1 unchanged element hidden)
      }
    ");
    insta::assert_snapshot!(check(&nothing(), &inner(&new)), @r#"
    + a = {
        + password = (sensitive value)
        + user     = "u"
      }
    "#);
    let in_set = Value::set(Type::String, vec![new.clone()]);
    insta::assert_snapshot!(check(&in_set, &set(&["y"])), @"  ~ a = (sensitive value)");
}

#[test]
fn lists_are_matched_in_order() {
    insta::assert_snapshot!(check(&list(&["a", "b", "c"]), &list(&["a", "x", "b", "c"])), @r#"
    ~ a = [
          "a",
        + "x",
          "b",
          "c",
      ]
    "#);
    insta::assert_snapshot!(check(&list(&["a", "b", "c", "d", "e"]), &list(&["a", "b", "c", "d"])), @r#"
    ~ a = [
          # (4 unchanged elements hidden)
        - "e",
      ]
    "#);
    insta::assert_snapshot!(check(&list(&["a"]), &list(&[])), @r#"
    ~ a = [
        - "a",
      ]
    "#);
    insta::assert_snapshot!(check(&nothing(), &list(&["a", "b\nc"])), @r#"
    + a = [
        + "a",
        + <<-EOT
              b
              c
          EOT,
      ]
    "#);
}

#[test]
fn objects_in_lists_are_compared_in_depth() {
    let port = |number: i64| Value::object([("inner", Value::from(number)), ("outer", 80.into())]);
    let ports = |numbers: &[i64]| Value::tuple(numbers.iter().map(|n| port(*n)).collect());
    insta::assert_snapshot!(check(&ports(&[1, 2]), &ports(&[1, 3])), @"
    ~ a = [
          {
              inner = 1
              outer = 80
          },
        ~ {
            ~ inner = 2 -> 3
              # (1 unchanged element hidden)
          },
      ]
    ");
}

#[test]
fn sets_have_no_order() {
    insta::assert_snapshot!(check(&set(&["a", "b", "c"]), &set(&["c", "a", "d"])), @r#"
    ~ a = [
        - "b",
        + "d",
          # (2 unchanged elements hidden)
      ]
    "#);
}

#[test]
fn maps_hide_what_stays() {
    let old = map([("a", "1"), ("b c", "2"), ("d", "3")]);
    let new = map([("a", "1"), ("b c", "4"), ("new-key", "5")]);
    insta::assert_snapshot!(check(&old, &new), @r#"
    ~ a = {
        ~ "b c"   = "2" -> "4"
        - d       = "3" -> null
        + new-key = "5"
          # (1 unchanged element hidden)
      }
    "#);
    insta::assert_snapshot!(check(&old, &nothing()), @r#"
    - a = {
        - a     = "1"
        - "b c" = "2"
        - d     = "3"
      } -> null
    "#);
}

#[test]
fn long_texts_are_compared_by_line() {
    let old = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";
    let new = old.replace("two", "2").replace("ten\n", "ten\neleven\n");
    insta::assert_snapshot!(check(&Value::from(old), &Value::from(&*new)), @"
    ~ a = <<-EOT
          one
        - two
        + 2
          three
          four
          five
          # (unchanged lines hidden)
          eight
          nine
          ten
        + eleven
      EOT
    ");
    insta::assert_snapshot!(check(&Value::from("a\nb"), &Value::from("a\nb\n")), @"
    ~ a = <<-EOT
          a
        - b
        + b
          # (only line ends at its end differ)
      EOT
    ");
    insta::assert_snapshot!(check(&nothing(), &Value::from("#!/bin/sh\necho hello\n")), @"
    + a = <<-EOT
          #!/bin/sh
          echo hello
      EOT
    ");
}

#[test]
fn json_in_texts_is_compared_as_what_it_holds() {
    let old = r#"{"listen": [80, 443], "name": "a"}"#;
    let new = r#"{"listen": [80, 8443], "name": "a"}"#;
    insta::assert_snapshot!(check(&Value::from(old), &Value::from(new)), @"
    ~ a = jsonencode(
        ~ {
            ~ listen = [
                  80,
                - 443,
                + 8443,
              ]
              # (1 unchanged element hidden)
          }
      )
    ");
    insta::assert_snapshot!(check(&Value::from(old), &Value::from(&*old.replace(": ", ":"))), @r#"
    ~ a = jsonencode( # only white space changes
          {
              listen = [
                  80,
                  443,
              ]
              name   = "a"
          }
      )
    "#);
    insta::assert_snapshot!(check(&nothing(), &Value::from(new)), @r#"
    + a = jsonencode(
        + {
            + listen = [
                + 80,
                + 8443,
              ]
            + name   = "a"
          }
      )
    "#);
}

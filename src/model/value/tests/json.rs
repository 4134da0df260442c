//! Tests of `value`: json.

use super::arbitrary::{PLAIN, any_type, value_of};
use crate::{
    convert::convert,
    types::{ObjectType, Type},
    value::{
        Marks, Value,
        json::{DEPTH_MAX, EncodeError, from_json_text, from_json_typed, to_json_text},
    },
};
use proptest::prelude::*;
use std::sync::Arc;

fn rewritten(text: &str) -> String {
    to_json_text(&from_json_text(text).unwrap()).unwrap()
}

#[test]
fn writes_as_terraform_does() {
    let text = "\u{8}\u{c}\u{7}\u{7f}<>&\u{2028}\u{2029}\0\t\r\n\"\\/é";
    let json =
        "\"\\b\\f\\u0007\u{7f}\\u003c\\u003e\\u0026\\u2028\\u2029\\u0000\\t\\r\\n\\\"\\\\/é\"";
    assert_eq!(to_json_text(&Value::from(text)).unwrap(), json);
    let value = Value::object([("b", Value::null(Type::Bool)), ("a", Value::from(true))]);
    assert_eq!(to_json_text(&value).unwrap(), r#"{"a":true,"b":null}"#);
}

#[test]
fn refuses_what_has_no_text() {
    let infinite = Value::number(crate::number::Number::INFINITY);
    for (value, error) in [
        (Value::unknown(Type::Bool), EncodeError::Unknown),
        (Value::from("x").with_marks(Marks::EPHEMERAL), EncodeError::Marked),
        (infinite, EncodeError::Infinite),
    ] {
        assert_eq!(to_json_text(&Value::tuple(vec![value])), Err(error));
    }
}

#[test]
fn keeps_numbers_exact() {
    for text in [
        "123456789012345678901234567890",
        "0.12345678901234567890123456789",
        "-12.5",
        "[1,2.25,100000000000000000000000000000000000000000000000000]",
    ] {
        assert_eq!(rewritten(text), text);
    }
    assert_eq!(rewritten("1.50e2"), "150");
}

#[test]
fn reads_with_implied_types() {
    let value = from_json_text(r#" { "a": [1, "x", null], "b": {}, "a": [2] } "#).unwrap();
    assert_eq!(value.ty().to_string(), "object({ a = tuple([number]), b = object({}) })");
    assert_eq!(
        from_json_text(r#""\ud83d\ude00\u00e9\/\n\ud800x""#).unwrap(),
        "😀é/\n\u{fffd}x".into()
    );
}

#[test]
fn explains_faults_of_the_syntax() {
    for (text, message) in [
        ("", "unexpected end of JSON input"),
        ("[1,", "unexpected end of JSON input"),
        ("\"a", "unexpected end of JSON input"),
        ("[1 2]", "invalid character '2' after array element"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        (r#"{"a" 1}"#, "invalid character '1' after object key"),
        (r#"{"a":1,}"#, "invalid character '}' looking for beginning of object key string"),
        (r#"{"a":1 "b"}"#, "invalid character '\"' after object key:value pair"),
        ("trux", "invalid character 'x' in literal true (expecting 'e')"),
        (r#""\x""#, "invalid character 'x' in string escape code"),
        ("\"\n\"", "invalid character '\\n' in string literal"),
        ("1 2", "extraneous data after JSON object"),
        ("01", "extraneous data after JSON object"),
        ("1e99999999999", "a number is required"),
    ] {
        assert_eq!(from_json_text(text).unwrap_err().to_string(), message, "{text}");
    }
    assert_eq!(from_json_text("[1,]").unwrap_err().offset, Some(3));
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(from_json_text(&nested(DEPTH_MAX)).is_ok());
    assert!(from_json_text(&nested(DEPTH_MAX + 1)).is_err());
    assert!(from_json_text(&"[".repeat(1_000_000)).is_err());
}

#[test]
fn reads_as_a_type() {
    let object = Type::Object(Arc::new(ObjectType {
        attributes: [("a".into(), Type::String), ("b".into(), Type::list(Type::Number))].into(),
        optional: ["a".into()].into(),
    }));
    let read = |text: &str| from_json_typed(text, &object);
    let value = read(r#"{"a": 1.50, "b": ["1", 2]}"#).unwrap();
    assert_eq!(to_json_text(&value).unwrap(), r#"{"a":"1.50","b":[1,2]}"#);
    assert!(value.is_of(&object.without_optional()));
    assert!(read("{}").unwrap().get("b").unwrap().is_null());
    for (text, message) in [
        (r#"{"c": 1}"#, "unsupported attribute \"c\""),
        (r#"{"b": [true]}"#, "b[0]: number is required"),
        (r#"{"b": ["x"]}"#, "b[0]: a number is required"),
        (r#"{"b": {}}"#, "b: missing expected ["),
        ("[]", "missing expected {"),
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), message);
    }
    let any = from_json_typed(r#"[1, "x"]"#, &Type::list(Type::Dynamic)).unwrap();
    assert_eq!(any.ty(), Type::list(Type::String));
}

proptest! {
    #[test]
    fn round_trips((ty, value) in any_type().prop_flat_map(|ty| (Just(ty.clone()), value_of(&ty, PLAIN)))) {
        let text = to_json_text(&value).unwrap();
        prop_assert_eq!(&from_json_typed(&text, &ty).unwrap(), &value);
        let implied = from_json_text(&text).unwrap();
        prop_assert_eq!(&to_json_text(&implied).unwrap(), &text);
        prop_assert_eq!(convert(&implied, &ty).unwrap(), value);
    }

    #[test]
    fn never_panics(text in "[\\[\\]{}\",:a-e0-9. \\\\u-]{0,30}") {
        let _any = from_json_text(&text);
    }
}

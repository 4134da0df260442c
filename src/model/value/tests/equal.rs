//! Tests of `value`: equal.

use super::arbitrary::{EVERYTHING, PLAIN, any_value, two_values};
use crate::{
    types::Type,
    value::{Marks, Unknown, Value},
};
use proptest::prelude::*;

fn unknown() -> Value {
    Value::unknown(Type::Dynamic)
}

fn string() -> Value {
    Value::unknown(Type::String)
}

fn n(number: i64) -> Value {
    Value::from(number)
}

fn s(text: &str) -> Value {
    Value::from(text)
}

/// Facts measured with the console of Terraform 1.11.4.
#[test]
fn agrees_with_terraform() {
    let list = |items: Vec<Value>| Value::list(Type::Number, items);
    let set = |items: Vec<Value>| Value::set(Type::String, items);
    let dynamic_list = Value::list(Type::Dynamic, vec![]);
    let null = || Value::null(Type::Dynamic);
    let prefixed: Value = Unknown::of(Type::String).prefix("a-").into();
    for (name, a, b, equal) in [
        ("1 == \"1\"", n(1), s("1"), Some(false)),
        ("[1] == tolist([1])", Value::tuple(vec![n(1)]), list(vec![n(1)]), Some(false)),
        ("[1] == [1, 2]", Value::tuple(vec![n(1)]), Value::tuple(vec![n(1), n(2)]), Some(false)),
        ("nulls", Value::null(Type::String), Value::null(Type::Number), Some(true)),
        ("null == []", null(), Value::tuple(vec![]), Some(false)),
        ("[null] == [null]", Value::tuple(vec![null()]), Value::tuple(vec![null()]), Some(true)),
        (
            "[tostring(null)] == [null]",
            Value::tuple(vec![Value::null(Type::String)]),
            Value::tuple(vec![null()]),
            Some(false),
        ),
        ("tolist([]) == tolist([1])", dynamic_list, list(vec![n(1)]), Some(false)),
        ("sets", set(vec![s("b"), s("a")]), set(vec![s("a"), s("b")]), Some(true)),
        ("null == unk", null(), string(), None),
        ("unk == 1", unknown(), n(1), None),
        ("string unk == 1", string(), n(1), Some(false)),
        ("prefix == null", prefixed.clone(), null(), Some(false)),
        ("prefix == \"b\"", prefixed.clone(), s("b"), Some(false)),
        ("prefix == \"a-b\"", prefixed, s("a-b"), None),
        ("[unk] == [1]", Value::tuple(vec![unknown()]), Value::tuple(vec![n(1)]), None),
        ("[unk] == {}", Value::tuple(vec![unknown()]), Value::object::<&str>([]), Some(false)),
        ("[unk] == []", Value::tuple(vec![unknown()]), Value::tuple(vec![]), Some(false)),
        (
            "[unk, 1] == [\"x\", 2]",
            Value::tuple(vec![string(), n(1)]),
            Value::tuple(vec![s("x"), n(2)]),
            None,
        ),
        (
            "toset([unk]) == toset([\"a\", \"b\"])",
            set(vec![string()]),
            set(vec![s("a"), s("b")]),
            None,
        ),
    ] {
        assert_eq!(a.equality(&b), equal, "{name}");
        assert_eq!(b.equality(&a), equal, "{name}, the other way");
    }
}

#[test]
fn an_unknown_result_is_not_null_and_all_marks_spread() {
    let secret = Value::tuple(vec![s("x").sensitive()]);
    let result = secret.equals(&Value::tuple(vec![string()]));
    assert!(result.as_unknown().is_some_and(|unknown| unknown.not_null));
    assert_eq!(result.marks(), Marks::SENSITIVE);
}

#[test]
fn one_difference_decides_between_objects() {
    let object = |a: Value, b: i64| Value::object([("a", a), ("b", n(b))]);
    assert_eq!(object(string(), 1).equality(&object(s("x"), 2)), Some(false));
    assert_eq!(object(string(), 1).equality(&object(s("x"), 1)), None);
}

proptest! {
    #[test]
    fn is_reflexive_on_known_values(value in any_value(PLAIN)) {
        prop_assert_eq!(value.equality(&value), Some(true));
        let copy = value.transform(&mut |_, part| part);
        prop_assert_eq!(value.equality(&copy), Some(true));
    }

    #[test]
    fn is_symmetric((a, b) in two_values(EVERYTHING)) {
        prop_assert_eq!(a.equality(&b), b.equality(&a));
    }

    #[test]
    fn is_identity_for_known_values((a, b) in two_values(PLAIN)) {
        // Of one type, so that equal values have equal representations.
        prop_assert_eq!(a.equality(&b), Some(a == b));
        prop_assert_eq!(a.cmp(&b).is_eq(), a == b);
    }

    #[test]
    fn knowing_more_never_changes_a_known_answer((a, b) in two_values(PLAIN)) {
        // Hide each part of one side in turn.
        for (path, part) in a.parts() {
            if path.0.iter().any(|step| matches!(step, crate::path::Step::Element(_))) {
                continue;
            }
            let hidden = a.with_path(&path, Value::unknown(part.ty())).unwrap();
            let answer = hidden.equality(&b);
            prop_assert!(answer.is_none() || answer == a.equality(&b), "{hidden} {b}");
        }
    }

    #[test]
    fn type_questions_agree_with_types((a, b) in (any_value(EVERYTHING), any_value(EVERYTHING))) {
        prop_assert!(a.is_of(&a.ty()));
        prop_assert_eq!(a.has_type_of(&b), a.ty() == b.ty());
        prop_assert_eq!(a.is_of(&b.ty()), a.ty() == b.ty());
    }
}

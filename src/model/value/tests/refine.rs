//! Tests of `value`: refine.

use super::arbitrary::{EVERYTHING, PLAIN, any_value};
use crate::{
    number::Number,
    path::{Path, Step},
    types::Type,
    value::{Range, Unknown, Value, refines},
};
use proptest::prelude::*;

fn object(id: Value, name: &str) -> Value {
    Value::object([("id", id), ("name", name.into())])
}

#[test]
fn unknown_parts_may_become_what_they_promise() {
    let prefixed: Value = Unknown::of(Type::String).prefix("srv-").into();
    let ranged: Value =
        Unknown::of(Type::Number).numbers(Range::at_least(Number::from(1))).not_null().into();
    let sized: Value = Unknown::of(Type::list(Type::Bool)).length(Range::at_most(1)).into();
    let list = |count| Value::list(Type::Bool, vec![Value::from(true); count]);
    for (planned, actual, fits) in [
        (Value::unknown(Type::String), Value::from("x"), true),
        (Value::unknown(Type::String), Value::null(Type::String), true),
        (Value::unknown(Type::String), Value::from(1), false),
        (Value::unknown(Type::String), Value::unknown(Type::String), true),
        (Value::unknown(Type::Dynamic), Value::from(1), true),
        (Value::unknown(Type::list(Type::Dynamic)), list(2), true),
        (Value::unknown_not_null(Type::String), Value::null(Type::String), false),
        (Value::unknown_not_null(Type::String), Value::unknown(Type::String), false),
        (Value::unknown(Type::String), Value::unknown_not_null(Type::String), true),
        (prefixed.clone(), Value::from("srv-1"), true),
        (prefixed.clone(), Value::from("web"), false),
        (prefixed, Value::null(Type::String), false),
        (ranged.clone(), Value::from(1), true),
        (ranged, Value::from(0), false),
        (sized.clone(), list(1), true),
        (sized, list(2), false),
        (Value::from("a"), Value::from("a").sensitive(), true),
        (Value::from("a"), Value::unknown(Type::String), false),
        (Value::null(Type::String), Value::from(""), false),
        (Value::null(Type::Dynamic), Value::null(Type::String), true),
    ] {
        assert_eq!(refines(&planned, &actual).is_ok(), fits, "{planned} -> {actual}");
    }
}

#[test]
fn says_where_it_does_not_fit() {
    let planned = object(Value::unknown(Type::String), "web");
    assert_eq!(refines(&planned, &object("1".into(), "web")), Ok(()));
    assert_eq!(refines(&planned, &object("1".into(), "db")), Err(Path::attribute("name")));
    let fewer = Value::object([("id", Value::from("1"))]);
    assert_eq!(refines(&planned, &fewer), Err(Path::attribute("name")));
    let nested = |port: i64| Value::object([("p", Value::list(Type::Number, vec![port.into()]))]);
    let place = Path(vec![Step::Attribute("p".into()), Step::Index(0)]);
    assert_eq!(refines(&nested(1), &nested(2)), Err(place));
}

#[test]
fn elements_of_sets_are_found_again() {
    let ty = object("".into(), "").ty();
    let set = |items: Vec<Value>| Value::set(ty.clone(), items);
    let unknown = || Value::unknown(Type::String);
    let planned = set(vec![object(unknown(), "a"), object(unknown(), "b")]);
    let fits = |items| refines(&planned, &set(items)).is_ok();
    assert!(fits(vec![object("1".into(), "b"), object("2".into(), "a")]));
    assert!(!fits(vec![object("1".into(), "a")]));
    assert!(!fits(vec![object("1".into(), "b"), object("2".into(), "c")]));
    assert!(!fits(vec![object("1".into(), "a"), object("2".into(), "b"), object("3".into(), "b")]));
}

proptest! {
    #[test]
    fn every_value_refines_itself(value in any_value(EVERYTHING)) {
        prop_assert_eq!(refines(&value, &value), Ok(()));
    }

    #[test]
    fn every_value_refines_itself_with_a_part_hidden(value in any_value(PLAIN)) {
        for (path, part) in value.parts() {
            let hidden = value.with_path(&path, Value::unknown(part.ty())).unwrap();
            prop_assert_eq!(refines(&hidden, &value), Ok(()), "{}", hidden);
        }
    }
}

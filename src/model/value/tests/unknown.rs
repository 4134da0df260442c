//! Tests of `value`: unknown.

use crate::{
    number::Number,
    types::Type,
    value::{KNOWN_LENGTH_MAX, Range, Unknown, Value, safe_prefix},
};

#[test]
fn refinements_that_leave_one_value_make_it_known() {
    let number = Unknown::of(Type::Number).numbers(Range::inclusive(5.into(), 5.into()));
    assert_eq!(Value::from(number.clone().not_null()), Value::from(5));
    assert!(!Value::from(number).is_known(), "it may still be null");
    let sized = |ty: Type, count: u64| -> Value {
        Unknown::of(ty).not_null().length(Range::inclusive(count, count)).into()
    };
    assert_eq!(sized(Type::list(Type::Bool), 2).len(), Some(2));
    assert_eq!(sized(Type::set(Type::Bool), 1).len(), Some(1));
    assert_eq!(sized(Type::map(Type::Bool), 0).len(), Some(0));
    assert_eq!(sized(Type::set(Type::Bool), 2).len(), None);
    assert_eq!(sized(Type::list(Type::Bool), KNOWN_LENGTH_MAX + 1).len(), None);
}

#[test]
fn nothing_is_promised_without_a_type() {
    let value: Value = Unknown::of(Type::Dynamic).not_null().into();
    assert_eq!(value, Value::unknown(Type::Dynamic));
}

#[test]
fn ranges_know_what_lies_inside() {
    let range: Range<Number> = Range { low: Some((0.into(), false)), high: Some((2.into(), true)) };
    assert!(!range.contains(&0.into()) && range.contains(&1.into()) && range.contains(&2.into()));
    assert!(range.encloses(&Range::inclusive(1.into(), 2.into())));
    assert!(!range.encloses(&Range::inclusive(0.into(), 2.into())));
    assert!(!range.encloses(&Range::default()) && Range::default().encloses(&range));
}

#[test]
fn lengths_are_known_as_far_as_they_can_be() {
    let set = |items: Vec<Value>| Value::set(Type::String, items);
    let unknown = || Value::unknown(Type::String);
    assert_eq!(set(vec![unknown()]).length_range(), Range::inclusive(1, 1));
    assert_eq!(set(vec![unknown(), "a".into()]).length_range(), Range::inclusive(1, 2));
    let tuple = Value::unknown(Type::tuple([Type::Bool, Type::Bool]));
    assert_eq!(tuple.length_range(), Range::inclusive(2, 2));
    assert_eq!(Value::unknown(Type::list(Type::Bool)).length_range(), Range::default());
}

#[test]
fn describes_known_values_too() {
    let range = Value::from("abc").range();
    assert!(range.not_null && &*range.prefix == "abc");
    assert!(!Value::null(Type::String).range().not_null);
    assert_eq!(Value::from(3).range().numbers, Range::inclusive(3.into(), 3.into()));
}

/// The first three are measured: `startswith("abc${unknown}", "ab")` is known, `"abc"` is not.
#[test]
fn prefixes_end_before_what_may_combine() {
    for (text, prefix) in [
        ("abc", "ab"),
        ("abc-", "abc-"),
        ("日本", "日"),
        ("", ""),
        ("e\u{301}", ""),
        ("xe\u{301}", "x"),
        ("日本-", "日本-"),
        ("a\u{1f468}\u{200d}", ""),
    ] {
        assert_eq!(safe_prefix(text), prefix, "{text:?}");
    }
}

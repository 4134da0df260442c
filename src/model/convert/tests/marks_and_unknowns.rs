//! Tests of `convert`: marks and unknowns.

use super::{object, optional};
use crate::{
    convert::convert,
    types::Type::{self, Dynamic, Number, String},
    value::{Marks, Range, Unknown, Value},
};

#[test]
fn marks_stay_where_they_stood() {
    let given = Value::tuple(vec![Value::from(1).sensitive(), Value::from(2)]);
    let converted = convert(&given, &Type::list(String)).unwrap();
    let marks: Vec<Marks> = converted.items().unwrap().iter().map(Value::marks).collect();
    assert_eq!(marks, [Marks::SENSITIVE, Marks::NONE]);
    assert_eq!(convert(&given, &Type::set(String)).unwrap().marks(), Marks::SENSITIVE);
    let whole = Value::from("1").with_marks(Marks::EPHEMERAL);
    assert_eq!(convert(&whole, &Number).unwrap(), Value::from(1).with_marks(Marks::EPHEMERAL));
    let unknown = Value::unknown(Dynamic).sensitive();
    assert!(convert(&unknown, &Number).unwrap().has_sensitive());
}

#[test]
fn unknowns_get_the_type_and_keep_what_survives() {
    let string: Value = Unknown::of(String).prefix("1").into();
    let number = convert(&string, &Number).unwrap();
    assert_eq!(number, Unknown::of(Number).not_null().into());
    assert_eq!(convert(&string, &String).unwrap(), string, "the same type keeps all");

    let sized: Value =
        Unknown::of(Type::list(Number)).length(Range::inclusive(2, 5)).not_null().into();
    let set = convert(&sized, &Type::set(String)).unwrap();
    assert_eq!(set.length_range(), Range::inclusive(1, 5));
    let list = convert(&sized, &Type::list(String)).unwrap();
    assert_eq!(list.length_range(), Range::inclusive(2, 5));

    let tuple = Type::tuple([Number, String]);
    let list = convert(&Value::unknown_not_null(tuple.clone()), &Type::list(Dynamic)).unwrap();
    assert_eq!(list, Value::list(String, vec![Value::unknown(String), Value::unknown(String)]));
    let nullable = convert(&Value::unknown(tuple), &Type::set(Dynamic)).unwrap();
    assert_eq!(nullable.ty(), Type::set(String));
    assert_eq!(nullable.length_range(), Range::inclusive(1, 2));

    let unknown = Value::unknown(object([("a", Number)]));
    let map = convert(&unknown, &Type::map(Dynamic)).unwrap();
    assert_eq!(map.ty(), Type::map(Number));
    let wide = optional([("a", Dynamic), ("b", Dynamic)]);
    let converted = convert(&unknown, &wide).unwrap();
    assert_eq!(converted.ty(), object([("a", Number), ("b", Dynamic)]));
}

#[test]
fn a_set_with_unknown_elements_has_no_known_length_as_a_list() {
    let set = |items| Value::set(String, items);
    let unknown = || Value::unknown(String);
    let list = convert(&set(vec![unknown(), "a".into()]), &Type::list(String)).unwrap();
    assert_eq!(list, Value::unknown(Type::list(String)));
    let list = convert(&set(vec![unknown()]), &Type::list(String)).unwrap();
    assert_eq!(list.len(), Some(1));
}

#[test]
fn what_conforms_is_not_copied() {
    let items: Vec<Value> = (0..3).map(Value::from).collect();
    let list = Value::list(Number, items);
    let value = Value::object([("l", list.clone())]);
    let ty = optional([("l", Type::list(Dynamic))]);
    let converted = convert(&value, &ty).unwrap();
    let same = converted.get("l").unwrap().items().unwrap().as_ptr();
    assert_eq!(same, list.items().unwrap().as_ptr());
}

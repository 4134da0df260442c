//! Tests of `unify`.

use super::{unify, unify_unsafe, unify_values};
use crate::{
    convert::{Safety, possible},
    types::Type::{self, Bool, Dynamic, Number, String},
    value::{Value, tests::arbitrary::any_type},
};
use proptest::prelude::*;

fn list(element: Type) -> Type {
    Type::list(element)
}

fn set(element: Type) -> Type {
    Type::set(element)
}

fn map(element: Type) -> Type {
    Type::map(element)
}

fn tuple<const N: usize>(elements: [Type; N]) -> Type {
    Type::tuple(elements)
}

fn object<const N: usize>(attributes: [(&str, Type); N]) -> Type {
    Type::object(attributes)
}

/// Most of these are `type(tolist([...]))` or a conditional in the console of Terraform 1.11.4.
#[test]
fn agrees_with_terraform() {
    let one = |ty: Type| object([("a", ty)]);
    for (types, common) in [
        (vec![], None),
        (vec![Number, String, Bool], Some(String)),
        (vec![Number, Bool], None),
        (vec![Dynamic, Number], Some(Number)),
        (vec![Dynamic, Dynamic], Some(Dynamic)),
        (vec![tuple([Number]), tuple([String])], Some(tuple([String]))),
        (vec![tuple([Number]), tuple([String, String])], Some(list(String))),
        (vec![tuple([]), tuple([String])], Some(list(String))),
        (vec![tuple([Number]), tuple([one(Number)])], None),
        (vec![tuple([Number]), Dynamic], Some(Dynamic)),
        (vec![tuple([String]), Dynamic, tuple([])], Some(Dynamic)),
        (vec![list(String), Dynamic], Some(Dynamic)),
        (vec![one(Number), one(String)], Some(one(String))),
        (vec![one(Number), object([("a", Number), ("b", Number)])], Some(map(Number))),
        (vec![one(Number), object([("b", Number)])], Some(map(Number))),
        (vec![one(Number), object([])], Some(map(Number))),
        (vec![one(Number), one(tuple([Number]))], None),
        (vec![one(Dynamic), one(tuple([Number]))], Some(one(Dynamic))),
        (vec![object([]), tuple([])], None),
        (vec![list(String), tuple([String, Number])], Some(list(String))),
        (vec![list(Number), tuple([String])], Some(list(String))),
        (vec![list(Number), list(Dynamic)], Some(list(Number))),
        (vec![map(Number), object([("b", String)])], Some(map(String))),
        (vec![set(String), tuple([String])], Some(set(String))),
        (vec![set(String), list(String)], Some(list(String))),
        (vec![set(Number), set(String)], Some(set(String))),
        (vec![one(Number), object([("a", Number), ("b", one(Number))])], None),
        (vec![Number, tuple([Number])], None),
        (vec![one(Number), Number, Dynamic], Some(Dynamic)),
    ] {
        assert_eq!(unify_unsafe(&types), common, "{types:?}");
    }
}

#[test]
fn safe_unification_takes_no_conversion_that_can_fail() {
    assert_eq!(unify(&[String, Number]), Some(String));
    assert_eq!(unify(&[Dynamic, Number]), Some(Dynamic));
    assert_eq!(unify(&[list(String), set(String)]), Some(list(String)));
    assert_eq!(unify(&[tuple([String]), set(String)]), Some(set(String)));
}

#[test]
fn values_are_unknown_while_their_common_type_is() {
    let known = Value::list(String, vec![Value::from("a")]).sensitive();
    let (ty, values) = unify_values(&[known, Value::unknown(Dynamic)]).unwrap();
    assert_eq!(ty, Dynamic);
    assert!(values.iter().all(|value| !value.is_known()) && values[0].has_sensitive());
    let (ty, values) = unify_values(&[Value::from(1), Value::from("x")]).unwrap();
    assert_eq!((ty, values), (String, vec![Value::from("1"), Value::from("x")]));
}

#[test]
fn many_equal_types_cost_little() {
    let types: Vec<Type> = (0..20_000).map(|_| object([("a", Number)])).collect();
    assert_eq!(unify_unsafe(&types), Some(object([("a", Number)])));
}

proptest! {
    #[test]
    fn is_idempotent_and_reached_by_all(a in any_type(), b in any_type()) {
        prop_assert_eq!(unify_unsafe(&[a.clone(), a.clone()]), Some(a.clone()));
        prop_assert_eq!(unify(std::slice::from_ref(&a)), Some(a.clone()));
        if let Some(common) = unify_unsafe(&[a.clone(), b.clone()]) {
            prop_assert!(possible(&a, &common, Safety::Unsafe));
            prop_assert!(possible(&b, &common, Safety::Unsafe));
        }
        if let Some(common) = unify(&[a.clone(), b.clone()]) {
            prop_assert!(possible(&a, &common, Safety::Safe), "{a} {common}");
            prop_assert!(possible(&b, &common, Safety::Safe), "{b} {common}");
        }
    }
}

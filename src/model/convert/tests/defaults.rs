//! Tests of `convert`: defaults.

use super::{json, object, optional};
use crate::{
    types::{
        Constraint, Defaults, Type,
        Type::{Number, String},
    },
    value::{Value, json::to_json_text},
};
use std::collections::BTreeMap;

fn defaults<const N: usize>(values: [(&str, Value); N]) -> Defaults {
    let values = values.into_iter().map(|(name, value)| (name.into(), value)).collect();
    Defaults { values, children: BTreeMap::new() }
}

fn under<const N: usize>(mut all: Defaults, children: [(&str, Defaults); N]) -> Defaults {
    all.children = children.into_iter().map(|(name, child)| (name.into(), child)).collect();
    all
}

#[track_caller]
fn check(ty: Type, defaults: Defaults, given: &str, result: &str) {
    let constraint = Constraint { ty, defaults: Some(defaults) };
    let applied = constraint.apply(&json(given)).unwrap();
    assert_eq!(to_json_text(&applied).unwrap(), result);
    assert!(applied.is_of(&constraint.ty.without_optional()));
}

/// Each measured with a variable of this type in Terraform 1.11.4.
#[test]
fn fills_in_what_is_absent_or_null() {
    let ty = || optional([("a", String), ("b", Number)]);
    let five = || defaults([("b", Value::from(5))]);
    check(ty(), five(), "{}", r#"{"a":null,"b":5}"#);
    check(ty(), five(), r#"{"b":null}"#, r#"{"a":null,"b":5}"#);
    check(ty(), five(), r#"{"b":"7","a":1}"#, r#"{"a":"1","b":7}"#);
}

#[test]
fn fills_in_at_any_depth_and_inside_of_defaults() {
    let inner = || optional([("c", String)]);
    let d = || defaults([("c", Value::from("d"))]);
    let nested = || under(defaults([("a", json("{}"))]), [("a", d())]);
    check(optional([("a", inner())]), nested(), "{}", r#"{"a":{"c":"d"}}"#);
    check(optional([("a", inner())]), nested(), r#"{"a":null}"#, r#"{"a":{"c":"d"}}"#);

    let elements = || under(Defaults::default(), [("", d())]);
    check(Type::list(inner()), elements(), r#"[{},{"c":3}]"#, r#"[{"c":"d"},{"c":"3"}]"#);
    check(
        Type::map(inner()),
        elements(),
        r#"{"k":{},"l":{"c":"x"}}"#,
        r#"{"k":{"c":"d"},"l":{"c":"x"}}"#,
    );
    check(Type::set(inner()), elements(), r#"[{},{"c":"d"}]"#, r#"[{"c":"d"}]"#);
    let second = under(Defaults::default(), [("1", d())]);
    check(Type::tuple([inner(), inner()]), second, "[{},{}]", r#"[{"c":null},{"c":"d"}]"#);
}

#[test]
fn fills_in_elements_of_typed_collections() {
    let ty = Type::list(optional([("c", String), ("e", String)]));
    let elements = under(Defaults::default(), [("", defaults([("c", Value::from("d"))]))]);
    let constraint = Constraint { ty, defaults: Some(elements) };
    let given = Value::list(object([("e", Number)]), vec![json(r#"{"e":1}"#), json(r#"{"e":2}"#)]);
    let applied = constraint.apply(&given).unwrap();
    let result = r#"[{"c":"d","e":"1"},{"c":"d","e":"2"}]"#;
    assert_eq!(to_json_text(&applied).unwrap(), result);
}

#[test]
fn leaves_null_unknown_and_misfits_alone() {
    let constraint = Constraint {
        ty: optional([("b", Number)]),
        defaults: Some(defaults([("b", Value::from(5))])),
    };
    let null = Value::null(Type::Dynamic);
    assert!(constraint.apply(&null).unwrap().is_null());
    assert!(!constraint.apply(&Value::unknown(Type::Dynamic)).unwrap().is_known());
    let error = constraint.apply(&Value::from("x")).unwrap_err();
    assert_eq!(error.message, "object required");
    let secret = constraint.apply(&json("{}").sensitive()).unwrap();
    assert!(secret.has_sensitive());
}

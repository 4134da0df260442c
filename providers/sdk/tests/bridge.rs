//! Values to structs and back.

use crate::convert::{Dynamic, from_value, to_value};
use infra_model::{types::Type, value::Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    name: String,
    count: Option<i64>,
    ratio: f64,
    on: bool,
    tags: BTreeSet<String>,
    labels: BTreeMap<String, Option<String>>,
    ports: Vec<Port>,
    any: Dynamic,
    mode: Mode,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Port {
    number: u16,
    protocol: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Fast,
    Safe,
}

fn port() -> Type {
    Type::object([("number", Type::Number), ("protocol", Type::String)])
}

fn everything() -> Type {
    Type::object([
        ("name", Type::String),
        ("count", Type::Number),
        ("ratio", Type::Number),
        ("on", Type::Bool),
        ("tags", Type::set(Type::String)),
        ("labels", Type::map(Type::String)),
        ("ports", Type::list(port())),
        ("any", Type::Dynamic),
        ("mode", Type::String),
    ])
}

fn value() -> Value {
    let null = || Value::null(Type::String);
    let one = Value::object([("number", Value::from(80_i64)), ("protocol", null())]);
    let tags = vec![Value::from("b"), Value::from("a")];
    Value::object([
        ("name", Value::from("web")),
        ("count", Value::null(Type::Number)),
        ("ratio", Value::number(infra_model::number::Number::from_f64(0.5).unwrap())),
        ("on", Value::from(true)),
        ("tags", Value::set(Type::String, tags)),
        ("labels", Value::map(Type::String, [("a", Value::from("1")), ("b", null())])),
        ("ports", Value::list(port(), vec![one])),
        ("any", Value::tuple(vec![Value::from(1_i64), Value::from("x")])),
        ("mode", Value::from("safe")),
    ])
}

#[test]
fn a_value_goes_through_a_struct_and_back() {
    let model: Everything = from_value(&value()).unwrap();
    assert_eq!(model.ports, [Port { number: 80, protocol: None }]);
    assert_eq!((model.mode, model.count), (Mode::Safe, None));
    assert_eq!(to_value(&model, &everything()).unwrap(), value());
}

#[test]
fn marks_do_not_cross() {
    let model: String = from_value(&Value::from("hush").sensitive()).unwrap();
    assert_eq!(model, "hush");
}

#[test]
fn misfits_are_named_with_their_place_and_without_their_value() {
    let told = |value: Value| from_value::<Vec<Port>>(&value).unwrap_err().to_string();
    let ports = |number: Value| {
        let null = Value::null(Type::String);
        let port = Value::object([("number", number), ("protocol", null)]);
        Value::tuple(vec![port])
    };
    assert_eq!(told(ports(Value::from("hush"))), "`[0].number`: is not u16");
    assert_eq!(told(ports(Value::from(70_000_i64))), "`[0].number`: is not u16");
    assert_eq!(told(ports(Value::unknown(Type::Number))), "`[0].number`: is not known");
    let missing = Value::tuple(vec![Value::object([("number", Value::from(1_i64))])]);
    assert_eq!(told(missing), "`[0]`: `protocol` is missing");
    let odd = Value::object([("odd", Value::from("hush"))]);
    assert_eq!(told(Value::tuple(vec![odd])), "`[0]`: `odd` is no field of the struct");
    let mode = from_value::<Mode>(&Value::from("hush")).unwrap_err().to_string();
    assert_eq!(mode, "is not one of `fast`, `safe`");
}

#[test]
fn a_struct_that_does_not_fit_the_schema_is_named() {
    let ports = vec![Port { number: 1, protocol: None }];
    let other = Type::list(Type::object([("number", Type::String), ("protocol", Type::String)]));
    let told = to_value(&ports, &other).unwrap_err().to_string();
    assert_eq!(told, "`[0].number`: is a number and must be a string");
    let less = Type::list(Type::object([("number", Type::Number)]));
    let told = to_value(&ports, &less).unwrap_err().to_string();
    assert_eq!(told, "`[0]`: field `protocol` is no attribute of the schema");
}

#[test]
fn a_value_of_any_type_keeps_type_unknowns_and_marks_in_a_frame() {
    let odd = Value::object([
        ("null", Value::null(Type::list(port()))),
        ("unknown", Value::unknown(Type::String)),
        ("secret", Value::from("s").sensitive()),
        ("set", Value::set(Type::Number, vec![Value::from(2_i64), Value::from(1_i64)])),
        ("map", Value::map(Type::Bool, [("k", Value::from(false))])),
    ]);
    let text = serde_json::to_string(&Dynamic(odd.clone())).unwrap();
    assert_eq!(serde_json::from_str::<Dynamic>(&text).unwrap().0, odd);
}

//! Tests of `convert`: table.

use super::{json, object, optional};
use crate::{
    convert::{convert, is_convertible, mismatch},
    types::Type::{self, Bool, Dynamic, Number, String},
    value::{Value, json::to_json_text},
};

fn list(element: Type) -> Type {
    Type::list(element)
}

fn set(element: Type) -> Type {
    Type::set(element)
}

fn map(element: Type) -> Type {
    Type::map(element)
}

/// What `variable "x" { type = ... }` makes of values, measured with Terraform 1.11.4.
#[test]
fn converts_as_variables_do() {
    let tuple = |elements: [Type; 1]| Type::tuple(elements);
    for (ty, given, result, result_type) in [
        (list(Dynamic), r#"[1,"a",true]"#, r#"["1","a","true"]"#, list(String)),
        (list(Dynamic), r#"[[1],["a"]]"#, r#"[["1"],["a"]]"#, list(tuple([String]))),
        (list(Dynamic), r#"[[1],["a","b"]]"#, r#"[["1"],["a","b"]]"#, list(list(String))),
        (list(Dynamic), r#"[{"a":1},{"b":"x"}]"#, r#"[{"a":"1"},{"b":"x"}]"#, list(map(String))),
        (list(Dynamic), "[null,1]", "[null,1]", list(Number)),
        (list(Dynamic), "[null,null]", "[null,null]", list(Dynamic)),
        (list(Dynamic), "[]", "[]", list(Dynamic)),
        (map(Dynamic), r#"{"a":["x"],"b":null}"#, r#"{"a":["x"],"b":null}"#, map(tuple([String]))),
        (
            list(object([("a", Dynamic)])),
            r#"[{"a":1},{"a":"x"}]"#,
            r#"[{"a":"1"},{"a":"x"}]"#,
            list(object([("a", String)])),
        ),
        (
            map(object([("a", Dynamic)])),
            r#"{"p":{"a":1},"q":{"a":"x"}}"#,
            r#"{"p":{"a":"1"},"q":{"a":"x"}}"#,
            map(object([("a", String)])),
        ),
        (
            map(list(Dynamic)),
            r#"{"p":[1],"q":["x"]}"#,
            r#"{"p":["1"],"q":["x"]}"#,
            map(list(String)),
        ),
        (map(list(Dynamic)), r#"{"p":[1],"q":[]}"#, r#"{"p":[1],"q":[]}"#, map(list(Number))),
        (list(list(Dynamic)), "[[1],[]]", "[[1],[]]", list(list(Number))),
        (Type::tuple([String, Number]), r#"[1,"2"]"#, r#"["1",2]"#, Type::tuple([String, Number])),
        (set(Number), r#"["1",1,2]"#, "[1,2]", set(Number)),
        (set(String), r#"["b","a","b"]"#, r#"["a","b"]"#, set(String)),
        (
            object([("a", String)]),
            r#"{"a":1,"dropped":true}"#,
            r#"{"a":"1"}"#,
            object([("a", String)]),
        ),
        (
            optional([("a", String), ("b", Number)]),
            r#"{"b":"5"}"#,
            r#"{"a":null,"b":5}"#,
            object([("a", String), ("b", Number)]),
        ),
        (object([("a", String)]), "null", "null", object([("a", String)])),
        (Dynamic, "[null]", "[null]", Type::tuple([Dynamic])),
        (Bool, r#""1""#, "true", Bool),
        (Bool, r#""false""#, "false", Bool),
        (String, "1e3", r#""1000""#, String),
        (String, "false", r#""false""#, String),
        (Number, r#""1e3""#, "1000", Number),
    ] {
        let name = format!("{ty} <- {given}");
        let converted = convert(&json(given), &ty).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(to_json_text(&converted).unwrap(), result, "{name}");
        assert_eq!(converted.ty(), result_type, "{name}");
        assert!(is_convertible(&json(given).ty(), &ty), "{name}");
    }
}

/// The messages of the same binary for the same kind of variable.
#[test]
fn refuses_in_the_words_of_terraform() {
    let ab = || object([("a", String), ("b", Number)]);
    let abc = object([("a", String), ("b", Number), ("c", Bool)]);
    let one = || object([("a", Number)]);
    for (ty, given, message) in [
        (ab(), r#"{"a":"x","b":[1]}"#, "attribute \"b\": number required"),
        (ab(), r#"{"a":"x","b":"q"}"#, "a number is required"),
        (ab(), r#"{"a":"x"}"#, "attribute \"b\" is required"),
        (abc, "{}", "attributes \"a\", \"b\", and \"c\" are required"),
        (ab(), "{}", "attributes \"a\" and \"b\" are required"),
        (list(one()), r#"[{"a":1},{"a":"z"}]"#, "a number is required"),
        (list(one()), r#"[{"a":1},{"b":"z"}]"#, "element 1: attribute \"a\" is required"),
        (list(Number), r#"["1","x"]"#, "a number is required"),
        (map(Number), r#"{"a":"1","b":"x"}"#, "a number is required"),
        (list(String), r#"{"a":1}"#, "list of string required"),
        (list(String), r#""a""#, "list of string required"),
        (map(String), r#"["a"]"#, "map of string required"),
        (map(list(String)), r#"{"a":["x"],"b":"y"}"#, "element \"b\": list of string required"),
        (list(Dynamic), "[1,[2]]", "all list elements must have the same type"),
        (list(Dynamic), r#"[["x"],null]"#, "all list elements must have the same type"),
        (set(Dynamic), "[1,[2]]", "all set elements must have the same type"),
        (map(Dynamic), r#"{"a":1,"b":[2]}"#, "all map elements must have the same type"),
        (
            list(object([("a", Dynamic)])),
            r#"[{"a":1},{"a":[1]}]"#,
            "cannot find a common base type for all elements",
        ),
        (
            set(object([("a", Dynamic)])),
            r#"[{"a":1},{"a":"x"}]"#,
            "element types must all match for conversion to set",
        ),
        (
            map(Type::tuple([Dynamic])),
            r#"{"p":[1],"q":["x"]}"#,
            "attribute types must all match for conversion to map",
        ),
        (Type::tuple([String, Number]), "[1]", "tuple required"),
        (Type::tuple([String, Number]), r#"[1,"x"]"#, "a number is required"),
        (Bool, r#""yes""#, "a bool is required"),
        (Bool, r#""True""#, "a bool is required; to convert from string, use lowercase \"true\""),
        (Bool, "1", "bool required"),
        (String, "{}", "string required"),
        (object([("a", String)]), r#"["x"]"#, "object required"),
        (
            object([("a", map(String))]),
            r#"{"a":{"b":[1]}}"#,
            "attribute \"a\": element \"b\": string required",
        ),
        (list(Type::tuple([Number])), r#"[["x"]]"#, "a number is required"),
        (String, "[]", "string required"),
    ] {
        let name = format!("{ty} <- {given}");
        let error = convert(&json(given), &ty).expect_err(&name);
        assert_eq!(error.message, message, "{name}");
    }
}

#[test]
fn says_where_a_part_fails() {
    let ty = list(object([("a", map(Number))]));
    let error = convert(&json(r#"[{"a":{}},{"a":{"k":"x"}}]"#), &ty).unwrap_err();
    assert_eq!(error.to_string(), "[1].a[\"k\"]: a number is required");
}

#[test]
fn maps_become_objects_if_they_have_the_keys() {
    let given = |text: &str| convert(&json(text), &map(String)).unwrap();
    let ty = object([("a", Number)]);
    let converted = convert(&given(r#"{"a":"1","b":"2"}"#), &ty).unwrap();
    assert_eq!(to_json_text(&converted).unwrap(), r#"{"a":1}"#);
    let error = convert(&given(r#"{"b":"2"}"#), &ty).unwrap_err();
    assert_eq!(error.message, "map has no element for required attribute \"a\"");
    let wide = optional([("a", list(String)), ("b", Number)]);
    let converted = convert(&given(r#"{"b":"2"}"#), &wide).unwrap();
    assert_eq!(to_json_text(&converted).unwrap(), r#"{"a":null,"b":2}"#);
    let error = convert(&given(r#"{"a":"1"}"#), &wide).unwrap_err();
    let message = "map element type is incompatible with attribute \"a\": list of string required";
    assert_eq!(error.message, message);
}

#[test]
fn types_are_checked_even_where_there_is_no_value() {
    let empty = Value::list(object([("a", Number)]), vec![]);
    let error = convert(&empty, &list(Number)).unwrap_err();
    assert_eq!(error.message, "incorrect list element type: number required");
    assert!(convert(&Value::null(list(String)), &Number).is_err());
    assert!(convert(&Value::unknown(list(String)), &Number).is_err());
    assert_eq!(convert(&Value::null(Dynamic), &Number), Ok(Value::null(Number)));
    let numbers = convert(&Value::list(Dynamic, vec![]), &list(Number)).unwrap();
    assert_eq!(numbers.ty(), list(Number));
}

#[test]
fn names_types_for_people() {
    assert_eq!(list(Dynamic).friendly_name(), "list of dynamic");
    assert_eq!(list(Dynamic).friendly_name_required(), "list of any single type");
    assert_eq!(map(set(object([]))).friendly_name(), "map of set of object");
    assert_eq!(mismatch(&object([]), &list(Dynamic)), "list of any single type required");
}

//! Tests of `value`: order.

use super::arbitrary::{EVERYTHING, any_value};
use crate::{number::Number, types::Type, value::Value};
use proptest::prelude::*;

fn number(text: &str) -> Value {
    Value::number(Number::parse(text).unwrap())
}

fn iterated(element: Type, items: Vec<Value>) -> String {
    Value::set(element, items).to_string()
}

/// Orders measured with the console of Terraform 1.11.4.
#[test]
fn sets_are_ordered_as_in_terraform() {
    let strings = ["z", "é", "B", "a", "10", "9", ""].map(Value::from).to_vec();
    assert_eq!(iterated(Type::String, strings), r#"["", "10", "9", "B", "a", "z", "é"]"#);
    let numbers = ["100", "3", "20", "-1"].map(number).to_vec();
    assert_eq!(iterated(Type::Number, numbers), "[-1, 3, 20, 100]");
    let with_null = vec![Value::null(Type::String), Value::unknown(Type::String), Value::from("a")];
    assert_eq!(iterated(Type::String, with_null), r#"["a", (known after apply), null]"#);
    let bools = vec![Value::from(true), Value::from(false), Value::from(true)];
    assert_eq!(iterated(Type::Bool, bools), "[false, true]");
}

#[test]
fn sets_of_compound_values_are_ordered_as_in_terraform() {
    let objects = ["10", "9", "1.5", "-3", "1e20", "0.00001"]
        .map(|text| Value::object([("a", number(text))]))
        .to_vec();
    let ty = Type::object([("a", Type::Number)]);
    let ordered: Vec<String> = Value::set(ty, objects)
        .items()
        .unwrap()
        .iter()
        .map(|item| item.get("a").unwrap().to_string())
        .collect();
    assert_eq!(ordered, ["-3", "1.5", "10", "100000000000000000000", "0.00001", "9"]);
    let tuples = ["a\"b", "a", "ab", "é", "z"].map(|text| Value::tuple(vec![text.into()])).to_vec();
    let ordered = iterated(Type::tuple([Type::String]), tuples);
    assert_eq!(ordered, r#"[["a"], ["a\"b"], ["ab"], ["z"], ["é"]]"#);
    let nulls = [Value::null(Type::String), "x".into(), "~".into()]
        .map(|value| Value::tuple(vec![value]))
        .to_vec();
    assert_eq!(iterated(Type::tuple([Type::String]), nulls), r#"[["x"], ["~"], [null]]"#);
}

#[test]
fn equal_elements_become_one_but_unknown_ones_do_not() {
    let two = vec![Value::unknown(Type::String), Value::unknown(Type::String)];
    assert_eq!(Value::set(Type::String, two).len(), Some(2));
    let objects = || Value::object([("a", Value::from(1))]);
    let set = Value::set(objects().ty(), vec![objects(), objects()]);
    assert_eq!(set.len(), Some(1));
}

#[test]
fn a_secret_element_makes_the_whole_set_secret() {
    let set = Value::set(Type::String, vec![Value::from("a").sensitive(), Value::from("b")]);
    assert!(set.has_sensitive() && set.items().unwrap().iter().all(|item| !item.has_sensitive()));
}

proptest! {
    #[test]
    fn is_total(a in any_value(EVERYTHING), b in any_value(EVERYTHING), c in any_value(EVERYTHING)) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
    }

    #[test]
    fn sets_do_not_depend_on_the_order_of_their_items(
        mut items in proptest::collection::vec("[a-c0-9]{0,2}", 0..6),
        by in 0usize..6,
    ) {
        let set = |items: &[String]| {
            let tuples = items.iter().map(|text| Value::tuple(vec![text.as_str().into()]));
            Value::set(Type::tuple([Type::String]), tuples.collect())
        };
        let before = set(&items);
        let by = by.min(items.len());
        items.rotate_left(by);
        prop_assert_eq!(before, set(&items));
    }
}

//! Tests of `value`: walk.

use super::arbitrary::{EVERYTHING, any_value};
use crate::{
    path::{Path, Step},
    types::Type,
    value::{Marks, Value},
};
use proptest::prelude::*;

fn sample() -> Value {
    Value::object([
        ("ports", Value::list(Type::Number, vec![Value::from(80), Value::from(443)])),
        ("env", Value::map(Type::String, [("A", Value::from("x").sensitive())])),
        ("tags", Value::set(Type::String, vec![Value::from("t")])),
    ])
}

fn path(steps: impl IntoIterator<Item = Step>) -> Path {
    Path(steps.into_iter().collect())
}

#[test]
fn reads_and_replaces_by_path() {
    let value = sample();
    let port = path([Step::Attribute("ports".into()), Step::Index(1)]);
    assert_eq!(value.at(&port), Some(&Value::from(443)));
    let changed = value.with_path(&port, Value::from(8443)).unwrap();
    assert_eq!(changed.at(&port), Some(&Value::from(8443)));
    assert_eq!(value.at(&port), Some(&Value::from(443)));

    let tag = Step::Element(Box::new(Value::from("t")));
    let tag = path([Step::Attribute("tags".into()), tag]);
    let changed = value.with_path(&tag, Value::from("u")).unwrap();
    assert_eq!(changed.at(&tag), None);
    assert_eq!(changed.get("tags").unwrap().to_string(), r#"["u"]"#);

    let absent = path([Step::Attribute("ports".into()), Step::Index(2)]);
    assert_eq!(value.at(&absent), None);
    assert_eq!(value.with_path(&absent, Value::from(1)), None);
    assert_eq!(value.with_path(&Path::default(), Value::from(1)), Some(Value::from(1)));
}

#[test]
fn visits_outermost_first_and_no_deeper_than_asked() {
    let mut seen = Vec::new();
    sample().visit(&mut |path, _| {
        seen.push(path.to_string());
        path.root().is_none_or(|root| &**root != "ports")
    });
    assert_eq!(seen, ["", "env", "env[\"A\"]", "ports", "tags", "tags[*]"]);
}

#[test]
fn transforms_from_the_inside_and_keeps_marks() {
    let unknown = sample().transform(&mut |path, part| {
        if path.0.len() == 2 { Value::unknown(part.ty()).with_marks(part.marks()) } else { part }
    });
    assert!(!unknown.is_wholly_known());
    assert_eq!(unknown.ty(), sample().ty());
    assert_eq!(unknown.get("env").unwrap().deep_marks(), Marks::SENSITIVE);
}

proptest! {
    #[test]
    fn every_part_is_found_at_its_path(value in any_value(EVERYTHING)) {
        for (path, part) in value.parts() {
            prop_assert_eq!(value.at(&path), Some(part));
            prop_assert_eq!(value.with_path(&path, part.clone()), Some(value.clone()));
        }
        prop_assert_eq!(value.transform(&mut |_, part| part), value.clone());
    }

    #[test]
    fn marks_come_off_and_go_back_by_path(value in any_value(EVERYTHING)) {
        let (plain, marks) = value.clone().unmark_paths();
        prop_assert!(plain.deep_marks().is_empty());
        prop_assert_eq!(plain.mark_paths(&marks), value);
    }
}

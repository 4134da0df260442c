//! Arbitrary types, and values of a type.

use crate::{
    number::Number,
    types::Type,
    value::{Marks, Unknown, Value},
};
use proptest::{collection::vec, prelude::*};

/// Types without dynamic parts, of small depth.
pub(crate) fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            vec(inner.clone(), 0..3).prop_map(Type::tuple),
            vec(("[a-c]", inner), 0..3).prop_map(Type::object),
        ]
    })
}

/// Which values besides plain ones a strategy may give.
#[derive(Clone, Copy)]
pub(crate) struct With {
    pub(crate) nulls: bool,
    pub(crate) unknowns: bool,
    pub(crate) marks: bool,
}

pub(crate) const EVERYTHING: With = With { nulls: true, unknowns: true, marks: true };
pub(crate) const PLAIN: With = With { nulls: true, unknowns: false, marks: false };

/// Values of a type.
pub(crate) fn value_of(ty: &Type, with: With) -> BoxedStrategy<Value> {
    let known = known_of(ty, with);
    let (of_null, of_unknown) = (ty.clone(), ty.clone());
    let nulls = u32::from(with.nulls);
    let unknowns = u32::from(with.unknowns);
    let value = prop_oneof![
        10 => known,
        nulls => Just(()).prop_map(move |()| Value::null(of_null.clone())),
        unknowns => any::<bool>().prop_map(move |not_null| {
            Unknown { not_null, ..Unknown::of(of_unknown.clone()) }.into()
        }),
    ];
    if with.marks {
        (value, prop_oneof![5 => Just(Marks::NONE), 1 => Just(Marks::SENSITIVE)])
            .prop_map(|(value, marks): (Value, Marks)| value.with_marks(marks))
            .boxed()
    } else {
        value.boxed()
    }
}

fn known_of(ty: &Type, with: With) -> BoxedStrategy<Value> {
    match ty.clone() {
        Type::Dynamic => Just(Value::null(Type::Dynamic)).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Type::Number => prop_oneof![
            (-3i64..12).prop_map(Number::from),
            (-9i64..9).prop_map(|n| Number::from(n).div(&Number::from(8)).unwrap()),
            Just(Number::parse("1e30").unwrap()),
        ]
        .prop_map(Value::number)
        .boxed(),
        Type::String => prop_oneof!["[a-c]{0,2}", "[0-9]", Just("true".to_owned())]
            .prop_map(Value::string)
            .boxed(),
        Type::List(element) => vec(value_of(&element, with), 0..3)
            .prop_map(move |items| Value::list((*element).clone(), items))
            .boxed(),
        Type::Set(element) => vec(value_of(&element, with), 0..3)
            .prop_map(move |items| Value::set((*element).clone(), items))
            .boxed(),
        Type::Map(element) => vec(("[a-c]", value_of(&element, with)), 0..3)
            .prop_map(move |entries| Value::map((*element).clone(), entries))
            .boxed(),
        Type::Tuple(elements) => elements
            .iter()
            .map(|ty| value_of(ty, with))
            .collect::<Vec<_>>()
            .prop_map(Value::tuple)
            .boxed(),
        Type::Object(object) => object
            .attributes
            .iter()
            .map(|(name, ty)| {
                let name = name.clone();
                value_of(ty, with).prop_map(move |value| (name.clone(), value))
            })
            .collect::<Vec<_>>()
            .prop_map(Value::object)
            .boxed(),
    }
}

/// Values of any type.
pub(crate) fn any_value(with: With) -> impl Strategy<Value = Value> {
    any_type().prop_flat_map(move |ty| value_of(&ty, with))
}

/// Two values of the same type.
pub(crate) fn two_values(with: With) -> impl Strategy<Value = (Value, Value)> {
    any_type().prop_flat_map(move |ty| (value_of(&ty, with), value_of(&ty, with)))
}

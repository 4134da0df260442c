//! Marks: `sensitive nonsensitive issensitive ephemeralasnull`.

use super::{Body, Function, Outcome, Parameter, Shape};
use infra_model::{
    types::Type,
    value::{Data, Marks, Value},
};

const VALUE: &[Parameter] =
    &[Parameter::new("value", Shape::Any).null().unknown().dynamic().marked()];

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "ephemeralasnull",
        "A value with null for all that is ephemeral.",
        VALUE,
        Body::Plain(ephemeralasnull),
    )
    .depends(same_type)
    .nullable(),
    Function::new(
        "issensitive",
        "Whether a value is marked as sensitive.",
        VALUE,
        Body::Plain(issensitive),
    )
    .returns(Shape::Bool),
    Function::new(
        "nonsensitive",
        "A value without its mark as sensitive.",
        VALUE,
        Body::Plain(nonsensitive),
    )
    .depends(same_type)
    .nullable(),
    Function::new(
        "sensitive",
        "A value marked as sensitive, which is never shown.",
        VALUE,
        Body::Plain(sensitive),
    )
    .depends(same_type)
    .nullable(),
];

fn same_type(arguments: &[Value]) -> Result<Type, super::FunctionError> {
    Ok(arguments[0].ty())
}

fn sensitive(arguments: &[Value]) -> Outcome {
    Ok(arguments[0].clone().sensitive())
}

fn nonsensitive(arguments: &[Value]) -> Outcome {
    let (value, marks) = arguments[0].clone().unmark();
    Ok(value.with_marks(marks.without(Marks::SENSITIVE)))
}

fn issensitive(arguments: &[Value]) -> Outcome {
    Ok(if arguments[0].marks().contains(Marks::SENSITIVE) {
        Value::from(true)
    } else if arguments[0].is_known() {
        Value::from(false)
    } else {
        Value::unknown(Type::Bool)
    })
}

fn ephemeralasnull(arguments: &[Value]) -> Outcome {
    Ok(without_ephemeral(&arguments[0]))
}

/// Replaces whatever is ephemeral by a null of its type.
fn without_ephemeral(value: &Value) -> Value {
    if !value.deep_marks().contains(Marks::EPHEMERAL) {
        return value.clone();
    }
    let marks = value.marks().without(Marks::EPHEMERAL);
    if value.marks().contains(Marks::EPHEMERAL) {
        return Value::null(value.ty()).with_marks(marks);
    }
    let items = || super::arguments::items(value).iter().map(without_ephemeral).collect();
    let entries = || {
        let entries = value.entries().unwrap_or_default().iter();
        entries.map(|(key, value)| (key.clone(), without_ephemeral(value)))
    };
    let element = || value.element_type().cloned().unwrap_or(Type::Dynamic);
    let rebuilt = match value.data() {
        Data::List(_) => Value::list(element(), items()),
        Data::Set(_) => Value::set(element(), items()),
        Data::Tuple(_) => Value::tuple(items()),
        Data::Map(_) => Value::map(element(), entries()),
        Data::Object(_) => Value::object(entries()),
        Data::Null(_) | Data::Unknown(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => {
            value.clone()
        }
    };
    rebuilt.with_marks(marks)
}

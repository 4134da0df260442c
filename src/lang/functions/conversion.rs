//! Conversions by name: `tobool tolist tomap tonumber toset tostring`.

use super::{
    Body, Function, Outcome, Parameter, Shape,
    arguments::{fail_at, quoted},
};
use infra_model::{
    convert::convert,
    types::Type,
    value::{Marks, Value},
};

const V: &[Parameter] = &[Parameter::new("v", Shape::Any).null().unknown().dynamic().marked()];

pub(super) const TABLE: &[Function] = &[
    Function::new("tobool", "A value as a bool.", V, Body::Plain(|a| to(&a[0], &Type::Bool)))
        .returns(Shape::Bool)
        .nullable(),
    Function::new("tolist", "A value as a list.", V, Body::Plain(|a| to(&a[0], &Shape::List.ty())))
        .returns(Shape::List)
        .nullable(),
    Function::new("tomap", "A value as a map.", V, Body::Plain(|a| to(&a[0], &Shape::Map.ty())))
        .returns(Shape::Map)
        .nullable(),
    Function::new("tonumber", "A value as a number.", V, Body::Plain(|a| to(&a[0], &Type::Number)))
        .returns(Shape::Number)
        .nullable(),
    Function::new("toset", "A value as a set.", V, Body::Plain(|a| to(&a[0], &Shape::Set.ty())))
        .returns(Shape::Set)
        .nullable(),
    Function::new("tostring", "A value as a string.", V, Body::Plain(|a| to(&a[0], &Type::String)))
        .nullable(),
];

fn to(value: &Value, want: &Type) -> Outcome {
    let Ok(converted) = convert(value, want) else { return fail_at(0, misfit(value, want)) };
    if value.is_known() || !want.has_dynamic() || value.ty() == *want {
        return Ok(converted);
    }
    // Of an unknown Terraform tells only what the function is called after.
    Ok(Value::unknown(want.clone()).with_marks(converted.marks()))
}

fn misfit(value: &Value, want: &Type) -> String {
    let have = value.ty();
    let (name, wanted) = (have.friendly_name(), want.friendly_name_required());
    if !value.deep_marks().is_empty() {
        let kind =
            if value.deep_marks().contains(Marks::SENSITIVE) { "sensitive" } else { "ephemeral" };
        return format!("cannot convert this {kind} {name} to {wanted}");
    }
    let rule = match (&have, want) {
        (Type::String, Type::Bool) => "only the strings \"true\" or \"false\" are allowed",
        (Type::String, Type::Number) => "given string must be a decimal representation of a number",
        _ => return format!("cannot convert {name} to {wanted}"),
    };
    let what = value.as_text().map_or_else(|| "string".to_owned(), |text| quoted(text));
    format!("cannot convert {what} to {wanted}; {rule}")
}

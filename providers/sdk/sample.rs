//! A value with something in every place of a schema, to see whether a struct fits it.

use infra_model::{
    schema::{Block, NestedBlock, Nesting},
    text::Text,
    types::Type,
    value::Value,
};

/// Returns a value of a block in which nothing is null and no container empty.
pub fn populated(block: &Block) -> Value {
    let attributes = block.attributes.iter();
    let attributes = attributes.map(|(name, a)| (name.clone(), of_type(&a.ty.without_optional())));
    let blocks = block.blocks.iter().map(|(name, nested)| (name.clone(), of_nested(nested)));
    Value::object(attributes.chain(blocks))
}

fn of_nested(nested: &NestedBlock) -> Value {
    let object = nested.block.implied_type();
    let inner = populated(&nested.block);
    match nested.nesting {
        Nesting::Single | Nesting::Group => inner,
        Nesting::List => Value::list(object, vec![inner]),
        Nesting::Set => Value::set(object, vec![inner]),
        Nesting::Map => Value::map(object, [("key", inner)]),
    }
}

fn of_type(ty: &Type) -> Value {
    match ty {
        Type::Bool => Value::from(true),
        Type::Number => Value::from(1_i64),
        Type::String | Type::Dynamic => Value::from("1"),
        Type::List(element) => Value::list((**element).clone(), vec![of_type(element)]),
        Type::Set(element) => Value::set((**element).clone(), vec![of_type(element)]),
        Type::Map(element) => Value::map((**element).clone(), [("key", of_type(element))]),
        Type::Tuple(elements) => Value::tuple(elements.iter().map(of_type).collect()),
        Type::Object(object) => {
            let attribute = |(name, ty): (&Text, &Type)| (name.clone(), of_type(ty));
            Value::object(object.attributes.iter().map(attribute))
        }
    }
}

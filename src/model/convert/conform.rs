//! Whether a value needs no conversion, without building its type.

use crate::{
    types::Type,
    value::{Data, Value},
};

/// Returns whether conversion to the type would give the same value.
pub(super) fn conforms(value: &Value, want: &Type) -> bool {
    match (value.data(), want) {
        (_, Type::Dynamic)
        | (Data::Bool(_), Type::Bool)
        | (Data::Number(_), Type::Number)
        | (Data::String(_), Type::String) => true,
        (Data::Null(have), want) => want.accepts(have),
        (Data::Unknown(unknown), want) => want.accepts(&unknown.ty),
        (Data::List(_), Type::List(want))
        | (Data::Set(_), Type::Set(want))
        | (Data::Map(_), Type::Map(want)) => {
            value.element_type().is_some_and(|have| want.accepts(have))
        }
        (Data::Tuple(_), Type::Tuple(wants)) => value.items().is_some_and(|items| {
            items.len() == wants.len()
                && items.iter().zip(wants.iter()).all(|(item, want)| conforms(item, want))
        }),
        (Data::Object(_), Type::Object(want)) => value.entries().is_some_and(|entries| {
            entries.len() == want.attributes.len()
                && entries
                    .iter()
                    .zip(&want.attributes)
                    .all(|((have, value), (name, want))| have == name && conforms(value, want))
        }),
        (
            Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::List(_)
            | Data::Set(_)
            | Data::Map(_)
            | Data::Tuple(_)
            | Data::Object(_),
            _,
        ) => false,
    }
}

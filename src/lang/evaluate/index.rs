//! Indexes and attributes of values: the rules, without places.

use super::{Fault, unknown};
use infra_model::{
    convert::convert,
    number::Number,
    text::Text,
    types::Type,
    value::{Data, Value},
};

fn invalid(detail: impl Into<String>) -> Fault {
    Fault::new("infra::lang::index_invalid", "Invalid index", detail)
}

/// The fault of a key that leads nowhere, with a reason behind it.
fn no_element(reason: &str) -> Fault {
    let detail = "The given key does not identify an element in this collection value";
    if reason.is_empty() {
        invalid(format!("{detail}."))
    } else {
        invalid(format!("{detail}: {reason}."))
    }
}

/// Returns `collection[key]`.
pub(crate) fn index_of(collection: &Value, key: &Value) -> Result<Value, Fault> {
    if collection.is_null() {
        return Err(Fault::new(
            "infra::lang::index_of_null",
            "Attempt to index null value",
            "This value is null, so it does not have any indices.",
        ));
    }
    if key.is_null() {
        return Err(invalid("Can't use a null value as an indexing key."));
    }
    let marks = collection.marks() | key.marks();
    let ty = collection.ty_shallow();
    let value = match ty {
        Shallow::Dynamic => return Ok(unknown().with_marks(marks)),
        Shallow::List | Shallow::Tuple => sequence(collection, key)?,
        Shallow::Map | Shallow::Object => mapping(collection, key)?,
        Shallow::Set => {
            return Err(invalid(
                "Elements of a set are identified only by their value and don't have any separate index or key to select with, so it's only possible to perform operations across all elements of the set.",
            ));
        }
        Shallow::Primitive => return Err(invalid("This value does not have any indices.")),
    };
    Ok(value.with_marks(marks))
}

/// The kind of a value's type, told without building the type.
enum Shallow {
    Dynamic,
    List,
    Tuple,
    Map,
    Object,
    Set,
    Primitive,
}

trait TypeShallow {
    fn ty_shallow(&self) -> Shallow;
}

impl TypeShallow for Value {
    fn ty_shallow(&self) -> Shallow {
        match self.data() {
            Data::Null(ty) => of_type(ty),
            Data::Unknown(unknown) => of_type(&unknown.ty),
            Data::Bool(_) | Data::Number(_) | Data::String(_) => Shallow::Primitive,
            Data::List(_) => Shallow::List,
            Data::Set(_) => Shallow::Set,
            Data::Map(_) => Shallow::Map,
            Data::Tuple(_) => Shallow::Tuple,
            Data::Object(_) => Shallow::Object,
        }
    }
}

fn of_type(ty: &Type) -> Shallow {
    match ty {
        Type::Dynamic => Shallow::Dynamic,
        Type::Bool | Type::Number | Type::String => Shallow::Primitive,
        Type::List(_) => Shallow::List,
        Type::Set(_) => Shallow::Set,
        Type::Map(_) => Shallow::Map,
        Type::Tuple(_) => Shallow::Tuple,
        Type::Object(_) => Shallow::Object,
    }
}

fn sequence(collection: &Value, key: &Value) -> Result<Value, Fault> {
    let key = convert(key, &Type::Number).map_err(|error| no_element(&error.message))?;
    let Some(number) = key.as_number() else {
        return Ok(collection.element_unknown());
    };
    if let Some(Type::List(element)) = collection.as_unknown().map(|unknown| &unknown.ty) {
        // No number is wrong yet, not even a negative one.
        return Ok(Value::unknown((**element).clone()));
    }
    check_sequence_index(number).map_err(no_element)?;
    let index = number.to_usize();
    if let Some(items) = collection.items() {
        let found = index.and_then(|index| items.get(index));
        return found.cloned().ok_or_else(|| no_element(beyond(items.len())));
    }
    match collection.as_unknown().map(|unknown| &unknown.ty) {
        Some(Type::Tuple(elements)) => {
            let found = index.and_then(|index| elements.get(index));
            found.map(|ty| Value::unknown(ty.clone())).ok_or_else(|| no_element(""))
        }
        _ => Ok(unknown()),
    }
}

fn check_sequence_index(number: &Number) -> Result<(), &'static str> {
    if number.is_negative() {
        return Err("a negative number is not a valid index for a sequence");
    }
    if !number.is_integer() && number.is_finite() {
        return Err(
            "indexing a sequence requires a whole number, but the given index has a fractional part",
        );
    }
    Ok(())
}

fn beyond(length: usize) -> &'static str {
    if length == 0 {
        "the collection has no elements"
    } else {
        "the given index is greater than or equal to the length of the collection"
    }
}

fn mapping(collection: &Value, key: &Value) -> Result<Value, Fault> {
    let is_number = key.as_number().is_some();
    let key = convert(key, &Type::String).map_err(|error| no_element(&error.message))?;
    let Some(name) = key.as_text() else {
        return Ok(collection.element_unknown());
    };
    let missing = || match collection.ty_shallow() {
        Shallow::Object if is_number => invalid(
            "The given key does not identify an element in this collection value. An object only supports looking up attributes by name, not by numeric index.",
        ),
        _ => no_element(""),
    };
    if collection.is_known() {
        return collection.get(name).cloned().ok_or_else(missing);
    }
    match collection.as_unknown().map(|unknown| &unknown.ty) {
        Some(Type::Map(element)) => Ok(Value::unknown((**element).clone())),
        // As in Terraform, the attribute is looked for, and its type told, once the object is known.
        _ => Ok(unknown()),
    }
}

trait ElementUnknown {
    /// Returns an unknown element: of the element type for lists and maps.
    fn element_unknown(&self) -> Value;
}

impl ElementUnknown for Value {
    fn element_unknown(&self) -> Value {
        match self.data() {
            Data::List(_) | Data::Map(_) | Data::Unknown(_) => {
                self.ty().element().map_or_else(unknown, |ty| Self::unknown(ty.clone()))
            }
            _ => unknown(),
        }
    }
}

fn unsupported(detail: impl Into<String>) -> Fault {
    Fault::new("infra::lang::attribute_unsupported", "Unsupported attribute", detail)
}

/// Returns `value.name`.
pub(crate) fn attribute_of(value: &Value, name: &Text) -> Result<Value, Fault> {
    if value.is_null() {
        return Err(Fault::new(
            "infra::lang::attribute_of_null",
            "Attempt to get attribute from null value",
            "This value is null, so it does not have any attributes.",
        ));
    }
    let marks = value.marks();
    let found = match value.data() {
        Data::Object(_) => value.get(name).cloned().ok_or_else(|| no_attribute(name))?,
        Data::Map(_) => value.get(name).cloned().ok_or_else(|| no_key(name))?,
        Data::Unknown(unknown) => unknown_attribute(&unknown.ty, name)?,
        _ => return Err(no_attributes(&value.ty(), name)),
    };
    Ok(found.with_marks(marks))
}

fn no_attribute(name: &str) -> Fault {
    unsupported(format!("This object does not have an attribute named {name:?}."))
}

fn no_key(name: &str) -> Fault {
    Fault::new(
        "infra::lang::map_element_missing",
        "Missing map element",
        format!("This map does not have an element with the key {name:?}."),
    )
}

fn unknown_attribute(ty: &Type, name: &Text) -> Result<Value, Fault> {
    match ty {
        Type::Dynamic => Ok(unknown()),
        Type::Map(element) => Ok(Value::unknown((**element).clone())),
        Type::Object(object) => match object.attributes.get(name) {
            Some(ty) => Ok(Value::unknown(ty.clone())),
            None => Err(no_attribute(name)),
        },
        Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Tuple(_) => Err(no_attributes(ty, name)),
    }
}

fn no_attributes(ty: &Type, name: &str) -> Fault {
    match ty {
        Type::Bool | Type::Number | Type::String => unsupported(format!(
            "Can't access attributes on a primitive-typed value ({}).",
            ty.friendly_name()
        )),
        Type::List(element) if matches!(**element, Type::Object(_)) => unsupported(format!(
            "Can't access attributes on a list of objects. Did you mean to access attribute {name:?} for a specific element of the list, or across all elements of the list?"
        )),
        Type::Set(element) if matches!(**element, Type::Object(_)) => unsupported(format!(
            "Can't access attributes on a set of objects. Did you mean to access attribute {name:?} across all elements of the set?"
        )),
        _ => unsupported("This value does not have any attributes."),
    }
}

//! Values of any type inside typed structs and in frames: the value says its own type.

use super::{ConvertError, handed};
use infra_model::{
    number::Number,
    text::Text,
    types::Type,
    value::{Data, Marks, Value},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The name by which reader and writer know this wrapper from other newtypes.
pub(super) const NAME: &str = "$infra::Dynamic";

/// A field that holds a value of any type, as it is.
///
/// In any other serde format it reads and writes a form that keeps types, unknowns and marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dynamic(pub Value);

/// The self-describing form; it never leaves a process for longer than a frame.
#[derive(Serialize, Deserialize)]
pub(super) enum Wire {
    Null(WireType),
    Unknown(WireType),
    Bool(bool),
    Number(String),
    String(String),
    List(WireType, Vec<Self>),
    Set(WireType, Vec<Self>),
    Map(WireType, Vec<(String, Self)>),
    Tuple(Vec<Self>),
    Object(Vec<(String, Self)>),
    Marked(u8, Box<Self>),
}

/// A type in the self-describing form.
#[derive(Serialize, Deserialize)]
pub(super) enum WireType {
    Dynamic,
    Bool,
    Number,
    String,
    List(Box<Self>),
    Set(Box<Self>),
    Map(Box<Self>),
    Tuple(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl From<&Value> for Wire {
    fn from(value: &Value) -> Self {
        let marks = value.marks();
        if !marks.is_empty() {
            let (plain, _) = value.clone().unmark();
            return Self::Marked(marks.bits(), Box::new(Self::from(&plain)));
        }
        let ty = value.ty();
        let element = || WireType::from(ty.element().unwrap_or(&Type::Dynamic));
        let items = || value.items().unwrap_or_default().iter().map(Self::from).collect();
        let entry = |(key, inner): &(Text, Value)| (key.to_string(), Self::from(inner));
        let entries = || value.entries().unwrap_or_default().iter().map(entry).collect();
        match value.data() {
            Data::Null(ty) => Self::Null(ty.into()),
            // Refinements are a help to planning and may be dropped.
            Data::Unknown(unknown) => Self::Unknown((&unknown.ty).into()),
            Data::Bool(value) => Self::Bool(*value),
            Data::Number(number) => Self::Number(number.to_string()),
            Data::String(text) => Self::String(text.to_string()),
            Data::List(_) => Self::List(element(), items()),
            Data::Set(_) => Self::Set(element(), items()),
            Data::Map(_) => Self::Map(element(), entries()),
            Data::Tuple(_) => Self::Tuple(items()),
            Data::Object(_) => Self::Object(entries()),
        }
    }
}

impl TryFrom<Wire> for Value {
    type Error = ConvertError;

    fn try_from(wire: Wire) -> Result<Self, ConvertError> {
        let items = |wires: Vec<Wire>| -> Result<Vec<Self>, ConvertError> {
            wires.into_iter().map(Self::try_from).collect()
        };
        Ok(match wire {
            Wire::Null(ty) => Self::null(ty.into()),
            Wire::Unknown(ty) => Self::unknown(ty.into()),
            Wire::Bool(value) => Self::from(value),
            Wire::Number(text) => Self::number(
                Number::parse(&text).map_err(|_| ConvertError::new("is not a number"))?,
            ),
            Wire::String(text) => Self::string(text),
            Wire::List(ty, wires) => Self::list(ty.into(), items(wires)?),
            Wire::Set(ty, wires) => Self::set(ty.into(), items(wires)?),
            Wire::Map(ty, wires) => Self::map(ty.into(), entries(wires)?),
            Wire::Tuple(wires) => Self::tuple(items(wires)?),
            Wire::Object(wires) => Self::object(entries(wires)?),
            Wire::Marked(bits, inner) => {
                let marks = Marks::from_bits(bits);
                let marks = marks.ok_or_else(|| ConvertError::new("has an unknown mark"))?;
                Self::try_from(*inner)?.with_marks(marks)
            }
        })
    }
}

fn entries(wires: Vec<(String, Wire)>) -> Result<Vec<(String, Value)>, ConvertError> {
    wires.into_iter().map(|(key, wire)| Ok((key, Value::try_from(wire)?))).collect()
}

impl From<&Type> for WireType {
    fn from(ty: &Type) -> Self {
        let inner = |ty: &Type| Box::new(Self::from(ty));
        match ty {
            Type::Dynamic => Self::Dynamic,
            Type::Bool => Self::Bool,
            Type::Number => Self::Number,
            Type::String => Self::String,
            Type::List(element) => Self::List(inner(element)),
            Type::Set(element) => Self::Set(inner(element)),
            Type::Map(element) => Self::Map(inner(element)),
            Type::Tuple(elements) => Self::Tuple(elements.iter().map(Self::from).collect()),
            Type::Object(object) => {
                let attribute = |(name, ty): (&Text, &Type)| (name.to_string(), Self::from(ty));
                Self::Object(object.attributes.iter().map(attribute).collect())
            }
        }
    }
}

impl From<WireType> for Type {
    fn from(ty: WireType) -> Self {
        match ty {
            WireType::Dynamic => Self::Dynamic,
            WireType::Bool => Self::Bool,
            WireType::Number => Self::Number,
            WireType::String => Self::String,
            WireType::List(element) => Self::list((*element).into()),
            WireType::Set(element) => Self::set((*element).into()),
            WireType::Map(element) => Self::map((*element).into()),
            WireType::Tuple(elements) => Self::tuple(elements.into_iter().map(Self::from)),
            WireType::Object(attributes) => {
                Self::object(attributes.into_iter().map(|(name, ty)| (name, ty.into())))
            }
        }
    }
}

impl Default for Dynamic {
    fn default() -> Self {
        Self(Value::null(Type::Dynamic))
    }
}

impl Serialize for Dynamic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(NAME, &Outgoing(&self.0))
    }
}

/// The inside of a [`Dynamic`]: the value itself for our own writer, the wire form for any other.
struct Outgoing<'v>(&'v Value);

impl Serialize for Outgoing<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if handed::leave(self.0) {
            return serializer.serialize_unit();
        }
        Wire::from(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Dynamic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, Inside)
    }
}

struct Inside;

impl<'de> de::Visitor<'de> for Inside {
    type Value = Dynamic;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that says its type")
    }

    /// Our own reader hands the value over.
    fn visit_unit<E: de::Error>(self) -> Result<Dynamic, E> {
        let handed = handed::take().map(Dynamic);
        handed.ok_or_else(|| E::invalid_type(de::Unexpected::Unit, &self))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Dynamic, D::Error> {
        let wire = Wire::deserialize(inner)?;
        Value::try_from(wire).map(Dynamic).map_err(de::Error::custom)
    }
}

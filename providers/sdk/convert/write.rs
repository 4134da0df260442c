//! Values as a serde serializer, led by the type that the result must have.

use super::{ConvertError, handed, wire::NAME};
use infra_model::{number::Number, path::Step, text::Text, types::Type, value::Value};
use serde::{Serialize, Serializer, ser};
use std::fmt::Display;

mod compound;

use compound::{Entries, Items};

/// The type of parts whose type is not given: they keep the type they have.
pub(super) static FREE: Type = Type::Dynamic;

/// Writes one value of a type.
#[derive(Clone, Copy)]
pub(super) struct Writer<'t> {
    ty: &'t Type,
}

impl<'t> Writer<'t> {
    pub(super) fn new(ty: &'t Type) -> Self {
        Self { ty }
    }

    fn expect(self, wanted: &Type, value: Value) -> Result<Value, ConvertError> {
        if self.ty == wanted || *self.ty == Type::Dynamic {
            return Ok(value);
        }
        Err(ConvertError::new(format!("is a {wanted} and must be a {}", self.ty)))
    }

    fn number(self, number: impl Into<Number>) -> Result<Value, ConvertError> {
        self.expect(&Type::Number, Value::number(number))
    }

    fn string(self, text: &str) -> Result<Value, ConvertError> {
        self.expect(&Type::String, Value::string(text))
    }

    fn items(self) -> Result<Items<'t>, ConvertError> {
        match self.ty {
            Type::List(_) | Type::Set(_) | Type::Tuple(_) | Type::Dynamic => {
                Ok(Items { ty: self.ty, items: Vec::new() })
            }
            Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_) => {
                Err(ConvertError::new(format!("is a sequence and must be a {}", self.ty)))
            }
        }
    }

    fn entries(self) -> Result<Entries<'t>, ConvertError> {
        match self.ty {
            Type::Map(_) | Type::Object(_) | Type::Dynamic => {
                Ok(Entries { ty: self.ty, written: Vec::new(), key: None })
            }
            Type::Bool
            | Type::Number
            | Type::String
            | Type::List(_)
            | Type::Set(_)
            | Type::Tuple(_) => {
                Err(ConvertError::new(format!("has named parts and must be a {}", self.ty)))
            }
        }
    }
}

fn unsupported(what: impl Display) -> ConvertError {
    ConvertError::new(format!("{what} can't be written as a value"))
}

impl<'t> Serializer for Writer<'t> {
    type Ok = Value;
    type Error = ConvertError;
    type SerializeSeq = Items<'t>;
    type SerializeTuple = Items<'t>;
    type SerializeTupleStruct = Items<'t>;
    type SerializeTupleVariant = ser::Impossible<Value, ConvertError>;
    type SerializeMap = Entries<'t>;
    type SerializeStruct = Entries<'t>;
    type SerializeStructVariant = ser::Impossible<Value, ConvertError>;

    fn serialize_bool(self, value: bool) -> Result<Value, ConvertError> {
        self.expect(&Type::Bool, Value::from(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Value, ConvertError> {
        self.number(i64::from(value))
    }

    fn serialize_i16(self, value: i16) -> Result<Value, ConvertError> {
        self.number(i64::from(value))
    }

    fn serialize_i32(self, value: i32) -> Result<Value, ConvertError> {
        self.number(i64::from(value))
    }

    fn serialize_i64(self, value: i64) -> Result<Value, ConvertError> {
        self.number(value)
    }

    fn serialize_u8(self, value: u8) -> Result<Value, ConvertError> {
        self.number(u64::from(value))
    }

    fn serialize_u16(self, value: u16) -> Result<Value, ConvertError> {
        self.number(u64::from(value))
    }

    fn serialize_u32(self, value: u32) -> Result<Value, ConvertError> {
        self.number(u64::from(value))
    }

    fn serialize_u64(self, value: u64) -> Result<Value, ConvertError> {
        self.number(value)
    }

    fn serialize_f32(self, value: f32) -> Result<Value, ConvertError> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<Value, ConvertError> {
        let number = Number::from_f64(value);
        self.number(number.ok_or_else(|| ConvertError::new("is not a number"))?)
    }

    fn serialize_char(self, value: char) -> Result<Value, ConvertError> {
        self.string(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Value, ConvertError> {
        self.string(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, ConvertError> {
        Err(unsupported("bytes"))
    }

    fn serialize_none(self) -> Result<Value, ConvertError> {
        Ok(Value::null(self.ty.clone()))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, ConvertError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, ConvertError> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, ConvertError> {
        self.serialize_none()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value, ConvertError> {
        self.string(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Value, ConvertError> {
        if name != NAME {
            return value.serialize(self);
        }
        let left = handed::want(|| value.serialize(self).map(drop))?;
        let value = left.ok_or_else(|| ConvertError::new("is no value"))?;
        let ty = value.ty();
        if value.is_null() {
            return Ok(Value::null(if ty == Type::Dynamic { self.ty.clone() } else { ty }));
        }
        self.expect(&ty, value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Value, ConvertError> {
        Err(unsupported(name))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'t>, ConvertError> {
        self.items()
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'t>, ConvertError> {
        self.items()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'t>, ConvertError> {
        self.items()
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, ConvertError> {
        Err(unsupported(name))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'t>, ConvertError> {
        self.entries()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries<'t>, ConvertError> {
        self.entries()
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, ConvertError> {
        Err(unsupported(name))
    }
}

/// Returns a name as a step, by what it is a name in.
pub(super) fn step(ty: &Type, name: &str) -> Step {
    match ty {
        Type::Map(_) => Step::Key(Text::from(name)),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Tuple(_)
        | Type::Object(_) => Step::Attribute(Text::from(name)),
    }
}

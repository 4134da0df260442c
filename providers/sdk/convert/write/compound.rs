//! Sequences and named parts on their way into a value.

use super::{FREE, Writer, step};
use crate::convert::ConvertError;
use infra_model::{path::Step, text::Text, types::Type, value::Value};
use serde::{Serialize, ser};

/// A list, set or tuple that is being written.
pub(in crate::convert) struct Items<'t> {
    pub(super) ty: &'t Type,
    pub(super) items: Vec<Value>,
}

impl Items<'_> {
    fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ConvertError> {
        let index = self.items.len();
        let ty = if let Type::Tuple(elements) = self.ty {
            elements.get(index)
        } else {
            self.ty.element()
        };
        let ty = ty.unwrap_or(&FREE);
        let item = item.serialize(Writer::new(ty));
        self.items.push(item.map_err(|error| error.inside(Step::Index(index)))?);
        Ok(())
    }

    fn finish(self) -> Result<Value, ConvertError> {
        if let Type::Tuple(elements) = self.ty
            && elements.len() != self.items.len()
        {
            return Err(ConvertError::new(format!("must have {} elements", elements.len())));
        }
        Ok(match (self.ty, self.ty.element()) {
            (Type::Set(_), Some(element)) => Value::set(element.clone(), self.items),
            (_, Some(element)) => Value::list(element.clone(), self.items),
            (_, None) => Value::tuple(self.items),
        })
    }
}

/// A map or object that is being written.
pub(in crate::convert) struct Entries<'t> {
    pub(super) ty: &'t Type,
    pub(super) written: Vec<(Text, Value)>,
    pub(super) key: Option<Text>,
}

impl Entries<'_> {
    fn push<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), ConvertError> {
        let ty = if let Type::Object(object) = self.ty {
            object.attributes.get(name).ok_or_else(|| {
                ConvertError::new(format!("field `{name}` is no attribute of the schema"))
            })?
        } else {
            self.ty.element().unwrap_or(&FREE)
        };
        let value = value.serialize(Writer::new(ty));
        let value = value.map_err(|error| error.inside(step(self.ty, name)))?;
        self.written.push((Text::from(name), value));
        Ok(())
    }

    fn finish(mut self) -> Value {
        if let Type::Map(element) = self.ty {
            return Value::map((**element).clone(), self.written);
        }
        if let Type::Object(object) = self.ty {
            for (name, ty) in &object.attributes {
                if !self.written.iter().any(|(written, _)| written == name) {
                    self.written.push((name.clone(), Value::null(ty.clone())));
                }
            }
        }
        Value::object(self.written)
    }
}

impl ser::SerializeSeq for Items<'_> {
    type Ok = Value;
    type Error = ConvertError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ConvertError> {
        self.push(item)
    }

    fn end(self) -> Result<Value, ConvertError> {
        self.finish()
    }
}

impl ser::SerializeTuple for Items<'_> {
    type Ok = Value;
    type Error = ConvertError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ConvertError> {
        self.push(item)
    }

    fn end(self) -> Result<Value, ConvertError> {
        self.finish()
    }
}

impl ser::SerializeTupleStruct for Items<'_> {
    type Ok = Value;
    type Error = ConvertError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ConvertError> {
        self.push(item)
    }

    fn end(self) -> Result<Value, ConvertError> {
        self.finish()
    }
}

impl ser::SerializeMap for Entries<'_> {
    type Ok = Value;
    type Error = ConvertError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ConvertError> {
        let key = key.serialize(Writer::new(&Type::String))?;
        self.key = key.as_text().cloned();
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConvertError> {
        let key = self.key.take().ok_or_else(|| ConvertError::new("has a value without a key"))?;
        self.push(&key, value)
    }

    fn end(self) -> Result<Value, ConvertError> {
        Ok(self.finish())
    }
}

impl ser::SerializeStruct for Entries<'_> {
    type Ok = Value;
    type Error = ConvertError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), ConvertError> {
        self.push(name, value)
    }

    fn end(self) -> Result<Value, ConvertError> {
        Ok(self.finish())
    }
}

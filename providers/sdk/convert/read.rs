//! Values as a serde deserializer.

use super::{ConvertError, handed, wire::NAME};
use infra_model::{
    path::Step,
    text::Text,
    value::{Data, Value},
};
use serde::{
    Deserializer,
    de::{DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor, value},
    forward_to_deserialize_any,
};

/// Reads one unmarked value.
#[derive(Clone, Copy)]
pub(super) struct Reader<'v> {
    value: &'v Value,
}

impl<'v> Reader<'v> {
    pub(super) fn new(value: &'v Value) -> Self {
        Self { value }
    }

    fn items<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        let items = self.value.items().unwrap_or_default();
        visitor.visit_seq(Items { items, next: 0 })
    }

    fn entries<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        let entries = self.value.entries().unwrap_or_default();
        let is_object = matches!(self.value.data(), Data::Object(_));
        visitor.visit_map(Entries { all: entries, next: 0, is_object })
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = ConvertError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        match self.value.data() {
            Data::Null(_) => visitor.visit_unit(),
            Data::Unknown(_) => Err(ConvertError::new("is not known")),
            Data::Bool(value) => visitor.visit_bool(*value),
            Data::Number(number) => match (number.to_i64(), number.to_u64()) {
                (Some(number), _) => visitor.visit_i64(number),
                (None, Some(number)) => visitor.visit_u64(number),
                (None, None) => visitor.visit_f64(number.to_f64()),
            },
            Data::String(text) => visitor.visit_str(text),
            Data::List(_) | Data::Set(_) | Data::Tuple(_) => self.items(visitor),
            Data::Map(_) | Data::Object(_) => self.entries(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        if name != NAME {
            return visitor.visit_newtype_struct(self);
        }
        handed::give(self.value, || visitor.visit_unit())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        let Some(entries) = self.value.entries() else {
            return self.deserialize_any(visitor);
        };
        if let Some((name, _)) = entries.iter().find(|(name, _)| !fields.contains(&&**name)) {
            return Err(ConvertError::new(format!("`{name}` is no field of the struct")));
        }
        if let Some(missing) = fields.iter().find(|field| self.value.get(field).is_none()) {
            return Err(ConvertError::new(format!("`{missing}` is missing")));
        }
        self.entries(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        match self.value.as_text() {
            Some(text) => {
                visitor.visit_enum(IntoDeserializer::<ConvertError>::into_deserializer(&**text))
            }
            None => Err(ConvertError::new("is not a string")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

struct Items<'v> {
    items: &'v [Value],
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = ConvertError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ConvertError> {
        let Some(item) = self.items.get(self.next) else { return Ok(None) };
        let step = Step::Index(self.next);
        self.next += 1;
        seed.deserialize(Reader::new(item)).map(Some).map_err(|error| error.inside(step))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.next)
    }
}

struct Entries<'v> {
    all: &'v [(Text, Value)],
    next: usize,
    is_object: bool,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = ConvertError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ConvertError> {
        let Some((key, _)) = self.all.get(self.next) else { return Ok(None) };
        let key: value::StrDeserializer<'_, ConvertError> = (&**key).into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<T::Value, ConvertError> {
        let Some((key, value)) = self.all.get(self.next) else {
            return Err(ConvertError::new("has no more entries"));
        };
        self.next += 1;
        let step =
            if self.is_object { Step::Attribute(key.clone()) } else { Step::Key(key.clone()) };
        seed.deserialize(Reader::new(value)).map_err(|error| error.inside(step))
    }
}

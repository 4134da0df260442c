//! Types, values and paths in bytes, both ways side by side.
//!
//! A value is a tag with its marks folded in, then its content:
//!
//! ```text
//! tag (low 5 bits: what it is; bit 5: marks follow) [marks] content
//! ```

use super::{DEPTH_MAX, Decoder, Encoder, Policy, WireError, WireProblem};
use crate::{
    number::Number,
    path::{Path, Step},
    text::Text,
    types::{ObjectType, Type},
    value::{Data, Marks, Range, Unknown, Value},
};
use std::sync::Arc;

const MARKED: u8 = 0x20;

/// The tag of an unknown; that of a null is less.
const UNKNOWN: u8 = 1;

/// Numbers of the types that need no definition; the table of the others begins behind them.
const SIMPLE: [Type; 4] = [Type::Dynamic, Type::Bool, Type::Number, Type::String];

impl Encoder {
    fn enter(&mut self) -> bool {
        if self.depth == DEPTH_MAX {
            self.fail(WireProblem::TooDeep);
            return false;
        }
        self.depth += 1;
        true
    }

    /// Writes a type; the second time only its number.
    pub fn ty(&mut self, ty: &Type) {
        if let Some(simple) = SIMPLE.iter().position(|simple| simple == ty) {
            return self.size(simple + 1);
        }
        if let Some(index) = self.types.get_index_of(ty) {
            return self.size(index + 1 + SIMPLE.len());
        }
        if !self.enter() {
            return;
        }
        self.number(0);
        match ty {
            Type::Dynamic | Type::Bool | Type::Number | Type::String => {}
            Type::List(element) => self.collection_type(0, element),
            Type::Set(element) => self.collection_type(1, element),
            Type::Map(element) => self.collection_type(2, element),
            Type::Tuple(elements) => {
                self.byte(3);
                self.sequence(elements.iter(), Self::ty);
            }
            Type::Object(object) => {
                self.byte(4);
                self.size(object.attributes.len());
                for (name, ty) in &object.attributes {
                    self.text(name);
                    self.ty(ty);
                }
                self.sequence(&object.optional, Self::text);
            }
        }
        self.types.insert(ty.clone());
        self.depth -= 1;
    }

    fn collection_type(&mut self, tag: u8, element: &Type) {
        self.byte(tag);
        self.ty(element);
    }

    /// Writes a value with its marks.
    pub fn value(&mut self, value: &Value) {
        self.refuse(value);
        if !self.enter() {
            return;
        }
        let marks = value.marks();
        let tag = tag_of(value.data());
        self.byte(if marks.is_empty() { tag } else { tag | MARKED });
        if !marks.is_empty() {
            self.byte(marks.bits());
        }
        match value.data() {
            Data::Null(ty) => self.ty(ty),
            Data::Unknown(unknown) => self.unknown(unknown),
            Data::Bool(value) => self.bool(*value),
            Data::Number(number) => self.value_number(number),
            Data::String(text) => self.text(text),
            Data::List(_) | Data::Set(_) | Data::Map(_) => {
                self.ty(value.ty().element().unwrap_or(&Type::Dynamic));
                self.content(value);
            }
            Data::Tuple(_) | Data::Object(_) => self.content(value),
        }
        self.depth -= 1;
    }

    fn content(&mut self, value: &Value) {
        if let Some(items) = value.items() {
            self.sequence(items, Self::value);
        }
        if let Some(entries) = value.entries() {
            self.sequence(entries, |encoder, (key, value)| {
                encoder.text(key);
                encoder.value(value);
            });
        }
    }

    fn refuse(&mut self, value: &Value) {
        let hollow = !value.is_known() || value.is_null();
        if value.marks().contains(Marks::EPHEMERAL) && !(hollow && self.policy == Policy::Plan) {
            self.fail(WireProblem::Ephemeral);
        }
        if !value.is_known() && self.policy == Policy::Stored {
            self.fail(WireProblem::Unknown);
        }
    }

    fn unknown(&mut self, unknown: &Unknown) {
        self.ty(&unknown.ty);
        self.bool(unknown.not_null);
        self.text(&unknown.prefix);
        self.range(&unknown.numbers, Self::value_number);
        self.range(&unknown.length, |encoder, length| encoder.number(*length));
    }

    fn range<T>(&mut self, range: &Range<T>, write: impl Fn(&mut Self, &T)) {
        for bound in [&range.low, &range.high] {
            self.option(bound.as_ref(), |encoder, (bound, allowed)| {
                write(encoder, bound);
                encoder.bool(*allowed);
            });
        }
    }

    /// Writes a path.
    pub fn path(&mut self, path: &Path) {
        self.sequence(&path.0, |encoder, step| match step {
            Step::Attribute(name) => {
                encoder.byte(0);
                encoder.text(name);
            }
            Step::Key(key) => {
                encoder.byte(1);
                encoder.text(key);
            }
            Step::Index(index) => {
                encoder.byte(2);
                encoder.size(*index);
            }
            Step::Element(element) => {
                encoder.byte(3);
                encoder.value(element);
            }
        });
    }
}

fn tag_of(data: &Data) -> u8 {
    match data {
        Data::Null(_) => 0,
        Data::Unknown(_) => 1,
        Data::Bool(_) => 2,
        Data::Number(_) => 3,
        Data::String(_) => 4,
        Data::List(_) => 5,
        Data::Set(_) => 6,
        Data::Map(_) => 7,
        Data::Tuple(_) => 8,
        Data::Object(_) => 9,
    }
}

impl Decoder<'_> {
    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, WireError>,
    ) -> Result<T, WireError> {
        if self.depth == DEPTH_MAX {
            return Err(self.error(WireProblem::TooDeep));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Reads a type.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn ty(&mut self) -> Result<Type, WireError> {
        let Some(index) = self.size()?.checked_sub(1) else {
            let ty = self.deeper(Self::new_type)?;
            self.types.push(ty.clone());
            return Ok(ty);
        };
        let known = SIMPLE.get(index).or_else(|| self.types.get(index.wrapping_sub(SIMPLE.len())));
        known.cloned().ok_or_else(|| self.unexpected("type"))
    }

    fn new_type(&mut self) -> Result<Type, WireError> {
        Ok(match self.byte()? {
            0 => Type::List(Arc::new(self.ty()?)),
            1 => Type::Set(Arc::new(self.ty()?)),
            2 => Type::Map(Arc::new(self.ty()?)),
            3 => Type::Tuple(self.sequence(Self::ty)?.into()),
            4 => {
                let attributes = self.sequence(|decoder| Ok((decoder.text()?, decoder.ty()?)))?;
                let optional = self.sequence(Self::text)?;
                Type::Object(Arc::new(ObjectType {
                    attributes: attributes.into_iter().collect(),
                    optional: optional.into_iter().collect(),
                }))
            }
            _ => return Err(self.unexpected("type")),
        })
    }

    /// Reads a value with its marks.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn value(&mut self) -> Result<Value, WireError> {
        self.deeper(Self::new_value)
    }

    /// Reads the marks of a value, refusing those that nobody writes: see [`Encoder::value`].
    fn marks(&mut self, tag: u8) -> Result<Marks, WireError> {
        if tag & MARKED == 0 {
            return Ok(Marks::NONE);
        }
        let bits = self.byte()?;
        let marks = Marks::from_bits(bits).ok_or_else(|| self.unexpected("mark"))?;
        let is_hollow = tag & !MARKED <= UNKNOWN;
        if marks.contains(Marks::EPHEMERAL) && !is_hollow {
            return Err(self.error(WireProblem::Ephemeral));
        }
        Ok(marks)
    }

    fn new_value(&mut self) -> Result<Value, WireError> {
        let tag = self.byte()?;
        let marks = self.marks(tag)?;
        let value = match tag & !MARKED {
            0 => Value::null(self.ty()?),
            1 => self.unknown()?.into(),
            2 => self.bool()?.into(),
            3 => Value::number(self.value_number()?),
            4 => Value::string(self.text()?),
            5 => Value::list(self.ty()?, self.sequence(Self::value)?),
            6 => Value::set(self.ty()?, self.sequence(Self::value)?),
            7 => Value::map(self.ty()?, self.entries()?),
            8 => Value::tuple(self.sequence(Self::value)?),
            9 => Value::object(self.entries()?),
            _ => return Err(self.unexpected("value")),
        };
        Ok(value.with_marks(marks))
    }

    fn entries(&mut self) -> Result<Vec<(Text, Value)>, WireError> {
        self.sequence(|decoder| Ok((decoder.text()?, decoder.value()?)))
    }

    fn unknown(&mut self) -> Result<Unknown, WireError> {
        Ok(Unknown {
            ty: self.ty()?,
            not_null: self.bool()?,
            prefix: self.text()?,
            numbers: self.range::<Number>(Self::value_number)?,
            length: self.range(Self::number)?,
        })
    }

    fn range<T>(
        &mut self,
        read: impl Fn(&mut Self) -> Result<T, WireError>,
    ) -> Result<Range<T>, WireError> {
        let mut bound = || self.option(|decoder| Ok((read(decoder)?, decoder.bool()?)));
        Ok(Range { low: bound()?, high: bound()? })
    }

    /// Reads a path.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn path(&mut self) -> Result<Path, WireError> {
        let steps = self.sequence(|decoder| {
            Ok(match decoder.byte()? {
                0 => Step::Attribute(decoder.text()?),
                1 => Step::Key(decoder.text()?),
                2 => Step::Index(decoder.size()?),
                3 => Step::Element(Box::new(decoder.value()?)),
                _ => return Err(decoder.unexpected("step of a path")),
            })
        })?;
        Ok(Path(steps))
    }
}

/// Returns a value in which everything ephemeral is null.
pub(super) fn without_ephemeral(value: Value) -> Value {
    let own = value.marks();
    if own.contains(Marks::EPHEMERAL) {
        return Value::null(value.ty()).with_marks(own.without(Marks::EPHEMERAL));
    }
    if !value.deep_marks().contains(Marks::EPHEMERAL) {
        return value;
    }
    let items = |value: &Value| -> Vec<Value> {
        value.items().unwrap_or_default().iter().cloned().map(without_ephemeral).collect()
    };
    let entries = |value: &Value| -> Vec<(Text, Value)> {
        let entries = value.entries().unwrap_or_default().iter().cloned();
        entries.map(|(key, value)| (key, without_ephemeral(value))).collect()
    };
    let element = value.ty().element().cloned().unwrap_or(Type::Dynamic);
    let plain = match value.data() {
        Data::List(_) => Value::list(element, items(&value)),
        Data::Set(_) => Value::set(element, items(&value)),
        Data::Tuple(_) => Value::tuple(items(&value)),
        Data::Map(_) => Value::map(element, entries(&value)),
        Data::Object(_) => Value::object(entries(&value)),
        Data::Null(_) | Data::Unknown(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => {
            return value;
        }
    };
    plain.with_marks(own)
}

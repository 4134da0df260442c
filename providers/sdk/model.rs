//! The attributes of a type, in the form in which its author works with them.
//!
//! Most types have a struct, field for field as in the schema. Those that go through many attributes
//! by name, to compare what was written with what was seen, have the value itself: [`Attributes`].

use crate::{
    convert::{ConvertError, from_value, to_value},
    dress::dress,
};
use infra_model::{
    schema::{Block, NestedBlock, Nesting},
    text::Text,
    types::Type,
    value::Value,
};
use serde::{Serialize, de::DeserializeOwned};

/// The attributes of a type: every struct that serde reads and writes, or [`Attributes`].
pub trait Model: Clone + Send + Sync + Sized + 'static {
    /// Reads the attributes out of a value in which nothing is unknown.
    ///
    /// # Errors
    ///
    /// If the value is not of the form of the schema.
    fn read(block: &Block, value: &Value) -> Result<Self, ConvertError>;

    /// Returns the value of the attributes, with the marks by the schema and of `like`, the value
    /// that was sent or recorded.
    ///
    /// # Errors
    ///
    /// If the attributes are not of the form of the schema.
    fn write(&self, block: &Block, like: &Value) -> Result<Value, ConvertError>;
}

impl<M: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Model for M {
    fn read(_: &Block, value: &Value) -> Result<Self, ConvertError> {
        from_value(value)
    }

    fn write(&self, block: &Block, like: &Value) -> Result<Value, ConvertError> {
        Ok(dress(block, to_value(self, &block.implied_type())?, like))
    }
}

/// The attributes as the value that they are, with its marks: who changes one keeps its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes(pub Value);

impl Attributes {
    /// Returns the text of an attribute; empty if it has none.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_text).map_or("", |text| text)
    }
}

/// As recorded or planned, so as it is: who reads an attribute by name says what its absence means.
impl Model for Attributes {
    fn read(_: &Block, value: &Value) -> Result<Self, ConvertError> {
        Ok(Self(value.clone()))
    }

    fn write(&self, block: &Block, _: &Value) -> Result<Value, ConvertError> {
        Ok(block.mark_sensitive(self.0.clone()))
    }
}

/// Returns a recorded value with exactly the attributes and blocks of a schema. A version of the
/// schema may have got more of them since: what is missing was never given.
pub(crate) fn fitted(block: &Block, value: &Value) -> Value {
    let names = || block.attributes.keys().chain(block.blocks.keys());
    let Some(entries) = value.entries() else { return value.clone() };
    if entries.len() == names().count() && names().all(|name| value.get(name).is_some()) {
        return value.clone();
    }
    let attribute =
        |name: &str, ty: &Type| value.get(name).cloned().unwrap_or_else(|| Value::null(ty.clone()));
    let nested = |name: &str, nested: &NestedBlock| {
        let element = nested.block.implied_type();
        let empty = || match nested.nesting {
            Nesting::Single | Nesting::Group => Value::null(element),
            Nesting::List => Value::list(element, Vec::new()),
            Nesting::Set => Value::set(element, Vec::new()),
            Nesting::Map => Value::map(element, [] as [(Text, Value); 0]),
        };
        value.get(name).cloned().unwrap_or_else(empty)
    };
    let attributes = block.attributes.iter().map(|(n, a)| (n.clone(), attribute(n, &a.ty)));
    let blocks = block.blocks.iter().map(|(n, b)| (n.clone(), nested(n, b)));
    Value::object(attributes.chain(blocks)).with_marks(value.marks())
}

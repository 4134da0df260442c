//! Reading of arguments that a call has already converted, and building of results.

use super::{FunctionError, Outcome};
use infra_model::{
    number::Number,
    text::Text,
    types::{Attributes, Type},
    value::{Marks, Value},
};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The bytes that a text made by a function may have.
pub(super) const TEXT_BYTES_MAX: usize = 1 << 26;

/// The elements that a collection made by a function may have.
pub(super) const ELEMENTS_MAX: usize = 1 << 20;

/// What Terraform says of a number that is not a machine integer.
pub(super) const NOT_WHOLE: &str =
    "value must be a whole number, between -9223372036854775808 and 9223372036854775807";

/// Returns the text of an argument.
pub(super) fn text(arguments: &[Value], index: usize) -> &str {
    arguments.get(index).and_then(Value::as_text).map_or("", |text| text)
}

/// Returns the number of an argument.
pub(super) fn number(arguments: &[Value], index: usize) -> &Number {
    arguments.get(index).and_then(Value::as_number).unwrap_or(&Number::ZERO)
}

/// Returns the machine integer of an argument, or what is wrong with it.
pub(super) fn whole(arguments: &[Value], index: usize) -> Result<i64, &'static str> {
    number(arguments, index).to_i64().ok_or(NOT_WHOLE)
}

/// Returns the items of a known list, set or tuple.
pub(super) fn items(value: &Value) -> &[Value] {
    value.items().unwrap_or_default()
}

/// Returns the type of the elements of a collection type.
pub(super) fn element_of(ty: &Type) -> Type {
    ty.element().cloned().unwrap_or(Type::Dynamic)
}

/// Returns a string in NFC.
pub(super) fn string(text: impl AsRef<str> + Into<Text>) -> Value {
    match is_nfc_quick(text.as_ref().chars()) {
        IsNormalized::Yes => Value::string(text),
        IsNormalized::No | IsNormalized::Maybe => {
            Value::string(text.as_ref().nfc().collect::<String>())
        }
    }
}

/// Returns a list of strings.
pub(super) fn strings<T: AsRef<str> + Into<Text>>(texts: impl IntoIterator<Item = T>) -> Value {
    Value::list(Type::String, texts.into_iter().map(string).collect())
}

/// Returns a sequence of the type, which is a tuple or a list.
pub(super) fn sequence(ty: &Type, items: Vec<Value>) -> Value {
    if let Type::List(element) = ty {
        Value::list(Type::clone(element), items)
    } else {
        Value::tuple(items)
    }
}

/// Returns an unknown value of a type with marks.
pub(super) fn unknown(ty: &Type, marks: Marks) -> Value {
    Value::unknown(ty.clone()).with_marks(marks)
}

/// Returns the types of the elements of a tuple type.
pub(super) fn tuple_types(ty: &Type) -> Option<&[Type]> {
    if let Type::Tuple(types) = ty { Some(types) } else { None }
}

/// Returns the type of the elements of a map type.
pub(super) fn map_element(ty: &Type) -> Option<&Type> {
    if let Type::Map(element) = ty { Some(element) } else { None }
}

/// Returns the types of the attributes of an object type.
pub(super) fn attribute_types(ty: &Type) -> Option<&Attributes> {
    if let Type::Object(object) = ty { Some(&object.attributes) } else { None }
}

/// Returns how many elements a list, set or tuple has, once that cannot change any more: unknown
/// elements of a set may turn out to be equal.
pub(super) fn settled_length(value: &Value) -> Option<usize> {
    let ty = value.ty();
    if let Some(types) = tuple_types(&ty) {
        return Some(types.len());
    }
    let open = matches!(ty, Type::Set(_)) && !value.is_wholly_known();
    value.len().filter(|len| !open || *len == 1)
}

/// Returns whether the type is a list or a tuple.
pub(super) fn is_sequence(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Tuple(_))
}

/// Returns whether the type is a list, a set or a tuple.
pub(super) fn is_iterable(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
}

/// Returns text in quotes, or a placeholder if it must not be shown.
pub(super) fn quoted_or_hidden(text: &str, marks: Marks) -> String {
    if marks.contains(Marks::SENSITIVE) {
        "(sensitive value)".to_owned()
    } else if marks.contains(Marks::EPHEMERAL) {
        "(ephemeral value)".to_owned()
    } else {
        quoted(text)
    }
}

/// Returns text in double quotes, control characters escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                out.push_str("\\x");
                out.push_str(&super::hash::hexadecimal(&u32::from(c).to_be_bytes()[3..]));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Refuses a text that would become too long.
pub(super) fn check_length(bytes: Option<usize>) -> Result<(), FunctionError> {
    match bytes {
        Some(bytes) if bytes <= TEXT_BYTES_MAX => Ok(()),
        Some(bytes) => Err(FunctionError::call(format!(
            "the result would have {bytes} bytes; at most {TEXT_BYTES_MAX} are allowed"
        ))),
        None => Err(FunctionError::call(format!(
            "the result would be too long; at most {TEXT_BYTES_MAX} bytes are allowed"
        ))),
    }
}

/// Returns an error of the call as a whole.
pub(super) fn fail(message: impl Into<Text>) -> Outcome {
    Err(FunctionError::call(message))
}

/// Returns an error of one argument.
pub(super) fn fail_at(index: usize, message: impl Into<Text>) -> Outcome {
    Err(FunctionError::at(index, message))
}

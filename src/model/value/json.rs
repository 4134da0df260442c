//! JSON text of values, as `jsonencode` writes it and `jsondecode` and tfvars files are read.
//!
//! Numbers keep all their digits. What is unknown, marked or infinite has no JSON text: the caller
//! takes marks off and says what becomes of them.

mod read;
mod typed;

pub use read::{DEPTH_MAX, JsonError};

use super::{Data, Value};
use crate::types::Type;
use std::fmt::{self, Write as _};

/// Why a value has no JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// Something inside is not known yet.
    Unknown,
    /// Something inside is sensitive or ephemeral.
    Marked,
    /// A number inside is an infinity.
    Infinite,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "value is not known",
            Self::Marked => "value is sensitive or ephemeral",
            Self::Infinite => "cannot serialize infinity as JSON",
        })
    }
}

impl std::error::Error for EncodeError {}

/// Returns the compact JSON text of a value, keys sorted.
///
/// `<`, `>`, `&` and the line separators of Unicode are escaped, as Terraform does.
///
/// # Errors
/// If something inside has no JSON text.
pub fn to_json_text(value: &Value) -> Result<String, EncodeError> {
    if !value.deep_marks().is_empty() {
        return Err(EncodeError::Marked);
    }
    if !value.is_wholly_known() {
        return Err(EncodeError::Unknown);
    }
    let mut text = String::new();
    write_value(value, &mut text)?;
    Ok(text)
}

/// Returns the value of a JSON text with the types that it implies: objects and tuples.
///
/// # Errors
/// If it is not JSON, is nested deeper than [`DEPTH_MAX`], or holds a number with too many digits.
pub fn from_json_text(text: &str) -> Result<Value, JsonError> {
    typed::implied(read::read(text)?)
}

/// Returns the value of a JSON text as one of a type.
///
/// Absent attributes are null, and so is `null`; attributes that the type lacks are refused.
/// A dynamic part gets the type that the text implies.
///
/// # Errors
/// If it is not JSON of this type; with the place.
pub fn from_json_typed(text: &str, ty: &Type) -> Result<Value, JsonError> {
    typed::typed(read::read(text)?, ty)
}

fn write_value(value: &Value, text: &mut String) -> Result<(), EncodeError> {
    match &value.data {
        Data::Null(_) => text.push_str("null"),
        Data::Unknown(_) => return Err(EncodeError::Unknown),
        Data::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) if !number.is_finite() => return Err(EncodeError::Infinite),
        Data::Number(number) => {
            // Writing to a String cannot fail.
            let _infallible = write!(text, "{number}");
        }
        Data::String(string) => write_string(string, text),
        Data::List(s) | Data::Set(s) | Data::Tuple(s) => {
            text.push('[');
            for (i, item) in s.items.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                write_value(item, text)?;
            }
            text.push(']');
        }
        Data::Map(m) | Data::Object(m) => {
            text.push('{');
            for (i, (key, item)) in m.entries.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                write_string(key, text);
                text.push(':');
                write_value(item, text)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

/// Writes a JSON string with the escapes that Terraform uses.
pub fn write_string(string: &str, text: &mut String) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _infallible = write!(text, "\\u{:04x}", u32::from(c));
            }
            _ => text.push(c),
        }
    }
    text.push('"');
}

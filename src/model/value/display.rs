//! Text of values for logs, tests and messages; sensitive and ephemeral parts are masked.

use super::{Data, Marks, Value};
use std::fmt;

/// Compact HCL-like text; what is sensitive reads `(sensitive value)`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.marks.contains(Marks::SENSITIVE) {
            return f.write_str("(sensitive value)");
        }
        if self.marks.contains(Marks::EPHEMERAL) {
            return f.write_str("(ephemeral value)");
        }
        match &self.data {
            Data::Null(_) => f.write_str("null"),
            Data::Unknown(_) => f.write_str("(known after apply)"),
            Data::Bool(value) => write!(f, "{value}"),
            Data::Number(number) => write!(f, "{number}"),
            Data::String(text) => write!(f, "{text:?}"),
            Data::List(s) | Data::Set(s) | Data::Tuple(s) => {
                f.write_str("[")?;
                for (i, item) in s.items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Data::Map(m) | Data::Object(m) => {
                f.write_str("{")?;
                for (i, (key, value)) in m.entries.iter().enumerate() {
                    write!(f, "{}{key:?} = {value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

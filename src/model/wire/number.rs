//! Numbers: a machine integer in few bytes, any other one as the shortest text that reads back as it.

use super::{Decoder, Encoder, WireError};
use crate::number::Number;

const INTEGER: u8 = 0;
const TEXT: u8 = 1;

impl Encoder {
    /// Writes a number of the language.
    pub fn value_number(&mut self, number: &Number) {
        // The sign of a zero is kept in text.
        let signed_zero = number.is_zero() && number.has_minus();
        if let Some(integer) = number.to_i64().filter(|_| !signed_zero) {
            self.byte(INTEGER);
            self.integer(integer);
        } else {
            self.byte(TEXT);
            self.text(&number.to_string().into());
        }
    }
}

impl Decoder<'_> {
    /// Reads a number of the language.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn value_number(&mut self) -> Result<Number, WireError> {
        match self.byte()? {
            INTEGER => self.integer().map(Number::from),
            TEXT => Number::parse(&self.text()?).map_err(|_| self.unexpected("number")),
            _ => Err(self.unexpected("number")),
        }
    }
}

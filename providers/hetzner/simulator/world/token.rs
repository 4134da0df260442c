//! Tokens: who may ask, and who may only read.

use super::refusal::Refusal;

/// A token of the project.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Its text.
    pub text: String,
    /// It may do more than read.
    pub can_write: bool,
    /// It is valid no longer.
    pub is_revoked: bool,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token(can_write: {}, is_revoked: {})", self.can_write, self.is_revoked)
    }
}

impl Token {
    /// Returns a token that may do everything.
    pub fn full(text: &str) -> Self {
        Self { text: text.to_owned(), can_write: true, is_revoked: false }
    }

    /// Returns a token that may read.
    pub fn reading(text: &str) -> Self {
        Self { can_write: false, ..Self::full(text) }
    }
}

/// Judges the header `Authorization` of a request.
pub(crate) fn admit(
    tokens: &[Token],
    authorization: Option<&str>,
    method: &str,
) -> Result<(), Refusal> {
    let unauthorized = |message: &str| Refusal::new(401, "unauthorized", message);
    let text = authorization.and_then(|header| header.strip_prefix("Bearer "));
    let text = text.ok_or_else(|| unauthorized("token is required"))?;
    let known = tokens.iter().find(|token| token.text == text && !token.is_revoked);
    let token = known.ok_or_else(|| unauthorized("the token you have provided is invalid"))?;
    if !token.can_write && method != "GET" {
        return Err(Refusal::new(401, "token_readonly", "the token may only read"));
    }
    Ok(())
}

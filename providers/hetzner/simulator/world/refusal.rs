//! Errors of the API: status, code, message and details, in the shape that it has for all.
//!
//! Codes are an open set; those that only one operation has are made where they are found.

use super::kind::Kind;
use crate::exchange::Response;
use serde_json::{Value, json};

/// A request that was not carried out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) details: Value,
}

/// A field of a body or query, with what is wrong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: String,
    pub(crate) message: String,
}

impl Refusal {
    /// Returns a refusal without details.
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        let (code, message) = (code.to_owned(), message.into());
        Self { status, code, message, details: Value::Null }
    }

    /// Returns the refusal of a request with a code that belongs to one operation: 422.
    pub(crate) fn rule(code: &str, message: impl Into<String>) -> Self {
        Self::new(422, code, message)
    }

    pub(crate) fn not_found(kind: Kind, id: impl std::fmt::Display) -> Self {
        Self::new(404, "not_found", format!("{} with ID '{id}' not found", kind.title()))
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::new(404, "not_found", format!("{what} not found"))
    }

    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::wrong(&[Wrong { field: field.to_owned(), message: message.into() }])
    }

    /// Returns `invalid_input` with every field that is wrong.
    pub(crate) fn wrong(fields: &[Wrong]) -> Self {
        let names: Vec<&str> = fields.iter().map(|wrong| wrong.field.as_str()).collect();
        let message = format!("invalid input in field '{}'", names.join("', '"));
        let fields: Vec<Value> = fields
            .iter()
            .map(|wrong| json!({ "name": wrong.field, "messages": [wrong.message] }))
            .collect();
        let details = json!({ "fields": fields });
        Self { details, ..Self::new(422, "invalid_input", message) }
    }

    /// Returns the refusal of a name, or of another field, that is in use.
    pub(crate) fn taken(kind: Kind, field: &str) -> Self {
        let message = if kind == Kind::SshKey && field == "public_key" {
            "SSH key with the same fingerprint already exists".to_owned()
        } else {
            format!("{} {field} is already used", kind.title())
        };
        let details = json!({ "fields": [{ "name": field }] });
        Self { details, ..Self::new(409, "uniqueness_error", message) }
    }

    pub(crate) fn locked(kind: Kind) -> Self {
        Self::new(423, "locked", format!("{} is locked by a running action", kind.title()))
    }

    pub(crate) fn protected(kind: Kind, what: &str) -> Self {
        Self::new(423, "protected", format!("{} {what} is protected", kind.title()))
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, "conflict", message)
    }

    /// Returns the refusal of one object more than the project may have.
    pub(crate) fn limit(name: &str) -> Self {
        let details = json!({ "limits": [{ "name": name }] });
        let message = format!("{name} exceeded");
        Self { details, ..Self::new(403, "resource_limit_exceeded", message) }
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(412, "resource_unavailable", message)
    }

    pub(crate) fn deprecated(announcement: &str) -> Self {
        let details = json!({ "announcement": announcement });
        let message = "this API endpoint was removed";
        Self { details, ..Self::new(410, "deprecated_api_endpoint", message) }
    }

    /// Returns the answer that carries the refusal.
    pub(crate) fn response(&self) -> Response {
        let Self { status, code, message, details } = self;
        let error = json!({ "code": code, "message": message, "details": details });
        Response::json(*status, &json!({ "error": error }))
    }
}

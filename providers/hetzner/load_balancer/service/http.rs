//! What a service says of HTTP: cookies, certificates, redirection.

use crate::{
    rules,
    schemas::{number_or_given, one_of, text_or_given},
};
use hcloud::models::Http as Body;
use infra_model::{
    diagnostic::Diagnostics,
    schema::{Attribute, Block, NestedBlock},
    types::Type,
    value::Value,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// The attributes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct HttpSettings {
    pub(super) sticky_sessions: Option<bool>,
    pub(super) cookie_name: Option<String>,
    pub(super) cookie_lifetime: Option<i32>,
    pub(super) certificates: Option<Vec<i64>>,
    pub(super) redirect_http: Option<bool>,
    pub(super) timeout_idle: Option<i64>,
}

impl HttpSettings {
    /// Returns the body; what is left out is for the API to say.
    pub(super) fn body(&self) -> Body {
        Body {
            certificates: self.certificates.clone(),
            cookie_lifetime: self.cookie_lifetime,
            cookie_name: self.cookie_name.clone(),
            redirect_http: self.redirect_http,
            sticky_sessions: self.sticky_sessions,
        }
    }
}

/// Returns the schema.
pub(super) fn block() -> NestedBlock {
    let flag = || Attribute::optional_computed(Type::Bool);
    let mut block = one_of(Block::of([
        ("sticky_sessions", flag()),
        ("cookie_name", text_or_given()),
        ("cookie_lifetime", number_or_given()),
        ("certificates", Attribute::optional_computed(Type::set(Type::Number))),
        ("redirect_http", flag()),
        ("timeout_idle", number_or_given()),
    ]));
    block.computed = true;
    block
}

/// Returns the blocks that the API shows: none for TCP.
pub(super) fn seen(http: &Json) -> Json {
    if !http.is_object() {
        return json!([]);
    }
    json!([{
        "sticky_sessions": http["sticky_sessions"].as_bool().unwrap_or(false),
        "cookie_name": http["cookie_name"], "cookie_lifetime": http["cookie_lifetime"],
        "certificates": http["certificates"].as_array().cloned().unwrap_or_default(),
        "redirect_http": http["redirect_http"].as_bool().unwrap_or(false),
        "timeout_idle": http["timeout_idle"],
    }])
}

/// Judges a block.
pub(super) fn validate(http: &Value) -> Diagnostics {
    let mut found = rules::between(http, "cookie_lifetime", 30, 86_400);
    found.extend(rules::between(http, "timeout_idle", 30, 300));
    found.extend(rules::at_most(http, "cookie_name", 100));
    found
}

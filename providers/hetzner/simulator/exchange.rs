//! What goes over the wire, as plain data: a request, its answer, and both as observers see them.
//!
//! Nothing here knows HTTP libraries; [`crate::http`] translates.

use serde_json::Value;

/// A request as it came in.
#[derive(Clone, Default)]
pub struct Request {
    /// The method in capitals.
    pub method: String,
    /// The path with its `/v1`, without the query.
    pub path: String,
    /// The query's pairs in their order, decoded.
    pub query: Vec<(String, String)>,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Neither the token nor what the body may hold.
        write!(f, "{} {} ({} bytes)", self.method, self.path, self.body.len())
    }
}

impl Request {
    /// Returns a request without token and body; `target` may have a query.
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: crate::query::pairs(query),
            ..Self::default()
        }
    }

    /// Returns the request with a token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.authorization = Some(format!("Bearer {token}"));
        self
    }

    /// Returns the request with a JSON body.
    #[must_use]
    pub fn with_body(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self
    }
}

/// How an answer gets to who asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// At once and whole.
    #[default]
    Whole,
    /// The body comes so many milliseconds of real time behind the head.
    Late(u64),
    /// The connection is cut without a byte of an answer.
    Never,
    /// The connection is cut in the middle of the body.
    Half,
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// How it is delivered.
    pub delivery: Delivery,
}

impl Response {
    /// Returns an answer with a JSON body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
            delivery: Delivery::Whole,
        }
    }

    /// Returns the body as JSON; null if it is none.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// A request with its answer, for observers and validators; tokens are left out.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The method in capitals.
    pub method: String,
    /// The path with its `/v1`.
    pub path: String,
    /// The path template without `/v1`, such as `/servers/{id}`; none if there is no such route.
    pub template: Option<&'static str>,
    /// The query's pairs in their order, decoded.
    pub query: Vec<(String, String)>,
    /// The body of the request.
    pub request_body: Vec<u8>,
    /// The answer, as far as it was sent.
    pub response: Response,
    /// A fault made or changed the answer, so that it need not be one that the API gives.
    pub is_tampered: bool,
    /// Virtual time, in milliseconds since 1970.
    pub at_ms: u64,
}

impl Exchange {
    /// Returns the operation's name as faults and counters have it: `POST /servers`.
    pub fn operation(&self) -> String {
        format!("{} {}", self.method, self.template.unwrap_or(&self.path))
    }
}

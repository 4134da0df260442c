//! `data.http`: what a server answers to one request.

use crate::{hooked::Hooked, proxies::Proxies, rules};
use infra_model::{
    diagnostic::Diagnostics,
    kind::Kind,
    number::Number,
    path::{Path, Step},
    schema::{Attribute, Block, NestedBlock, Nesting},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

mod client;
mod exchange;

/// The data source.
pub(crate) struct Http;

/// A configured instance of the provider.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) proxies: Proxies,
}

/// Its attributes; not printable.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    url: String,
    method: Option<String>,
    request_headers: Option<BTreeMap<String, Option<String>>>,
    request_body: Option<String>,
    request_timeout_ms: Option<u64>,
    ca_cert_pem: Option<String>,
    client_cert_pem: Option<String>,
    client_key_pem: Option<String>,
    insecure: Option<bool>,
    response_headers: Option<BTreeMap<String, String>>,
    response_body: Option<String>,
    response_body_base64: Option<String>,
    body: Option<String>,
    status_code: Option<u16>,
    retry: Option<Retry>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Retry {
    attempts: Option<u64>,
    min_delay_ms: Option<u64>,
    max_delay_ms: Option<u64>,
}

impl DataSource for Http {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let text = || Attribute::optional(Type::String);
        let computed = |ty: Type| Attribute::computed(ty);
        let number = || Attribute::optional(Type::Number);
        let deprecated = Some("use `response_body`".into());
        let block = Block::of([
            ("id", computed(Type::String)),
            ("url", Attribute::required(Type::String)),
            ("method", text()),
            ("request_headers", Attribute::optional(Type::map(Type::String))),
            ("request_body", text()),
            ("request_timeout_ms", number()),
            ("ca_cert_pem", text()),
            ("client_cert_pem", text()),
            ("client_key_pem", text().sensitive()),
            ("insecure", Attribute::optional(Type::Bool)),
            ("response_headers", computed(Type::map(Type::String))),
            ("response_body", computed(Type::String)),
            ("response_body_base64", computed(Type::String)),
            ("body", Attribute { deprecated, ..computed(Type::String) }),
            ("status_code", computed(Type::Number)),
        ]);
        let retry = ["attempts", "min_delay_ms", "max_delay_ms"].map(|name| (name, number()));
        let retry = NestedBlock::new(Nesting::Single, Block::of(retry)).between(0, Some(1));
        let block = block.with([("retry", retry)]);
        Hooked::new(SchemaKind::data("http", block)).validate(validate).shared()
    }

    async fn read(client: &Client, config: Model, control: &Control) -> Result<Model, Failure> {
        exchange::exchange(client, config, control).await
    }

    fn warnings(read: &Model) -> Diagnostics {
        exchange::body_warning(read).into_iter().collect()
    }
}

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    rules::one_of(desired, "method", &["GET", "HEAD", "POST"], &mut wrong);
    rules::within(desired, "request_timeout_ms", 1..=i64::MAX, &mut wrong);
    rules::at_most_one(desired, &["insecure", "ca_cert_pem"], &mut wrong);
    rules::requires(desired, ("client_cert_pem", "client_key_pem"), &mut wrong);
    rules::requires(desired, ("client_key_pem", "client_cert_pem"), &mut wrong);
    if let Some(url) = rules::text(desired, "url") {
        wrong.extend(client::address(url).err());
    }
    let headers = desired.get("request_headers").and_then(Value::entries).unwrap_or_default();
    for (name, value) in headers {
        let text = value.as_text().map_or("", |text| &**text);
        if client::header(name, text).is_none() {
            let mut path = Path::attribute("request_headers");
            path.0.push(Step::Key(name.clone()));
            let summary = format!("`{name}` can't be sent as a header");
            let help = "write a name of letters, digits and dashes, and a value in one line";
            wrong.push(rules::unsupported(path, summary).help(help));
        }
    }
    let retry = desired.get("retry");
    let given = |name: &str| retry.and_then(|retry| retry.get(name));
    let least = given("min_delay_ms").and_then(Value::as_number).and_then(Number::to_i64);
    let bounds = [("attempts", 0), ("min_delay_ms", 0), ("max_delay_ms", least.unwrap_or(0))];
    for (name, least) in bounds {
        if let Some(found) = given(name) {
            let mut path = Path::attribute("retry");
            path.0.push(Step::Attribute(name.into()));
            rules::check_within((path, found), least..=i64::MAX, &mut wrong);
        }
    }
    wrong
}

//! `cloudinit_config`: parts for cloud-init as one MIME document, as data source and, deprecated, as
//! resource. The text is that of the ecosystem's provider, byte for byte, packed or not: servers are
//! made from it, and another text would replace them.

use crate::{draw::Draws, hooked::Hooked, rules};
use base64::{Engine, engine::general_purpose::STANDARD};
use infra_model::{
    deflate::{checksum, gzip},
    diagnostic::Diagnostics,
    kind::Kind,
    path::Path,
    schema::{Attribute, Block, NestedBlock, Nesting},
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    data::DataSource,
    failure::{Broken, Failure},
    kind::SchemaKind,
    resource::{Resource, Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The data source.
pub(crate) struct CloudinitConfigData;

/// The resource type.
pub(crate) struct CloudinitConfig;

/// The attributes of both.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    gzip: Option<bool>,
    base64_encode: Option<bool>,
    boundary: Option<String>,
    rendered: Option<String>,
    part: Vec<Part>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Part {
    content: String,
    content_type: Option<String>,
    filename: Option<String>,
    merge_type: Option<String>,
}

const BOUNDARY: &str = "MIMEBOUNDARY";
const CONTENT_TYPE: &str = "text/plain";

impl DataSource for CloudinitConfigData {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let inner = SchemaKind::data("cloudinit_config", block());
        Hooked::new(inner).validate(validate).shared()
    }

    async fn read(_: &Draws, config: Model, _: &Control) -> Result<Model, Failure> {
        Ok(rendered(config))
    }
}

impl Resource for CloudinitConfig {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let deprecated = Some("use the data source of the same name".into());
        let mut block = Block { deprecated, ..block() };
        let nested = block.blocks.values_mut().map(|part| part.replaces = true);
        nested.for_each(drop);
        for attribute in block.attributes.values_mut() {
            attribute.replaces = attribute.is_configurable();
        }
        let inner = SchemaKind::managed("cloudinit_config", block).local();
        Hooked::new(inner).validate(validate).shared()
    }

    async fn read(_: &Draws, seen: Thing<Model>, _: &Control) -> Result<Option<Model>, Failure> {
        Ok(Some(rendered(seen.model)))
    }

    async fn create(
        _: &Draws,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        Ok(rendered(wanted.model).into())
    }

    async fn update(
        _: &Draws,
        _: Thing<Model>,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        // Every argument replaces, so there is never anything to do here.
        Ok(wanted.model.into())
    }

    async fn delete(_: &Draws, _: Thing<Model>, _: &Control) -> Result<(), Failure> {
        Ok(())
    }
}

fn block() -> Block {
    let text = || Attribute::optional(Type::String);
    let flag = || Attribute::optional(Type::Bool).default(true);
    let part = Block::of([
        ("content", Attribute::required(Type::String)),
        ("content_type", text().default(CONTENT_TYPE)),
        ("filename", text()),
        ("merge_type", text()),
    ]);
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("gzip", flag()),
        ("base64_encode", flag()),
        ("boundary", text().default(BOUNDARY)),
        ("rendered", Attribute::computed(Type::String)),
    ]);
    block.with([("part", NestedBlock::new(Nesting::List, part).between(1, None))])
}

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    let flag = |name: &str| {
        let value = desired.get(name).filter(|value| value.is_known())?;
        Some(value.as_bool().unwrap_or(true))
    };
    if (flag("gzip"), flag("base64_encode")) == (Some(true), Some(false)) {
        let summary = "`base64_encode` must be true when `gzip` is true".to_owned();
        let found = rules::conflict(Path::attribute("base64_encode"), summary);
        wrong.push(found.help("set `gzip = false` too: packed bytes are no text"));
    }
    if let Some(boundary) = rules::text(desired, "boundary").filter(|text| !is_boundary(text)) {
        let summary = format!("{boundary:?} can't be a boundary");
        let help = "use 1 to 70 letters, digits and characters of '()+_,-./:=?";
        wrong.push(rules::unsupported(Path::attribute("boundary"), summary).help(help));
    }
    wrong
}

fn is_boundary(text: &str) -> bool {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || "'()+_,-./:=? ".contains(c);
    (1..=70).contains(&text.len()) && text.chars().all(is_fit) && !text.ends_with(' ')
}

fn rendered(model: Model) -> Model {
    let text = document(&model);
    let bytes = if model.gzip == Some(false) { text.into_bytes() } else { gzip(text.as_bytes()) };
    let rendered = if model.base64_encode == Some(false) {
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        STANDARD.encode(&bytes)
    };
    let id = Some(checksum(rendered.as_bytes()).to_string());
    Model { id, rendered: Some(rendered), ..model }
}

fn document(model: &Model) -> String {
    let boundary = model.boundary.as_deref().unwrap_or(BOUNDARY);
    // The first line ends as it always has; whoever reads this takes both forms.
    let mut out = format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\n");
    out.push_str("MIME-Version: 1.0\r\n\r\n");
    for (place, part) in model.part.iter().enumerate() {
        let end = if place == 0 { "" } else { "\r\n" };
        out.push_str(&format!("{end}--{boundary}\r\n"));
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(name) = given(&part.filename) {
            out.push_str(&format!("Content-Disposition: attachment; filename=\"{name}\"\r\n"));
        }
        let sort = given(&part.content_type).unwrap_or_else(|| CONTENT_TYPE.to_owned());
        out.push_str("Content-Transfer-Encoding: 7bit\r\n");
        out.push_str(&format!("Content-Type: {sort}\r\nMime-Version: 1.0\r\n"));
        if let Some(merge) = given(&part.merge_type) {
            out.push_str(&format!("X-Merge-Type: {merge}\r\n"));
        }
        out.push_str(&format!("\r\n{}", part.content));
    }
    out.push_str(&format!("\r\n--{boundary}--\r\n"));
    out
}

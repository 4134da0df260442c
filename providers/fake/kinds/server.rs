//! `fake_server`: a kind with everything: stable, following, updating and volatile attributes,
//! secrets, replacement, blocks of every shape but map, facts, and impact.

use crate::catalogue::{Behaviour, Draw, fnv};
use infra_model::{
    address::{KindName, Mode},
    cost::{Cost, CostPart, Decimal},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{FactKey, Facts, Find, Impact, ImpactOf, ImpactSort, Kind, newer_record},
    path::{Path, Step},
    schema::{Attribute, Block, Changes, NestedBlock, Nesting, Proposal, Schema, propose},
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::kind::SchemaKind;
use std::sync::Arc;

/// The sizes that exist, with a price that means nothing.
pub(crate) const SIZES: [(&str, i64); 3] = [("small", 4), ("medium", 8), ("large", 16)];

/// What a unit of a disk costs a month, in hundredths of what a size costs.
const DISK_CENTS: i64 = 5;

/// Returns the behaviour of `fake_server`.
pub fn behaviour() -> Behaviour {
    Behaviour {
        references: &[("network_id", "fake_network")],
        give,
        ..Behaviour::new(Arc::new(Server { inner: schema_kind() }), "srv")
    }
}

/// The key of the fact that holds the price of every size.
pub fn sizes_fact() -> FactKey {
    FactKey(Text::from("sizes"))
}

/// The key of the fact that says which user an image has.
pub fn image_fact(image: &str) -> FactKey {
    FactKey(format!("image/{image}").into())
}

struct Server {
    inner: SchemaKind,
}

fn schema_kind() -> SchemaKind {
    let with = |name: &str| Changes::With(vec![Path::attribute(name)]);
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("name", Attribute::required(Type::String)),
        ("image", Attribute::required(Type::String).replaces()),
        ("size", Attribute::optional(Type::String).default("small")),
        ("network_id", Attribute::optional(Type::String)),
        ("ip", Attribute::optional_computed(Type::String).changes(with("network_id"))),
        ("user", Attribute::computed(Type::String)),
        ("password", Attribute::optional(Type::String).sensitive()),
        ("labels", Attribute::optional(Type::map(Type::String))),
        ("revision", Attribute::computed(Type::Number).changes(Changes::OnUpdate)),
        ("status", Attribute::computed(Type::String).changes(Changes::Volatile)),
    ]);
    SchemaKind::managed("fake_server", block.with(blocks())).version(1)
}

fn blocks() -> [(&'static str, NestedBlock); 3] {
    let disk = Block::of([
        ("name", Attribute::required(Type::String)),
        ("size", Attribute::optional(Type::Number).default(10_i64)),
        ("device", Attribute::computed(Type::String)),
    ]);
    let rule = Block::of([
        ("port", Attribute::required(Type::Number)),
        ("protocol", Attribute::optional(Type::String).default("tcp")),
        ("source", Attribute::optional(Type::String)),
        ("handle", Attribute::computed(Type::String)),
    ]);
    let boot = Block::of([
        ("order", Attribute::optional(Type::list(Type::String))),
        ("secure", Attribute::optional(Type::Bool).default(false)),
    ]);
    [
        ("disk", NestedBlock::new(Nesting::List, disk).between(0, Some(8))),
        ("rule", NestedBlock::new(Nesting::Set, rule)),
        ("boot", NestedBlock::new(Nesting::Single, boot).between(0, Some(1)).replaces()),
    ]
}

impl Kind for Server {
    fn name(&self) -> &KindName {
        self.inner.name()
    }

    fn mode(&self) -> Mode {
        self.inner.mode()
    }

    fn schema(&self) -> &Schema {
        self.inner.schema()
    }

    fn find(&self) -> Find {
        self.inner.find()
    }

    fn facts(&self, _prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
        let image = desired.get("image").and_then(Value::as_text).map(|image| image_fact(image));
        [sizes_fact()].into_iter().chain(image).collect()
    }

    fn validate(&self, desired: &Value, facts: &Facts) -> Diagnostics {
        let sizes = facts.get(&sizes_fact());
        let size = desired.get("size").and_then(Value::as_text);
        match (sizes, size) {
            (Some(sizes), Some(size)) if sizes.get(size).is_none() => {
                let summary = format!("there is no size `{size}`");
                let known = "use `small`, `medium` or `large`";
                let wrong = Diagnostic::error("infra::fake::size_unknown", summary);
                vec![wrong.help(known).at_path(Path::attribute("size"))]
            }
            _ => Vec::new(),
        }
    }

    fn planned(&self, prior: Option<&Value>, desired: &Value, facts: &Facts) -> Proposal {
        let mut proposal = propose(self.schema(), prior, desired);
        let image = desired.get("image").and_then(Value::as_text);
        let user = image.and_then(|image| facts.get(&image_fact(image)));
        let (None, Some(user)) = (prior, user) else { return proposal };
        let known = proposal.planned.entries().unwrap_or_default().iter().map(|(name, value)| {
            (name.clone(), if &**name == "user" { user.clone() } else { value.clone() })
        });
        proposal.planned = Value::object(known).with_marks(proposal.planned.marks());
        proposal
    }

    fn impact(&self, change: &ImpactOf<'_>) -> Vec<Impact> {
        let Some(prior) = change.prior else { return Vec::new() };
        let mut impacts = Vec::new();
        let resized = change.planned.is_some_and(|after| after.get("size") != prior.get("size"));
        if change.replace || change.planned.is_none() {
            let text = Text::from("the server and what runs on it are gone");
            impacts.push(Impact { sort: ImpactSort::Irreversible, text });
        } else if resized {
            let text = Text::from("the server stops for about 30 s");
            impacts.push(Impact { sort: ImpactSort::Downtime, text });
        }
        impacts
    }

    fn is_priced(&self) -> bool {
        true
    }

    /// Prices are fictional, and so is the currency: ISO 4217 keeps it for tests.
    fn cost(&self, value: &Value, facts: &Facts) -> Option<Cost> {
        let size = value.get("size")?.as_text()?;
        let mut parts = vec![part(size.clone(), amount(facts.get(&sizes_fact())?.get(size)?)?)];
        for disk in value.get("disk").and_then(Value::items).unwrap_or_default() {
            let name = disk.get("name")?.as_text()?;
            let net = amount(disk.get("size")?)? * Decimal::new(DISK_CENTS, 2);
            parts.push(part(format!("disk {name}"), net));
        }
        Some(Cost::of("XTS", parts))
    }

    /// Version 0 called the size `flavor`.
    fn upgrade(&self, version: u64, value: Value) -> Result<Value, Diagnostic> {
        if version > self.schema().version {
            return Err(newer_record(self.name(), self.schema(), version));
        }
        if version == 1 {
            return Ok(value);
        }
        let marks = value.marks();
        let renamed = value.entries().unwrap_or_default().iter().map(|(name, inner)| {
            let name = if &**name == "flavor" { Text::from("size") } else { name.clone() };
            (name, inner.clone())
        });
        Ok(Value::object(renamed).with_marks(marks))
    }
}

fn amount(value: &Value) -> Option<Decimal> {
    value.as_number()?.to_string().parse().ok()
}

/// With taxes that mean as little as the prices.
fn part(name: impl Into<Text>, net: Decimal) -> CostPart {
    CostPart { name: name.into(), net, gross: net * Decimal::new(119, 2) }
}

fn give(draw: &Draw<'_>) -> Value {
    match draw.name {
        "ip" => {
            // An address belongs to a network: another network, another address.
            let network = draw.value.get("network_id").and_then(Value::as_text);
            let seed = fnv(&format!("{}{}", draw.id, network.map_or("", |n| n)));
            Value::string(format!("10.{}.{}.{}", seed >> 8 & 255, seed >> 16 & 255, seed & 255))
        }
        "user" => image_user(draw.value.get("image").and_then(Value::as_text)),
        "revision" => Value::number(draw.revision),
        "status" => Value::from("running"),
        "device" => Value::string(format!("/dev/vd{}", letter(draw.path))),
        "handle" => Value::string(format!("rule-{}", draw.id)),
        _ => draw.by_name(),
    }
}

/// Returns the user that an image has.
pub(crate) fn image_user(image: Option<&Text>) -> Value {
    Value::from(if image.is_some_and(|i| i.starts_with("debian")) { "debian" } else { "root" })
}

/// The letter of a disk by its place in the list.
fn letter(path: &Path) -> char {
    let index = path.0.iter().find_map(|step| match step {
        Step::Index(index) => u8::try_from(*index).ok(),
        Step::Attribute(_) | Step::Key(_) | Step::Element(_) => None,
    });
    char::from(b'a' + index.unwrap_or(0) % 26)
}

//! `random_shuffle`: a list in a random order.
//!
//! With a `seed` it is the order that Terraform's provider gives for that seed.

use super::{Keepers, LENGTH_MAX, common, go_source::GoSource};
use crate::{
    draw::{Draw, Draws},
    hooked::Hooked,
    keepers::with_keepers,
    local::Local,
    rules,
};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block, Proposal, Schema},
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct RandomShuffle;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    keepers: Keepers,
    seed: Option<String>,
    input: Vec<Option<String>>,
    result_count: Option<i64>,
    result: Option<Vec<Option<String>>>,
}

impl Local for RandomShuffle {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let own = [
            ("seed", Attribute::optional(Type::String).replaces()),
            ("input", Attribute::required(Type::list(Type::String)).replaces()),
            ("result_count", Attribute::optional(Type::Number).replaces()),
            ("result", Attribute::computed(Type::list(Type::String))),
        ];
        let block = Block::of(common().into_iter().chain(own));
        Hooked::new(SchemaKind::managed("random_shuffle", block).local())
            .validate(|desired| {
                rules::judged(|wrong| rules::within(desired, "result_count", 0..=LENGTH_MAX, wrong))
            })
            .planned(planned)
            .shared()
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        let length = wanted.input.len();
        let count = wanted.result_count.filter(|count| *count > 0);
        let count = count.and_then(|count| usize::try_from(count).ok()).unwrap_or(length);
        let seed = wanted.seed.as_deref().filter(|seed| !seed.is_empty());
        let mut source = seed.map(GoSource::of_text);
        let mut result = Vec::new();
        // More than there are come in further rounds, so that none comes much more often.
        while result.len() < count && length > 0 {
            let order = if let Some(source) = &mut source {
                source.order(length)
            } else {
                let mut order: Vec<usize> = (0..length).collect();
                draw.shuffle(&mut order)?;
                order
            };
            let left = count - result.len();
            result.extend(order.iter().take(left).map(|index| wanted.input[*index].clone()));
        }
        Ok(Model { id: Some("-".to_owned()), result: Some(result), ..wanted })
    }
}

/// The result is made of the input, so a secret in the one is a secret in the other.
fn planned(schema: &Schema, prior: Option<&Value>, desired: &Value) -> Proposal {
    let proposal = with_keepers(schema, prior, desired);
    let secret = desired.get("input").is_some_and(Value::has_sensitive);
    let Some(entries) = proposal.planned.entries().filter(|_| secret) else { return proposal };
    let marked = entries.iter().map(|(name, value)| match &**name {
        "result" => (Text::clone(name), value.clone().sensitive()),
        _ => (Text::clone(name), value.clone()),
    });
    let planned = Value::object(marked).with_marks(proposal.planned.marks());
    Proposal { planned, replace: proposal.replace }
}

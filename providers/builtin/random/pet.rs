//! `random_pet`: words that people can remember.

use super::{Keepers, common};
use crate::{
    draw::{Draw, Draws},
    hooked::Hooked,
    keepers::with_keepers,
    local::Local,
    pet_words::{ADJECTIVES, ADVERBS, ANIMALS},
    rules,
};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct RandomPet;

/// The greatest number of words.
const WORDS_MAX: i64 = 1000;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    keepers: Keepers,
    length: i64,
    prefix: Option<String>,
    separator: String,
}

impl Local for RandomPet {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let own = [
            ("length", Attribute::optional(Type::Number).default(2_i64).replaces()),
            ("prefix", Attribute::optional(Type::String).replaces()),
            ("separator", Attribute::optional(Type::String).default("-").replaces()),
        ];
        let block = Block::of(common().into_iter().chain(own));
        Hooked::new(SchemaKind::managed("random_pet", block).local())
            .validate(|desired| {
                rules::judged(|wrong| rules::within(desired, "length", 1..=WORDS_MAX, wrong))
            })
            .planned(with_keepers)
            .shared()
    }

    /// Adverbs, then one adjective, then an animal.
    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        let prefix = wanted.prefix.as_deref().filter(|prefix| !prefix.is_empty());
        let mut words: Vec<&str> = prefix.into_iter().collect();
        for left in (0..wanted.length.min(WORDS_MAX)).rev() {
            let from = match left {
                0 => ANIMALS,
                1 => ADJECTIVES,
                _ => ADVERBS,
            };
            words.extend(draw.pick(from)?.copied());
        }
        let id = words.join(&wanted.separator);
        Ok(Model { id: Some(id), ..wanted })
    }
}

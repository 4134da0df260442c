//! `random_*`: drawn once, recorded, and drawn anew when a keeper or any other argument changes.

pub(crate) mod characters;
pub(crate) mod ephemeral_password;
pub(crate) mod id;
pub(crate) mod integer;
pub(crate) mod password;
pub(crate) mod pet;
pub(crate) mod string;
pub(crate) mod uuid;

use infra_model::{schema::Attribute, types::Type};
use std::collections::BTreeMap;

/// Arbitrary values whose change causes a new draw.
pub(crate) type Keepers = Option<BTreeMap<String, Option<String>>>;

/// Returns the attributes that all of these types have.
pub(crate) fn common() -> [(&'static str, Attribute); 2] {
    [
        ("id", Attribute::computed(Type::String)),
        ("keepers", Attribute::optional(Type::map(Type::String)).replaces()),
    ]
}

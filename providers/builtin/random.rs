//! `random_*`: drawn once, recorded, and drawn anew when a keeper or any other argument changes.

pub(crate) mod bytes;
pub(crate) mod characters;
pub(crate) mod ephemeral_password;
mod go_source;
pub(crate) mod id;
pub(crate) mod integer;
pub(crate) mod password;
pub(crate) mod pet;
pub(crate) mod shuffle;
pub(crate) mod string;
pub(crate) mod uuid;
pub(crate) mod uuid7;

use infra_model::{schema::Attribute, types::Type};
use std::collections::BTreeMap;

/// The greatest number of bytes, characters or items that are drawn for one object.
pub(crate) const LENGTH_MAX: i64 = 1 << 20;

/// Arbitrary values whose change causes a new draw.
pub(crate) type Keepers = Option<BTreeMap<String, Option<String>>>;

/// Returns the attributes that all of these types have.
pub(crate) fn common() -> [(&'static str, Attribute); 2] {
    [
        ("id", Attribute::computed(Type::String)),
        ("keepers", Attribute::optional(Type::map(Type::String)).replaces()),
    ]
}

//! The samples of the contract suite, one file per family.

mod basics;
mod server;

use super::contract::Family;

/// Returns all families.
pub(super) fn all() -> Vec<Family> {
    vec![basics::keys(), basics::groups(), basics::subnets(), server::family()]
}

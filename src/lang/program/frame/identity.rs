//! What tells the draws of one block from those of all others: FNV-1a over where it stands.
//!
//! Not a digest to rely on: two blocks with the same one would only draw the same.

use infra_model::address::InstanceKey;

/// Where a digest begins.
pub(super) const FNV: u64 = 0xcbf2_9ce4_8422_2325;
/// What each byte multiplies it with; odd, so that nothing is lost.
pub(super) const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Adds a text, and that it ends here.
pub(super) fn digest(state: u64, text: &str) -> u64 {
    let separated = text.bytes().chain([0xff]);
    separated.fold(state, |state, byte| (state ^ u64::from(byte)).wrapping_mul(PRIME))
}

/// Adds the key of an instance.
pub(super) fn digest_key(state: u64, key: &InstanceKey) -> u64 {
    match key {
        InstanceKey::None => digest(state, ""),
        InstanceKey::Index(index) => (state ^ index).wrapping_mul(PRIME),
        InstanceKey::Name(name) => digest(state, name),
        InstanceKey::Any => digest(state, "*"),
    }
}

//! What is open: its number in the cloud travels in the bytes that the engine keeps.

use infra_model::{ask::Answer, journal::Time, lease::Lease, value::Value};
use std::sync::Arc;

/// Returns the number under which the cloud knows it; 0, which is never given, if it is none of its.
pub(super) fn number(lease: &Lease) -> u64 {
    let bytes: Result<[u8; 8], _> = lease.private.as_ref().try_into();
    bytes.map_or(0, u64::from_be_bytes)
}

/// Returns the answer for what is open.
pub(super) fn opened(value: Value, number: u64, renew_at_ms: Option<u64>) -> Answer {
    let private = Arc::from(number.to_be_bytes());
    let lease = Lease { value, private, renew_at: renew_at_ms.map(Time) };
    Answer::Opened(Arc::new(lease), Vec::new())
}

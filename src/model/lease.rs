//! An ephemeral resource that is open: what it gave, what its provider wants back to renew and close
//! it, and until when it holds.
//!
//! A lease lives in the memory of one run and is never stored or shown.

use crate::{journal::Time, value::Value};
use std::{fmt, sync::Arc};

/// An open ephemeral resource.
#[derive(Clone)]
pub struct Lease {
    /// Its attributes.
    pub value: Value,
    /// Bytes that the provider wants back.
    pub private: Arc<[u8]>,
    /// When it must be renewed; `None` if it holds as long as it is open.
    pub renew_at: Option<Time>,
}

impl Lease {
    /// Returns a lease that needs no renewal.
    pub fn of(value: Value) -> Self {
        Self { value, private: Arc::from([]), renew_at: None }
    }
}

/// Shows nothing that it holds.
impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("renew_at", &self.renew_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Lease;

    #[test]
    fn a_lease_shows_nothing_that_it_holds() {
        let lease = Lease { private: b"s3cr3t".as_slice().into(), ..Lease::of("s3cr3t".into()) };
        assert_eq!(format!("{lease:?}"), "Lease { renew_at: None, .. }");
    }
}

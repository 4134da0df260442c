//! Certificates and requests for them: written as the ecosystem's provider writes them, and read.

pub(super) mod name;
pub(super) mod read;
pub(super) mod usage;
pub(super) mod write;

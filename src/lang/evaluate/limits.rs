//! Limits of what an evaluation may make; each is refused by its name.

/// Bytes of one text that a template makes.
pub(crate) const TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes of one value, what is shared counted wherever it stands.
pub(crate) const VALUE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Elements that `for` expressions and splats make in one evaluation.
pub(crate) const ELEMENTS_MAX: usize = 4_000_000;

/// Errors after which a loop does not go on: the rest would be more of the same.
pub(crate) const ERRORS_PER_LOOP_MAX: usize = 20;

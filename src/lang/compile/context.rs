//! What a reference may name, by the place where it stands.

use crate::config::block::Repeat;

/// What is available besides the module's own names.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub(crate) struct Available {
    /// `each.key` and `each.value`.
    pub(crate) each: bool,
    /// `count.index`.
    pub(crate) count: bool,
    /// `self`.
    pub(crate) this: bool,
    /// Nothing but `self`, `each` and `count`: a destroy-time provisioner.
    pub(crate) only_own: bool,
}

impl Available {
    /// Returns what a block that stands this often sees.
    pub(crate) fn of(repeat: Repeat) -> Self {
        Self {
            each: matches!(repeat, Repeat::Each(_)),
            count: matches!(repeat, Repeat::Count(_)),
            ..Self::default()
        }
    }

    /// Returns this with `self`.
    pub(crate) fn with_self(mut self) -> Self {
        self.this = true;
        self
    }

    /// Returns what a destroy-time provisioner sees.
    pub(crate) fn only_own(mut self) -> Self {
        self.this = true;
        self.only_own = true;
        self
    }
}

//! What is wrong with a configuration, by how much of it can be evaluated nevertheless.

use infra_model::diagnostic::{self, Diagnostic, Diagnostics};

/// What is wrong with a configuration.
pub(super) struct Found {
    /// With its files, and the blocks as far as they can be read without knowing schemas.
    pub(super) loading: Diagnostics,
    /// With references, and with what schemas ask for.
    pub(super) compiling: Diagnostics,
}

impl Found {
    /// Returns all of it.
    pub(super) fn all(mut self) -> Diagnostics {
        self.loading.extend(self.compiling);
        self.loading
    }

    /// Returns whether only single blocks have mistakes, so that all others can be evaluated.
    pub(super) fn is_of_blocks(&self) -> bool {
        let mut errors = self.compiling.iter().filter(|found| found.is_error());
        !diagnostic::has_errors(&self.loading) && !errors.any(Self::is_of_all)
    }

    /// Returns whether something is wrong with how modules are connected, whatever block is evaluated.
    pub(super) fn is_of_all(found: &Diagnostic) -> bool {
        let subject = found.code.rsplit("::").next().unwrap_or("");
        found.code == "infra::lang::reference_cycle"
            || subject.starts_with("provider_")
            || subject.starts_with("module_")
    }
}

//! How an author says that something failed: what happened, and whether repeating it is safe.

use crate::resource::Thing;
use infra_model::diagnostic::{Diagnostic, Retry};

/// A request to the provider that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What went wrong, for people.
    pub diagnostic: Diagnostic,
    /// Whether the step may be repeated.
    pub retry: Retry,
    /// How long to wait before a repetition, in milliseconds, if the provider says.
    pub wait_ms: Option<u64>,
    /// The provider could not be asked at all: what was asked about is neither there nor gone.
    pub is_unreachable: bool,
}

/// A create or update that failed, with what it left behind.
#[derive(Clone, Debug)]
pub struct Broken<M> {
    /// Why.
    pub failure: Failure,
    /// What is there now, if something is; it is recorded as tainted after a create, unless whole.
    pub partial: Option<Thing<M>>,
    /// What is there is whole, and an update can bring it to what was wanted.
    pub is_whole: bool,
}

impl Failure {
    /// Returns a failure that a repetition would only repeat.
    pub fn new(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, retry: Retry::Never, wait_ms: None, is_unreachable: false }
    }

    /// Says that nothing was changed, or that repeating has the same effect.
    #[must_use]
    pub fn safe(self) -> Self {
        Self { retry: Retry::Safe, ..self }
    }

    /// Says that it may have happened.
    #[must_use]
    pub fn after_lookup(self) -> Self {
        Self { retry: Retry::AfterLookup, ..self }
    }

    /// Says when to try again.
    #[must_use]
    pub fn wait_ms(self, wait_ms: u64) -> Self {
        Self { wait_ms: Some(wait_ms), ..self }
    }

    /// Says that the provider could not be asked, and that nothing was changed.
    #[must_use]
    pub fn unreachable(self) -> Self {
        Self { is_unreachable: true, retry: Retry::Safe, ..self }
    }

    /// Returns the finding, which says whether a repetition is safe.
    pub fn into_diagnostic(self) -> Diagnostic {
        self.diagnostic.retry(self.retry)
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        let retry = diagnostic.retry;
        let failure = Self::new(diagnostic);
        Self { retry: retry.unwrap_or(Retry::Never), ..failure }
    }
}

impl<M> Broken<M> {
    /// Returns a failure that left something which is to be replaced.
    pub fn left(failure: impl Into<Failure>, partial: Thing<M>) -> Self {
        Self { failure: failure.into(), partial: Some(partial), is_whole: false }
    }

    /// Returns a failure that left something whole, which an update brings to what was wanted.
    pub fn unfinished(failure: impl Into<Failure>, partial: Thing<M>) -> Self {
        Self { failure: failure.into(), partial: Some(partial), is_whole: true }
    }
}

impl<M> From<Failure> for Broken<M> {
    fn from(failure: Failure) -> Self {
        Self { failure, partial: None, is_whole: false }
    }
}

impl<M> From<Diagnostic> for Broken<M> {
    fn from(diagnostic: Diagnostic) -> Self {
        Failure::from(diagnostic).into()
    }
}

/// Returns a finding that blames a provider by name for breaking its contract.
pub fn blame(provider: &str, what: &str) -> Diagnostic {
    let summary = format!("Provider `{provider}` broke its contract");
    Diagnostic::error("infra::provider::contract_broken", summary).detail(format!("{what}.")).help(
        "Report this to the authors of the provider; it is not a mistake in the configuration.",
    )
}

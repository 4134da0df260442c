//! How a command fails: what is said and with which exit code.

use crate::exit::Exit;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::SourceMap,
};
use infra_state::error::StateError;
use std::sync::Arc;

/// A command that came to an end before its time.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What is said.
    pub diagnostics: Diagnostics,
    /// The sources that its spans point into.
    pub sources: Arc<SourceMap>,
}

impl Failure {
    /// Returns a failure with diagnostics that point into sources.
    pub fn new(diagnostics: Diagnostics, sources: Arc<SourceMap>) -> Self {
        Self { exit: Exit::Failed, diagnostics, sources }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::new(vec![diagnostic], Arc::default())
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        let locked = matches!(error, StateError::Locked(_));
        let exit = if locked { Exit::Locked } else { Exit::Failed };
        Self { exit, diagnostics: vec![Diagnostic::from(error)], sources: Arc::default() }
    }
}

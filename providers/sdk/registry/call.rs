//! Calls, handed to the type they are about; there is one outcome per step whatever happens.

use super::Connected;
use crate::{connection::Control, failure::blame};
use infra_model::{
    address::KindName,
    ask::{Call, CallFailure, CallOutcome},
    diagnostic::{Diagnostic, Retry},
};

impl<C: Send + Sync + 'static> Connected<C> {
    pub(super) async fn carry_out(
        &self,
        kind: &KindName,
        calls: Vec<Call>,
        control: &Control,
    ) -> Vec<CallOutcome> {
        let steps = calls.len();
        let Some(resource) = self.registry.resources.get(kind) else {
            let unknown = self.registry.unknown_kind(kind);
            return (0..steps).map(|_| refused(unknown.clone())).collect();
        };
        let mut outcomes = resource.call(&self.client, calls, control).await;
        if outcomes.len() == steps {
            return outcomes;
        }
        let what = format!("It gave {} outcomes for {steps} steps of `{kind}`", outcomes.len());
        outcomes.truncate(steps);
        while outcomes.len() < steps {
            outcomes.push(lost(blame(self.registry.provider, &what)));
        }
        outcomes
    }
}

/// A step that was not begun.
pub(super) fn refused(diagnostic: Diagnostic) -> CallOutcome {
    failure(diagnostic, Retry::Never)
}

/// A step of which nobody knows whether it happened.
pub(super) fn lost(diagnostic: Diagnostic) -> CallOutcome {
    failure(diagnostic, Retry::AfterLookup)
}

fn failure(diagnostic: Diagnostic, retry: Retry) -> CallOutcome {
    let diagnostic = diagnostic.retry(retry);
    CallOutcome::Failed(Box::new(CallFailure { partial: None, retry, wait_ms: None, diagnostic }))
}

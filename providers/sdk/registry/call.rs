//! Calls, handed to the type they are about; there is one outcome per step whatever happens, within
//! the time that the steps have, and no secret of a step is in what it says.

use super::Connected;
use crate::{
    connection::Control,
    deadline::{limit, limited},
    failure::{Failure, blame},
};
use infra_model::{
    address::KindName,
    ask::{Call, CallFailure, CallOutcome},
    diagnostic::{Diagnostic, Retry},
    secrets::Secrets,
};

impl<C: Send + Sync + 'static> Connected<C> {
    pub(super) async fn carry_out(
        &self,
        kind: &KindName,
        calls: Vec<Call>,
        control: &Control,
    ) -> Vec<CallOutcome> {
        let each = |outcome: CallOutcome| calls.iter().map(|_| outcome.clone()).collect();
        let Some(resource) = self.registry.resources.get(kind) else {
            return each(refused(self.registry.unknown_kind(kind)));
        };
        let work = async {
            match self.prepare(control).await {
                Ok(()) => resource.call(&self.client, &calls, control).await,
                Err(failure) => each(failed(failure)),
            }
        };
        let outcomes = match self.registry.timed_out {
            None => work.await,
            Some(told) => limited(work, limit(&calls, control), told, control)
                .await
                .unwrap_or_else(|late| each(lost(late))),
        };
        let outcomes = self.one_each(kind, calls.len(), outcomes);
        outcomes.into_iter().zip(&calls).map(|(outcome, call)| scrubbed(outcome, call)).collect()
    }

    fn one_each(
        &self,
        kind: &KindName,
        steps: usize,
        mut outcomes: Vec<CallOutcome>,
    ) -> Vec<CallOutcome> {
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

/// Masks what is secret in the values of a step: who was asked may have repeated it.
fn scrubbed(outcome: CallOutcome, call: &Call) -> CallOutcome {
    let prior = call.prior.as_ref().map(|object| &object.value);
    let secrets = || Secrets::of([&call.desired, &call.planned].into_iter().chain(prior));
    match outcome {
        CallOutcome::Failed(mut failure) => {
            failure.diagnostic = secrets().scrub_diagnostic(failure.diagnostic);
            CallOutcome::Failed(failure)
        }
        CallOutcome::Done(object, told) if !told.is_empty() => {
            let secrets = secrets();
            let told = told.into_iter().map(|told| secrets.scrub_diagnostic(told)).collect();
            CallOutcome::Done(object, told)
        }
        done @ CallOutcome::Done(..) => done,
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

/// A step that failed before it was begun.
fn failed(failure: Failure) -> CallOutcome {
    let Failure { retry, wait_ms, .. } = failure;
    let diagnostic = failure.into_diagnostic();
    CallOutcome::Failed(Box::new(CallFailure {
        partial: None,
        is_whole: false,
        retry,
        wait_ms,
        diagnostic,
    }))
}

fn failure(diagnostic: Diagnostic, retry: Retry) -> CallOutcome {
    let diagnostic = diagnostic.retry(retry);
    CallOutcome::Failed(Box::new(CallFailure {
        partial: None,
        is_whole: false,
        retry,
        wait_ms: None,
        diagnostic,
    }))
}

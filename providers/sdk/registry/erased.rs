//! Types without their types: the boxed form of what authors write.

use super::{
    call::{lost, refused},
    clear, failed,
    typed::{Typed, imported, mismatch},
};
use crate::{
    connection::{BoxFuture, Control},
    convert::ConvertError,
    failure::{Failure, blame},
    resource::{Refreshed, Resource, Seen},
};
use infra_model::{
    ask::{Answer, Call, CallOutcome, Recorded},
    diagnostic::Diagnostic,
    journal::Intent,
    kind::Kind,
    observed::{Found, Observed},
    value::Value,
};
use std::sync::Arc;

/// A resource type behind a box.
pub(super) trait Erased<C>: Send + Sync {
    fn kind(&self) -> &Arc<dyn Kind>;
    fn mismatch(&self) -> Option<ConvertError>;
    fn refresh<'a>(
        &'a self,
        client: &'a C,
        recorded: Vec<Recorded>,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer>;
    fn find<'a>(
        &'a self,
        client: &'a C,
        intent: Intent,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Found, Failure>>;
    fn exists<'a>(
        &'a self,
        client: &'a C,
        desired: Value,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer>;
    fn import<'a>(
        &'a self,
        client: &'a C,
        id: Value,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer>;
    fn call<'a>(
        &'a self,
        client: &'a C,
        calls: &'a [Call],
        control: &'a Control,
    ) -> BoxFuture<'a, Vec<CallOutcome>>;
}

impl<R: Resource> Erased<R::Client> for Typed<R> {
    fn kind(&self) -> &Arc<dyn Kind> {
        &self.kind
    }

    fn mismatch(&self) -> Option<ConvertError> {
        mismatch::<R::Model>(&*self.kind)
    }

    fn refresh<'a>(
        &'a self,
        client: &'a R::Client,
        recorded: Vec<Recorded>,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let things = recorded.iter().map(|r| self.thing(&r.object)).collect::<Result<_, _>>();
            let things = match things {
                Ok(things) => things,
                Err(diagnostic) => return Answer::Failed(diagnostic),
            };
            let refreshed = R::refresh(client, things, control).await;
            let Refreshed { seen, facts, marked } = match refreshed {
                Ok(refreshed) => refreshed,
                Err(failure) => return failed(failure),
            };
            let one = |(seen, recorded): (Seen<R::Model>, &Recorded)| match seen {
                Seen::Present(model) => match self.value(&model, &recorded.object.value) {
                    Ok(value) => Observed::Present(value),
                    Err(diagnostic) => Observed::NotAskable(diagnostic),
                },
                Seen::Gone => Observed::Gone,
                Seen::NotAskable(diagnostic) => Observed::NotAskable(diagnostic),
            };
            let seen = seen.into_iter().zip(&recorded).map(one).collect();
            Answer::Observed(seen, facts, marked)
        })
    }

    fn find<'a>(
        &'a self,
        client: &'a R::Client,
        intent: Intent,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Found, Failure>> {
        Box::pin(async move {
            let wanted = match self.looked_up(&intent.desired, Some(&intent)) {
                Ok(wanted) => wanted,
                Err(diagnostic) => return Ok(Found::Uncertain(diagnostic)),
            };
            match R::find(client, wanted, control).await {
                Ok(None) => Ok(Found::Absent),
                Ok(Some(thing)) => Ok(match self.object(&thing, &intent) {
                    Ok(object) => Found::Adopt(Box::new(object)),
                    Err(diagnostic) => Found::Uncertain(diagnostic),
                }),
                Err(failure) if failure.is_unreachable => Err(failure),
                Err(failure) => Ok(Found::Uncertain(failure.into_diagnostic())),
            }
        })
    }

    fn exists<'a>(
        &'a self,
        client: &'a R::Client,
        desired: Value,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let wanted = match self.looked_up(&desired, None) {
                Ok(wanted) => wanted,
                Err(diagnostic) => return Answer::Failed(diagnostic),
            };
            match R::exists(client, wanted, control).await {
                Ok(found) => Answer::Exists(found),
                Err(failure) => failed(failure),
            }
        })
    }

    fn import<'a>(
        &'a self,
        client: &'a R::Client,
        id: Value,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let thing = match R::import(client, &clear(&id), control).await {
                Ok(thing) => thing,
                Err(failure) => return failed(failure),
            };
            let intent = imported(self.provider, &*self.kind);
            match thing.map(|thing| self.object(&thing, &intent)).transpose() {
                Ok(object) => Answer::Imported(object.into_iter().collect()),
                Err(diagnostic) => Answer::Failed(diagnostic),
            }
        })
    }

    fn call<'a>(
        &'a self,
        client: &'a R::Client,
        calls: &'a [Call],
        control: &'a Control,
    ) -> BoxFuture<'a, Vec<CallOutcome>> {
        Box::pin(async move {
            let steps: Vec<_> = calls.iter().map(|call| self.step(call)).collect();
            let good: Vec<_> =
                steps.iter().filter_map(|step| step.as_ref().ok().cloned()).collect();
            let mut results = R::batch(client, good, control).await.into_iter();
            let one = |(step, call): (Result<_, Diagnostic>, &Call)| match step {
                Err(diagnostic) => refused(diagnostic),
                Ok(_) => match results.next() {
                    Some(result) => self.outcome(call, result),
                    None => lost(blame(self.provider, "It gave fewer outcomes than steps")),
                },
            };
            steps.into_iter().zip(calls).map(one).collect()
        })
    }
}

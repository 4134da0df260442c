//! Types without their types: the boxed form of what authors write.

use super::{
    call::{lost, refused},
    clear, failed,
};
use crate::{
    connection::{BoxFuture, Control},
    convert::{ConvertError, from_value, to_value},
    dress::dress,
    failure::{Failure, blame},
    resource::{Resource, Seen, Step, StepResult, Thing, Wanted},
    sample::populated,
    settle::{known_or_null, settle},
};
use infra_model::{
    address::{Address, InstanceKey, ModuleAddress, ProviderAddress},
    ask::{Answer, Call, CallFailure, CallOutcome, Recorded},
    diagnostic::Diagnostic,
    journal::{Intent, Verb},
    kind::{Facts, Kind},
    observed::{Found, Observed},
    snapshot::Object,
    text::Text,
    value::Value,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{marker::PhantomData, sync::Arc};

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
    ) -> BoxFuture<'a, Found>;
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
        calls: Vec<Call>,
        control: &'a Control,
    ) -> BoxFuture<'a, Vec<CallOutcome>>;
}

/// A resource type with its kind at hand.
pub(super) struct Typed<R> {
    kind: Arc<dyn Kind>,
    provider: &'static str,
    of: PhantomData<fn() -> R>,
}

impl<R: Resource> Typed<R> {
    pub(super) fn new(provider: &'static str) -> Self {
        Self { kind: R::kind(), provider, of: PhantomData }
    }

    fn blame(&self, error: &ConvertError) -> Diagnostic {
        blame(self.provider, &format!("A value of `{}` does not fit: {error}", self.kind.name()))
    }

    fn model(&self, value: &Value) -> Result<R::Model, Diagnostic> {
        from_value(&known_or_null(value)).map_err(|error| self.blame(&error))
    }

    fn value(&self, model: &R::Model, like: &Value) -> Result<Value, Diagnostic> {
        let block = &self.kind.schema().block;
        let value = to_value(model, &block.implied_type()).map_err(|error| self.blame(&error))?;
        Ok(dress(block, value, like))
    }

    fn thing(&self, object: &Object) -> Result<Thing<R::Model>, Diagnostic> {
        let model = if object.schema_version == self.kind.schema().version {
            self.model(&object.value)?
        } else {
            self.model(&self.kind.upgrade(object.schema_version, object.value.clone())?)?
        };
        Ok(Thing { model, private: object.private.clone() })
    }

    fn step(&self, call: &Call) -> Result<Step<R::Model>, Diagnostic> {
        let prior = call.prior.as_ref().map(|object| self.thing(object)).transpose()?;
        let missing = || blame("infra", "A step came without the object it is about");
        Ok(match call.intent.verb {
            Verb::Create => Step::Create(self.wanted(call)?),
            Verb::Update => Step::Update(prior.ok_or_else(missing)?, self.wanted(call)?),
            Verb::Delete => Step::Delete(prior.ok_or_else(missing)?),
        })
    }

    fn wanted(&self, call: &Call) -> Result<Wanted<R::Model>, Diagnostic> {
        // What was unknown when it was planned is judged here, before anything happens.
        let judged = self.kind.validate(&call.desired, &Facts::new());
        if let Some(wrong) = judged.into_iter().find(Diagnostic::is_error) {
            return Err(wrong);
        }
        let model = self.model(&settle(&*self.kind, call))?;
        let Intent { token, address, .. } = call.intent.clone();
        Ok(Wanted { model, token, address })
    }

    /// What is wanted for a lookup, where nothing was planned.
    fn looked_up(&self, desired: &Value, token: Text, address: Address) -> LookedUp<R> {
        let planned = infra_model::schema::propose(self.kind.schema(), None, desired).planned;
        Ok(Wanted { model: self.model(&planned)?, token, address })
    }

    fn object(&self, thing: &Thing<R::Model>, intent: &Intent) -> Result<Object, Diagnostic> {
        Ok(Object {
            kind: intent.kind.clone(),
            provider: intent.provider.clone(),
            value: self.value(&thing.model, &intent.desired)?,
            private: thing.private.clone(),
            schema_version: self.kind.schema().version,
            tainted: false,
            needs: intent.needs.clone(),
            prevent_destroy: false,
            create_before_destroy: false,
        })
    }

    fn outcome(&self, call: &Call, result: StepResult<R::Model>) -> CallOutcome {
        // The desired value of the call carries the marks, ephemeral ones included.
        let intent = Intent { desired: call.desired.clone(), ..call.intent.clone() };
        match result {
            Ok(None) => CallOutcome::Done(None, Vec::new()),
            Ok(Some(thing)) => match self.object(&thing, &intent) {
                Ok(object) => CallOutcome::Done(Some(Box::new(object)), Vec::new()),
                Err(diagnostic) => lost(diagnostic),
            },
            Err(broken) => {
                let partial = broken.partial.map(Thing::from);
                let partial = partial.and_then(|thing| self.object(&thing, &intent).ok());
                let Failure { retry, wait_ms, .. } = broken.failure;
                let diagnostic = broken.failure.into_diagnostic();
                CallOutcome::Failed(Box::new(CallFailure { partial, retry, wait_ms, diagnostic }))
            }
        }
    }
}

/// What a lookup looks for.
type LookedUp<R> = Result<Wanted<<R as Resource>::Model>, Diagnostic>;

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
            let (seen, facts) = match R::refresh(client, things, control).await {
                Ok(seen) => seen,
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
            let marked = match R::marked(client, control).await {
                Ok(marked) => marked,
                Err(failure) => return failed(failure),
            };
            Answer::Observed(seen, facts, marked)
        })
    }

    fn find<'a>(
        &'a self,
        client: &'a R::Client,
        intent: Intent,
        control: &'a Control,
    ) -> BoxFuture<'a, Found> {
        Box::pin(async move {
            let (token, address) = (intent.token.clone(), intent.address.clone());
            let wanted = match self.looked_up(&intent.desired, token, address) {
                Ok(wanted) => wanted,
                Err(diagnostic) => return Found::Uncertain(diagnostic),
            };
            match R::find(client, wanted, control).await {
                Ok(None) => Found::Absent,
                Ok(Some(thing)) => match self.object(&thing, &intent) {
                    Ok(object) => Found::Adopt(Box::new(object)),
                    Err(diagnostic) => Found::Uncertain(diagnostic),
                },
                Err(failure) => Found::Uncertain(failure.into_diagnostic()),
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
            let wanted = match self.looked_up(&desired, Text::from(""), nowhere(&*self.kind)) {
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
        calls: Vec<Call>,
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
            steps.into_iter().zip(&calls).map(one).collect()
        })
    }
}

/// Sends a value with something in every place through the struct and back.
pub(super) fn mismatch<M: Serialize + DeserializeOwned>(kind: &dyn Kind) -> Option<ConvertError> {
    let block = &kind.schema().block;
    let there = populated(block);
    let back = from_value::<M>(&there).and_then(|model| to_value(&model, &block.implied_type()));
    match back {
        Ok(back) if back == there => None,
        Ok(_) => Some(ConvertError::new("the struct loses a part of the value")),
        Err(error) => Some(error),
    }
}

/// The address of something that has none yet.
fn nowhere(kind: &dyn Kind) -> Address {
    Address {
        module: ModuleAddress::root(),
        mode: kind.mode(),
        kind: kind.name().clone(),
        name: Text::from("new"),
        key: InstanceKey::None,
    }
}

/// Stands in for the intent of an object that nobody meant to create; the engine knows better which
/// provider instance it asked and records that one.
fn imported(provider: &str, kind: &dyn Kind) -> Intent {
    let provider = ProviderAddress {
        module: ModuleAddress::root(),
        provider: Text::from(provider),
        alias: None,
        key: InstanceKey::None,
    };
    Intent {
        address: nowhere(kind),
        generation: infra_model::address::Generation(0),
        verb: Verb::Create,
        kind: kind.name().clone(),
        provider,
        epoch: 0,
        at: infra_model::journal::Time(0),
        absent_before: false,
        desired: Value::null(infra_model::types::Type::Dynamic),
        needs: Arc::from([]),
        token: Text::from(""),
    }
}

//! A resource type with its kind: from what the engine sends to what its author sees, and back.

use crate::{
    convert::ConvertError,
    failure::{Broken, Failure, blame},
    model::{Model, fitted},
    registry::call::lost,
    resource::{Resource, Step, StepResult, Thing, Wanted},
    sample::populated,
    settle::{known_or_null, settle},
};
use infra_model::{
    address::{Address, Generation, InstanceKey, ModuleAddress, ProviderAddress},
    ask::{Call, CallFailure, CallOutcome},
    diagnostic::{Diagnostic, Retry},
    journal::{Intent, Verb},
    kind::{Facts, Kind},
    snapshot::Object,
    text::Text,
    value::Value,
};
use std::{marker::PhantomData, sync::Arc};

/// A resource type with its kind at hand.
pub(super) struct Typed<R> {
    pub(super) kind: Arc<dyn Kind>,
    pub(super) provider: &'static str,
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
        let block = &self.kind.schema().block;
        R::Model::read(block, &known_or_null(value)).map_err(|error| self.blame(&error))
    }

    pub(super) fn value(&self, model: &R::Model, like: &Value) -> Result<Value, Diagnostic> {
        model.write(&self.kind.schema().block, like).map_err(|error| self.blame(&error))
    }

    pub(super) fn thing(&self, object: &Object) -> Result<Thing<R::Model>, Diagnostic> {
        let schema = self.kind.schema();
        let model = if object.schema_version == schema.version {
            self.model(&fitted(&schema.block, &object.value))?
        } else {
            self.model(&self.kind.upgrade(object.schema_version, object.value.clone())?)?
        };
        let thing = Thing::from(model).private(object.private.clone());
        Ok(if object.tainted { thing.tainted() } else { thing })
    }

    pub(super) fn step(&self, call: &Call) -> Result<Step<R::Model>, Diagnostic> {
        let prior = call.prior.as_ref().map(|object| self.thing(object)).transpose()?;
        let missing = || blame("infra", "A step came without the object it is about");
        Ok(match call.intent.verb {
            Verb::Create => Step::Create(self.wanted(call)?),
            Verb::Update => Step::Update(prior.ok_or_else(missing)?, self.wanted(call)?),
            Verb::Delete => Step::Delete(prior.ok_or_else(missing)?),
        })
    }

    fn wanted(&self, call: &Call) -> Result<Wanted<R::Model>, Diagnostic> {
        self.refuse_odd(&call.desired)?;
        // What was unknown when it was planned is judged here, before anything happens.
        let judged = self.kind.validate(&call.desired, &Facts::new());
        if let Some(wrong) = judged.into_iter().find(Diagnostic::is_error) {
            return Err(wrong);
        }
        let model = self.model(&settle(&*self.kind, call))?;
        let given = known_or_null(&call.desired);
        let Intent { token, address, generation, .. } = call.intent.clone();
        Ok(Wanted { model, given, token, address, generation })
    }

    /// What the type does not have could not be sent: a plan of another version asks for it.
    fn refuse_odd(&self, desired: &Value) -> Result<(), Diagnostic> {
        let block = &self.kind.schema().block;
        let is_known = |n: &Text| block.attributes.contains_key(n) || block.blocks.contains_key(n);
        let mut given = desired.entries().unwrap_or_default().iter().map(|(name, _)| name);
        let Some(odd) = given.find(|name| !is_known(name)) else { return Ok(()) };
        let summary = format!("`{}` has no attribute `{odd}`", self.kind.name());
        let found = Diagnostic::error("infra::provider::attribute_unknown", summary);
        Err(found.help("use the version of infra that made the plan").retry(Retry::Never))
    }

    /// What is wanted for a lookup, where nothing was planned; by an intent, if there is one.
    pub(super) fn looked_up(&self, desired: &Value, intent: Option<&Intent>) -> LookedUp<R> {
        let planned = infra_model::schema::propose(self.kind.schema(), None, desired).planned;
        let (model, given) = (self.model(&planned)?, known_or_null(desired));
        Ok(match intent {
            Some(Intent { token, address, generation, .. }) => Wanted {
                model,
                given,
                token: token.clone(),
                address: address.clone(),
                generation: *generation,
            },
            None => Wanted {
                model,
                given,
                token: Text::from(""),
                address: nowhere(&*self.kind),
                generation: Generation(0),
            },
        })
    }

    pub(super) fn object(
        &self,
        thing: &Thing<R::Model>,
        intent: &Intent,
    ) -> Result<Object, Diagnostic> {
        Ok(Object {
            kind: intent.kind.clone(),
            provider: intent.provider.clone(),
            value: self.value(&thing.model, &intent.desired)?,
            private: thing.private.clone(),
            schema_version: self.kind.schema().version,
            tainted: thing.tainted,
            needs: intent.needs.clone(),
            prevent_destroy: false,
            create_before_destroy: false,
        })
    }

    pub(super) fn outcome(&self, call: &Call, result: StepResult<R::Model>) -> CallOutcome {
        // The desired value of the call carries the marks, ephemeral ones included.
        let intent = Intent { desired: call.desired.clone(), ..call.intent.clone() };
        match result {
            Ok(None) => CallOutcome::Done(None, Vec::new()),
            Ok(Some(thing)) => match self.object(&thing, &intent) {
                Ok(object) => CallOutcome::Done(Some(Box::new(object)), thing.warnings),
                Err(diagnostic) => lost(diagnostic),
            },
            Err(broken) => self.broken(&intent, broken),
        }
    }

    /// What is left of a step that failed; it must be looked up if it can't be recorded.
    fn broken(&self, intent: &Intent, broken: Broken<R::Model>) -> CallOutcome {
        let Broken { failure, partial, is_whole } = broken;
        let partial = match partial.map(|thing| self.object(&thing, intent)).transpose() {
            Ok(partial) => partial,
            Err(diagnostic) => return lost(diagnostic),
        };
        let Failure { retry, wait_ms, .. } = failure;
        let diagnostic = failure.into_diagnostic();
        let failure = CallFailure { partial, is_whole, retry, wait_ms, diagnostic };
        CallOutcome::Failed(Box::new(failure))
    }
}

/// What a lookup looks for.
pub(super) type LookedUp<R> = Result<Wanted<<R as Resource>::Model>, Diagnostic>;

/// Sends a value with something in every place through the struct and back.
pub(super) fn mismatch<M: Model>(kind: &dyn Kind) -> Option<ConvertError> {
    let block = &kind.schema().block;
    let there = populated(block);
    let back = M::read(block, &there).and_then(|model| model.write(block, &there));
    match back {
        Ok(back) if back.clone().unmark_deep().0 == there => None,
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
pub(super) fn imported(provider: &str, kind: &dyn Kind) -> Intent {
    let provider = ProviderAddress {
        module: ModuleAddress::root(),
        provider: Text::from(provider),
        alias: None,
        key: InstanceKey::None,
    };
    Intent {
        address: nowhere(kind),
        generation: Generation(0),
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

//! A connection with what the engine would do around it: plan, journal, call, refresh.

use super::{Bench, Outside, Sample};
use crate::{
    connection::{Connection, Control},
    token::token,
};
use infra_model::{
    address::{Address, Generation, InstanceKey, ModuleAddress, ProviderAddress},
    ask::{Answer, Call, CallOutcome, Question, Recorded},
    diagnostic::Diagnostic,
    journal::{Intent, Time, Verb},
    kind::{Facts, Find, Kind},
    observed::{Found, Observed},
    schema::{Block, Proposal},
    snapshot::Object,
    text::Text,
    value::{Value, refines},
};
use std::sync::Arc;

/// One run of the suite.
pub(super) struct Session<'a> {
    pub(super) outside: &'a dyn Outside,
    pub(super) connection: Arc<dyn Connection>,
    pub(super) control: Control,
    kinds: Vec<Arc<dyn Kind>>,
    provider: &'static str,
    objects: u64,
}

/// An object that the suite made, and what it was made of.
pub(super) struct Made {
    pub(super) intent: Intent,
    pub(super) object: Arc<Object>,
}

/// What is wrong.
pub(super) type Problem = String;

impl<'a> Session<'a> {
    pub(super) async fn start(bench: &Bench<'a>) -> Result<Self, Problem> {
        let connected = bench.provider.connect(bench.config.clone(), bench.control.clone()).await;
        let (connection, _) = connected.map_err(|d| format!("can't connect: {}", told(&d)))?;
        Ok(Self {
            outside: bench.outside,
            connection,
            control: bench.control.clone(),
            kinds: bench.provider.kinds(),
            provider: bench.provider.name(),
            objects: 0,
        })
    }

    pub(super) fn kind(&self, sample: &Sample) -> Result<Arc<dyn Kind>, Problem> {
        let named = |kind: &&Arc<dyn Kind>| sample.is_of(&***kind);
        self.kinds.iter().find(named).cloned().ok_or_else(|| "is not there".to_owned())
    }

    pub(super) async fn ask(&self, question: Question) -> Answer {
        self.connection.ask(question, self.control.clone()).await
    }

    /// Plans as the planner does: with facts, and anew if a replacement is needed.
    pub(super) async fn plan(
        &self,
        kind: &dyn Kind,
        prior: Option<&Value>,
        desired: &Value,
    ) -> Result<Proposal, Problem> {
        let facts = self.facts(kind, prior, desired).await?;
        if let Some(wrong) = kind.validate(desired, &facts).iter().find(|d| d.is_error()) {
            return Err(format!("refuses its sample: {}", told(wrong)));
        }
        if let Some(wrong) = kind.judge(prior, desired, &facts).iter().find(|d| d.is_error()) {
            return Err(format!("refuses its sample: {}", told(wrong)));
        }
        let update = kind.planned(prior, desired, &facts);
        if prior.is_none() || update.replace.is_empty() {
            return Ok(update);
        }
        Ok(Proposal { replace: update.replace, ..kind.planned(None, desired, &facts) })
    }

    async fn facts(
        &self,
        kind: &dyn Kind,
        prior: Option<&Value>,
        desired: &Value,
    ) -> Result<Facts, Problem> {
        let keys = kind.facts(prior, desired);
        if keys.is_empty() {
            return Ok(Facts::new());
        }
        match self.ask(Question::Facts(keys)).await {
            Answer::Facts(facts, _) => Ok(facts),
            other => Err(format!("gives no facts: {other:?}")),
        }
    }

    /// Returns a new address.
    pub(super) fn address(&mut self, kind: &dyn Kind) -> Address {
        self.objects += 1;
        Address {
            module: ModuleAddress::root(),
            mode: kind.mode(),
            kind: kind.name().clone(),
            name: Text::from("contract"),
            key: InstanceKey::Index(self.objects),
        }
    }

    /// Returns the intent of a create for a new address.
    pub(super) fn intent(&mut self, kind: &dyn Kind, desired: &Value) -> Intent {
        let address = self.address(kind);
        Intent {
            token: token("contract", &address, Generation(1)),
            address,
            generation: Generation(1),
            verb: Verb::Create,
            kind: kind.name().clone(),
            provider: ProviderAddress {
                module: ModuleAddress::root(),
                provider: Text::from(self.provider),
                alias: None,
                key: InstanceKey::None,
            },
            epoch: 1,
            at: Time(self.control.clock.now_ms()),
            absent_before: matches!(kind.find(), Find::NaturalKey(_)),
            desired: desired.clone(),
            needs: Arc::from([]),
        }
    }

    pub(super) async fn step(&self, call: Call) -> Result<CallOutcome, Problem> {
        let kind = call.intent.kind.clone();
        let mut outcomes = self.connection.call(kind, vec![call], self.control.clone()).await;
        if outcomes.len() != 1 {
            return Err(format!("gives {} outcomes for one step", outcomes.len()));
        }
        outcomes.pop().ok_or_else(|| "gives no outcome".to_owned())
    }

    /// Creates an object and checks that it is what was planned.
    pub(super) async fn create(
        &mut self,
        kind: &dyn Kind,
        desired: &Value,
    ) -> Result<Made, Problem> {
        let planned = self.plan(kind, None, desired).await?.planned;
        let intent = self.intent(kind, desired);
        let (desired, checked) = (desired.clone(), planned.clone());
        let call = Call { intent: intent.clone(), prior: None, desired, planned };
        let object = done(self.step(call).await?, "create")?;
        let object = object.ok_or_else(|| "create gives no object".to_owned())?;
        check_final(kind, &checked, &object)?;
        Ok(Made { intent, object: Arc::new(*object) })
    }

    /// Updates an object and checks that it is what was planned.
    pub(super) async fn update(
        &self,
        kind: &dyn Kind,
        made: &Made,
        (desired, planned): (&Value, &Value),
    ) -> Result<Made, Problem> {
        let intent = Intent { verb: Verb::Update, desired: desired.clone(), ..made.intent.clone() };
        let call = Call {
            intent: intent.clone(),
            prior: Some(made.object.clone()),
            desired: desired.clone(),
            planned: planned.clone(),
        };
        let object = done(self.step(call).await?, "update")?;
        let object = object.ok_or_else(|| "update gives no object".to_owned())?;
        check_final(kind, planned, &object)?;
        Ok(Made { intent, object: Arc::new(*object) })
    }

    pub(super) async fn delete(&self, kind: &dyn Kind, made: &Made) -> Result<(), Problem> {
        let null = Value::null(kind.schema().block.implied_type());
        let intent = Intent { verb: Verb::Delete, desired: null.clone(), ..made.intent.clone() };
        let prior = Some(made.object.clone());
        let call = Call { intent, prior, desired: null.clone(), planned: null };
        match done(self.step(call).await?, "delete")? {
            None => Ok(()),
            Some(_) => Err("delete gives an object".to_owned()),
        }
    }

    pub(super) async fn refresh(&self, kind: &dyn Kind, made: &Made) -> Result<Observed, Problem> {
        let recorded = Recorded {
            address: made.intent.address.clone(),
            generation: made.intent.generation,
            object: made.object.clone(),
        };
        match self.ask(Question::Refresh(kind.name().clone(), vec![recorded])).await {
            Answer::Observed(mut observed, ..) if observed.len() == 1 => {
                observed.pop().ok_or_else(|| "sees nothing".to_owned())
            }
            other => Err(format!("can't be refreshed: {other:?}")),
        }
    }

    pub(super) async fn find(&self, intent: &Intent) -> Result<Found, Problem> {
        match self.ask(Question::Find(vec![intent.clone()])).await {
            Answer::Found(mut found) if found.len() == 1 => {
                found.pop().ok_or_else(|| "finds nothing".to_owned())
            }
            other => Err(format!("can't be looked up: {other:?}")),
        }
    }
}

/// Returns an object of a block with these entries, and null or nothing elsewhere.
pub(super) fn desired(block: &Block, given: &[(&'static str, Value)]) -> Value {
    let entries = block.attributes.iter().map(|(n, a)| (n.clone(), Value::null(a.ty.clone())));
    let nothing = block.blocks.iter().map(|(name, nested)| (name.clone(), nested.nothing()));
    let given = given.iter().map(|(name, value)| (Text::from(*name), value.clone()));
    Value::object(entries.chain(nothing).chain(given))
}

fn done(outcome: CallOutcome, what: &str) -> Result<Option<Box<Object>>, Problem> {
    match outcome {
        CallOutcome::Done(object, _) => Ok(object),
        CallOutcome::Failed(failure) => Err(format!("{what} fails: {}", told(&failure.diagnostic))),
    }
}

fn check_final(kind: &dyn Kind, planned: &Value, object: &Object) -> Result<(), Problem> {
    check_value(kind, &object.value)?;
    refines(planned, &object.value).map_err(|path| format!("`{path}` differs from the plan"))
}

/// Checks a value that a provider gives: known, of its type, and with the marks of its secrets.
pub(super) fn check_value(kind: &dyn Kind, value: &Value) -> Result<(), Problem> {
    if !value.is_wholly_known() {
        return Err("gives an object with unknown parts".to_owned());
    }
    if value.clone().unmark_deep().0.ty() != typed(kind, value) {
        return Err(format!("gives a value of another type: {}", value.ty()));
    }
    let remarked = kind.schema().block.mark_sensitive(value.clone());
    if remarked != *value {
        return Err("gives a secret without its mark".to_owned());
    }
    Ok(())
}

/// The type of the schema, with the parts that have none of their own as they are in the value.
fn typed(kind: &dyn Kind, value: &Value) -> infra_model::types::Type {
    use infra_model::types::Type;
    let implied = kind.schema().block.implied_type();
    let Type::Object(object) = &implied else { return implied };
    Type::object(object.attributes.iter().map(|(name, ty)| match value.get(name) {
        Some(inner) if ty.has_dynamic() => (name.clone(), inner.ty()),
        Some(_) | None => (name.clone(), ty.clone()),
    }))
}

/// A diagnostic on one line.
pub(super) fn told(diagnostic: &Diagnostic) -> String {
    format!("{} {} ({})", diagnostic.summary, diagnostic.detail, diagnostic.code)
}

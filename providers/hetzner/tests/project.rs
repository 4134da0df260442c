//! Steps of single resources, as the engine has them done: planned, called, looked at.

#![allow(clippy::wildcard_enum_match_arm, reason = "whatever else comes is a failure")]

use super::bench::Bench;
use infra_model::{
    address::{Address, Generation, InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    ask::{Answer, Call, CallFailure, CallOutcome, Question, Recorded},
    cost::Cost,
    diagnostic::Diagnostic,
    journal::{Intent, Time, Verb},
    kind::{Facts, Impact, ImpactOf, Kind},
    observed::Observed,
    snapshot::Object,
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::{Connection, Provider as _},
    token::token,
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

/// Arguments; the others are null.
pub(crate) type Given<'a> = &'a [(&'static str, Value)];

/// A connected provider, and what goes over its wire.
pub(crate) struct Project<'a> {
    bench: &'a Bench,
    connection: Arc<dyn Connection>,
    steps: AtomicU64,
    calls: Arc<Mutex<Vec<String>>>,
    warnings: Mutex<Vec<Diagnostic>>,
}

impl<'a> Project<'a> {
    pub(crate) async fn of(bench: &'a Bench) -> Self {
        let connected = bench.provider.connect(bench.config(), bench.control()).await;
        let calls: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&calls);
        bench.simulator.observe(move |exchange| {
            // Names and ids of the path tell nothing; what is waited for is no call.
            if !exchange.path.ends_with("/actions") && exchange.method != "GET" {
                noted.lock().unwrap().push(exchange.operation());
            }
        });
        let connection = connected.map_err(|d| d.summary.to_string()).unwrap().0;
        let (steps, warnings) = (AtomicU64::new(0), Mutex::default());
        Self { bench, connection, steps, calls, warnings }
    }

    /// Returns what was changed since the last time, as operations of the API.
    pub(crate) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    /// Returns what steps that were done have warned of since the last time.
    pub(crate) fn warnings(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut *self.warnings.lock().unwrap())
    }

    /// Returns what is planned of an attribute, as text.
    pub(crate) fn plans(&self, prior: Option<&Object>, given: Given<'_>, name: &str) -> String {
        let kind = self.kind(Mode::Managed, "hcloud_server");
        let desired = Self::desired(&*kind, given);
        let prior = prior.map(|object| &object.value);
        let planned = kind.planned(prior, &desired, &Facts::new()).planned;
        planned.get(name).unwrap().to_string()
    }

    pub(crate) async fn create(
        &self,
        kind: &'static str,
        given: Given<'_>,
    ) -> Result<Arc<Object>, CallFailure> {
        let call = self.creating(kind, given);
        self.step(kind, call).await.map(|object| Arc::new(*object.unwrap()))
    }

    /// Changes an object; the plan must not be to replace it.
    pub(crate) async fn update(
        &self,
        prior: &Arc<Object>,
        given: Given<'_>,
    ) -> Result<Arc<Object>, CallFailure> {
        let call = self.updating(prior, given);
        self.step(&prior.kind.0, call).await.map(|object| Arc::new(*object.unwrap()))
    }

    pub(crate) async fn delete(&self, prior: &Arc<Object>) -> Result<(), CallFailure> {
        self.step(&prior.kind.0, self.deleting(prior)).await.map(drop)
    }

    /// Returns the step that makes an object.
    pub(crate) fn creating(&self, kind: &str, given: Given<'_>) -> Call {
        let kind = self.kind(Mode::Managed, kind);
        let desired = Self::desired(&*kind, given);
        let planned = kind.planned(None, &desired, &Facts::new()).planned;
        let intent = self.intent(&*kind, Verb::Create, &desired);
        Call { intent, prior: None, desired, planned }
    }

    /// Returns the step that changes an object; the plan must not be to replace it.
    pub(crate) fn updating(&self, prior: &Arc<Object>, given: Given<'_>) -> Call {
        let kind = self.kind(Mode::Managed, &prior.kind.0);
        let desired = Self::desired(&*kind, given);
        let proposal = kind.planned(Some(&prior.value), &desired, &Facts::new());
        assert!(proposal.replace.is_empty(), "it is replaced");
        let intent = self.intent(&*kind, Verb::Update, &desired);
        Call { intent, prior: Some(prior.clone()), desired, planned: proposal.planned }
    }

    /// Returns the step that destroys an object.
    pub(crate) fn deleting(&self, prior: &Arc<Object>) -> Call {
        let kind = self.kind(Mode::Managed, &prior.kind.0);
        let null = Value::null(kind.schema().block.implied_type());
        let intent = self.intent(&*kind, Verb::Delete, &null);
        Call { intent, prior: Some(prior.clone()), desired: null.clone(), planned: null }
    }

    /// Carries out several steps of a type in one call.
    pub(crate) async fn together(
        &self,
        kind: &str,
        steps: Vec<Call>,
    ) -> Vec<Result<Option<Arc<Object>>, CallFailure>> {
        let name = KindName(kind.into());
        let outcomes = self.connection.call(name, steps, self.bench.control()).await;
        let result = |outcome| match outcome {
            CallOutcome::Done(object, _) => Ok(object.map(|object| Arc::new(*object))),
            CallOutcome::Failed(failure) => Err(*failure),
        };
        outcomes.into_iter().map(result).collect()
    }

    pub(crate) async fn refresh(&self, object: &Arc<Object>) -> Observed {
        let address = self.intent_address(&object.kind);
        let recorded = Recorded { address, generation: Generation(1), object: object.clone() };
        let question = Question::Refresh(object.kind.clone(), vec![recorded]);
        match self.connection.ask(question, self.bench.control()).await {
            Answer::Observed(mut observed, ..) => observed.pop().unwrap(),
            other => panic!("it can't be refreshed: {other:?}"),
        }
    }

    /// Asks a question.
    pub(crate) async fn ask(&self, question: Question) -> Answer {
        self.connection.ask(question, self.bench.control()).await
    }

    /// Returns an object of the outside as it is recorded when it is imported.
    pub(crate) async fn imported(&self, kind: &'static str, id: &str) -> Recorded {
        let kind = KindName(kind.into());
        let address = self.intent_address(&kind);
        match self.ask(Question::Import(kind, Value::from(id))).await {
            Answer::Imported(mut found) => {
                let object = Arc::new(found.pop().unwrap());
                Recorded { address, generation: Generation(1), object }
            }
            other => panic!("it can't be imported: {other:?}"),
        }
    }

    /// Reads a data source; its warnings come along.
    pub(crate) async fn data(
        &self,
        kind: &'static str,
        given: Given<'_>,
    ) -> Result<(Value, Vec<Diagnostic>), Diagnostic> {
        let kind = self.kind(Mode::Data, kind);
        let question = Question::ReadData(kind.name().clone(), Self::desired(&*kind, given));
        match self.connection.ask(question, self.bench.control()).await {
            Answer::Value(value, warnings) => Ok((value, warnings)),
            Answer::Failed(diagnostic) | Answer::NotAskable(diagnostic) => Err(diagnostic),
            other => panic!("it can't be read: {other:?}"),
        }
    }

    /// Returns what a change would do to what runs.
    pub(crate) fn impacts(&self, prior: &Object, given: Option<Given<'_>>) -> Vec<Impact> {
        let kind = self.kind(Mode::Managed, &prior.kind.0);
        let facts = Facts::new();
        let proposal = given
            .map(|given| kind.planned(Some(&prior.value), &Self::desired(&*kind, given), &facts));
        kind.impact(&ImpactOf {
            prior: Some(&prior.value),
            planned: proposal.as_ref().map(|proposal| &proposal.planned),
            replace: proposal.as_ref().is_some_and(|proposal| !proposal.replace.is_empty()),
            facts: &facts,
        })
    }

    /// Returns what is wrong with arguments.
    pub(crate) fn judged(&self, kind: &'static str, given: Given<'_>) -> Vec<Diagnostic> {
        let kind = self.kind(Mode::Managed, kind);
        kind.validate(&Self::desired(&*kind, given), &Facts::new())
    }

    /// Returns what the plan for a new object finds wrong, by what Hetzner says of the outside.
    pub(crate) async fn planned(&self, kind: &'static str, given: Given<'_>) -> Vec<Diagnostic> {
        let kind = self.kind(Mode::Managed, kind);
        let desired = Self::desired(&*kind, given);
        let question = Question::Facts(kind.facts(None, &desired));
        match self.connection.ask(question, self.bench.control()).await {
            Answer::Facts(facts, _) => kind.judge(None, &desired, &facts),
            other => panic!("there are no facts: {other:?}"),
        }
    }

    async fn step(&self, kind: &str, call: Call) -> Result<Option<Box<Object>>, CallFailure> {
        let name = KindName(kind.into());
        let mut outcomes = self.connection.call(name, vec![call], self.bench.control()).await;
        match outcomes.pop().unwrap() {
            CallOutcome::Done(object, warnings) => {
                self.warnings.lock().unwrap().extend(warnings);
                Ok(object)
            }
            CallOutcome::Failed(failure) => Err(*failure),
        }
    }

    fn kind(&self, mode: Mode, name: &str) -> Arc<dyn Kind> {
        let kinds = self.bench.provider.kinds();
        let named = |kind: &&Arc<dyn Kind>| kind.mode() == mode && *kind.name().0 == *name;
        kinds.iter().find(named).cloned().unwrap()
    }

    /// Returns what an object costs a month, with what Hetzner says of prices; of a new one without a
    /// recorded value.
    pub(crate) async fn cost(
        &self,
        kind: &'static str,
        recorded: Option<&Value>,
        given: Given<'_>,
    ) -> Option<Cost> {
        let kind = self.kind(Mode::Managed, kind);
        let desired = Self::desired(&*kind, given);
        let question = Question::Facts(kind.facts(recorded, &desired));
        match self.connection.ask(question, self.bench.control()).await {
            Answer::Facts(facts, _) => kind.cost(recorded.unwrap_or(&desired), &facts),
            other => panic!("there are no facts: {other:?}"),
        }
    }

    /// Returns the type of an argument, or of the blocks of its name.
    pub(crate) fn type_of(&self, kind: &str, argument: &str) -> Type {
        let ty = self.kind(Mode::Managed, kind).schema().block.implied_type();
        let Type::Object(object) = ty else { panic!("{kind} is no object") };
        object.attributes.get(argument).cloned().unwrap_or_else(|| panic!("{kind}: {argument}"))
    }

    fn desired(kind: &dyn Kind, given: Given<'_>) -> Value {
        let block = &kind.schema().block;
        let nulls = block.attributes.iter();
        let nulls = nulls.map(|(name, a)| (name.clone(), Value::null(a.ty.without_optional())));
        let nothing = block.blocks.iter().map(|(name, nested)| (name.clone(), nested.nothing()));
        let given = given.iter().map(|(name, value)| ((*name).into(), value.clone()));
        Value::object(nulls.chain(nothing).chain(given))
    }

    fn intent_address(&self, kind: &KindName) -> Address {
        Address {
            module: ModuleAddress::root(),
            mode: Mode::Managed,
            kind: kind.clone(),
            name: "step".into(),
            key: InstanceKey::Index(self.steps.fetch_add(1, Ordering::Relaxed)),
        }
    }

    fn intent(&self, kind: &dyn Kind, verb: Verb, desired: &Value) -> Intent {
        let address = self.intent_address(kind.name());
        Intent {
            token: token("tests", &address, Generation(1)),
            address,
            generation: Generation(1),
            verb,
            kind: kind.name().clone(),
            provider: ProviderAddress {
                module: ModuleAddress::root(),
                provider: "hcloud".into(),
                alias: None,
                key: InstanceKey::None,
            },
            epoch: 1,
            at: Time(self.bench.simulator.now_ms()),
            absent_before: true,
            desired: desired.clone(),
            needs: Arc::from([]),
        }
    }
}

/// Returns an attribute of an object as JSON.
pub(crate) fn at(value: &Value, name: &str) -> serde_json::Value {
    let part = value.get(name).unwrap().clone().unmark_deep().0;
    let text = infra_model::value::json::to_json_text(&part).unwrap();
    serde_json::from_str(&text).unwrap()
}

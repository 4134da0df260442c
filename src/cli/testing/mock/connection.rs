//! The connection of a mock: it answers from what it is given and remembers nothing.

use super::{Given, calm};
use infra_model::{
    address::{KindName, Mode},
    ask::{Answer, Call, CallFailure, CallOutcome, Question},
    diagnostic::{Diagnostic, Retry},
    journal::Verb,
    kind::{Facts, Kind, Kinds, ProviderFacts},
    lease::Lease,
    observed::{Found, Observed},
    schema::propose,
    snapshot::Object,
    value::Value,
};
use infra_sdk::connection::{BoxFuture, Connected, Connection, Control, Provider};
use std::{collections::BTreeMap, sync::Arc};

/// A provider of which nothing is real.
#[derive(Clone)]
pub struct MockProvider {
    /// The kinds, for their schemas.
    pub kinds: Arc<Kinds>,
    /// What an override gives to everything that it is asked for.
    pub whole: Option<Given>,
    /// What it gives by kind.
    pub by_kind: Arc<BTreeMap<(Mode, KindName), Given>>,
    /// What it gives for all other kinds.
    pub otherwise: Given,
}

impl MockProvider {
    /// Returns what is given for a kind.
    pub fn given(&self, mode: Mode, kind: &KindName) -> &Given {
        let by_kind = || self.by_kind.get(&(mode, kind.clone()));
        self.whole.as_ref().or_else(by_kind).unwrap_or(&self.otherwise)
    }

    fn read(&self, (mode, kind): (Mode, &KindName), value: &Value) -> Answer {
        let Some(found) = self.kinds.get(mode, kind) else { return Answer::Failed(no_kind(kind)) };
        let planned = propose(&calm(found.schema()), None, value).planned;
        let place = format!("{kind} {}", asked_with(&planned));
        let (value, misfits) = self.given(mode, kind).fill(&planned, &place);
        match misfits.first() {
            None => Answer::Value(value, Vec::new()),
            Some(misfit) => Answer::Failed(misfitting(kind, misfit)),
        }
    }

    fn answer(&self, question: Question) -> Answer {
        match question {
            Question::Configure(_) => Answer::Configured(Vec::new()),
            Question::Facts(_) => Answer::Facts(Facts::new(), Vec::new()),
            Question::Refresh(_, recorded) => {
                let seen = recorded.iter().map(|r| Observed::Present(r.object.value.clone()));
                Answer::Observed(seen.collect(), Facts::new(), Vec::new())
            }
            Question::Find(intents) => {
                Answer::Found(intents.iter().map(|_| Found::Absent).collect())
            }
            Question::ReadData(kind, value) => self.read((Mode::Data, &kind), &value),
            Question::Open(address, value) => {
                let read = self.read((Mode::Ephemeral, &address.kind), &value);
                if let Answer::Value(value, found) = read {
                    Answer::Opened(Arc::new(Lease::of(value)), found)
                } else {
                    read
                }
            }
            Question::Renew(_, lease) => Answer::Opened(lease, Vec::new()),
            Question::Close(..) => Answer::Closed(Vec::new()),
            Question::Import(kind, _) => Answer::Failed(
                Diagnostic::error("infra::cli::mock_import", "A mock cannot be imported from")
                    .detail(format!(
                        "There is no `{kind}` behind a mocked provider. Nothing was changed."
                    ))
                    .help("test the import with the provider itself"),
            ),
            Question::Exists(_, _) => Answer::Exists(None),
        }
    }

    fn outcome(&self, kind: &KindName, call: Call) -> CallOutcome {
        let Call { intent, prior, planned, .. } = call;
        if intent.verb == Verb::Delete {
            return CallOutcome::Done(None, Vec::new());
        }
        let given = self.given(Mode::Managed, kind);
        let (value, misfits) = given.fill(&planned, &intent.address.to_string());
        if let Some(misfit) = misfits.first() {
            return CallOutcome::Failed(Box::new(CallFailure {
                partial: None,
                is_whole: false,
                retry: Retry::Never,
                wait_ms: None,
                diagnostic: misfitting(kind, misfit),
            }));
        }
        let version = self.kinds.get(Mode::Managed, kind).map_or(0, |kind| kind.schema().version);
        let object = Object {
            kind: kind.clone(),
            provider: intent.provider,
            value,
            private: prior.as_ref().map_or_else(|| Arc::from([]), |prior| prior.private.clone()),
            schema_version: version,
            tainted: false,
            needs: intent.needs,
            prevent_destroy: false,
            create_before_destroy: false,
        };
        CallOutcome::Done(Some(Box::new(object)), Vec::new())
    }
}

/// What tells two reads of one data source apart: what they were asked with.
fn asked_with(value: &Value) -> String {
    format!("{value}")
}

fn misfitting(kind: &KindName, misfit: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::mock_value_invalid", "Failed to compute attribute")
        .detail(format!(
            "No value of the type that `{kind}` has could be made from the mocked data with {misfit}. \
             Nothing was changed."
        ))
        .help("give a value of the type that the schema says")
}

fn no_kind(kind: &KindName) -> Diagnostic {
    Diagnostic::error("infra::exec::provider_unknown", format!("There is no type `{kind}`"))
        .detail("It cannot be mocked. Nothing was changed.")
        .help("`infra providers list` lists the types there are")
}

impl Provider for MockProvider {
    fn name(&self) -> &'static str {
        "mock"
    }

    fn facts(&self) -> ProviderFacts {
        ProviderFacts {
            config: infra_model::schema::Schema::default(),
            objects_live_on_host: false,
            calls_in_flight_max: None,
            kinds: Vec::new(),
            validate: infra_model::kind::any_config,
            functions: &[],
        }
    }

    fn kinds(&self) -> Vec<Arc<dyn Kind>> {
        Vec::new()
    }

    fn connect(&self, _config: Value, _control: Control) -> BoxFuture<'_, Connected> {
        let connection: Arc<dyn Connection> = Arc::new(self.clone());
        Box::pin(async move { Ok((connection, Vec::new())) })
    }
}

impl Connection for MockProvider {
    fn ask(&self, question: Question, _control: Control) -> BoxFuture<'_, Answer> {
        let answer = self.answer(question);
        Box::pin(async move { answer })
    }

    fn call(
        &self,
        kind: KindName,
        calls: Vec<Call>,
        _control: Control,
    ) -> BoxFuture<'_, Vec<CallOutcome>> {
        let outcomes = calls.into_iter().map(|call| self.outcome(&kind, call)).collect();
        Box::pin(async move { outcomes })
    }
}

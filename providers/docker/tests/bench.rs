//! A connected provider for one test, and the way of the engine through plan and apply.

mod around;
pub(super) mod front;
pub(super) mod helper;
mod plans;
mod sweep;

pub(super) use around::{Lines, control, host, skip, socket};
pub(super) use plans::differences;

use crate::{DockerProvider, Environment, bridge};
use bollard::Docker;
use infra_model::{
    address::{Address, Generation, InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    ask::{Answer, Call, CallFailure, CallOutcome, Question, Recorded},
    diagnostic::Diagnostic,
    journal::{Intent, Time, Verb},
    kind::{Facts, Kind},
    observed::{Found, Observed},
    snapshot::Object,
    value::Value,
};
use infra_sdk::{
    connection::{Connection, Control, Provider},
    mark::Mark,
};
use serde_json::{Value as Json, json};
use std::{future::Future, sync::Arc};

/// One test's view of the engine.
pub(super) struct Bench {
    pub(super) provider: DockerProvider,
    pub(super) connection: Arc<dyn Connection>,
    pub(super) docker: Docker,
    /// Before every name, and the value of the label.
    pub(super) run: String,
    pub(super) lines: Arc<Lines>,
}

/// Runs a test with an engine, and sweeps up after it whatever happens.
pub(super) async fn with<F: Future<Output = ()> + Send + 'static>(
    test: &str,
    body: impl FnOnce(Arc<Bench>) -> F,
) {
    let Some(host) = host() else { return skip(test, "no Docker Engine answers") };
    let bench = match Bench::open(test, &host).await {
        Ok(bench) => Arc::new(bench),
        Err(why) => return skip(test, &why.detail),
    };
    bench.base_image().await;
    let ended = tokio::spawn(body(Arc::clone(&bench))).await;
    bench.sweep().await;
    bench.sweep_images().await;
    if let Err(error) = ended {
        std::panic::resume_unwind(error.into_panic());
    }
}

/// Returns a provider configuration.
pub(super) fn provider_config(json: &Json) -> Value {
    bridge::object_from_json(&crate::config::schema().block, json)
}

impl Bench {
    pub(super) async fn open(test: &str, host: &str) -> Result<Self, Diagnostic> {
        let lines = Arc::new(Lines::default());
        let provider = DockerProvider::new(Environment::default());
        let config = provider_config(&json!({ "host": host }));
        let (connection, _) = provider.connect(config, control(Arc::clone(&lines))).await?;
        let config = crate::config::Config::read(
            &provider_config(&json!({"host": host})),
            &Environment::default(),
        );
        let engine = crate::connect::connect(config.unwrap()).await;
        let docker = engine.map_err(|failure| *failure.diagnostic)?.docker;
        let run = format!("infra-test-{}-{test}", std::process::id()).replace('_', "-");
        Ok(Self { provider, connection, docker, run, lines })
    }

    pub(super) fn control(&self) -> Control {
        control(Arc::clone(&self.lines))
    }

    pub(super) fn kind(&self, name: &str) -> Arc<dyn Kind> {
        let all = self.provider.kinds().into_iter();
        let mut wanted = all.filter(|k| &*k.name().0 == name && k.mode() == Mode::Managed);
        wanted.next().unwrap()
    }

    /// Returns a desired value, with the label by which it is swept away.
    pub(super) fn desired(&self, kind: &str, mut json: Json) -> Value {
        let kind = self.kind(kind);
        if kind.schema().block.blocks.contains_key("labels") {
            let label = json!({"label": "infra.test", "value": self.run});
            match json.get_mut("labels").and_then(Json::as_array_mut) {
                Some(labels) => labels.push(label),
                None => json["labels"] = json!([label]),
            }
        }
        bridge::object_from_json(&kind.schema().block, &json)
    }

    pub(super) fn intent(&self, kind: &str, verb: Verb, desired: &Value) -> Intent {
        let name = desired.get("name").and_then(Value::as_text).map_or("x", |name| name);
        Intent {
            address: Address {
                module: ModuleAddress::root(),
                mode: Mode::Managed,
                kind: KindName(kind.into()),
                name: "x".into(),
                key: InstanceKey::None,
            },
            generation: Generation(1),
            verb,
            kind: KindName(kind.into()),
            provider: ProviderAddress {
                module: ModuleAddress::root(),
                provider: "docker".into(),
                alias: None,
                key: InstanceKey::None,
            },
            epoch: 1,
            at: Time(0),
            absent_before: true,
            desired: desired.clone(),
            needs: Arc::from([]),
            token: format!("t-{}-{name}", self.run).into(),
        }
    }

    pub(super) async fn call(
        &self,
        kind: &str,
        verb: Verb,
        prior: Option<&Object>,
        desired: &Value,
    ) -> CallOutcome {
        let pure = self.kind(kind);
        let prior_value = prior.map(|object| &object.value);
        let planned = match verb {
            Verb::Delete => desired.clone(),
            _ => pure.planned(prior_value, desired, &Facts::new()).planned,
        };
        let call = Call {
            intent: self.intent(kind, verb, desired),
            prior: prior.cloned().map(Arc::new),
            desired: desired.clone(),
            planned,
        };
        let name = KindName(kind.into());
        let mut outcomes = self.connection.call(name, vec![call], self.control()).await;
        outcomes.remove(0)
    }

    pub(super) async fn create(&self, kind: &str, json: Json) -> Object {
        let desired = self.desired(kind, json);
        done(self.call(kind, Verb::Create, None, &desired).await)
    }

    pub(super) async fn fails(&self, kind: &str, json: Json) -> CallFailure {
        let desired = self.desired(kind, json);
        match self.call(kind, Verb::Create, None, &desired).await {
            CallOutcome::Failed(failure) => *failure,
            CallOutcome::Done(object, _) => panic!("this should have failed: {object:?}"),
        }
    }

    pub(super) async fn update(&self, kind: &str, prior: &Object, json: Json) -> Object {
        let desired = self.desired(kind, json);
        done(self.call(kind, Verb::Update, Some(prior), &desired).await)
    }

    pub(super) async fn delete(&self, kind: &str, prior: &Object) {
        let nothing = Value::null(prior.value.ty());
        match self.call(kind, Verb::Delete, Some(prior), &nothing).await {
            CallOutcome::Done(None, _) => {}
            other => panic!("the delete ended with {other:?}"),
        }
    }

    pub(super) async fn refresh(&self, kind: &str, object: &Object) -> Observed {
        match self.ask_for(kind, object).await {
            Answer::Observed(mut all, ..) => all.remove(0),
            other => panic!("the refresh ended with {other:?}"),
        }
    }

    /// Returns the ids of what else carries our mark when an object is refreshed.
    pub(super) async fn marked(&self, kind: &str, object: &Object) -> Vec<String> {
        match self.ask_for(kind, object).await {
            Answer::Observed(_, _, marked) => marked.iter().map(|m| m.id.to_string()).collect(),
            other => panic!("the refresh ended with {other:?}"),
        }
    }

    async fn ask_for(&self, kind: &str, object: &Object) -> Answer {
        let recorded = Recorded {
            address: self.intent(kind, Verb::Create, &object.value).address,
            generation: Generation(1),
            object: Arc::new(object.clone()),
        };
        let question = Question::Refresh(KindName(kind.into()), vec![recorded]);
        self.connection.ask(question, self.control()).await
    }

    pub(super) async fn present(&self, kind: &str, object: &Object) -> Value {
        match self.refresh(kind, object).await {
            Observed::Present(value) => value,
            other => panic!("it should be there: {other:?}"),
        }
    }

    pub(super) async fn find(&self, kind: &str, json: Json) -> Found {
        let desired = self.desired(kind, json);
        let intent = self.intent(kind, Verb::Create, &desired);
        match self.connection.ask(Question::Find(vec![intent]), self.control()).await {
            Answer::Found(mut all) => all.remove(0),
            other => panic!("the lookup ended with {other:?}"),
        }
    }

    pub(super) async fn import(&self, kind: &str, id: &str) -> Vec<Object> {
        let question = Question::Import(KindName(kind.into()), Value::from(id));
        match self.connection.ask(question, self.control()).await {
            Answer::Imported(objects) => objects,
            other => panic!("the import ended with {other:?}"),
        }
    }

    pub(super) async fn data(&self, kind: &str, json: Json) -> Answer {
        let mut all = self.provider.kinds().into_iter();
        let pure = all.find(|k| &*k.name().0 == kind && k.mode() == Mode::Data).unwrap();
        let config = bridge::object_from_json(&pure.schema().block, &json);
        self.connection.ask(Question::ReadData(KindName(kind.into()), config), self.control()).await
    }

    pub(super) fn engine(&self) -> crate::engine::Engine {
        crate::engine::Engine {
            docker: self.docker.clone(),
            registries: crate::auth::Registries::new(Vec::new(), None),
            requests_max: 4,
            pinned: crate::engine::Pinned::default(),
            host: String::new(),
            tunnel: None,
        }
    }
}

/// Returns the mark that the object of a create carries.
pub(super) fn mark_of(intent: &Intent) -> Mark {
    Mark {
        lineage: Some("test".into()),
        token: intent.token.clone(),
        address: intent.address.to_string().into(),
        generation: Some(intent.generation),
    }
}

/// Returns the object of a step that went well.
pub(super) fn done(outcome: CallOutcome) -> Object {
    match outcome {
        CallOutcome::Done(Some(object), _) => {
            assert!(object.value.is_wholly_known(), "new objects hold no unknowns");
            *object
        }
        CallOutcome::Done(None, _) => panic!("there is no object"),
        CallOutcome::Failed(failure) => panic!("the step failed: {:#?}", failure.diagnostic),
    }
}

/// Returns the text of an attribute.
pub(super) fn text(object: &Object, name: &str) -> String {
    object.value.get(name).and_then(Value::as_text).unwrap().to_string()
}

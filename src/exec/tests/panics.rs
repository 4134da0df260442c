//! A provider whose code panics: the step fails, its intent stays open, and nothing hangs.

use crate::bench::*;
use infra_model::{
    address::{InstanceKey, KindName, ModuleAddress, ProviderAddress},
    ask::{Answer, Call, CallFailure, CallOutcome, Question},
    diagnostic::{Diagnostic, Retry},
    kind::{Kind, ProviderFacts},
    observed::{Found, Observed},
    schema::{Attribute, Block, Schema},
    snapshot::Object,
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::{BoxFuture, Connected, Connection, Control, Provider},
    kind::SchemaKind,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Panics where the object's name says so, while it is told to.
#[derive(Clone)]
struct Shaky {
    calm: Arc<AtomicBool>,
    found: Arc<AtomicBool>,
}

impl Shaky {
    fn new() -> Self {
        Self { calm: Arc::default(), found: Arc::default() }
    }

    fn trip(&self, at: &str, value: &Value) {
        let wanted = value.get("at").and_then(Value::as_text).is_some_and(|text| **text == *at);
        assert!(!wanted || self.calm.load(Ordering::SeqCst), "the provider trips");
    }
}

fn object(value: Value) -> Object {
    Object {
        kind: KindName("shaky_thing".into()),
        provider: ProviderAddress {
            module: ModuleAddress::root(),
            provider: "shaky".into(),
            alias: None,
            key: InstanceKey::None,
        },
        value,
        private: Arc::from([]),
        schema_version: 0,
        tainted: false,
        needs: Arc::from([]),
        prevent_destroy: false,
        create_before_destroy: false,
    }
}

impl Provider for Shaky {
    fn name(&self) -> &'static str {
        "shaky"
    }

    fn facts(&self) -> ProviderFacts {
        let config = Block::of([("at", Attribute::optional(Type::String))]);
        ProviderFacts {
            config: Schema { version: 0, block: config },
            objects_live_on_host: false,
            calls_in_flight_max: None,
            validate: |_| Vec::new(),
            functions: &[],
            kinds: self.kinds().iter().map(|k| (k.mode(), k.name().clone())).collect(),
        }
    }

    fn kinds(&self) -> Vec<Arc<dyn Kind>> {
        let block = Block::of([("at", Attribute::optional(Type::String))]);
        vec![SchemaKind::managed("shaky_thing", block).shared()]
    }

    fn connect(&self, config: Value, _control: Control) -> BoxFuture<'_, Connected> {
        Box::pin(async move {
            self.trip("connect", &config);
            Ok((Arc::new(self.clone()) as Arc<dyn Connection>, Vec::new()))
        })
    }
}

impl Connection for Shaky {
    fn ask(&self, question: Question, _control: Control) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            match question {
                Question::Refresh(_, objects) => {
                    let seen = objects.iter().map(|recorded| {
                        self.trip("refresh", &recorded.object.value);
                        Observed::Present(recorded.object.value.clone())
                    });
                    Answer::Observed(seen.collect(), infra_model::kind::Facts::new(), Vec::new())
                }
                Question::Find(intents) => {
                    let found = intents.into_iter().map(|intent| {
                        if self.found.load(Ordering::SeqCst) {
                            Found::Adopt(Box::new(object(intent.desired)))
                        } else {
                            Found::Absent
                        }
                    });
                    Answer::Found(found.collect())
                }
                Question::Configure(_)
                | Question::Facts(_)
                | Question::ReadData(..)
                | Question::Import(..)
                | Question::Exists(..)
                | Question::Open(..)
                | Question::Renew(..)
                | Question::Close(..) => {
                    Answer::Failed(Diagnostic::error("infra::test::odd", "an odd question"))
                }
            }
        })
    }

    fn call(
        &self,
        _kind: KindName,
        calls: Vec<Call>,
        _control: Control,
    ) -> BoxFuture<'_, Vec<CallOutcome>> {
        Box::pin(async move {
            let one = |call: &Call| {
                self.trip("call", &call.desired);
                let fails = call.desired.get("at").and_then(Value::as_text);
                if fails.is_some_and(|text| **text == *"fail") {
                    return CallOutcome::Failed(Box::new(CallFailure {
                        partial: None,
                        is_whole: false,
                        retry: Retry::Never,
                        wait_ms: None,
                        diagnostic: Diagnostic::error("infra::test::no", "it fails"),
                    }));
                }
                CallOutcome::Done(Some(Box::new(object(call.desired.clone()))), Vec::new())
            };
            calls.iter().map(one).collect()
        })
    }
}

fn thing(at: &str) -> String {
    format!(
        "resource \"shaky_thing\" \"a\" {{\n  at = \"{at}\"\n}}\n\
         resource \"fake_network\" \"b\" {{\n  name = \"b\"\n}}\n"
    )
}

#[test]
fn a_create_that_panics_fails_and_is_looked_up_by_the_next_run() {
    for found in [false, true] {
        let shaky = Shaky::new();
        let bench = Bench::with(vec![Arc::new(shaky.clone())]);
        let config = thing("call");
        let files = [("main.tf", config.as_str())];
        let plan = bench.plan(&files).unwrap();
        let ended = bench.apply_saved(&files, &plan);
        let expected = "infra::exec::provider_panicked: `provider.shaky` has crashed";
        assert_eq!(said(&ended.diagnostics), [expected]);
        assert_eq!(ended.diagnostics[0].address.as_deref(), Some("shaky_thing.a"));
        assert_eq!((ended.counts.added, ended.counts.failed), (1, 1), "the rest was done");
        assert_eq!(bench.snapshot().open_intents().count(), 1);

        shaky.calm.store(true, Ordering::SeqCst);
        shaky.found.store(found, Ordering::SeqCst);
        let plan = bench.apply(&files);
        let action = if found { "Adopt" } else { "Create" };
        assert_eq!(changes(&plan), [format!("{action} shaky_thing.a")]);
        assert_eq!(bench.snapshot().open_intents().count(), 0);
        assert!(bench.plan(&files).unwrap().is_empty());
    }
}

#[test]
fn a_refresh_or_a_connection_that_panics_is_an_error_of_the_plan() {
    let shaky = Shaky::new();
    let bench = Bench::with(vec![Arc::new(shaky.clone())]);
    let config = thing("refresh");
    bench.apply(&[("main.tf", config.as_str())]);
    let refused = bench.plan(&[("main.tf", config.as_str())]).unwrap_err();
    assert_eq!(refused[0].code, "infra::plan::provider_not_askable");
    assert_eq!(refused[0].related[0].code, "infra::exec::provider_panicked");

    let config = format!("provider \"shaky\" {{\n  at = \"connect\"\n}}\n{}", thing("none"));
    let refused = bench.plan(&[("main.tf", config.as_str())]).unwrap_err();
    assert_eq!(refused[0].related[0].code, "infra::exec::provider_panicked");
}

//! What a provider is told of the purpose of a run: only to look, or to change something.

use crate::bench::*;
use infra_model::{
    address::KindName,
    ask::{Answer, Call, CallOutcome, Question},
    diagnostic::Diagnostic,
    kind::{Facts, Kind, ProviderFacts},
    observed::Observed,
    schema::{Attribute, Block, Schema},
    snapshot::Object,
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::{BoxFuture, Connected, Connection, Control, Provider},
    kind::SchemaKind,
};
use std::sync::{Arc, Mutex};

/// Writes down what it was told when it was connected, and refuses to change with a `read` token.
#[derive(Clone, Default)]
struct Careful {
    told: Arc<Mutex<Vec<bool>>>,
}

impl Careful {
    /// What it was told since this was asked last.
    fn told(&self) -> Vec<bool> {
        std::mem::take(&mut self.told.lock().unwrap())
    }
}

impl Provider for Careful {
    fn name(&self) -> &'static str {
        "careful"
    }

    fn facts(&self) -> ProviderFacts {
        let config = Block::of([("token", Attribute::optional(Type::String))]);
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
        let block = Block::of([("name", Attribute::optional(Type::String))]);
        let read = Block::of([("name", Attribute::optional(Type::String))]);
        vec![
            SchemaKind::managed("careful_thing", block).shared(),
            SchemaKind::data("careful_look", read).shared(),
        ]
    }

    fn connect(&self, config: Value, control: Control) -> BoxFuture<'_, Connected> {
        Box::pin(async move {
            self.told.lock().unwrap().push(control.intends_changes);
            let token = config.get("token").and_then(Value::as_text);
            if control.intends_changes && token.is_some_and(|token| **token == *"read") {
                return Err(Diagnostic::error("infra::test::read_only", "The token may only read"));
            }
            Ok((Arc::new(self.clone()) as Arc<dyn Connection>, Vec::new()))
        })
    }
}

impl Connection for Careful {
    fn ask(&self, question: Question, _control: Control) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            match &question {
                Question::Refresh(_, objects) => {
                    let seen = objects.iter().map(|r| Observed::Present(r.object.value.clone()));
                    Answer::Observed(seen.collect(), Facts::new(), Vec::new())
                }
                Question::ReadData(_, config) => Answer::Value(config.clone(), Vec::new()),
                Question::Configure(_)
                | Question::Facts(_)
                | Question::Find(_)
                | Question::Import(..)
                | Question::Exists(..)
                | Question::Open(..)
                | Question::Renew(..)
                | Question::Close(..) => panic!("nobody asks {question:?} here"),
            }
        })
    }

    fn call(
        &self,
        _kind: KindName,
        calls: Vec<Call>,
        control: Control,
    ) -> BoxFuture<'_, Vec<CallOutcome>> {
        assert!(control.intends_changes, "a call is for a change");
        let made = |call: Call| Object {
            kind: call.intent.kind,
            provider: call.intent.provider,
            value: call.desired,
            private: Arc::from([]),
            schema_version: 0,
            tainted: false,
            needs: Arc::from([]),
            prevent_destroy: false,
            create_before_destroy: false,
        };
        let done = move |call| CallOutcome::Done(Some(Box::new(made(call))), Vec::new());
        Box::pin(async move { calls.into_iter().map(done).collect() })
    }
}

fn estate(token: &str, name: &str) -> String {
    format!(
        r#"
provider "careful" {{
  token = "{token}"
}}
resource "careful_thing" "t" {{
  name = "{name}"
}}
resource "fake_network" "n" {{
  name = "n"
}}
"#
    )
}

#[test]
fn only_an_apply_with_steps_intends_changes() {
    let careful = Careful::default();
    let bench = Bench::with(vec![Arc::new(careful.clone())]);
    let first = estate("write", "a");
    let files = [("main.tf", first.as_str())];
    let plan = bench.plan(&files).unwrap();
    assert_eq!(careful.told(), [false], "planning looks");
    assert_eq!(said(&bench.apply_saved(&files, &plan).diagnostics), [""; 0]);
    assert_eq!(careful.told(), [true]);

    let plan = bench.plan(&files).unwrap();
    bench.apply_saved(&files, &plan);
    assert_eq!(careful.told(), [false], "there is nothing to change, nor to connect for");

    let looks = format!(
        "{first}\ndata \"careful_look\" \"l\" {{\n  name = fake_network.n.id\n}}\n\
         resource \"fake_network\" \"m\" {{\n  name = data.careful_look.l.name\n}}\n"
    )
    .replace("name = \"n\"", "name = \"n\"\n  cidr = \"10.1.0.0/16\"");
    let files = [("main.tf", looks.as_str())];
    let plan = bench.plan(&files).unwrap();
    careful.told();
    assert_eq!(said(&bench.apply_saved(&files, &plan).diagnostics), [""; 0]);
    assert_eq!(careful.told(), [false], "others are changed; this one is read at apply");
}

#[test]
fn one_that_may_only_read_refuses_before_anything_is_begun() {
    let bench = Bench::with(vec![Arc::new(Careful::default())]);
    let config = estate("read", "a");
    let files = [("main.tf", config.as_str())];
    let plan = bench.plan(&files).unwrap();
    let ended = bench.apply_saved(&files, &plan);
    assert_eq!(
        said(&ended.diagnostics),
        [
            "infra::test::read_only: The token may only read",
            "infra::exec::apply_not_begun: The plan was not begun",
        ]
    );
    assert_eq!(bench.world.lock().unwrap().objects().count(), 0);
    assert!(bench.snapshot().instances.is_empty());
}

#[test]
fn one_that_may_only_read_refuses_a_change_of_what_is_recorded() {
    let bench = Bench::with(vec![Arc::new(Careful::default())]);
    let before = estate("write", "a");
    bench.apply(&[("main.tf", before.as_str())]);
    let after = estate("read", "b");
    let files = [("main.tf", after.as_str())];
    let plan = bench.plan(&files).unwrap();
    let codes: Vec<_> =
        bench.apply_saved(&files, &plan).diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["infra::test::read_only", "infra::exec::plan_not_checked"]);
}

#[test]
fn one_that_is_configured_from_what_is_made_is_connected_when_that_is_there() {
    let careful = Careful::default();
    let bench = Bench::with(vec![Arc::new(careful.clone())]);
    let config = estate("write", "a").replace("\"write\"", "fake_network.n.id");
    let files = [("main.tf", config.as_str())];
    let plan = bench.plan(&files).unwrap();
    assert_eq!(careful.told(), [false; 0], "it is deferred");
    assert_eq!(said(&bench.apply_saved(&files, &plan).diagnostics), [""; 0]);
    assert_eq!(careful.told(), [true]);
}

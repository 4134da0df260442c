//! A provider of notes in memory, written as an author would, behind the erased contract.

use super::settled::call;
use crate::{
    clock::VirtualClock,
    connection::{Connection, Control},
    failure::{Broken, Failure},
    kind::SchemaKind,
    registry::Registry,
    resource::{Resource, Thing, Wanted},
};
use infra_model::{
    address::{Generation, KindName},
    ask::{Answer, Call, CallOutcome, Question, Recorded},
    diagnostic::{Diagnostic, Retry},
    journal::Verb,
    kind::{Find, Kind},
    observed::{Found, Observed},
    schema::{Attribute, Block},
    snapshot::Object,
    text::Text,
    types::Type,
    value::{Marks, Value},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    future::Future,
    pin::pin,
    sync::{Arc, Mutex, atomic::Ordering},
    task::{Context, Poll, Waker},
};

/// The notes by id, with the token each was made with.
type Notes = Mutex<BTreeMap<String, (Model, Text)>>;

struct Note;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Model {
    id: Option<String>,
    text: String,
    secret: Option<String>,
}

impl Resource for Note {
    type Client = Notes;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", Attribute::computed(Type::String)),
            ("text", Attribute::required(Type::String)),
            ("secret", Attribute::optional(Type::String).sensitive()),
        ]);
        SchemaKind::managed("note", block).batches_of(2).shared()
    }

    async fn read(
        notes: &Notes,
        note: Thing<Model>,
        _: &Control,
    ) -> Result<Option<Model>, Failure> {
        let id = note.model.id.unwrap_or_default();
        Ok(notes.lock().unwrap().get(&id).map(|(model, _)| model.clone()))
    }

    async fn create(
        notes: &Notes,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        if wanted.model.text == "refused" {
            let wrong = Diagnostic::error("note::refused", "No such notes here");
            return Err(Failure::new(wrong).wait_ms(5).safe().into());
        }
        let mut notes = notes.lock().unwrap();
        let model = Model { id: Some(format!("n{}", notes.len())), ..wanted.model };
        notes.insert(model.id.clone().unwrap(), (model.clone(), wanted.token));
        if model.text == "partial" {
            let failure = Failure::new(Diagnostic::error("note::partial", "It was torn"));
            return Err(Broken::left(failure, model.into()));
        }
        Ok(Thing::from(model).private(*b"p"))
    }

    async fn update(
        notes: &Notes,
        prior: Thing<Model>,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        let id = prior.model.id.unwrap_or_default();
        if let Some(found) = notes.lock().unwrap().get_mut(&id) {
            found.0 = wanted.model.clone();
        }
        Ok(wanted.model.into())
    }

    async fn delete(notes: &Notes, prior: Thing<Model>, _: &Control) -> Result<(), Failure> {
        notes.lock().unwrap().remove(&prior.model.id.unwrap_or_default());
        Ok(())
    }

    async fn find(
        notes: &Notes,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Option<Thing<Model>>, Failure> {
        let notes = notes.lock().unwrap();
        Ok(notes.values().find(|(_, t)| *t == wanted.token).map(|(m, _)| m.clone().into()))
    }
}

fn connection() -> Arc<dyn Connection> {
    Registry::new("note").resource::<Note>().shared().connect(Notes::default())
}

pub(super) fn control() -> Control {
    Control::quiet(VirtualClock::eager(0))
}

pub(super) fn now<T>(future: impl Future<Output = T>) -> T {
    let Poll::Ready(done) = pin!(future).poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("nothing here waits")
    };
    done
}

fn desired(text: Value) -> Value {
    let secret = Value::from("hush");
    Value::object([("id", Value::null(Type::String)), ("text", text), ("secret", secret)])
}

fn create(text: Value) -> Call {
    let kind = Note::kind();
    let desired = desired(text);
    let planned = kind.planned(None, &desired, &BTreeMap::new()).planned;
    call(&*kind, desired, planned)
}

fn name() -> KindName {
    KindName(Text::from("note"))
}

fn one(connection: &dyn Connection, call: Call) -> CallOutcome {
    now(connection.call(name(), vec![call], control())).pop().unwrap()
}

pub(super) fn made(outcome: CallOutcome) -> Box<Object> {
    match outcome {
        CallOutcome::Done(Some(object), _) => object,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_struct_fits_the_schema() {
    assert_eq!(Registry::new("note").resource::<Note>().mismatches(), []);
}

#[test]
fn a_created_object_has_the_marks_of_configuration_and_schema() {
    let object = made(one(&*connection(), create(Value::from("a").sensitive())));
    assert_eq!(object.value.get("id"), Some(&Value::from("n0")));
    assert_eq!(object.value.get("text").unwrap().marks(), Marks::SENSITIVE);
    assert_eq!(object.value.get("secret").unwrap().marks(), Marks::SENSITIVE);
    assert_eq!(&*object.private, b"p");
}

#[test]
fn failures_keep_what_they_say() {
    let connection = connection();
    let CallOutcome::Failed(failure) = one(&*connection, create(Value::from("refused"))) else {
        panic!("it is refused")
    };
    assert_eq!((failure.retry, failure.wait_ms), (Retry::Safe, Some(5)));
    assert_eq!(failure.diagnostic.retry, Some(Retry::Safe));
    let CallOutcome::Failed(failure) = one(&*connection, create(Value::from("partial"))) else {
        panic!("it is torn")
    };
    let partial = failure.partial.expect("something is there");
    assert_eq!(partial.value.get("secret").unwrap().marks(), Marks::SENSITIVE);
}

#[test]
fn a_batch_has_an_outcome_per_step_in_order() {
    let connection = connection();
    let odd = Value::object([("odd", Value::from(true))]);
    let wrong = Call { desired: odd.clone(), planned: odd, ..create(Value::from("x")) };
    let calls = vec![create(Value::from("a")), wrong, create(Value::from("b"))];
    let outcomes = now(connection.call(name(), calls, control()));
    let told: Vec<bool> = outcomes.iter().map(|o| matches!(o, CallOutcome::Done(..))).collect();
    assert_eq!(told, [true, false, true]);
}

#[test]
fn a_stopped_run_begins_no_further_step() {
    let control = control();
    control.stop.store(true, Ordering::Relaxed);
    let outcomes = now(connection().call(name(), vec![create(Value::from("a"))], control));
    let CallOutcome::Failed(failure) = &outcomes[0] else { panic!("it is stopped") };
    assert_eq!(failure.retry, Retry::Safe);
}

#[test]
fn a_refresh_tells_present_and_gone() {
    let connection = connection();
    let call = create(Value::from("a"));
    let object = made(one(&*connection, call.clone()));
    let recorded = Recorded {
        address: call.intent.address.clone(),
        generation: Generation(1),
        object: Arc::new(*object),
    };
    let ask = || Question::Refresh(name(), vec![recorded.clone()]);
    match now(connection.ask(ask(), control())) {
        Answer::Observed(seen, ..) => {
            assert_eq!(seen, [Observed::Present(recorded.object.value.clone())]);
        }
        other => panic!("{other:?}"),
    }
    let null = Value::null(Type::Dynamic);
    let delete = Call {
        intent: infra_model::journal::Intent { verb: Verb::Delete, ..call.intent },
        prior: Some(recorded.object.clone()),
        desired: null.clone(),
        planned: null,
    };
    assert!(matches!(one(&*connection, delete), CallOutcome::Done(None, _)));
    match now(connection.ask(ask(), control())) {
        Answer::Observed(seen, ..) => assert_eq!(seen, [Observed::Gone]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_record_from_before_an_attribute_was_added_is_read_as_if_it_was_not_given() {
    let connection = connection();
    let call = create(Value::from("a"));
    let mut object = *made(one(&*connection, call.clone()));
    let kept = object.value.entries().unwrap().iter().filter(|(name, _)| &**name != "secret");
    let former = (Text::from("former"), Value::from("x"));
    object.value = Value::object(kept.cloned().chain([former]));
    let recorded =
        Recorded { address: call.intent.address, generation: Generation(1), object: object.into() };
    match now(connection.ask(Question::Refresh(name(), vec![recorded]), control())) {
        Answer::Observed(seen, ..) => assert!(matches!(&seen[..], [Observed::Present(_)])),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_lost_create_is_found_by_its_token() {
    let connection = connection();
    let call = create(Value::from("a"));
    let find = || Question::Find(vec![call.intent.clone()]);
    let found = |answer| match answer {
        Answer::Found(mut found) => found.pop().unwrap(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(found(now(connection.ask(find(), control()))), Found::Absent));
    let object = made(one(&*connection, call.clone()));
    match found(now(connection.ask(find(), control()))) {
        Found::Adopt(adopted) => assert_eq!(adopted.value, object.value),
        other => panic!("{other:?}"),
    }
    assert_eq!(Note::kind().find(), Find::Token);
}

#[test]
fn an_unknown_kind_is_an_error_that_blames() {
    let kind = KindName(Text::from("letter"));
    let answer = now(connection().ask(Question::Import(kind.clone(), Value::from("1")), control()));
    let Answer::Failed(diagnostic) = answer else { panic!("{answer:?}") };
    assert_eq!(diagnostic.code, "infra::provider::contract_broken");
    let outcomes = now(connection().call(kind, vec![create(Value::from("a"))], control()));
    assert!(matches!(&outcomes[..], [CallOutcome::Failed(_)]));
}

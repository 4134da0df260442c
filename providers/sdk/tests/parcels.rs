//! A provider of parcels that one request lists, with everything that a registry can be told.

use super::{
    notes::{control, made, now},
    settled::call,
};
use crate::{
    clock::VirtualClock,
    connection::{Connection, Control},
    failure::{Broken, Failure},
    kind::SchemaKind,
    listing::Listing,
    mark::Mark,
    model::Attributes,
    registry::Registry,
    resource::{Prepare, Refreshed, Resource, Thing, Wanted},
    token::token,
};
use infra_model::{
    address::{Generation, KindName},
    ask::{Answer, Call, CallFailure, CallOutcome, Question, Recorded},
    diagnostic::{Diagnostic, Retry},
    journal::Time,
    kind::Kind,
    observed::{Found, Observed},
    schema::{Attribute, Block, NestedBlock, Nesting},
    types::Type,
    value::{Marks, Value},
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// What a store holds, and what it was asked.
#[derive(Default)]
struct Store {
    parcels: Mutex<Vec<(String, Value, Mark)>>,
    lists: AtomicUsize,
    is_away: AtomicBool,
}

struct Parcel;
struct Awake;

impl Store {
    fn list(&self) -> Listing<(String, Value, Mark)> {
        self.lists.fetch_add(1, Ordering::Relaxed);
        let all = self.parcels.lock().unwrap().clone();
        Listing::new(all, |one| Some(&one.0), |one| Some(one.2.clone()))
    }
}

impl Prepare for Awake {
    type Client = Arc<Store>;

    async fn prepare(store: &Arc<Store>, _: &Control) -> Result<(), Failure> {
        let away = || Failure::new(Diagnostic::error("parcel::away", "The store is closed"));
        if store.is_away.load(Ordering::Relaxed) { Err(away().unreachable()) } else { Ok(()) }
    }
}

impl Resource for Parcel {
    type Client = Arc<Store>;
    type Model = Attributes;

    fn kind() -> Arc<dyn Kind> {
        let timeouts = Block::of([("create", Attribute::optional(Type::String))]);
        let block = Block::of([
            ("id", Attribute::computed(Type::String)),
            ("lines", Attribute::optional(Type::list(Type::String))),
        ]);
        let timeouts = NestedBlock::new(Nesting::Single, timeouts);
        SchemaKind::managed("parcel", block.with([("timeouts", timeouts)])).shared()
    }

    async fn read(
        _: &Arc<Store>,
        _: Thing<Attributes>,
        _: &Control,
    ) -> Result<Option<Attributes>, Failure> {
        Ok(None)
    }

    async fn refresh(
        store: &Arc<Store>,
        recorded: Vec<Thing<Attributes>>,
        control: &Control,
    ) -> Result<Refreshed<Attributes>, Failure> {
        let list = store.list();
        let (kind, lineage) = (Self::kind(), &control.lineage);
        let one = |_: &Thing<_>, one: &(String, Value, Mark)| Attributes(one.1.clone());
        Ok(list.refreshed(&recorded, (kind.name(), lineage), |m| m.text("id"), one))
    }

    async fn create(
        store: &Arc<Store>,
        wanted: Wanted<Attributes>,
        control: &Control,
    ) -> Result<Thing<Attributes>, Broken<Attributes>> {
        let lines = wanted.model.0.get("lines").and_then(Value::items).unwrap_or_default();
        match lines.first().and_then(Value::as_text).map(|text| &**text) {
            Some("wait") => std::future::pending().await,
            Some("repeat") => {
                let said = format!("What is `{}`?", lines[1].as_text().unwrap());
                return Err(Diagnostic::error("parcel::odd", said).into());
            }
            _ => {}
        }
        let mark = Mark::of(&wanted, control);
        let mut parcels = store.parcels.lock().unwrap();
        let id = format!("b{}", parcels.len());
        let entries = wanted.model.0.entries().unwrap().iter().cloned();
        let entries = entries
            .map(|(name, v)| if &*name == "id" { (name, Value::from(&*id)) } else { (name, v) });
        let value = Value::object(entries);
        parcels.push((id, value.clone(), mark));
        Ok(Attributes(value).into())
    }

    async fn update(
        _: &Arc<Store>,
        _: Thing<Attributes>,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Thing<Attributes>, Broken<Attributes>> {
        Ok(wanted.model.into())
    }

    async fn delete(_: &Arc<Store>, _: Thing<Attributes>, _: &Control) -> Result<(), Failure> {
        Ok(())
    }

    async fn find(
        store: &Arc<Store>,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Option<Thing<Attributes>>, Failure> {
        let found = store.list().with_token(&wanted.token);
        Ok(found.map(|(_, value, _)| Thing::from(Attributes(value)).tainted()))
    }
}

fn store() -> (Arc<Store>, Arc<dyn Connection>) {
    let store = Arc::new(Store::default());
    let told = |limit: Duration| Diagnostic::error("parcel::late", format!("not in {limit:?}"));
    let registry = Registry::new("parcel").resource::<Parcel>().prepare::<Awake>();
    let registry = registry.settles_after(4_000).gives_up(told);
    (store.clone(), registry.shared().connect(store))
}

fn create(lines: &[Value], timeout: Option<&str>) -> Call {
    let kind = Parcel::kind();
    let time = Value::object([("create", timeout.map_or(Value::null(Type::String), Value::from))]);
    let desired = Value::object([
        ("id", Value::null(Type::String)),
        ("lines", Value::list(Type::String, lines.to_vec())),
        ("timeouts", time),
    ]);
    let planned = kind.planned(None, &desired, &BTreeMap::default()).planned;
    call(&*kind, desired, planned)
}

fn name() -> KindName {
    KindName("parcel".into())
}

fn failed(connection: &dyn Connection, call: Call) -> Box<CallFailure> {
    match now(connection.call(name(), vec![call], control())).pop().unwrap() {
        CallOutcome::Failed(failure) => failure,
        done @ CallOutcome::Done(..) => panic!("{done:?}"),
    }
}

#[test]
fn one_list_tells_what_is_there_what_is_gone_and_what_else_is_ours() {
    let (store, connection) = store();
    let ours = Control { lineage: "ours".into(), ..control() };
    let call = create(&[Value::from("a")], None);
    let outcome = now(connection.call(name(), vec![call.clone()], ours.clone())).pop().unwrap();
    now(connection.call(name(), vec![call.clone()], ours.clone()));
    let theirs = Control { lineage: "theirs".into(), ..control() };
    now(connection.call(name(), vec![call.clone()], theirs));
    let recorded = Recorded {
        address: call.intent.address.clone(),
        generation: Generation(1),
        object: Arc::new(*made(outcome)),
    };
    let mut gone = (*recorded.object).clone();
    let entries = gone.value.entries().unwrap().iter().cloned();
    gone.value = Value::object(entries.chain([("id".into(), Value::from("b9"))]));
    let gone = Recorded { object: Arc::new(gone), ..recorded.clone() };
    let question = Question::Refresh(name(), vec![gone, recorded.clone()]);
    let Answer::Observed(seen, _, marked) = now(connection.ask(question, ours)) else {
        panic!("a store can be asked")
    };
    assert_eq!(seen, [Observed::Gone, Observed::Present(recorded.object.value.clone())]);
    let ids: Vec<&str> = marked.iter().map(|marked| &*marked.id).collect();
    assert_eq!(ids, ["b1"], "neither what is recorded nor what is not ours");
    assert_eq!(&*marked[0].address, "parcel.a");
    assert_eq!(store.lists.load(Ordering::Relaxed), 1);
}

#[test]
fn lost_create_is_looked_up_when_it_can_not_be_on_its_way_any_more() {
    let (_, connection) = store();
    let mut call = create(&[], None);
    call.intent.at = Time(9_000);
    now(connection.call(name(), vec![call.clone()], control()));
    let clock = VirtualClock::eager(10_000);
    let question = Question::Find(vec![call.intent]);
    match now(connection.ask(question, Control::quiet(clock.clone()))) {
        Answer::Found(found) => assert!(matches!(&found[..], [Found::Adopt(o)] if o.tainted)),
        other => panic!("{other:?}"),
    }
    assert_eq!(crate::connection::Clock::now_ms(&clock), 13_000);
}

#[test]
fn instance_that_can_not_be_made_ready_is_not_asked_and_does_nothing() {
    let (store, connection) = store();
    store.is_away.store(true, Ordering::Relaxed);
    let question = Question::Find(vec![create(&[], None).intent]);
    let answer = now(connection.ask(question, control()));
    assert!(matches!(answer, Answer::NotAskable(d) if d.code == "parcel::away"));
    let failure = failed(&*connection, create(&[], None));
    assert_eq!((failure.diagnostic.code, failure.retry), ("parcel::away", Retry::Safe));
    assert_eq!(store.parcels.lock().unwrap().len(), 0);
}

#[test]
fn step_that_takes_longer_than_its_block_allows_has_to_be_looked_up() {
    let (_, connection) = store();
    let failure = failed(&*connection, create(&[Value::from("wait")], Some("1m30s")));
    assert_eq!((failure.diagnostic.code, failure.retry), ("parcel::late", Retry::AfterLookup));
    assert_eq!(&*failure.diagnostic.summary, "not in 90s");
}

#[test]
fn secret_of_a_step_is_masked_in_what_it_says() {
    let (_, connection) = store();
    let lines = [Value::from("repeat"), Value::from("hush-hush").sensitive()];
    let failure = failed(&*connection, create(&lines, None));
    assert_eq!(&*failure.diagnostic.summary, "What is `(sensitive value)`?");
}

#[test]
fn value_that_is_its_own_model_keeps_its_marks_and_has_no_odd_attribute() {
    let (_, connection) = store();
    let call = create(&[Value::from("a").sensitive()], None);
    let outcome = now(connection.call(name(), vec![call.clone()], control())).pop().unwrap();
    let object = made(outcome);
    let line = &object.value.get("lines").unwrap().items().unwrap()[0];
    assert_eq!(line.marks(), Marks::SENSITIVE);
    let entries = call.desired.entries().unwrap().iter().cloned();
    let desired = Value::object(entries.chain([("odd".into(), Value::from(true))]));
    let failure = failed(&*connection, Call { desired, ..call });
    assert_eq!(failure.diagnostic.code, "infra::provider::attribute_unknown");
    assert_eq!(&*failure.diagnostic.summary, "`parcel` has no attribute `odd`");
}

#[test]
fn mark_without_a_lineage_is_told_by_its_token() {
    let address = "parcel.a".parse().unwrap();
    let mark = |lineage: Option<&str>| Mark {
        lineage: lineage.map(Into::into),
        token: token("ours", &address, Generation(3)),
        address: address.to_string().into(),
        generation: Some(Generation(3)),
    };
    assert!(mark(Some("ours")).is_of("ours"));
    assert!(mark(None).is_of("ours"));
    assert!(!mark(Some("theirs")).is_of("ours"));
    assert!(!mark(None).is_of("theirs"));
    assert!(!mark(Some("")).is_of(""), "a state that has not begun has no objects");
}

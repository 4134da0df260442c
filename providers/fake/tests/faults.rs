//! Faults: what the caller is told, and what really happened.

use super::support::{cloud, create, delete, id, make, run};
use crate::{
    protocol::Verb,
    world::{At, Fault, Faults, Sort, World},
};
use infra_model::{
    ask::{Answer, Call, CallFailure, CallOutcome, Question, Recorded},
    diagnostic::Retry,
    observed::{Found, Observed},
    value::Value,
};
use std::sync::Arc;

fn world(fault: Fault) -> (World, Call) {
    let mut world = World::new();
    world.faults = Faults::default().once(At::Sort(Sort::Create), fault);
    let call = create(&world, "fake_network.lan", [("name", Value::from("lan"))]);
    (world, call)
}

fn failed(outcome: CallOutcome) -> CallFailure {
    match outcome {
        CallOutcome::Failed(failure) => *failure,
        CallOutcome::Done(..) => panic!("it fails"),
    }
}

fn find(world: &mut World, call: &Call) -> Found {
    match world.answer(&cloud(), &Question::Find(vec![call.intent.clone()]), 0) {
        Answer::Found(mut found) => found.pop().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_fault_says_whether_it_happened() {
    let faults = [
        (Fault::Before, Retry::Safe, 0),
        (Fault::After, Retry::AfterLookup, 1),
        (Fault::Timeout { happened: false }, Retry::AfterLookup, 0),
        (Fault::Timeout { happened: true }, Retry::AfterLookup, 1),
        (Fault::Duplicate, Retry::AfterLookup, 1),
        (Fault::RateLimit { wait_ms: 9 }, Retry::Safe, 0),
        (Fault::NotAskable, Retry::Safe, 0),
        (Fault::Partial, Retry::AfterLookup, 1),
    ];
    for (fault, retry, objects) in faults {
        let (mut world, call) = world(fault);
        let failure = failed(run(&mut world, &cloud(), &call));
        assert_eq!(failure.retry, retry, "{fault:?}");
        assert_eq!(world.objects().count(), objects, "{fault:?}");
        assert_eq!(world.log()[0].changed, objects == 1, "{fault:?}");
        let waits = matches!(fault, Fault::RateLimit { .. });
        assert_eq!(failure.wait_ms, waits.then_some(9));
        assert_eq!(failure.partial.is_some(), fault == Fault::Partial);
        match find(&mut world, &call) {
            Found::Adopt(object) => assert_eq!((objects, id(&object)), (1, "net-lan-1")),
            Found::Absent => assert_eq!(objects, 0),
            Found::Uncertain(diagnostic) => panic!("{diagnostic:?}"),
        }
        assert_eq!(world.violations(), Vec::<String>::new());
    }
}

#[test]
fn a_rule_is_used_up() {
    let (mut world, call) = world(Fault::Before);
    failed(run(&mut world, &cloud(), &call));
    make(&mut world, &cloud(), &call);
}

#[test]
fn a_rule_can_be_about_a_token_and_a_verb() {
    let (mut world, call) = world(Fault::Before);
    let token = call.intent.token.to_string();
    world.faults = Faults::default().always(At::Token(token, Verb::Delete), Fault::Before);
    let object = make(&mut world, &cloud(), &call);
    failed(run(&mut world, &cloud(), &delete(&call, &object)));
    world.faults.clear();
    assert!(matches!(
        run(&mut world, &cloud(), &delete(&call, &object)),
        CallOutcome::Done(None, _)
    ));
}

#[test]
fn a_numbered_request_fails_with_all_its_steps() {
    let mut world = World::new();
    let record = |name: &'static str, address: &str| {
        let given = [("name", Value::from(name)), ("value", Value::from("1"))];
        create(&World::new(), address, given)
    };
    let calls = [record("a", "fake_record.a"), record("b", "fake_record.b")];
    world.faults = Faults::default().once(At::Request(0), Fault::After);
    let kind = calls[0].intent.kind.clone();
    let outcomes = world.call(&cloud(), &kind, &calls, 0);
    assert!(outcomes.into_iter().all(|o| failed(o).retry == Retry::AfterLookup));
    assert_eq!((world.objects().count(), world.requests()), (2, 1));
}

#[test]
fn a_stale_read_shows_what_was_and_a_stale_lookup_cannot_tell() {
    let (mut world, call) = world(Fault::Stale);
    world.faults = Faults::default().always(At::Any, Fault::Stale);
    let object = make(&mut world, &cloud(), &call);
    world.set(id(&object), "name", Value::from("new"));
    let recorded = Recorded {
        address: call.intent.address.clone(),
        generation: call.intent.generation,
        object: Arc::new(object.clone()),
    };
    let question = Question::Refresh(object.kind.clone(), vec![recorded]);
    match world.answer(&cloud(), &question, 0) {
        Answer::Observed(seen, ..) => assert_eq!(seen, [Observed::Present(object.value.clone())]),
        other => panic!("{other:?}"),
    }
    assert!(matches!(find(&mut world, &call), Found::Uncertain(_)));
}

#[test]
fn asks_fail_as_they_are_told_to() {
    let (mut world, call) = world(Fault::Before);
    world.faults = Faults::default()
        .once(At::Sort(Sort::Find), Fault::NotAskable)
        .once(At::Sort(Sort::Find), Fault::RateLimit { wait_ms: 1 });
    let mut ask = || world.answer(&cloud(), &Question::Find(vec![call.intent.clone()]), 0);
    assert!(matches!(ask(), Answer::NotAskable(_)));
    assert!(matches!(ask(), Answer::Failed(_)));
    assert!(matches!(ask(), Answer::Found(_)));
}

#[test]
fn the_same_calls_give_the_same_world() {
    let run_all = || {
        let (mut world, call) = world(Fault::After);
        run(&mut world, &cloud(), &call);
        let given = [("name", Value::from("web")), ("image", Value::from("arch"))];
        let call = create(&world, "fake_server.web", given);
        run(&mut world, &cloud(), &call);
        let objects: Vec<_> = world.objects().cloned().collect();
        (objects, world.log().to_vec())
    };
    assert_eq!(run_all(), run_all());
}

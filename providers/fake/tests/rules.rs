//! What the cloud refuses, and what it remembers.

use super::support::{cloud, create, delete, host, id, make, run, update, with};
use crate::world::{
    Sort::{self, Create, Delete},
    World,
};
use infra_model::{
    address::{KindName, Mode},
    ask::{Answer, Call, CallOutcome, Question, Recorded},
    diagnostic::Retry,
    kind::{Facts, ImpactOf, ImpactSort},
    observed::Observed,
    text::Text,
    value::{Marks, Value},
};
use std::sync::Arc;

fn failure(outcome: CallOutcome) -> (Retry, &'static str) {
    match outcome {
        CallOutcome::Failed(failure) => (failure.retry, failure.diagnostic.code),
        CallOutcome::Done(..) => panic!("it is refused"),
    }
}

fn server(world: &World, network: &str) -> Call {
    let network = ("network_id", Value::from(network));
    let given = [("name", Value::from("web")), ("image", Value::from("debian-12")), network];
    create(world, "fake_server.web", given)
}

fn network(world: &mut World) -> (Call, infra_model::snapshot::Object) {
    let call = create(world, "fake_network.lan", [("name", Value::from("lan"))]);
    let object = make(world, &cloud(), &call);
    (call, object)
}

fn refresh(
    world: &mut World,
    instance: &crate::protocol::Instance,
    call: &Call,
    object: &infra_model::snapshot::Object,
) -> Answer {
    let recorded = Recorded {
        address: call.intent.address.clone(),
        generation: call.intent.generation,
        object: Arc::new(object.clone()),
    };
    world.answer(instance, &Question::Refresh(object.kind.clone(), vec![recorded]), 0)
}

#[test]
fn what_is_referred_to_must_exist_and_what_is_needed_stays() {
    let mut world = World::new();
    let early = server(&world, "net-lan-1");
    let refused = failure(run(&mut world, &cloud(), &early));
    assert_eq!(refused, (Retry::Never, "infra::fake::reference_unknown"));
    let (network_call, lan) = network(&mut world);
    assert_eq!(id(&lan), "net-lan-1");
    let web = make(&mut world, &cloud(), &early);
    let refused = failure(run(&mut world, &cloud(), &delete(&network_call, &lan)));
    assert_eq!(refused, (Retry::Never, "infra::fake::object_in_use"));
    run(&mut world, &cloud(), &delete(&early, &web));
    run(&mut world, &cloud(), &delete(&network_call, &lan));
    assert_eq!(world.objects().count(), 0);
    let log: Vec<(Sort, bool)> =
        world.log().iter().map(|e| (e.sort, e.trouble.is_none())).collect();
    let told = [(Create, false), (Create, true), (Create, true), (Delete, false), (Delete, true)];
    assert_eq!(log, [&told[..], &[(Delete, true)]].concat());
    assert_eq!(world.count(Create), 3);
}

#[test]
fn what_replaces_cannot_be_changed_in_place() {
    let mut world = World::new();
    let (call, lan) = network(&mut world);
    let changed = with(&lan.value, "cidr", Value::from("10.9.0.0/16"));
    let refused = failure(run(&mut world, &cloud(), &update(&call, &lan, changed)));
    assert_eq!(refused, (Retry::Never, "infra::fake::change_refused"));
}

#[test]
fn tokens_and_natural_keys_are_taken_once() {
    let mut world = World::new();
    let (call, _) = network(&mut world);
    let refused = failure(run(&mut world, &cloud(), &call));
    assert_eq!(refused, (Retry::AfterLookup, "infra::fake::key_taken"));
    let record = |world: &World, name| {
        let given = [("name", Value::from("www")), ("value", Value::from("1"))];
        create(world, name, given)
    };
    let first = record(&world, "fake_record.a");
    make(&mut world, &cloud(), &first);
    let second = record(&world, "fake_record.b");
    let refused = failure(run(&mut world, &cloud(), &second));
    assert_eq!(refused, (Retry::AfterLookup, "infra::fake::key_taken"));
}

#[test]
fn what_lives_on_a_server_dies_with_it_and_is_then_not_askable() {
    let mut world = World::new();
    let (_, lan) = network(&mut world);
    let call = server(&world, id(&lan));
    let web = make(&mut world, &cloud(), &call);
    let on_web = host(id(&web));
    let given = [("name", Value::from("app")), ("image", Value::from("i"))];
    let app_call = create(&world, "fakehost_container.app", given);
    let app = make(&mut world, &on_web, &app_call);
    assert!(matches!(refresh(&mut world, &on_web, &app_call, &app), Answer::Observed(..)));
    run(&mut world, &cloud(), &delete(&call, &web));
    assert_eq!(world.objects().count(), 1, "the network alone");
    assert!(matches!(refresh(&mut world, &on_web, &app_call, &app), Answer::NotAskable(_)));
    let refused = failure(run(&mut world, &on_web, &app_call));
    assert_eq!(refused, (Retry::Safe, "infra::fake::host_unreachable"));
    assert_eq!(world.violations(), Vec::<String>::new());
}

#[test]
fn drift_is_seen() {
    let mut world = World::new();
    let (call, lan) = network(&mut world);
    assert!(world.set(id(&lan), "name", Value::from("other")));
    match refresh(&mut world, &cloud(), &call, &lan) {
        Answer::Observed(seen, ..) => {
            let expected = with(&lan.value, "name", Value::from("other"));
            assert_eq!(seen, [Observed::Present(expected)]);
        }
        other => panic!("{other:?}"),
    }
    assert!(world.remove(id(&lan)));
    match refresh(&mut world, &cloud(), &call, &lan) {
        Answer::Observed(seen, ..) => assert_eq!(seen, [Observed::Gone]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn servers_have_facts_impacts_and_private_bytes() {
    let mut world = World::new();
    let (_, lan) = network(&mut world);
    let call = server(&world, id(&lan));
    let web = make(&mut world, &cloud(), &call);
    assert_eq!(&*web.private, b"revision 1");
    assert_eq!(web.schema_version, 1);
    let kind = world.catalogue().kind(Mode::Managed, &web.kind).unwrap().clone();
    let keys = kind.facts(None, &web.value);
    let facts: Facts = match world.answer(&cloud(), &Question::Facts(keys), 0) {
        Answer::Facts(facts, _) => facts,
        other => panic!("{other:?}"),
    };
    let planned = kind.planned(None, &call.desired, &facts).planned;
    assert_eq!(planned.get("user"), Some(&Value::from("debian")), "told by the image's facts");
    let larger = with(&web.value, "size", Value::from("large"));
    let change =
        ImpactOf { prior: Some(&web.value), planned: Some(&larger), replace: false, facts: &facts };
    let sorts: Vec<ImpactSort> = kind.impact(&change).iter().map(|impact| impact.sort).collect();
    assert_eq!(sorts, [ImpactSort::Downtime], "what it costs is the engine's to tell");
    let net = |value| kind.cost(value, &facts).map(|cost| cost.net.to_string());
    assert_eq!([net(&web.value), net(&larger)], [Some("4".into()), Some("16".into())]);
    let unknown = with(&web.value, "size", Value::unknown(infra_model::types::Type::String));
    assert_eq!((kind.is_priced(), net(&unknown)), (true, None));
    let odd = with(&web.value, "size", Value::from("huge"));
    assert_eq!(kind.validate(&odd, &facts)[0].code, "infra::fake::size_unknown");
}

#[test]
fn write_only_values_arrive_and_are_not_kept() {
    let mut world = World::new();
    let call = create(&world, "fake_values.a", [("once", Value::from("hush"))]);
    let object = make(&mut world, &cloud(), &call);
    assert!(object.value.get("once").unwrap().is_null());
    assert_eq!(object.value.get("once_length"), Some(&Value::from(4_i64)), "it was sent");
}

#[test]
fn secrets_are_marked_again() {
    let mut world = World::new();
    let call = create(&world, "fake_token.t", [("note", Value::from("n").sensitive())]);
    let object = make(&mut world, &cloud(), &call);
    assert_eq!(object.value.get("value").unwrap().marks(), Marks::SENSITIVE, "by the schema");
    assert_eq!(object.value.get("note").unwrap().marks(), Marks::SENSITIVE, "by the configuration");
}

#[test]
fn data_and_ephemeral_values_are_read() {
    let mut world = World::new();
    let (_, lan) = network(&mut world);
    let config =
        Value::object([("kind", Value::from("fake_network")), ("name", Value::from("lan"))]);
    let kind = |name: &str| KindName(Text::from(name));
    match world.answer(&cloud(), &Question::ReadData(kind("fake_lookup"), config), 0) {
        Answer::Value(found, _) => assert_eq!(found.get("id"), lan.value.get("id")),
        other => panic!("{other:?}"),
    }
    let config = Value::object([("name", Value::from("db"))]);
    let address = "ephemeral.fake_secret.s".parse().unwrap();
    match world.answer(&cloud(), &Question::Open(address, config), 0) {
        Answer::Opened(lease, _) => {
            assert_eq!(lease.value.get("value").unwrap().marks(), Marks::SENSITIVE);
        }
        other => panic!("{other:?}"),
    }
}

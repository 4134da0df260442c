//! Calls and questions as the engine would send them.

use crate::{protocol::Instance, world::World};
use infra_model::{
    address::{Address, Generation, InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    ask::{Call, CallOutcome},
    journal::{Intent, Time, Verb},
    kind::Facts,
    snapshot::Object,
    text::Text,
    value::Value,
};
use std::sync::Arc;

/// The cloud's own provider instance.
pub(super) fn cloud() -> Instance {
    Instance { provider: "fake".to_owned(), ..Instance::default() }
}

/// A provider instance on a server.
pub(super) fn host(server: &str) -> Instance {
    Instance {
        provider: "fakehost".to_owned(),
        server_id: Some(server.to_owned()),
        ..Instance::default()
    }
}

/// A create of an address, such as `fake_server.web`, with these arguments.
pub(super) fn create(
    world: &World,
    address: &str,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> Call {
    let address: Address = address.parse().unwrap();
    let kind = world.catalogue().kind(Mode::Managed, &address.kind).unwrap();
    let block = &kind.schema().block;
    let nulls = block.attributes.iter().map(|(n, a)| (n.clone(), Value::null(a.ty.clone())));
    let nothing = block.blocks.iter().map(|(name, nested)| (name.clone(), nested.nothing()));
    let given = given.into_iter().map(|(name, value)| (Text::from(name), value));
    let desired = Value::object(nulls.chain(nothing).chain(given));
    let planned = kind.planned(None, &desired, &Facts::new()).planned;
    let intent = Intent {
        token: infra_sdk::token::token("test", &address, Generation(1)),
        generation: Generation(1),
        verb: Verb::Create,
        kind: address.kind.clone(),
        address,
        provider: ProviderAddress {
            module: ModuleAddress::root(),
            provider: Text::from("fake"),
            alias: None,
            key: InstanceKey::None,
        },
        epoch: 1,
        at: Time(0),
        absent_before: false,
        desired: desired.clone(),
        needs: Arc::from([]),
    };
    Call { intent, prior: None, desired, planned }
}

/// The delete of an object that a call made.
pub(super) fn delete(call: &Call, object: &Object) -> Call {
    let null = Value::null(infra_model::types::Type::Dynamic);
    Call {
        intent: Intent { verb: Verb::Delete, ..call.intent.clone() },
        prior: Some(Arc::new(object.clone())),
        desired: null.clone(),
        planned: null,
    }
}

/// The update of an object to what is planned.
pub(super) fn update(call: &Call, object: &Object, planned: Value) -> Call {
    Call {
        intent: Intent { verb: Verb::Update, ..call.intent.clone() },
        prior: Some(Arc::new(object.clone())),
        desired: planned.clone(),
        planned,
    }
}

/// Carries out one step.
pub(super) fn run(world: &mut World, instance: &Instance, call: &Call) -> CallOutcome {
    let kind: KindName = call.intent.kind.clone();
    world.call(instance, &kind, std::slice::from_ref(call), 0).pop().unwrap()
}

/// Carries out one step that works.
pub(super) fn make(world: &mut World, instance: &Instance, call: &Call) -> Object {
    match run(world, instance, call) {
        CallOutcome::Done(Some(object), _) => *object,
        other => panic!("{other:?}"),
    }
}

/// The id of an object.
pub(super) fn id(object: &Object) -> &str {
    object.value.get("id").and_then(Value::as_text).unwrap()
}

/// A value with one entry changed.
pub(super) fn with(value: &Value, name: &str, inner: Value) -> Value {
    let entries = value.entries().unwrap().iter().cloned();
    Value::object(entries.chain([(Text::from(name), inner)]))
}

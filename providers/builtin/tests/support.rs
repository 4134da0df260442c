//! What the tests of this crate share.

use crate::providers_seeded;
use infra_model::{
    address::{Generation, InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    ask::{Answer, Call, CallOutcome, Question},
    diagnostic::Diagnostic,
    journal::{Intent, Time, Verb},
    kind::{Facts, Kind},
    schema::{Block, Nesting},
    snapshot::Object,
    text::Text,
    value::Value,
};
use infra_sdk::{
    clock::VirtualClock,
    connection::{Connection, Control, Provider},
    contract::block_on,
};
use std::sync::Arc;

/// A provider of this crate by name.
pub(super) fn provider(name: &str) -> Arc<dyn Provider> {
    providers_seeded("seed").into_iter().find(|provider| provider.name() == name).unwrap()
}

/// A control whose clock never makes anyone wait.
pub(super) fn control() -> Control {
    Control::quiet(VirtualClock::eager(0))
}

/// A configured instance of the provider of a kind.
pub(super) fn connection(kind: &str) -> Arc<dyn Connection> {
    let name = kind.split_once('_').map_or(kind, |(name, _)| name);
    let config = Value::object::<Text>([]);
    block_on(provider(name).connect(config, control())).unwrap().0
}

/// The pure half of a kind.
pub(super) fn kind(name: &str) -> Arc<dyn Kind> {
    let provider_name = name.split_once('_').map_or(name, |(name, _)| name);
    let kinds = provider(provider_name).kinds();
    kinds.into_iter().find(|kind| &*kind.name().0 == name).unwrap()
}

/// A desired value with these arguments.
pub(super) fn desired(name: &str, given: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    filled(&kind(name).schema().block, given)
}

/// A value of a block with these arguments, without the others and without nested blocks.
pub(super) fn filled(
    block: &Block,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> Value {
    let nulls = block.attributes.iter().map(|(name, a)| (name.clone(), Value::null(a.ty.clone())));
    let none = block.blocks.iter().map(|(name, nested)| {
        let object = nested.block.implied_type();
        let none = match nested.nesting {
            Nesting::List => Value::list(object, Vec::new()),
            Nesting::Set => Value::set(object, Vec::new()),
            Nesting::Single | Nesting::Group | Nesting::Map => Value::null(object),
        };
        (name.clone(), none)
    });
    let given = given.into_iter().map(|(name, value)| (Text::from(name), value));
    Value::object(nulls.chain(none).chain(given))
}

/// A create of `KIND.NAME` with these arguments.
pub(super) fn create(
    address: &str,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> Call {
    let (name, _) = address.split_once('.').unwrap();
    let desired = desired(name, given);
    let planned = kind(name).planned(None, &desired, &Facts::new()).planned;
    let intent = Intent {
        address: address.parse().unwrap(),
        generation: Generation(1),
        verb: Verb::Create,
        kind: KindName(Text::from(name)),
        provider: ProviderAddress {
            module: ModuleAddress::root(),
            provider: Text::from("x"),
            alias: None,
            key: InstanceKey::None,
        },
        epoch: 1,
        at: Time(0),
        absent_before: false,
        desired: desired.clone(),
        needs: Arc::from([]),
        token: Text::from("t"),
    };
    assert_eq!(intent.address.mode, Mode::Managed);
    Call { intent, prior: None, desired, planned }
}

/// Creates an object.
pub(super) fn make(
    address: &str,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<Object, Diagnostic> {
    let call = create(address, given);
    let kind = call.intent.kind.clone();
    let mut outcomes = block_on(connection(&kind.0).call(kind, vec![call], control()));
    match outcomes.pop() {
        Some(CallOutcome::Done(Some(object), _)) => Ok(*object),
        Some(CallOutcome::Failed(failure)) => Err(failure.diagnostic),
        other => panic!("{other:?}"),
    }
}

/// Imports an object.
pub(super) fn import(name: &str, id: &str) -> Result<Object, Diagnostic> {
    let question = Question::Import(KindName(Text::from(name)), Value::from(id));
    match block_on(connection(name).ask(question, control())) {
        Answer::Imported(mut objects) => Ok(objects.pop().unwrap()),
        Answer::Failed(diagnostic) => Err(diagnostic),
        other => panic!("{other:?}"),
    }
}

/// The text of an attribute, marks aside.
pub(super) fn text(object: &Object, name: &str) -> String {
    object.value.get(name).and_then(Value::as_text).unwrap().to_string()
}

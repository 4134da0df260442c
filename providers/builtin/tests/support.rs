//! What the tests of this crate share.

use crate::providers_seeded;
use infra_model::{
    address::{Address, Generation, InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    ask::{Answer, Call, CallOutcome, Question, Recorded},
    diagnostic::Diagnostic,
    journal::{Intent, Time, Verb},
    kind::{Facts, Kind},
    observed::Observed,
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

/// The pure half of a resource type.
pub(super) fn kind(name: &str) -> Arc<dyn Kind> {
    kind_of(name, Mode::Managed)
}

fn kind_of(name: &str, mode: Mode) -> Arc<dyn Kind> {
    let provider_name = name.split_once('_').map_or(name, |(name, _)| name);
    let kinds = provider(provider_name).kinds();
    kinds.into_iter().find(|kind| &*kind.name().0 == name && kind.mode() == mode).unwrap()
}

/// A desired value with these arguments.
pub(super) fn desired(name: &str, given: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    desired_of(&*kind(name), given)
}

fn desired_of(kind: &dyn Kind, given: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    filled(&kind.schema().block, given)
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
    make_under(control(), address, given)
}

/// Creates an object under a control.
pub(super) fn make_under(
    control: Control,
    address: &str,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<Object, Diagnostic> {
    step(create(address, given), control).map(Option::unwrap)
}

/// Carries out one step.
pub(super) fn step(call: Call, control: Control) -> Result<Option<Object>, Diagnostic> {
    let kind = call.intent.kind.clone();
    let mut outcomes = block_on(connection(&kind.0).call(kind, vec![call], control));
    match outcomes.pop() {
        Some(CallOutcome::Done(object, _)) => Ok(object.map(|object| *object)),
        Some(CallOutcome::Failed(failure)) => Err(failure.diagnostic),
        other => panic!("{other:?}"),
    }
}

/// Reads an object.
pub(super) fn refresh(address: &str, object: &Object, control: Control) -> Observed {
    let recorded = Recorded {
        address: address.parse().unwrap(),
        generation: Generation(1),
        object: Arc::new(object.clone()),
    };
    let name = object.kind.0.clone();
    let question = Question::Refresh(KindName(name.clone()), vec![recorded]);
    match block_on(connection(&name).ask(question, control)) {
        Answer::Observed(mut observed, ..) => observed.pop().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Reads a data source.
pub(super) fn read(
    name: &str,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<Value, Diagnostic> {
    let config = desired_of(&*kind_of(name, Mode::Data), given);
    value_of(name, Question::ReadData(KindName(Text::from(name)), config))
}

/// Opens an ephemeral resource.
pub(super) fn open(
    name: &str,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<Value, Diagnostic> {
    let config = desired_of(&*kind_of(name, Mode::Ephemeral), given);
    let address = Address {
        module: ModuleAddress::root(),
        mode: Mode::Ephemeral,
        kind: KindName(Text::from(name)),
        name: Text::from("test"),
        key: InstanceKey::None,
    };
    value_of(name, Question::Open(address, config))
}

fn value_of(name: &str, question: Question) -> Result<Value, Diagnostic> {
    match block_on(connection(name).ask(question, control())) {
        Answer::Value(value, _) => Ok(value),
        Answer::Opened(lease, _) => Ok(lease.value.clone()),
        Answer::Failed(diagnostic) => Err(diagnostic),
        other => panic!("{other:?}"),
    }
}

/// The codes of what is wrong with these arguments, and the paths they are about.
pub(super) fn judged(name: &str, given: &[(&'static str, Value)]) -> Vec<String> {
    let desired = desired(name, given.iter().cloned());
    let found = kind(name).validate(&desired, &Facts::new());
    let told = |d: Diagnostic| {
        let problem = d.code.rsplit("::").next().unwrap_or_default().to_owned();
        format!("{problem} {}", d.path.map(|path| path.to_string()).unwrap_or_default())
    };
    found.into_iter().map(told).collect()
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

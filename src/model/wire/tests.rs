//! Round trips of random nouns, and what damaged or hostile bytes give.

// A method that borrows from the message is no function of every lifetime; a closure is.
#![allow(clippy::redundant_closure_for_method_calls)]

use super::*;
use crate::{
    address::{Address, Generation, InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    journal::{Intent, Time, Verb},
    number::Number,
    path::{Path, Step},
    snapshot::{Check, CheckStatus, Instance, Object, Output},
    text::Text,
    types::Type,
    value::{Marks, Range, Unknown, Value},
};
use proptest::{collection::vec, option, prelude::*};
use std::sync::Arc;

fn text() -> impl Strategy<Value = Text> + Clone {
    prop_oneof!["[a-c]{0,2}", "[a-zé\u{1F600}\n\"]{0,12}"].prop_map(Text::from)
}

fn name() -> impl Strategy<Value = Text> {
    "[a-c]{1,2}".prop_map(Text::from)
}

fn key() -> impl Strategy<Value = InstanceKey> {
    prop_oneof![
        Just(InstanceKey::None),
        any::<u64>().prop_map(InstanceKey::Index),
        text().prop_map(InstanceKey::Name),
        Just(InstanceKey::Any),
    ]
}

fn module() -> impl Strategy<Value = ModuleAddress> {
    vec((name(), key()), 0..3).prop_map(|steps| {
        steps.into_iter().fold(ModuleAddress::root(), |module, (name, key)| module.child(name, key))
    })
}

fn address() -> impl Strategy<Value = Address> {
    let mode = prop_oneof![Just(Mode::Managed), Just(Mode::Data), Just(Mode::Ephemeral)];
    (module(), mode, name(), name(), key()).prop_map(|(module, mode, kind, name, key)| Address {
        module,
        mode,
        kind: KindName(kind),
        name,
        key,
    })
}

fn provider() -> impl Strategy<Value = ProviderAddress> {
    (module(), name(), option::of(name()), key())
        .prop_map(|(module, provider, alias, key)| ProviderAddress { module, provider, alias, key })
}

fn number() -> impl Strategy<Value = Number> + Clone {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        (-9i64..9).prop_map(Number::from),
        any::<f64>().prop_filter_map("not a number", Number::from_f64),
        Just(Number::parse("123456789012345678901234567890.5").unwrap()),
        Just(Number::parse("-inf").unwrap()),
    ]
}

fn ty() -> impl Strategy<Value = Type> {
    let leaf =
        prop_oneof![Just(Type::Dynamic), Just(Type::Bool), Just(Type::Number), Just(Type::String),];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            vec(inner.clone(), 0..3).prop_map(Type::tuple),
            vec((name(), inner), 0..3).prop_map(Type::object),
        ]
    })
}

fn marks() -> impl Strategy<Value = Marks> {
    prop_oneof![4 => Just(Marks::NONE), 1 => Just(Marks::SENSITIVE)]
}

fn known() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        ty().prop_map(Value::null),
        any::<bool>().prop_map(Value::from),
        number().prop_map(Value::number),
        text().prop_map(Value::string),
    ];
    tree(leaf)
}

fn tree(leaf: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    let marked = |value: Value, marks| value.with_marks(marks);
    let leaf = (leaf, marks()).prop_map(move |(value, marks)| marked(value, marks));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let texts = vec(text().prop_map(Value::string), 0..4);
        let node = prop_oneof![
            texts.clone().prop_map(|items| Value::list(Type::String, items)),
            texts.prop_map(|items| Value::set(Type::String, items)),
            vec((text(), number().prop_map(Value::number)), 0..4)
                .prop_map(|entries| Value::map(Type::Number, entries)),
            vec(inner.clone(), 0..4).prop_map(Value::tuple),
            vec((name(), inner), 0..4).prop_map(Value::object),
        ];
        (node, marks()).prop_map(move |(value, marks)| marked(value, marks))
    })
}

fn unknown() -> impl Strategy<Value = Value> {
    let bound = option::of((number(), any::<bool>()));
    let size = option::of((any::<u64>(), any::<bool>()));
    (ty(), any::<bool>(), text(), (bound.clone(), bound), (size.clone(), size)).prop_map(
        |(ty, not_null, prefix, numbers, length)| {
            Value::from(Unknown {
                ty,
                not_null,
                prefix,
                numbers: Range { low: numbers.0, high: numbers.1 },
                length: Range { low: length.0, high: length.1 },
            })
        },
    )
}

fn needs() -> impl Strategy<Value = Arc<[Address]>> {
    vec(address(), 0..3).prop_map(Arc::from)
}

fn object() -> impl Strategy<Value = Arc<Object>> {
    let flags = any::<(bool, bool, bool)>();
    (name(), provider(), known(), vec(any::<u8>(), 0..9), any::<u64>(), flags, needs()).prop_map(
        |(kind, provider, value, private, schema_version, flags, needs)| {
            Arc::new(Object {
                kind: KindName(kind),
                provider,
                value,
                private: private.into(),
                schema_version,
                tainted: flags.0,
                needs,
                prevent_destroy: flags.1,
                create_before_destroy: flags.2,
            })
        },
    )
}

fn intent() -> impl Strategy<Value = Intent> {
    let verb = prop_oneof![Just(Verb::Create), Just(Verb::Update), Just(Verb::Delete)];
    let head = (address(), any::<u64>(), verb, name(), provider());
    (head, any::<(u64, u64, bool)>(), known(), needs(), text()).prop_map(
        |((address, generation, verb, kind, provider), numbers, desired, needs, token)| Intent {
            address,
            generation: Generation(generation),
            verb,
            kind: KindName(kind),
            provider,
            epoch: numbers.0,
            at: Time(numbers.1),
            absent_before: numbers.2,
            desired,
            needs,
            token,
        },
    )
}

fn outputs() -> impl Strategy<Value = std::collections::BTreeMap<Text, Output>> {
    proptest::collection::btree_map(name(), known().prop_map(|value| Output { value }), 0..3)
}

fn checks() -> impl Strategy<Value = std::collections::BTreeMap<Text, Check>> {
    let status = prop_oneof![
        Just(CheckStatus::Pass),
        Just(CheckStatus::Fail),
        Just(CheckStatus::Error),
        Just(CheckStatus::Unknown),
    ];
    let check =
        (status, vec(text(), 0..3)).prop_map(|(status, messages)| Check { status, messages });
    proptest::collection::btree_map(name(), check, 0..3)
}

fn record() -> impl Strategy<Value = Record> {
    let at = || (address(), any::<u64>().prop_map(Generation));
    prop_oneof![
        text().prop_map(|lineage| Record::Began { lineage }),
        intent().prop_map(Record::Started),
        (at(), option::of(object())).prop_map(|((address, generation), object)| {
            Record::Finished { address, generation, object }
        }),
        at().prop_map(|(address, generation)| Record::Abandoned { address, generation }),
        (at(), object()).prop_map(|((address, generation), object)| Record::Recorded {
            address,
            generation,
            object
        }),
        at().prop_map(|(address, generation)| Record::Deposed { address, generation }),
        (address(), option::of(any::<u64>().prop_map(Generation)))
            .prop_map(|(address, generation)| Record::Forgotten { address, generation }),
        (address(), address()).prop_map(|(from, to)| Record::Moved { from, to }),
        outputs().prop_map(Record::Outputs),
        checks().prop_map(Record::Checked),
        Just(Record::Closed),
    ]
}

fn instance() -> impl Strategy<Value = Instance> {
    let generation = || any::<u64>().prop_map(Generation);
    let objects = proptest::collection::btree_map(generation(), object(), 0..3);
    (objects, vec(generation(), 0..2), vec(intent(), 0..2), generation())
        .prop_map(|(objects, deposed, open, newest)| Instance { objects, deposed, open, newest })
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    let instances = proptest::collection::btree_map(address(), instance(), 0..4);
    (text(), any::<u64>(), instances, outputs(), checks()).prop_map(
        |(lineage, sequence, instances, outputs, checks)| Snapshot {
            lineage,
            sequence,
            instances,
            outputs,
            checks,
        },
    )
}

fn through<T>(
    write: impl Fn(&mut Encoder),
    read: impl Fn(&mut Decoder<'_>) -> Result<T, WireError>,
) -> T {
    let mut encoder = Encoder::new(Policy::Plan);
    write(&mut encoder);
    let bytes = encoder.finish().unwrap();
    let mut decoder = Decoder::new(&bytes).unwrap();
    let read = read(&mut decoder).unwrap();
    decoder.finish().unwrap();
    read
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn snapshots_come_back(snapshot in snapshot()) {
        let bytes = encode_snapshot(&snapshot).unwrap();
        prop_assert_eq!(&encode_snapshot(&snapshot).unwrap(), &bytes);
        let back = decode_snapshot(&bytes).unwrap();
        prop_assert_eq!(&back, &snapshot);
        prop_assert_eq!(&encode_snapshot(&back).unwrap(), &bytes);
    }

    #[test]
    fn entries_come_back(records in vec((any::<(u64, u64, u64)>(), record()), 0..6)) {
        let entries: Vec<Entry> = records
            .into_iter()
            .map(|(n, record)| Entry { sequence: n.0, epoch: n.1, at: Time(n.2), record })
            .collect();
        prop_assert_eq!(decode_entries(&encode_entries(&entries).unwrap()).unwrap(), entries);
    }

    #[test]
    fn values_of_plans_come_back(value in tree(prop_oneof![known(), unknown()])) {
        let back = through(|e| e.value(&value), |d| d.value());
        prop_assert_eq!(&back, &value);
        // Equality may look past marks and types; the bytes do not.
        let bytes = |value: &Value| {
            let mut encoder = Encoder::new(Policy::Plan);
            encoder.value(value);
            encoder.finish().unwrap()
        };
        prop_assert_eq!(bytes(&back), bytes(&value));
    }

    #[test]
    fn types_come_back(types in vec(ty(), 0..5)) {
        let back = through(|e| e.sequence(&types, Encoder::ty), |d| d.sequence(Decoder::ty));
        prop_assert_eq!(back, types);
    }

    #[test]
    fn paths_come_back(names in vec(text(), 0..3), index in any::<usize>(), element in known()) {
        let mut steps: Vec<Step> = names.iter().cloned().map(Step::Attribute).collect();
        steps.extend([Step::Index(index), Step::Element(Box::new(element))]);
        steps.extend(names.into_iter().map(Step::Key));
        let path = Path(steps);
        prop_assert_eq!(through(|e| e.path(&path), |d| d.path()), path);
    }

    #[test]
    fn integers_come_back(natural in any::<u64>(), integer in any::<i64>()) {
        prop_assert_eq!(through(|e| e.number(natural), |d| d.number()), natural);
        prop_assert_eq!(through(|e| e.integer(integer), |d| d.integer()), integer);
    }

    #[test]
    fn damage_never_panics(snapshot in snapshot(), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let mut bytes = encode_snapshot(&snapshot).unwrap();
        let cut = at.index(bytes.len());
        prop_assert!(decode_snapshot(&bytes[..cut]).is_err());
        bytes[cut] ^= 1u8 << bit;
        let _any_result = decode_snapshot(&bytes);
    }

    #[test]
    fn noise_never_panics(mut noise in vec(any::<u8>(), 0..200)) {
        noise.insert(0, VERSION);
        let _any_result = (decode_snapshot(&noise), decode_entries(&noise));
    }
}

#[test]
fn lengths_are_not_believed() {
    let huge = [VERSION, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    let error = decode_entries(&huge).unwrap_err();
    assert_eq!(error.problem, WireProblem::Truncated);
}

#[test]
fn newer_versions_are_told_from_damage() {
    let problem = |bytes: &[u8]| decode_snapshot(bytes).unwrap_err().problem;
    assert_eq!(problem(&[2, 0, 0]), WireProblem::NewerVersion(2));
    assert_eq!(problem(&[]), WireProblem::Truncated);
    assert_eq!(problem(&[0, 0, 0]), WireProblem::Unexpected("version"));
    let mut whole = encode_snapshot(&Snapshot::default()).unwrap();
    whole.push(0);
    assert_eq!(problem(&whole), WireProblem::Trailing);
}

#[test]
fn deep_nesting_is_refused_when_written_and_when_read() {
    let nested = |depth: u32| {
        let mut value = Value::from(true);
        for _ in 0..depth {
            value = Value::tuple(vec![value]);
        }
        value
    };
    assert_eq!(through(|e| e.value(&nested(500)), |d| d.value()), nested(500));
    let mut encoder = Encoder::new(Policy::Stored);
    encoder.value(&nested(600));
    assert_eq!(encoder.finish().unwrap_err().problem, WireProblem::TooDeep);
    // A tuple of one, over and over.
    let mut hostile = vec![VERSION];
    hostile.extend([8, 1].repeat(100_000));
    let mut decoder = Decoder::new(&hostile).unwrap();
    assert_eq!(decoder.value().unwrap_err().problem, WireProblem::TooDeep);
    let mut hostile = vec![VERSION];
    hostile.extend([0, 0].repeat(100_000));
    let mut decoder = Decoder::new(&hostile).unwrap();
    assert_eq!(decoder.ty().unwrap_err().problem, WireProblem::TooDeep);
}

#[test]
fn what_is_unknown_or_ephemeral_is_not_stored() {
    let problem = |value: Value| {
        let mut encoder = Encoder::new(Policy::Stored);
        encoder.value(&Value::tuple(vec![value]));
        encoder.finish().map_err(|error| error.problem)
    };
    assert_eq!(problem(Value::unknown(Type::String)), Err(WireProblem::Unknown));
    let secret = Value::from("secret").with_marks(Marks::EPHEMERAL);
    assert_eq!(problem(secret.clone()), Err(WireProblem::Ephemeral));

    let value = Value::object([("a", secret), ("b", Value::from("plain"))]);
    let stored = values::without_ephemeral(value);
    assert_eq!(stored, Value::object([("a", Value::null(Type::String)), ("b", "plain".into())]));
    assert!(problem(stored).is_ok());
}

#[test]
fn repeated_names_cost_a_byte_or_two() {
    let need = |i: u64| Address {
        module: ModuleAddress::root().child("network", InstanceKey::Name("production".into())),
        mode: Mode::Managed,
        kind: KindName("hcloud_server".into()),
        name: "a_rather_long_name".into(),
        key: InstanceKey::Index(i),
    };
    let bytes = |needs: &[Address]| {
        let mut encoder = Encoder::new(Policy::Stored);
        encoder.sequence(needs, Encoder::address);
        encoder.finish().unwrap().len()
    };
    assert_eq!(bytes(&vec![need(0); 101]) - bytes(&[need(0)]), 100);
    let others: Vec<Address> = (0..100).map(need).collect();
    assert!(bytes(&others) < 100 * 10 + 60);
}

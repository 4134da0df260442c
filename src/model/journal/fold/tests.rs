//! The fold: what each record does, order that survives, and the same result by every way.

use super::*;
use crate::{
    address::{InstanceKey, KindName, ProviderAddress},
    journal::Time,
    types::Type,
    value::Value,
};
use proptest::{collection::vec, prelude::*};

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn needs(all: &[&str]) -> Arc<[Address]> {
    all.iter().map(|need| address(need)).collect()
}

fn object(all: &[&str]) -> Arc<Object> {
    Arc::new(Object {
        kind: KindName("k".into()),
        provider: provider(),
        value: Value::null(Type::Dynamic),
        private: Arc::from([]),
        schema_version: 0,
        tainted: false,
        needs: needs(all),
        prevent_destroy: false,
        create_before_destroy: false,
    })
}

fn provider() -> ProviderAddress {
    ProviderAddress {
        module: crate::address::ModuleAddress::root(),
        provider: "p".into(),
        alias: None,
        key: InstanceKey::None,
    }
}

fn intent(at: &str, generation: u64, verb: Verb, all: &[&str]) -> Intent {
    Intent {
        address: address(at),
        generation: Generation(generation),
        verb,
        kind: KindName("k".into()),
        provider: provider(),
        epoch: 1,
        at: Time(0),
        absent_before: false,
        desired: Value::null(Type::Dynamic),
        needs: needs(all),
        token: "t".into(),
    }
}

fn recorded(at: &str, all: &[&str]) -> Record {
    Record::Recorded { address: address(at), generation: Generation(1), object: object(all) }
}

fn forgotten(at: &str) -> Record {
    Record::Forgotten { address: address(at), generation: None }
}

/// Folds records by a folder, and entry by entry; both must agree.
fn folded(records: &[Record]) -> Result<Snapshot, FoldProblem> {
    let mut snapshot = Snapshot::default();
    let mut folder = Folder::default();
    for (sequence, record) in (1..).zip(records) {
        let entry = Entry { sequence, epoch: 1, at: Time(0), record: record.clone() };
        let before = snapshot.clone();
        let result = fold(&mut snapshot, &entry);
        assert_eq!(folder.fold(&entry), result);
        assert_eq!(*folder.snapshot(), snapshot);
        if let Err(error) = result {
            assert_eq!(snapshot, before, "an error changes nothing");
            return Err(error.problem);
        }
    }
    Ok(snapshot)
}

fn needs_of(snapshot: &Snapshot, at: &str) -> Vec<String> {
    snapshot.current(&address(at)).unwrap().needs.iter().map(ToString::to_string).collect()
}

#[test]
fn outcomes_close_their_intents() {
    let created = [
        Record::Started(intent("k.a", 1, Verb::Create, &[])),
        Record::Finished {
            address: address("k.a"),
            generation: Generation(1),
            object: Some(object(&[])),
        },
    ];
    let open = folded(&created[..1]).unwrap();
    assert_eq!(open.open_intents().count(), 1);
    assert!(open.current(&address("k.a")).is_none());
    let done = folded(&created).unwrap();
    assert_eq!(done.open_intents().count(), 0);
    assert!(done.current(&address("k.a")).is_some());
    let abandoned = [
        created[0].clone(),
        Record::Abandoned { address: address("k.a"), generation: Generation(1) },
    ];
    assert!(folded(&abandoned).unwrap().is_empty());
}

#[test]
fn a_step_begun_again_has_one_intent() {
    let start = || Record::Started(intent("k.a", 1, Verb::Create, &[]));
    assert_eq!(folded(&[start(), start()]).unwrap().open_intents().count(), 1);
}

#[test]
fn records_that_do_not_fit_are_reported() {
    let at = || address("k.a");
    let one = Generation(1);
    let misfits = [
        Record::Finished { address: at(), generation: one, object: None },
        Record::Abandoned { address: at(), generation: one },
        Record::Deposed { address: at(), generation: one },
        Record::Started(intent("k.a", 1, Verb::Delete, &[])),
        Record::Moved { from: at(), to: address("k.b") },
    ];
    for misfit in misfits {
        assert!(folded(&[misfit]).is_err());
    }
    let lineage = |lineage: &str| Record::Began { lineage: lineage.into() };
    assert_eq!(folded(&[lineage("a"), lineage("b")]).unwrap_err(), FoldProblem::Lineage);
    let occupied = [
        recorded("k.a", &[]),
        recorded("k.b", &[]),
        Record::Moved { from: at(), to: address("k.b") },
    ];
    assert_eq!(folded(&occupied).unwrap_err(), FoldProblem::Occupied(address("k.b")));
    let gap = Entry { sequence: 2, epoch: 1, at: Time(0), record: Record::Closed };
    let error = fold(&mut Snapshot::default(), &gap).unwrap_err();
    assert_eq!(error.problem, FoldProblem::Gap { expected: 1 });
}

#[test]
fn order_survives_an_object_that_leaves() {
    let chain = [
        recorded("k.a", &[]),
        recorded("k.b", &["k.a"]),
        recorded("k.c", &["k.b"]),
        forgotten("k.b"),
    ];
    let during = folded(&chain).unwrap();
    assert_eq!(needs_of(&during, "k.c"), ["k.a", "k.b"]);
    let closed = folded(&[chain.as_slice(), &[Record::Closed]].concat()).unwrap();
    assert_eq!(needs_of(&closed, "k.c"), ["k.a"]);
}

#[test]
fn a_replacement_that_deletes_first_keeps_its_place() {
    let replaced = [
        recorded("k.net", &[]),
        recorded("k.web", &["k.net"]),
        Record::Started(intent("k.net", 1, Verb::Delete, &[])),
        Record::Finished { address: address("k.net"), generation: Generation(1), object: None },
        Record::Started(intent("k.net", 5, Verb::Create, &[])),
        Record::Finished {
            address: address("k.net"),
            generation: Generation(5),
            object: Some(object(&[])),
        },
        Record::Closed,
    ];
    assert_eq!(needs_of(&folded(&replaced).unwrap(), "k.web"), ["k.net"]);
}

#[test]
fn sets_of_instances_are_needs_too() {
    let records = [
        recorded("k.net", &[]),
        recorded("k.disk[0]", &["k.net"]),
        recorded("k.disk[1]", &[]),
        recorded("k.web", &["k.disk[*]"]),
        forgotten("k.disk[0]"),
        Record::Closed,
    ];
    let one_left = folded(&records).unwrap();
    assert_eq!(needs_of(&one_left, "k.web"), ["k.disk[*]", "k.net"]);
    let none_left = [&records[..5], &[forgotten("k.disk[1]"), Record::Closed]].concat();
    assert_eq!(needs_of(&folded(&none_left).unwrap(), "k.web"), ["k.net"]);
}

#[test]
fn a_move_takes_the_needs_of_others_along() {
    let records = [
        recorded("k.a", &[]),
        recorded("k.b", &["k.a"]),
        recorded("k.c", &["k.a[*]"]),
        Record::Started(intent("k.d", 1, Verb::Create, &["k.a"])),
        Record::Moved { from: address("k.a"), to: address("k.z") },
    ];
    let moved = folded(&records).unwrap();
    assert_eq!(needs_of(&moved, "k.b"), ["k.z"]);
    assert_eq!(needs_of(&moved, "k.c"), ["k.a[*]", "k.z"]);
    assert_eq!(moved.open_intents().next().unwrap().needs, needs(&["k.z"]));
}

#[test]
fn a_chain_forgotten_from_its_root_does_not_grow() {
    let size = 300;
    let mut records = vec![recorded("k.c[0]", &[])];
    let need = |i: usize| format!("k.c[{i}]");
    records.extend((1..size).map(|i| recorded(&need(i), &[&need(i - 1)])));
    records.extend((0..size - 1).map(|i| forgotten(&need(i))));
    let snapshot = folded(&records).unwrap();
    assert!(needs_of(&snapshot, &need(size - 1)).len() <= 2);
}

#[test]
fn ten_thousand_objects_leave_in_linear_time() {
    // Quadratic, this would be a hundred million visits and take minutes.
    let size = 10_000;
    let need = |i: usize| format!("k.c[{i}]");
    let mut folder = Folder::default();
    let mut take = |record: Record| {
        let sequence = folder.snapshot().sequence + 1;
        folder.fold(&Entry { sequence, epoch: 1, at: Time(0), record }).unwrap();
    };
    take(recorded("k.hub", &[]));
    (0..size).for_each(|i| take(recorded(&need(i), &["k.hub"])));
    (0..size / 2).for_each(|i| take(forgotten(&need(i))));
    let to =
        |i: usize| Record::Moved { from: address(&need(i)), to: address(&format!("k.d[{i}]")) };
    (size / 2..size).for_each(|i| take(to(i)));
    take(Record::Closed);
    assert_eq!(folder.snapshot().instances.len(), 1 + size / 2);
}

fn any_record() -> impl Strategy<Value = Record> {
    let at = || (0..5u8).prop_map(|i| format!("k.x[{i}]"));
    let from = || {
        let need = prop_oneof![4 => at(), 1 => Just("k.x[*]".to_owned())];
        vec(need, 0..3)
    };
    let names = |all: &[String]| object(&all.iter().map(String::as_str).collect::<Vec<_>>());
    let generation = || (1..3u64).prop_map(Generation);
    let verb = prop_oneof![Just(Verb::Create), Just(Verb::Update), Just(Verb::Delete)];
    prop_oneof![
        4 => (at(), generation(), from()).prop_map(move |(at, generation, all)| {
            Record::Recorded { address: address(&at), generation, object: names(&all) }
        }),
        2 => (at(), 1..3u64, verb, from()).prop_map(|(at, generation, verb, all)| {
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            Record::Started(intent(&at, generation, verb, &all))
        }),
        2 => (at(), generation(), proptest::option::of(from())).prop_map(
            move |(at, generation, all)| Record::Finished {
                address: address(&at),
                generation,
                object: all.map(|all| names(&all)),
            }
        ),
        1 => (at(), generation())
            .prop_map(|(at, generation)| Record::Abandoned { address: address(&at), generation }),
        1 => (at(), generation())
            .prop_map(|(at, generation)| Record::Deposed { address: address(&at), generation }),
        2 => (at(), proptest::option::of(generation()))
            .prop_map(|(at, generation)| Record::Forgotten { address: address(&at), generation }),
        1 => (at(), at())
            .prop_map(|(from, to)| Record::Moved { from: address(&from), to: address(&to) }),
        1 => Just(Record::Closed),
    ]
}

proptest! {
    #[test]
    fn every_way_of_folding_agrees(
        records in vec(any_record(), 0..40),
        groups in vec(1..6usize, 0..20),
    ) {
        let mut plain = Snapshot::default();
        let mut kept = Folder::default();
        let mut rest = records.as_slice();
        for size in groups {
            let (group, later) = rest.split_at(size.min(rest.len()));
            rest = later;
            let entries: Vec<Entry> = (plain.sequence + 1..)
                .zip(group)
                .map(|(sequence, r)| Entry { sequence, epoch: 1, at: Time(0), record: r.clone() })
                .collect();
            let before = plain.clone();
            let result = entries.iter().try_for_each(|entry| fold(&mut plain, entry));
            // Reverted and folded again, it must be as if it had been folded once.
            if let Ok(undo) = kept.fold_group(&entries) {
                kept.revert(undo);
                prop_assert_eq!(kept.snapshot(), &before);
            }
            prop_assert_eq!(kept.fold_group(&entries).map(drop), result.clone());
            if result.is_err() {
                plain = before;
            }
            prop_assert_eq!(kept.snapshot(), &plain);
            if let Some(links) = &kept.links {
                prop_assert!(links.same_as(&Links::of(&plain)));
            }
            for instance in plain.instances.values() {
                prop_assert!(!instance.is_vacant());
                for generation in &instance.deposed {
                    prop_assert!(instance.objects.contains_key(generation));
                }
            }
        }
    }

    #[test]
    fn nothing_dangles_once_a_run_is_closed(records in vec(any_record(), 0..40)) {
        let mut folder = Folder::default();
        for record in records.into_iter().chain([Record::Closed]) {
            let sequence = folder.snapshot().sequence + 1;
            let _misfits_are_left_out =
                folder.fold(&Entry { sequence, epoch: 1, at: Time(0), record });
        }
        let snapshot = folder.into_snapshot();
        for instance in snapshot.instances.values() {
            for need in links::needs(instance) {
                prop_assert!(snapshot.instances.keys().any(|at| need.covers(at)));
            }
        }
    }
}

//! Records, names and a run of everything that a store does.

use infra_model::{
    address::{Address, Generation, InstanceKey, KindName, ModuleAddress, ProviderAddress},
    journal::{Intent, Record, Time, Verb},
    snapshot::{Object, Snapshot},
    value::Value,
};
use infra_state::{
    LocalStore, Result, RevisionInfo, RunOutcome, StateError, Store, Who, Writer, files::Files,
};
use std::{collections::BTreeMap, sync::Arc};

/// Where tests on recorded files keep their state: below directories that are not there either.
pub(crate) const ROOT: &str = "/estate/.infra/s";

pub(crate) fn who(pid: u32) -> Who {
    Who {
        user: "ada".into(),
        host: "engine".into(),
        pid,
        command: "infra apply".into(),
        at: Time(1_795_224_021_000),
    }
}

pub(crate) fn info(at: u64) -> RevisionInfo {
    RevisionInfo {
        at: Time(at),
        command: "apply".into(),
        outcome: RunOutcome::Completed,
        configuration: format!("configuration {at}").into_bytes(),
        plan: format!("plan {at}").into_bytes(),
    }
}

pub(crate) fn address(name: &str, index: u64) -> Address {
    Address {
        module: ModuleAddress::root(),
        mode: infra_model::address::Mode::Managed,
        kind: KindName("thing".into()),
        name: name.into(),
        key: InstanceKey::Index(index),
    }
}

fn provider() -> ProviderAddress {
    ProviderAddress {
        module: ModuleAddress::root(),
        provider: "fake".into(),
        alias: None,
        key: InstanceKey::None,
    }
}

/// A text of a length that does not pack well.
pub(crate) fn noise(seed: u64, bytes: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'!' + u8::try_from(state % 90).unwrap())
    };
    (0..bytes).map(|_| next()).collect()
}

pub(crate) fn value(seed: u64, bytes: usize) -> Value {
    Value::object([
        ("id", Value::from(seed.cast_signed())),
        ("text", noise(seed, bytes).as_str().into()),
    ])
}

pub(crate) fn object(seed: u64, bytes: usize, needs: Vec<Address>) -> Arc<Object> {
    Arc::new(Object {
        kind: KindName("thing".into()),
        provider: provider(),
        value: value(seed, bytes),
        private: Arc::from(*b"private"),
        schema_version: 1,
        tainted: false,
        needs: needs.into(),
        prevent_destroy: false,
        create_before_destroy: false,
    })
}

pub(crate) fn began() -> Record {
    Record::Began { lineage: "lineage".into() }
}

pub(crate) fn started(name: &str, index: u64, epoch: u64, bytes: usize) -> Record {
    Record::Started(Intent {
        address: address(name, index),
        generation: Generation(index + 1),
        verb: Verb::Create,
        kind: KindName("thing".into()),
        provider: provider(),
        epoch,
        at: Time(1),
        absent_before: true,
        desired: value(index, bytes),
        needs: Arc::from([]),
        token: "token".into(),
    })
}

pub(crate) fn finished(name: &str, index: u64, bytes: usize) -> Record {
    Record::Finished {
        address: address(name, index),
        generation: Generation(index + 1),
        object: Some(object(index, bytes, Vec::new())),
    }
}

pub(crate) fn recorded(name: &str, index: u64, bytes: usize) -> Record {
    Record::Recorded {
        address: address(name, index),
        generation: Generation(index + 1),
        object: object(index, bytes, Vec::new()),
    }
}

pub(crate) fn forgotten(name: &str, index: u64) -> Record {
    Record::Forgotten { address: address(name, index), generation: None }
}

/// The outcome of a run of everything: what was acknowledged when, and what each state was.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Every state that was ever reached, by its sequence.
    pub(crate) states: BTreeMap<u64, Snapshot>,
    /// Sequences with the number of file operations after which they were acknowledged.
    pub(crate) acknowledged: Vec<(usize, u64)>,
    /// Calls that failed.
    pub(crate) errors: Vec<StateError>,
}

impl Told {
    /// Returns what was acknowledged before a number of operations.
    pub(crate) fn acknowledged_by(&self, operations: usize) -> u64 {
        let before = self.acknowledged.iter().filter(|(at, _)| *at <= operations);
        before.map(|(_, sequence)| *sequence).max().unwrap_or_default()
    }
}

/// Drives a store through runs, appends of all sizes, crashes, retries and many closings.
pub(crate) struct Drive<'a> {
    pub(crate) store: &'a LocalStore,
    pub(crate) operations: &'a dyn Fn() -> usize,
    pub(crate) told: Told,
}

pub(crate) fn drive(files: &Arc<dyn Files>, operations: &dyn Fn() -> usize) -> Told {
    let store = open(files);
    let mut drive = Drive { store: &store, operations, told: Told::default() };
    drive.told.states.insert(0, Snapshot::default());
    drive.run(true, &[&[began(), started("a", 0, 1, 100)], &[finished("a", 0, 300)]]);
    // Larger than the room that a segment begins with, then dropped as by a crash.
    let large = [started("b", 0, 2, 9000), started("b", 1, 2, 9000), started("b", 2, 2, 9000)];
    drive.run(false, &[&large, &[finished("b", 0, 18_000)], &[finished("b", 1, 100)]]);
    let larger = [recorded("x", 0, 12_000), recorded("x", 1, 30_000)];
    drive.run(false, &[&larger[..1], &larger[1..]]);
    drive.run(true, &[&[finished("b", 2, 100)], &[forgotten("a", 0), recorded("c", 0, 50)]]);
    drive.run(false, &[]);
    drive.run(true, &[]);
    for i in 0..3 {
        drive.run(true, &[&[recorded("d", i, 200)]]);
    }
    drive.run(false, &[&[recorded("e", 0, 200)], &[recorded("e", 1, 200)]]);
    drive.told
}

pub(crate) fn open(files: &Arc<dyn Files>) -> LocalStore {
    LocalStore::open_on(files.clone(), ROOT, None).unwrap().keeping(2)
}

impl Drive<'_> {
    fn run(&mut self, close: bool, groups: &[&[Record]]) {
        let mut writer = match self.store.lock(who(1)) {
            Ok(writer) => writer,
            Err(error) => return self.told.errors.push(error),
        };
        for group in groups {
            // A failed append may be repeated; twice is enough for a fault that happens once.
            for _ in 0..2 {
                let appended = writer.append(group, Time(5));
                if self.note(writer.snapshot(), appended) {
                    break;
                }
            }
        }
        if close {
            let mut closed = writer.snapshot().clone();
            close_in(&mut closed);
            let sequence = closed.sequence;
            // A revision that fails at its last step may or may not be there.
            self.told.states.insert(sequence, closed);
            match writer.close(info(sequence)) {
                Ok(_) => self.told.acknowledged.push(((self.operations)(), sequence)),
                Err(error) => self.told.errors.push(error),
            }
        }
    }

    fn note(&mut self, snapshot: &Snapshot, appended: Result<u64>) -> bool {
        match appended {
            Ok(sequence) => {
                assert_eq!(snapshot.sequence, sequence);
                self.told.states.insert(sequence, snapshot.clone());
                self.told.acknowledged.push(((self.operations)(), sequence));
                true
            }
            Err(error) => {
                self.told.errors.push(error);
                false
            }
        }
    }
}

fn close_in(snapshot: &mut Snapshot) {
    let sequence = snapshot.sequence + 1;
    let entry =
        infra_model::journal::Entry { sequence, epoch: 0, at: Time(0), record: Record::Closed };
    infra_model::journal::fold(snapshot, &entry).unwrap();
}

/// Appends one record in a run of its own.
pub(crate) fn apply(store: &dyn Store, records: &[Record], at: u64) {
    let mut writer: Box<dyn Writer> = store.lock(who(7)).unwrap();
    writer.append(records, Time(at)).unwrap();
    writer.close(info(at)).unwrap();
}

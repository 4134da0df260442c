//! Records made from records and from snapshots: what to say when a disk is full, and how one
//! state becomes another.

use infra_model::{
    address::{Address, Generation},
    journal::{Entry, Folder, Intent, Record, Time, Verb},
    snapshot::{Instance, Snapshot},
};

/// Returns the records of a group that start nothing.
///
/// What to append after [`crate::StateError::DiskFull`]: there is room for it.
#[must_use]
pub fn outcomes(records: &[Record]) -> Vec<Record> {
    records.iter().filter(|record| !matches!(record, Record::Started(_))).cloned().collect()
}

/// Returns the records that turn one state into another: what `state push` appends.
///
/// The fold of `old` and these equals `new` but for its sequence, for the lineage, which stays that
/// of `old` if it has one (whether a push over another lineage is meant, the caller asks), and for
/// the greatest generation of an instance, which never falls: an object that is made later must not
/// share its token with one that was there before.
#[must_use]
pub fn records_between(old: &Snapshot, new: &Snapshot) -> Vec<Record> {
    let mut way = Way { folder: Folder::new(old.clone()), records: Vec::new() };
    if old.lineage.is_empty() {
        way.take(Record::Began { lineage: new.lineage.clone() });
    }
    for (address, instance) in &old.instances {
        let Some(wanted) = new.instances.get(address) else {
            way.take(Record::Forgotten { address: address.clone(), generation: None });
            continue;
        };
        if takes_back(instance, wanted) {
            way.take(Record::Forgotten { address: address.clone(), generation: None });
            continue;
        }
        for generation in instance.objects.keys().filter(|g| !wanted.objects.contains_key(g)) {
            let generation = Some(*generation);
            way.take(Record::Forgotten { address: address.clone(), generation });
        }
    }
    for (address, wanted) in &new.instances {
        let mut have = way.folder.snapshot().instances.get(address).cloned().unwrap_or_default();
        for (generation, object) in &wanted.objects {
            if have.objects.get(generation) != Some(object) {
                let (address, object) = (address.clone(), object.clone());
                way.take(Record::Recorded { address, generation: *generation, object });
            }
        }
        for generation in wanted.deposed.iter().filter(|g| !have.deposed.contains(g)) {
            way.take(Record::Deposed { address: address.clone(), generation: *generation });
        }
        if have.open != wanted.open {
            for intent in have.open.drain(..) {
                let (address, generation) = (intent.address, intent.generation);
                way.take(Record::Abandoned { address, generation });
            }
            for intent in &wanted.open {
                way.take(Record::Started(intent.clone()));
            }
        }
        let newest =
            old.instances.get(address).map_or(wanted.newest, |i| i.newest.max(wanted.newest));
        way.raise(address, newest);
    }
    if old.outputs != new.outputs {
        way.take(Record::Outputs(new.outputs.clone()));
    }
    if old.checks != new.checks {
        way.take(Record::Checked(new.checks.clone()));
    }
    way.records
}

/// Returns whether an instance says something that no record takes back but forgetting it all.
fn takes_back(have: &Instance, wanted: &Instance) -> bool {
    have.deposed.iter().any(|generation| {
        wanted.objects.contains_key(generation) && !wanted.deposed.contains(generation)
    })
}

/// The records so far and the state to which they lead; forgetting changes what others are made from.
struct Way {
    folder: Folder,
    records: Vec<Record>,
}

impl Way {
    fn take(&mut self, record: Record) {
        let sequence = self.folder.snapshot().sequence + 1;
        let entry = Entry { sequence, epoch: 0, at: Time(0), record };
        if self.folder.fold(&entry).is_ok() {
            self.records.push(entry.record);
        }
    }

    /// Raises the greatest generation of an instance: a record of that generation comes and goes.
    fn raise(&mut self, address: &Address, newest: Generation) {
        let Some(have) = self.folder.snapshot().instances.get(address).cloned() else { return };
        if have.newest >= newest {
            return;
        }
        let address = address.clone();
        if let Some(object) = have.objects.into_values().next_back() {
            self.take(Record::Recorded { address: address.clone(), generation: newest, object });
            self.take(Record::Forgotten { address, generation: Some(newest) });
        } else if let Some(intent) = have.open.into_iter().next_back() {
            self.take(Record::Started(Intent { generation: newest, verb: Verb::Create, ..intent }));
            self.take(Record::Abandoned { address, generation: newest });
        }
    }
}

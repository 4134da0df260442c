//! Revisions and entries as all engines make them.

use crate::store::{Holder, Revision, RevisionInfo, Who};
use infra_model::{
    journal::{Entry, Record, Time},
    wire,
};
use ring::digest;

/// How many revisions are kept.
pub const REVISIONS_MAX: usize = 50;

impl Holder {
    /// Returns the holder of an epoch.
    pub(crate) fn new(who: Who, epoch: u64) -> Self {
        let id = format!("{epoch}-{}", who.pid).into();
        Self { who, epoch, id }
    }
}

/// Returns records with their numbers and circumstances, without what must never be stored.
pub(crate) fn numbered(records: &[Record], last: u64, epoch: u64, at: Time) -> Vec<Entry> {
    let numbers = last + 1..;
    let entry = |(sequence, record): (u64, &Record)| Entry {
        sequence,
        epoch,
        at,
        record: wire::storable(record.clone()),
    };
    numbers.zip(records).map(entry).collect()
}

/// Returns the revision of a run that ends.
pub(crate) fn revision(
    info: &RevisionInfo,
    who: &Who,
    serial: u64,
    last_sequence: u64,
) -> Revision {
    let digest = digest::digest(&digest::SHA256, &info.configuration);
    let mut configuration_digest = [0; 32];
    configuration_digest.copy_from_slice(digest.as_ref());
    Revision {
        serial,
        last_sequence,
        at: info.at,
        who: who.clone(),
        command: info.command.clone(),
        outcome: info.outcome,
        configuration_digest,
    }
}

//! A journal in memory: what a test makes is recorded nowhere else.

use infra_model::{
    diagnostic::Diagnostics,
    journal::{Entry, Folder, Record, Time},
    snapshot::Snapshot,
};
use infra_state::{
    Who,
    error::StateError,
    store::{Closed, Result, Revision, RevisionInfo, Writer},
};

/// The right to write to a state that ends with the test.
pub struct MemoryWriter {
    folder: Folder,
    warnings: Diagnostics,
    who: Who,
}

/// There is one writer, and it never lets go.
const EPOCH: u64 = 1;

impl MemoryWriter {
    /// Goes on from a snapshot.
    pub fn new(snapshot: Snapshot, who: Who) -> Self {
        Self { folder: Folder::new(snapshot), warnings: Vec::new(), who }
    }
}

impl Writer for MemoryWriter {
    fn epoch(&self) -> u64 {
        EPOCH
    }

    fn snapshot(&self) -> &Snapshot {
        self.folder.snapshot()
    }

    fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    fn append(&mut self, records: &[Record], now: Time) -> Result<u64> {
        let next = self.folder.snapshot().sequence + 1;
        let entries: Vec<Entry> = (next..)
            .zip(records)
            .map(|(sequence, record)| Entry {
                sequence,
                epoch: EPOCH,
                at: now,
                record: record.clone(),
            })
            .collect();
        self.folder.fold_group(&entries).map_err(StateError::Record)?;
        Ok(self.folder.snapshot().sequence)
    }

    fn close(self: Box<Self>, info: RevisionInfo) -> Result<Closed> {
        let revision = Revision {
            serial: 1,
            last_sequence: self.folder.snapshot().sequence,
            at: info.at,
            who: self.who,
            command: info.command,
            outcome: info.outcome,
            configuration_digest: [0; 32],
        };
        Ok(Closed { revision, warnings: Vec::new() })
    }
}

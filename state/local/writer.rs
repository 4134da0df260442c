//! The writer of a directory: appends under the lock, and keeps room for what it has begun.

use super::{
    append::{Room, SegmentWriter},
    close::{self, Closing},
    disk::Disk,
    frame::FrameSort,
    keys::Keys,
    layout,
    lock::Lock,
    preamble::{FileSort, SealWith},
    replay::{self, Replayed},
    revisions, whole,
};
use crate::{
    error::{StateError, Written},
    files::Sort,
    history,
    seal::Identity,
    store::{Closed, Result, Revision, RevisionInfo, Who, Writer},
};
use infra_model::{
    address::{Address, Generation},
    diagnostic::Diagnostics,
    journal::{Entry, Folder, Intent, Record, Time},
    snapshot::Snapshot,
    wire::{Encoder, Policy},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Room for the end of a run, and for what was not foreseen.
const ROOM_BYTES: u64 = 4096;
/// Room for the outcome of a started effect beyond what its intent suggests.
const ROOM_PER_INTENT: u64 = 1024;
/// An outcome holds what the intent desired, what was computed from it, and private bytes.
const ROOM_FACTOR: u64 = 3;

/// The writer of a directory.
#[derive(Debug)]
pub(super) struct LocalWriter {
    pub(super) disk: Disk,
    pub(super) keys: Arc<Keys>,
    pub(super) seal: SealWith,
    pub(super) folder: Folder,
    pub(super) segment: SegmentWriter,
    pub(super) serial: u64,
    pub(super) options: Options,
    /// Length of the newest checkpoint and of the closed segments after it.
    pub(super) checkpoint_bytes: u64,
    pub(super) journal_bytes: u64,
    /// Something was damaged: a new checkpoint is due however small the run was.
    pub(super) rebuilt: bool,
    /// Where the run began and what it touched, for the index.
    pub(super) began_at: u64,
    pub(super) touched: BTreeSet<Address>,
    /// Room for the outcome of each effect in flight.
    in_flight: BTreeMap<(Address, Generation), u64>,
    warnings: Diagnostics,
    /// Given back when all else is done.
    pub(super) lock: Lock,
}

/// What a store keeps and does beside the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub(super) revisions_max: usize,
    pub(super) index: bool,
}

impl LocalWriter {
    /// Takes the lock and makes the state ready to be appended to.
    pub(super) fn open(disk: &Disk, keys: &Arc<Keys>, who: Who, options: Options) -> Result<Self> {
        make_directories(disk)?;
        let mut lock = Lock::take(disk, who)?;
        for directory in [layout::JOURNAL, layout::CHECKPOINTS, layout::HISTORY] {
            disk.sweep(directory)?;
        }
        let replayed = replay::read(disk, keys, None)?;
        harden(disk, &replayed)?;
        let identity = match replayed.identity {
            Some(identity) => identity,
            None => Identity::new().map_err(|e| StateError::io("begin", disk.root(), e))?,
        };
        let seal = keys.seal_with(identity)?;
        let epoch = replayed.epoch + 1;
        let first = replayed.folder.snapshot().sequence + 1;
        let segment = SegmentWriter::create(disk, &seal, first, epoch)?;
        lock.set_epoch(epoch)?;
        if disk.sort(layout::FORMAT)? == Sort::Missing {
            let path = disk.path(layout::FORMAT);
            let bytes = whole::build(FileSort::Format, 0, &seal, Vec::new(), &path)?;
            disk.place("", layout::FORMAT, &bytes)?;
        }
        let mut warnings = replayed.warnings;
        if replayed.torn {
            warnings.push(replay::cut_off());
        }
        Ok(Self {
            disk: disk.clone(),
            keys: keys.clone(),
            seal,
            began_at: replayed.folder.snapshot().sequence,
            folder: replayed.folder,
            segment,
            serial: replayed.serial,
            options,
            checkpoint_bytes: replayed.checkpoint_bytes,
            journal_bytes: replayed.journal_bytes,
            rebuilt: replayed.rebuilt,
            touched: BTreeSet::new(),
            in_flight: BTreeMap::new(),
            warnings,
            lock,
        })
    }

    /// Folds entries, writes them as one frame, and takes them out again if that fails.
    fn write(&mut self, entries: &[Entry], revision: Option<&Revision>) -> Result<u64> {
        let undo = self.folder.fold_group(entries).map_err(StateError::Record)?;
        let in_flight = self.in_flight.clone();
        let written = self.encode(entries, revision).and_then(|body| {
            let insist = entries.iter().any(|e| matches!(e.record, Record::Started(_)));
            let bytes = ROOM_BYTES + self.in_flight.values().sum::<u64>();
            let room = if revision.is_some() {
                Room { bytes: 0, insist: false }
            } else {
                Room { bytes, insist }
            };
            let sort = if revision.is_some() { FrameSort::End } else { FrameSort::Entries };
            let first = entries.first().map_or(0, |entry| entry.sequence);
            self.segment.append(sort, first, body, room)
        });
        match written {
            Ok(()) => {
                self.disk.count_append();
                self.touched.extend(undo.addresses().cloned());
                Ok(self.folder.snapshot().sequence)
            }
            Err(error) => {
                self.folder.revert(undo);
                self.in_flight = in_flight;
                Err(error)
            }
        }
    }

    /// Returns the body of a frame, and takes account of what it begins and ends.
    fn encode(&mut self, entries: &[Entry], revision: Option<&Revision>) -> Result<Vec<u8>> {
        let mut encoder = Encoder::new(Policy::Stored);
        encoder.sequence(entries, Encoder::entry);
        if let Some(revision) = revision {
            revisions::encode(&mut encoder, revision);
        }
        let body = encoder.finish().map_err(StateError::Wire)?;
        for entry in entries {
            match &entry.record {
                Record::Started(intent) => {
                    let room = room_for(intent)?;
                    self.in_flight.insert((intent.address.clone(), intent.generation), room);
                }
                Record::Finished { address, generation, .. }
                | Record::Abandoned { address, generation } => {
                    self.in_flight.remove(&(address.clone(), *generation));
                }
                Record::Forgotten { address, .. } | Record::Moved { from: address, .. } => {
                    self.in_flight.retain(|(at, _), _| at != address);
                }
                Record::Began { .. }
                | Record::Recorded { .. }
                | Record::Deposed { .. }
                | Record::Outputs(_)
                | Record::Checked(_)
                | Record::Closed => {}
            }
        }
        Ok(body)
    }
}

impl Writer for LocalWriter {
    fn epoch(&self) -> u64 {
        self.lock.holder().epoch
    }

    fn snapshot(&self) -> &Snapshot {
        self.folder.snapshot()
    }

    fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    fn append(&mut self, records: &[Record], now: Time) -> Result<u64> {
        let last = self.folder.snapshot().sequence;
        if records.is_empty() {
            return Ok(last);
        }
        let entries = history::numbered(records, last, self.epoch(), now);
        self.write(&entries, None)
    }

    fn close(mut self: Box<Self>, info: RevisionInfo) -> Result<Closed> {
        let last = self.folder.snapshot().sequence;
        let entries = history::numbered(&[Record::Closed], last, self.epoch(), info.at);
        let who = self.lock.holder().who.clone();
        let revision = history::revision(&info, &who, self.serial + 1, last + 1);

        let mut warnings = Diagnostics::new();
        if let Err(error) = revisions::place(&self.disk, &self.seal, &revision, &info) {
            warnings.push(close::without_files(revision.serial, &error));
        }
        self.write(&entries, Some(&revision)).map_err(|error| error.having(Written::Records))?;
        self.serial = revision.serial;
        self.journal_bytes += self.segment.used();
        Closing { writer: &mut self, warnings: &mut warnings }.run();
        Ok(Closed { revision, warnings })
    }
}

fn make_directories(disk: &Disk) -> Result<()> {
    for name in ["", layout::JOURNAL, layout::CHECKPOINTS, layout::HISTORY] {
        if disk.sort(name)? == Sort::Missing {
            disk.create_directory(name)?;
        }
    }
    Ok(())
}

/// Makes durable what was found: whoever made it may have died before coming to that.
fn harden(disk: &Disk, replayed: &Replayed) -> Result<()> {
    if replayed.folder.snapshot().sequence == 0 {
        disk.sync_above()?;
        disk.sync_directory("")?;
    }
    let Some(last) = replayed.last_segment else { return Ok(()) };
    let name = format!("{}/{}", layout::JOURNAL, layout::segment(last));
    let mut segment = disk.open(&name)?;
    // Where a sync failed before, the system shows what it never wrote, and takes it for written;
    // the same bytes once more make it write them. What a checkpoint holds as well needs none of it.
    let is_needed = replayed.journal_bytes > 0;
    if let Some(bytes) = if is_needed { disk.read(&name)? } else { None } {
        segment.write_at(0, &bytes)?;
    }
    segment.sync()?;
    disk.sync_directory(layout::JOURNAL)?;
    disk.sync_directory(layout::CHECKPOINTS)
}

/// Returns the room that the outcome of an effect may need.
fn room_for(intent: &Intent) -> Result<u64> {
    let mut encoder = Encoder::new(Policy::Stored);
    encoder.intent(intent);
    let bytes = encoder.finish().map_err(StateError::Wire)?.len() as u64;
    Ok(ROOM_FACTOR * bytes + ROOM_PER_INTENT)
}

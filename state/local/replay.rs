//! Reading the state: the newest good checkpoint and every segment after it.
//!
//! A checkpoint is written only when a segment has been closed, so it covers whole segments: those
//! that begin at or before its last record. Files come and go while a reader reads; whatever looks
//! wrong is therefore looked at again, and believed once it has looked the same twice.

use super::{
    checkpoint,
    disk::Disk,
    keys::Keys,
    layout,
    preamble::{FileSort, PREAMBLE_BYTES, Preamble},
    segment::{self, Scanned},
};
use crate::{error::StateError, files::Sort, seal::Identity, store::Result};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    journal::Folder,
};

/// How often a state that changes while it is read is read again.
const ATTEMPTS_MAX: u32 = 100;

/// What reading found.
#[derive(Debug, Default)]
pub(super) struct Replayed {
    pub(super) folder: Folder,
    /// The serial of the newest revision in it.
    pub(super) serial: u64,
    /// The greatest epoch seen.
    pub(super) epoch: u64,
    /// The store's identity, if it has begun.
    pub(super) identity: Option<Identity>,
    /// The newest segment, by its first record.
    pub(super) last_segment: Option<u64>,
    /// The length of the newest good checkpoint.
    pub(super) checkpoint_bytes: u64,
    /// Bytes of the segments that were folded onto it.
    pub(super) journal_bytes: u64,
    /// A record was being written when the last writer died.
    pub(super) torn: bool,
    /// A checkpoint was damaged and done without.
    pub(super) rebuilt: bool,
    pub(super) warnings: Diagnostics,
}

/// Reads the newest state, or that at the end of a revision.
pub(super) fn read(disk: &Disk, keys: &Keys, until: Option<u64>) -> Result<Replayed> {
    let mut suspect = None;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let result = Replay { disk, keys, until }.run();
        let doubt = match &result {
            Ok(replayed) if replayed.torn => "torn".to_owned(),
            Ok(_) => return result,
            Err(error) => error.to_string(),
        };
        let looked = Some((doubt, disk.list(layout::CHECKPOINTS)?, disk.list(layout::JOURNAL)?));
        if looked == suspect || attempt == ATTEMPTS_MAX {
            return result;
        }
        suspect = looked;
    }
}

struct Replay<'a> {
    disk: &'a Disk,
    keys: &'a Keys,
    until: Option<u64>,
}

impl Replay<'_> {
    fn run(&self) -> Result<Replayed> {
        let checkpoints = layout::numbers(&self.disk.list(layout::CHECKPOINTS)?);
        let segments = layout::numbers(&self.disk.list(layout::JOURNAL)?);
        let mut replayed =
            Replayed { last_segment: segments.last().copied(), ..Default::default() };
        if checkpoints.is_empty() && segments.is_empty() {
            return self.nothing().map(|()| replayed);
        }
        self.base(&checkpoints, &mut replayed)?;
        let covered = replayed.folder.snapshot().sequence;
        for first in segments.iter().copied().filter(|first| *first > covered) {
            if self.until.is_none_or(|until| first <= until) {
                self.fold(first, &mut replayed)?;
            }
        }
        self.check_end(&checkpoints, &replayed)?;
        self.identify(&mut replayed)?;
        Ok(replayed)
    }

    /// A state that has not begun, unless something says that it had.
    fn nothing(&self) -> Result<()> {
        match self.disk.sort(layout::FORMAT)? {
            Sort::Missing => Ok(()),
            Sort::File | Sort::Directory => {
                let path = self.disk.path(layout::JOURNAL);
                Err(StateError::damaged(path, "its segments are gone"))
            }
        }
    }

    /// Begins with the newest checkpoint that can be read.
    fn base(&self, checkpoints: &[u64], replayed: &mut Replayed) -> Result<()> {
        for last in checkpoints.iter().rev() {
            if self.until.is_some_and(|until| *last > until) {
                continue;
            }
            match checkpoint::read(self.disk, self.keys, *last) {
                Ok(Some(found)) => {
                    replayed.folder = Folder::new(found.snapshot);
                    replayed.serial = found.serial;
                    replayed.epoch = found.epoch;
                    replayed.identity = Some(found.identity);
                    replayed.checkpoint_bytes = found.bytes;
                    return Ok(());
                }
                // It was removed meanwhile, so a newer one is there: the next look will see it.
                Ok(None) => {}
                Err(error @ StateError::Damaged { .. }) => {
                    replayed.rebuilt = true;
                    replayed.warnings.push(done_without(&error));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn fold(&self, first: u64, replayed: &mut Replayed) -> Result<()> {
        let expected = replayed.folder.snapshot().sequence + 1;
        if first != expected {
            return Err(StateError::Gap { expected, found: first });
        }
        let name = format!("{}/{}", layout::JOURNAL, layout::segment(first));
        let path = self.disk.path(&name);
        let Some(bytes) = self.disk.read(&name)? else {
            return Err(StateError::damaged(path, "it is gone"));
        };
        let folder = &mut replayed.folder;
        let Scanned { preamble, revision, torn, used } =
            segment::scan(&bytes, first, (&path, self.keys), &mut |entry| {
                folder.fold(entry).map_err(StateError::Record)
            })?;
        replayed.epoch = replayed.epoch.max(preamble.epoch);
        replayed.journal_bytes += used as u64;
        replayed.torn = torn;
        if let Some(revision) = revision {
            replayed.serial = revision.serial;
        }
        Ok(())
    }

    /// What a checkpoint's name says was acknowledged must have been found in one way or another.
    fn check_end(&self, checkpoints: &[u64], replayed: &Replayed) -> Result<()> {
        let reached = replayed.folder.snapshot().sequence;
        let promised = match self.until {
            Some(until) => until,
            None => checkpoints.last().copied().unwrap_or_default(),
        };
        if reached >= promised {
            return Ok(());
        }
        let lost = checkpoints.iter().rev().find(|last| **last <= promised);
        match lost.map(|last| checkpoint::read(self.disk, self.keys, *last)) {
            Some(Err(error)) => Err(error),
            Some(Ok(_)) | None => {
                Err(StateError::Gap { expected: reached + 1, found: promised + 1 })
            }
        }
    }

    /// Learns identity and epoch from the newest segment, also where a checkpoint covers it.
    fn identify(&self, replayed: &mut Replayed) -> Result<()> {
        let Some(last) = replayed.last_segment else { return Ok(()) };
        let name = format!("{}/{}", layout::JOURNAL, layout::segment(last));
        let Some(start) = self.disk.read_start(&name, PREAMBLE_BYTES)? else { return Ok(()) };
        match Preamble::read(&start, FileSort::Segment, last, &self.disk.path(&name)) {
            Ok(preamble) => {
                replayed.identity = Some(preamble.identity);
                replayed.epoch = replayed.epoch.max(preamble.epoch);
            }
            // Everything in it is in a checkpoint, or it would not have come to this.
            Err(error @ StateError::Damaged { .. }) => {
                replayed.rebuilt = true;
                replayed.warnings.push(done_without(&error));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Says that a damaged file was done without.
fn done_without(error: &StateError) -> Diagnostic {
    Diagnostic::warning("infra::state::damaged", error.to_string())
        .detail("Everything in it was found in the other files of the state: nothing is lost.")
        .help("Look after the disk; the next command that changes the state replaces the file.")
}

/// Says that the last writer died in the middle of a record.
pub(super) fn cut_off() -> Diagnostic {
    Diagnostic::warning("infra::state::record_torn", "the last record of the state was cut off")
        .detail(
            "The command that wrote it died while doing so. It had not been acknowledged, and \
             nothing that was is missing.",
        )
}

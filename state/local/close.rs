//! What follows the end of a run: checkpoint, old files, index. None of it can lose anything, so
//! none of it fails a run; what could not be done is said.

use super::{checkpoint, layout, reseal, revisions, writer::LocalWriter};
use crate::{error::StateError, index, store::Result};
use infra_model::diagnostic::{Diagnostic, Diagnostics, Severity};

/// A checkpoint up to this length is written at the end of every run.
const SMALL_BYTES: u64 = 256 * 1024;
/// A larger one when the journal since the last has grown to its length divided by this, so that
/// what is written stays in proportion to what was recorded.
const JOURNAL_SHARE: u64 = 4;
/// Checkpoints that are kept whatever the history needs: if one is damaged, the other and the
/// segments between them hold the same.
const CHECKPOINTS_MIN: usize = 2;

/// The end of a run whose last record is durable.
pub(super) struct Closing<'a> {
    pub(super) writer: &'a mut LocalWriter,
    pub(super) warnings: &'a mut Diagnostics,
}

impl Closing<'_> {
    pub(super) fn run(mut self) {
        // The room that was set aside is needed no more; if it stays, it is zeros.
        let _left_as_it_is = self.writer.segment.trim();
        if self.checkpoint_is_due() {
            match self.checkpoint().and_then(|()| self.remove_old()) {
                Ok(()) => {}
                Err(error) => self.warnings.push(later(&error)),
            }
        }
        if self.writer.keys.encrypts()
            && let Err(error) = reseal::all(&self.writer.disk, &self.writer.keys, &self.writer.seal)
        {
            self.warnings.push(later(&error));
        }
        self.index();
    }

    fn checkpoint_is_due(&self) -> bool {
        let writer = &self.writer;
        writer.rebuilt
            || writer.checkpoint_bytes <= SMALL_BYTES
            || writer.journal_bytes >= writer.checkpoint_bytes / JOURNAL_SHARE
    }

    fn checkpoint(&self) -> Result<()> {
        let writer = &self.writer;
        let epoch = writer.lock.holder().epoch;
        let at = (writer.serial, epoch);
        checkpoint::place(&writer.disk, &writer.seal, writer.folder.snapshot(), at).map(drop)
    }

    /// Removes what no kept revision needs, now that a newer checkpoint is durable.
    fn remove_old(&self) -> Result<()> {
        let disk = &self.writer.disk;
        let kept = self.writer.options.revisions_max as u64;
        let oldest = (self.writer.serial + 1).saturating_sub(kept).max(1);
        let serials = layout::numbers(&disk.list(layout::HISTORY)?);
        if serials.iter().all(|serial| *serial >= oldest) {
            return Ok(());
        }
        // The revision in question may have lost its file; then nothing is removed this time.
        let Some(oldest_kept) = revisions::read_start(disk, &self.writer.keys, oldest)? else {
            return Ok(());
        };
        let checkpoints = layout::numbers(&disk.list(layout::CHECKPOINTS)?);
        let spare = checkpoints.len().saturating_sub(CHECKPOINTS_MIN);
        let needed = |last: &&u64| **last <= oldest_kept.last_sequence;
        let Some(base) = checkpoints[..=spare.min(checkpoints.len() - 1)].iter().rev().find(needed)
        else {
            return Ok(());
        };
        let remove = |directory: &str, name: String| disk.remove(&format!("{directory}/{name}"));
        for last in checkpoints.iter().filter(|last| *last < base) {
            remove(layout::CHECKPOINTS, layout::checkpoint(*last))?;
        }
        for first in layout::numbers(&disk.list(layout::JOURNAL)?) {
            if first <= *base {
                remove(layout::JOURNAL, layout::segment(first))?;
            }
        }
        for serial in serials.into_iter().filter(|serial| *serial < oldest) {
            remove(layout::HISTORY, layout::revision(serial))?;
        }
        Ok(())
    }

    fn index(&mut self) {
        if !self.writer.options.index {
            return;
        }
        let writer = &self.writer;
        let update = index::Update {
            directory: &writer.disk.path(layout::INDEX),
            seal: &writer.seal,
            snapshot: writer.folder.snapshot(),
            began_at: writer.began_at,
            touched: &writer.touched,
        };
        if let Err(reason) = index::update(&update) {
            self.warnings.push(
                Diagnostic::warning("infra::state::index", "the index was not updated")
                    .detail(format!("{reason}. It is rebuilt later; nothing else depends on it.")),
            );
        }
    }
}

/// Says that the files of a revision are missing from the history.
pub(super) fn without_files(serial: u64, error: &StateError) -> Diagnostic {
    let summary = format!("revision {serial} is kept without its configuration and plan: {error}");
    Diagnostic::warning(error.code(), summary)
        .detail("Everything that was done is recorded; this revision cannot be planned back to.")
}

/// Says that something was put off.
fn later(error: &StateError) -> Diagnostic {
    let mut diagnostic = Diagnostic::from(error);
    diagnostic.severity = Severity::Warning;
    diagnostic.detail("Everything is recorded; the next run tidies up.")
}

//! Writing a segment: room first, then frames, each durable before it counts.

use super::{
    disk::{Disk, Placed},
    frame::{self, FrameSort, Label},
    layout,
    preamble::{FileSort, PREAMBLE_BYTES, Preamble, SealWith},
    segment::GUARD_BYTES,
};
use crate::{
    error::{StateError, Written},
    seal::Sealer,
    store::Result,
};

/// Room that a new segment has.
const START_BYTES: usize = 16 * 1024;
/// Room comes in multiples of this.
const ROUND_BYTES: u64 = 4096;
/// The most room that is set aside beyond what is needed.
const AHEAD_BYTES_MAX: u64 = 1024 * 1024;

static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// Room that must be left behind a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// For the outcomes of everything that was started, and for the end of the run.
    pub(super) bytes: u64,
    /// The frame starts something: without that room it is not written.
    pub(super) insist: bool,
}

/// The segment that the lock's holder appends to.
#[derive(Debug)]
pub(super) struct SegmentWriter {
    file: Placed,
    preamble: [u8; PREAMBLE_BYTES],
    sealer: Sealer,
    number: u32,
    /// The end of the last frame that counts.
    used: u64,
    /// The length up to which room is durably set aside.
    durable: u64,
    /// The end of what failed appends may have left behind `used`.
    dirty: u64,
}

impl SegmentWriter {
    /// Makes a new segment, durable and with room.
    pub(super) fn create(disk: &Disk, seal: &SealWith, first: u64, epoch: u64) -> Result<Self> {
        let preamble = Preamble::new(FileSort::Segment, first, seal);
        let preamble = Preamble { epoch, ..preamble }.to_bytes();
        let mut bytes = preamble.to_vec();
        bytes.resize(START_BYTES, 0);
        let file = disk.place(layout::JOURNAL, &layout::segment(first), &bytes)?;
        Ok(Self {
            file,
            preamble,
            sealer: seal.sealer.clone(),
            number: 0,
            used: PREAMBLE_BYTES as u64,
            durable: START_BYTES as u64,
            dirty: 0,
        })
    }

    /// Returns the bytes up to the end of the last frame.
    pub(super) fn used(&self) -> u64 {
        self.used
    }

    /// Appends a frame; when this returns it is durable.
    ///
    /// After an error the frame does not count, and the next append writes over its remains.
    pub(super) fn append(
        &mut self,
        sort: FrameSort,
        first: u64,
        body: Vec<u8>,
        room: Room,
    ) -> Result<()> {
        let label = Label { sort, number: self.number, first };
        self.file.count_recorded(body.len());
        let mut frame = frame::build(&self.sealer, &self.preamble, label, body)
            .map_err(|e| StateError::io("seal", self.file.path(), e).having(Written::Nothing))?;
        let end = self.used + frame.len() as u64;
        let length = self.make_room(end + GUARD_BYTES as u64, room)?;

        // Zeros over what a failed append left behind the end of this frame.
        let dirty = usize::try_from(self.dirty.saturating_sub(end)).unwrap_or_default();
        frame.resize(frame.len() + dirty, 0);
        self.dirty = self.dirty.max(end);
        let written = self.file.write_at(self.used, &frame).and_then(|()| self.file.sync());
        written.map_err(|error| error.having(Written::Uncertain))?;

        self.dirty = 0;
        self.used = end;
        self.number += 1;
        self.durable = length;
        Ok(())
    }

    /// Sees to room up to `needed` and beyond; returns the length that the next sync makes durable.
    fn make_room(&mut self, needed: u64, room: Room) -> Result<u64> {
        let wanted = needed + room.bytes;
        if wanted <= self.durable {
            return Ok(self.durable);
        }
        let ahead = (self.used / 4).min(AHEAD_BYTES_MAX);
        let lengthened = self
            .lengthen((wanted + ahead).next_multiple_of(ROUND_BYTES))
            .or_else(|_| self.lengthen(wanted));
        match lengthened {
            Ok(length) if needed > self.durable => {
                // The frame itself lies in the new room, so that must be durable before.
                self.file.sync().map_err(|error| error.having(Written::Nothing))?;
                self.durable = length;
                Ok(length)
            }
            Ok(length) => Ok(length),
            Err(_) if !room.insist && needed <= self.durable => Ok(self.durable),
            Err(error) => Err(error.having(Written::Nothing)),
        }
    }

    fn lengthen(&mut self, length: u64) -> Result<u64> {
        let mut at = self.durable;
        while at < length {
            let piece = usize::try_from(length - at).unwrap_or(ZEROS.len()).min(ZEROS.len());
            if let Err(error) = self.file.write_at(at, &ZEROS[..piece]) {
                // What was gained is of no use; others may need it more.
                let _unneeded = self.file.set_length(self.durable);
                return Err(error);
            }
            at += piece as u64;
        }
        Ok(length)
    }

    /// Gives back the room behind the last frame of a closed segment.
    pub(super) fn trim(&mut self) -> Result<()> {
        self.file.set_length(self.used)
    }
}

//! Revisions on disk: at the end of their segment, and with configuration and plan in a file each.

use super::{
    disk::Disk,
    frame::FrameSort,
    keys::Keys,
    layout,
    preamble::{FileSort, SealWith},
    whole::{self, Frames},
};
use crate::{
    error::StateError,
    store::{Result, Revision, RevisionFiles, RevisionInfo, RunOutcome, Who},
};
use infra_model::wire::{Decoder, Encoder, Policy, WireError};

/// Enough of a file for its first frame, nearly always.
const START_BYTES: usize = 4096;

/// Writes a revision.
pub(super) fn encode(encoder: &mut Encoder, revision: &Revision) {
    encoder.number(revision.serial);
    encoder.number(revision.last_sequence);
    encoder.time(revision.at);
    let who = &revision.who;
    encoder.text(&who.user);
    encoder.text(&who.host);
    encoder.number(u64::from(who.pid));
    encoder.text(&who.command);
    encoder.time(who.at);
    encoder.text(&revision.command);
    encoder.byte(match revision.outcome {
        RunOutcome::Completed => 0,
        RunOutcome::Failed => 1,
        RunOutcome::Interrupted => 2,
    });
    encoder.bytes(&revision.configuration_digest);
}

/// Reads a revision.
pub(super) fn decode(decoder: &mut Decoder<'_>) -> std::result::Result<Revision, WireError> {
    Ok(Revision {
        serial: decoder.number()?,
        last_sequence: decoder.number()?,
        at: decoder.time()?,
        who: Who {
            user: decoder.text()?,
            host: decoder.text()?,
            pid: u32::try_from(decoder.number()?).map_err(|_| decoder.unexpected("process id"))?,
            command: decoder.text()?,
            at: decoder.time()?,
        },
        command: decoder.text()?,
        outcome: match decoder.byte()? {
            0 => RunOutcome::Completed,
            1 => RunOutcome::Failed,
            2 => RunOutcome::Interrupted,
            _ => return Err(decoder.unexpected("outcome")),
        },
        configuration_digest: decoder
            .bytes()?
            .try_into()
            .map_err(|_| decoder.unexpected("digest"))?,
    })
}

/// Writes the file of a revision, durably.
pub(super) fn place(
    disk: &Disk,
    seal: &SealWith,
    revision: &Revision,
    info: &RevisionInfo,
) -> Result<()> {
    let name = layout::revision(revision.serial);
    let mut about = Encoder::new(Policy::Stored);
    encode(&mut about, revision);
    let mut files = Encoder::new(Policy::Stored);
    files.bytes(&info.configuration);
    files.bytes(&info.plan);
    let frames = vec![
        (FrameSort::Revision, about.finish().map_err(StateError::Wire)?),
        (FrameSort::RunFiles, files.finish().map_err(StateError::Wire)?),
    ];
    let path = disk.path(&name);
    let bytes = whole::build(FileSort::Revision, revision.serial, seal, frames, &path)?;
    disk.place(layout::HISTORY, &name, &bytes).map(drop)
}

/// Returns a revision without its files, reading no more than needed; `None` if it is not there.
pub(super) fn read_start(disk: &Disk, keys: &Keys, serial: u64) -> Result<Option<Revision>> {
    let name = format!("{}/{}", layout::HISTORY, layout::revision(serial));
    let Some(start) = disk.read_start(&name, START_BYTES)? else { return Ok(None) };
    match open(disk, keys, serial, &start) {
        Err(StateError::Damaged { .. }) if start.len() == START_BYTES => {
            let Some(bytes) = disk.read(&name)? else { return Ok(None) };
            open(disk, keys, serial, &bytes).map(|(revision, _)| Some(revision))
        }
        opened => opened.map(|(revision, _)| Some(revision)),
    }
}

/// Returns a revision with its files; `None` if it is not there.
pub(super) fn read(disk: &Disk, keys: &Keys, serial: u64) -> Result<Option<RevisionFiles>> {
    let name = format!("{}/{}", layout::HISTORY, layout::revision(serial));
    let Some(bytes) = disk.read(&name)? else { return Ok(None) };
    let (revision, at) = open(disk, keys, serial, &bytes)?;
    let path = disk.path(&name);
    let mut frames = Frames::open(&bytes, FileSort::Revision, serial, (&path, keys))?.behind(at);
    let body = frames.next(FrameSort::RunFiles)?;
    let read = |decoder: &mut Decoder<'_>| Ok((decoder.bytes()?.into(), decoder.bytes()?.into()));
    let (configuration, plan) = Decoder::new(&body)
        .and_then(|mut decoder| read(&mut decoder))
        .map_err(|e| StateError::unreadable(&path, &e))?;
    Ok(Some(RevisionFiles { revision, configuration, plan }))
}

fn open(disk: &Disk, keys: &Keys, serial: u64, bytes: &[u8]) -> Result<(Revision, usize)> {
    let path = disk.path(&format!("{}/{}", layout::HISTORY, layout::revision(serial)));
    let mut frames = Frames::open(bytes, FileSort::Revision, serial, (&path, keys))?;
    let body = frames.next(FrameSort::Revision)?;
    let revision = Decoder::new(&body).and_then(|mut decoder| decode(&mut decoder));
    let revision = revision.map_err(|e| StateError::unreadable(&path, &e))?;
    Ok((revision, frames.at()))
}

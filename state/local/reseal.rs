//! Sealing older files anew after a key came into use, so that nothing of the state stays in clear.
//!
//! Deleted clear files may still be found on the disk itself by those who can read it.

use super::{
    disk::Disk,
    frame::{self, Header},
    keys::Keys,
    layout,
    preamble::{FileSort, PREAMBLE_BYTES, Preamble, SealWith},
    segment::GUARD_BYTES,
};
use crate::{error::StateError, store::Result};
use std::path::Path;

/// Seals every file of the log that is not sealed as new ones are.
pub(super) fn all(disk: &Disk, keys: &Keys, seal: &SealWith) -> Result<()> {
    let places = [
        (layout::JOURNAL, FileSort::Segment, layout::segment as fn(u64) -> String),
        (layout::CHECKPOINTS, FileSort::Checkpoint, layout::checkpoint),
        (layout::HISTORY, FileSort::Revision, layout::revision),
    ];
    for (directory, sort, name) in places {
        for number in layout::numbers(&disk.list(directory)?) {
            let name = name(number);
            let file = format!("{directory}/{name}");
            let path = disk.path(&file);
            let Some(start) = disk.read_start(&file, PREAMBLE_BYTES)? else { continue };
            let preamble = Preamble::read(&start, sort, number, &path)?;
            if preamble.key_id == seal.sealer.key_id() {
                continue;
            }
            if let Some(bytes) = disk.read(&file)? {
                let sealed = anew(&bytes, &preamble, (keys, seal), &path)?;
                disk.place(directory, &name, &sealed)?;
            }
        }
    }
    Ok(())
}

fn anew(
    bytes: &[u8],
    old: &Preamble,
    (keys, seal): (&Keys, &SealWith),
    path: &Path,
) -> Result<Vec<u8>> {
    let opener = keys.opener(old, path)?;
    let new = Preamble::new(old.sort, old.number, seal);
    let new = Preamble { epoch: old.epoch, ..new }.to_bytes();
    let old = &bytes[..PREAMBLE_BYTES];
    let mut sealed = new.to_vec();
    let mut at = PREAMBLE_BYTES;
    while let Some(header) = Header::read(old, &bytes[at..]) {
        // A torn frame ends a segment whose writer died: what it holds never counted.
        let Some(body) = header.open(&opener, old, &bytes[at..]) else { break };
        let built = frame::build(&seal.sealer, &new, header.label, body);
        sealed.extend(built.map_err(|e| StateError::io("seal", path, e))?);
        at += header.frame_bytes();
    }
    sealed.resize(sealed.len() + GUARD_BYTES, 0);
    Ok(sealed)
}

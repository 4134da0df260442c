//! A zip archive as Go's library streams it: sizes behind each file, no times of files.

use super::entries::Entry;
use infra_model::deflate::{Effort, checksum, deflate};

/// Version 2.0 of the format, on a system with permissions or without.
const VERSION: u16 = 20;
const UNIX: u16 = 3 << 8;
/// The sizes stand behind the content.
const STREAMED: u16 = 0x8;
const UTF8: u16 = 0x800;
const DEFLATED: u16 = 8;
/// The date of a file that was read: what a time of no day in the year 1 becomes in 16 bits. The
/// ecosystem's provider has written this one (and none for content) for as long as there is one.
const DATE: u16 = 0x8a21;

/// Returns the archive; `None` if it is too large for the format.
pub(super) fn pack(entries: &[Entry], mode: Option<u32>) -> Option<Vec<u8>> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = u32::try_from(out.len()).ok()?;
        let packed = deflate(&entry.content, Effort::Zip);
        let sizes = [u32::try_from(packed.len()).ok()?, u32::try_from(entry.content.len()).ok()?];
        let name = entry.name.as_bytes();
        let length = u16::try_from(name.len()).ok()?;
        let sum = checksum(&entry.content);
        let date = if entry.mode.is_some() { DATE } else { 0 };
        let flags = if needs_utf8(&entry.name) { STREAMED | UTF8 } else { STREAMED };
        let common = shorts(&[VERSION, flags, DEFLATED, 0, date]);
        out.extend([0x50, 0x4b, 3, 4]);
        out.extend(&common);
        out.extend([0; 12]);
        out.extend(shorts(&[length, 0]));
        out.extend(name);
        out.extend(&packed);
        let sums = longs(&[sum, sizes[0], sizes[1]]);
        out.extend([0x50, 0x4b, 7, 8]);
        out.extend(&sums);
        let (creator, attributes) = match entry.mode {
            Some(own) => (VERSION | UNIX, attributes(mode.unwrap_or(own))),
            None => (VERSION, 0),
        };
        central.extend([0x50, 0x4b, 1, 2]);
        central.extend(shorts(&[creator]));
        central.extend(common);
        central.extend(sums);
        central.extend(shorts(&[length, 0, 0, 0, 0]));
        central.extend(longs(&[attributes, offset]));
        central.extend(name);
    }
    let count = u16::try_from(entries.len()).ok()?;
    let places = [u32::try_from(central.len()).ok()?, u32::try_from(out.len()).ok()?];
    out.extend(central);
    out.extend([0x50, 0x4b, 5, 6]);
    out.extend(shorts(&[0, 0, count, count]));
    out.extend(longs(&places));
    out.extend(shorts(&[0]));
    Some(out)
}

/// The mode of a regular file in the upper half; without the right to write, it is read-only.
fn attributes(mode: u32) -> u32 {
    let read_only = u32::from(mode & 0o200 == 0);
    (0o100_000 | mode & 0o7777) << 16 | read_only
}

fn needs_utf8(name: &str) -> bool {
    name.chars().any(|c| !(' '..='}').contains(&c) || c == '\\')
}

fn shorts(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn longs(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

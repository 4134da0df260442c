//! A tar archive in the form of POSIX: no times, no owners; names too long stand in a header before.

use super::entries::Entry;

const BLOCK: usize = 512;
const NAME: usize = 100;
const PREFIX: usize = 155;

/// Returns the archive.
pub(super) fn pack(entries: &[Entry], mode: Option<u32>) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in entries {
        let own = entry.mode.unwrap_or(0);
        let mode = mode.unwrap_or(own);
        let name = entry.name.as_bytes();
        if let Some(parts) = split(name) {
            out.extend(header(parts, mode, entry.content.len(), b'0'));
        } else {
            let record = record(name);
            out.extend(header((b"PaxHeaders.0/name", b""), 0, record.len(), b'x'));
            out.extend(padded(&record));
            let cut: Vec<u8> = name.iter().copied().filter(u8::is_ascii).take(NAME).collect();
            out.extend(header((&cut, b""), mode, entry.content.len(), b'0'));
        }
        out.extend(padded(&entry.content));
    }
    out.extend([0; 2 * BLOCK]);
    out
}

/// Returns a name as name and prefix, if it fits the fields.
fn split(name: &[u8]) -> Option<(&[u8], &[u8])> {
    if !name.is_ascii() {
        return None;
    }
    if name.len() <= NAME {
        return Some((name, b""));
    }
    let last = name.len().min(PREFIX + 1);
    let cut = name[..last].iter().rposition(|byte| *byte == b'/').filter(|cut| *cut > 0)?;
    let (prefix, rest) = (&name[..cut], &name[cut + 1..]);
    (!rest.is_empty() && rest.len() <= NAME).then_some((rest, prefix))
}

/// Returns a record with the whole name, which tells its own length first.
fn record(name: &[u8]) -> Vec<u8> {
    let rest = [b" path=", name, b"\n"].concat();
    let mut length = rest.len();
    loop {
        let told = length.to_string();
        if told.len() + rest.len() == length {
            return [told.as_bytes(), &rest].concat();
        }
        length = told.len() + rest.len();
    }
}

fn header((name, prefix): (&[u8], &[u8]), mode: u32, length: usize, sort: u8) -> Vec<u8> {
    let mut block = vec![0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name);
    put(100, format!("{mode:07o}").as_bytes());
    put(108, b"0000000");
    put(116, b"0000000");
    put(124, &size(length));
    put(136, b"00000000000");
    put(148, b"        ");
    put(156, &[sort]);
    put(257, b"ustar\x0000");
    put(329, b"0000000");
    put(337, b"0000000");
    put(345, prefix);
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// Eleven octal digits, or for more than 8 GiB a number in binary.
fn size(length: usize) -> [u8; 12] {
    let mut field = [0; 12];
    let digits = format!("{length:011o}");
    if digits.len() == 11 {
        field[..11].copy_from_slice(digits.as_bytes());
    } else {
        field[4..].copy_from_slice(&(length as u64).to_be_bytes());
        field[0] = 0x80;
    }
    field
}

fn padded(content: &[u8]) -> Vec<u8> {
    let mut out = content.to_vec();
    out.resize(content.len().next_multiple_of(BLOCK), 0);
    out
}

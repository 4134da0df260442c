//! PEM: Base64 between two lines of dashes, in the midst of any text.

use crate::functions::encoding::from_base64;

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// A block.
pub(super) struct Pem<'a> {
    /// What its first line calls it.
    pub(super) label: &'a str,
    /// Its bytes.
    pub(super) body: Vec<u8>,
    /// Whether its headers say that the bytes are encrypted.
    pub(super) encrypted: bool,
}

/// Returns the first whole block of a text.
pub(super) fn first(text: &str) -> Option<Pem<'_>> {
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let after = line.strip_prefix(BEGIN).map(str::trim_end);
        let Some(label) = after.and_then(|after| after.strip_suffix(DASHES)) else { continue };
        // Blocks that are not whole are passed over, but their lines are looked at again.
        if let Some(found) = block(label, lines.clone()) {
            return Some(found);
        }
    }
    None
}

fn block<'a>(label: &'a str, lines: impl Iterator<Item = &'a str>) -> Option<Pem<'a>> {
    let end = format!("-----END {label}{DASHES}");
    let mut encrypted = false;
    let mut digits = String::new();
    for line in lines {
        if line.trim_end() == end {
            let body = from_base64(&digits)?;
            return Some(Pem { label, body, encrypted });
        }
        match line.split_once(':') {
            Some((name, value)) if digits.is_empty() => {
                encrypted |= name.trim() == "Proc-Type" && value.contains("ENCRYPTED");
            }
            _ => digits.extend(line.split_ascii_whitespace()),
        }
    }
    None
}

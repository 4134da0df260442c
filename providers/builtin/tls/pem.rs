//! PEM: labelled base 64 in lines, in the midst of whatever text.

use base64::{Engine, engine::general_purpose::STANDARD};

/// The characters of a line.
const LINE: usize = 64;

/// One block.
pub(super) struct Pem {
    pub(super) label: String,
    pub(super) bytes: Vec<u8>,
}

/// Returns bytes as a block.
pub(super) fn encode(label: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    for start in (0..text.len()).step_by(LINE) {
        out.push_str(&text[start..text.len().min(start + LINE)]);
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// Returns the first block of a text.
pub(super) fn decode(text: &str) -> Option<Pem> {
    let mut rest = text;
    while let Some(start) = rest.find("-----BEGIN ") {
        rest = &rest[start + "-----BEGIN ".len()..];
        let (label, body) = rest.split_once("-----")?;
        let end = format!("-----END {label}-----");
        let Some(length) = body.find(&end) else { continue };
        if let Some(bytes) = decode_body(&body[..length]) {
            return Some(Pem { label: label.to_owned(), bytes });
        }
    }
    None
}

/// Returns whether a text holds a block.
pub(super) fn is_pem(text: &str) -> bool {
    decode(text).is_some()
}

/// The lines between the marks, behind the headers that encrypted keys of old have.
fn decode_body(body: &str) -> Option<Vec<u8>> {
    let is_header = |line: &&str| line.contains(':') || line.starts_with([' ', '\t']);
    let lines: Vec<&str> = body.lines().map(str::trim_end).collect();
    let lines = match lines.iter().position(|line| line.contains(':')) {
        Some(first) => {
            let after = lines[first..].iter().position(|line| !is_header(line))?;
            &lines[first + after..]
        }
        None => &lines[..],
    };
    let joined: String = lines.iter().map(|line| line.trim()).collect();
    STANDARD.decode(joined).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_found_in_any_text() {
        let block = encode("CERTIFICATE", &[1; 100]);
        assert_eq!(block.lines().map(str::len).max(), Some(64));
        let found = decode(&format!("subject=x\r\n{}", block.replace('\n', "\r\n"))).unwrap();
        assert_eq!((found.label.as_str(), found.bytes), ("CERTIFICATE", vec![1; 100]));
    }

    #[test]
    fn headers_are_passed_over() {
        let text =
            "-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: A\n\nAAEC\n-----END X-----";
        assert_eq!(decode(text).unwrap().bytes, [0, 1, 2]);
    }

    #[test]
    fn what_is_no_block_is_none() {
        for text in ["", "abc", "-----BEGIN X-----", "-----BEGIN X-----\n?\n-----END X-----\n"] {
            assert!(!is_pem(text), "{text}");
        }
    }
}

//! PEM: bytes as text between a begin and an end.

use base64::{Engine as _, engine::general_purpose::STANDARD};

const KEYS: [&str; 3] = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

/// Returns the blocks of a text with their titles; none if it has none, or one that is broken.
pub(super) fn read(text: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, begun)) = rest.split_once("-----BEGIN ") {
        let (title, begun) = begun.split_once("-----")?;
        let (body, after) = begun.split_once(&format!("-----END {title}-----"))?;
        let body: String = body.split_whitespace().collect();
        // A body that can not be decoded is no block.
        let bytes = STANDARD.decode(body).ok()?;
        blocks.push((title.to_owned(), bytes));
        rest = after;
    }
    (!blocks.is_empty()).then_some(blocks)
}

/// Returns the bytes of a private key that is not encrypted; parameters may stand before it.
pub(super) fn read_key(text: &str) -> Option<Vec<u8>> {
    let blocks = read(text)?;
    let key = blocks.into_iter().find(|(title, _)| KEYS.contains(&title.as_str()))?;
    (key.1.first() == Some(&super::der::SEQUENCE)).then_some(key.1)
}

/// Returns bytes as a block.
pub(super) fn write(title: &str, bytes: &[u8]) -> String {
    let body = STANDARD.encode(bytes);
    let mut text = format!("-----BEGIN {title}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("-----END {title}-----\n"));
    text
}

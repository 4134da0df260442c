//! Digests of texts and files, and `uuidv5`, which is one too.

use super::{
    Body, Environment, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{fail, quoted_or_hidden, text},
    encoding::to_base64,
    filesystem::{self, PATH},
};
use infra_model::{sources::Stat, value::Value};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

const STR: &[Parameter] = &[Parameter::new("str", Shape::String)];
const UUIDV5: &[Parameter] =
    &[Parameter::new("namespace", Shape::String), Parameter::new("name", Shape::String)];

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "base64sha256",
        "The SHA-256 digest of a text, in Base64.",
        STR,
        Body::Plain(|a| of_text::<Sha256>(a, to_base64)),
    ),
    Function::new(
        "base64sha512",
        "The SHA-512 digest of a text, in Base64.",
        STR,
        Body::Plain(|a| of_text::<Sha512>(a, to_base64)),
    ),
    Function::new(
        "filebase64sha256",
        "The SHA-256 digest of a file, in Base64.",
        PATH,
        Body::World(|a, e| of_file::<Sha256>(a, e, to_base64)),
    ),
    Function::new(
        "filebase64sha512",
        "The SHA-512 digest of a file, in Base64.",
        PATH,
        Body::World(|a, e| of_file::<Sha512>(a, e, to_base64)),
    ),
    Function::new(
        "filemd5",
        "The MD5 digest of a file, in hexadecimal.",
        PATH,
        Body::World(|a, e| of_file::<Md5>(a, e, hexadecimal)),
    ),
    Function::new(
        "filesha1",
        "The SHA-1 digest of a file, in hexadecimal.",
        PATH,
        Body::World(|a, e| of_file::<Sha1>(a, e, hexadecimal)),
    ),
    Function::new(
        "filesha256",
        "The SHA-256 digest of a file, in hexadecimal.",
        PATH,
        Body::World(|a, e| of_file::<Sha256>(a, e, hexadecimal)),
    ),
    Function::new(
        "filesha512",
        "The SHA-512 digest of a file, in hexadecimal.",
        PATH,
        Body::World(|a, e| of_file::<Sha512>(a, e, hexadecimal)),
    ),
    Function::new(
        "md5",
        "The MD5 digest of a text, in hexadecimal.",
        STR,
        Body::Plain(|a| of_text::<Md5>(a, hexadecimal)),
    ),
    Function::new(
        "sha1",
        "The SHA-1 digest of a text, in hexadecimal.",
        STR,
        Body::Plain(|a| of_text::<Sha1>(a, hexadecimal)),
    ),
    Function::new(
        "sha256",
        "The SHA-256 digest of a text, in hexadecimal.",
        STR,
        Body::Plain(|a| of_text::<Sha256>(a, hexadecimal)),
    ),
    Function::new(
        "sha512",
        "The SHA-512 digest of a text, in hexadecimal.",
        STR,
        Body::Plain(|a| of_text::<Sha512>(a, hexadecimal)),
    ),
    Function::new(
        "uuidv5",
        "The UUID that stands for a name in a namespace.",
        UUIDV5,
        Body::Plain(uuidv5),
    ),
];

/// Returns bytes as lower-case hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        for nibble in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        out
    })
}

fn of_text<D: Digest>(arguments: &[Value], written: fn(&[u8]) -> String) -> Outcome {
    Ok(Value::string(written(&D::digest(text(arguments, 0).as_bytes()))))
}

fn of_file<D: Digest>(
    arguments: &[Value],
    environment: &Environment<'_>,
    written: fn(&[u8]) -> String,
) -> Outcome {
    let path = filesystem::resolved(arguments, environment)?;
    let marks = arguments[0].marks();
    let shown = if marks.is_empty() { path.clone() } else { quoted_or_hidden(&path, marks) };
    match environment.sources.stat(&path) {
        Ok(Stat::Absent) => return fail(format!("open {shown}: no such file or directory")),
        Ok(Stat::Directory) => return fail(format!("read {shown}: is a directory")),
        Ok(Stat::File | Stat::Other) | Err(_) => {}
    }
    let bytes = environment.sources.read(&path).map_err(|problem| {
        FunctionError::call(if marks.is_empty() { problem.to_string() } else { shown.clone() })
    })?;
    Ok(Value::string(written(&D::digest(&bytes))).with_marks(marks))
}

/// The namespaces that have names.
const NAMESPACES: [(&str, u8); 4] = [("dns", 0x10), ("url", 0x11), ("oid", 0x12), ("x500", 0x14)];

fn uuidv5(arguments: &[Value]) -> Outcome {
    let name = text(arguments, 0);
    let known = NAMESPACES.iter().find(|(known, _)| *known == name);
    let namespace = match known {
        Some((_, last)) => {
            let mut bytes = [
                0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4,
                0x30, 0xc8,
            ];
            bytes[3] = *last;
            bytes
        }
        None => match parsed(name) {
            Ok(bytes) => bytes,
            Err(problem) => {
                return fail(format!("uuidv5() doesn't support namespace {name} ({problem})"));
            }
        },
    };
    let digest = Sha1::new().chain_update(namespace).chain_update(text(arguments, 1)).finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Ok(Value::string(uuid_text(bytes)))
}

/// Returns a UUID in its usual form.
pub(super) fn uuid_text(bytes: [u8; 16]) -> String {
    let digits = hexadecimal(&bytes);
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
    groups.map(|group| digits[group].to_owned()).join("-")
}

/// Reads a UUID in one of its four forms.
fn parsed(text: &str) -> Result<[u8; 16], String> {
    let body = match text.len() {
        36 | 32 => text,
        45 if text.is_char_boundary(9) && text[..9].eq_ignore_ascii_case("urn:uuid:") => &text[9..],
        45 => {
            let prefix: String = text.chars().take(9).collect();
            return Err(format!("invalid urn prefix: {}", super::arguments::quoted(&prefix)));
        }
        38 if text.starts_with('{') && text.ends_with('}') => &text[1..37],
        other => return Err(format!("invalid UUID length: {other}")),
    };
    let bytes = body.as_bytes();
    let dashed = bytes.len() == 36;
    if dashed && ![8, 13, 18, 23].iter().all(|at| bytes[*at] == b'-') {
        return Err("invalid UUID format".to_owned());
    }
    let digits: Vec<u8> = bytes.iter().copied().filter(|b| !(dashed && *b == b'-')).collect();
    let mut out = [0u8; 16];
    let nibble = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    for (at, slot) in out.iter_mut().enumerate() {
        let pair = digits.get(at * 2).zip(digits.get(at * 2 + 1));
        let pair = pair.and_then(|(high, low)| nibble(*high).zip(nibble(*low)));
        let Some((high, low)) = pair else { return Err("invalid UUID format".to_owned()) };
        *slot = high << 4 | low;
    }
    if digits.len() == 32 { Ok(out) } else { Err("invalid UUID format".to_owned()) }
}

//! Texts as other texts: Base64, URL escapes, character sets.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{TEXT_BYTES_MAX, fail, fail_at, quoted, quoted_or_hidden, string, text},
    charset::Charset,
    hash::hexadecimal,
};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use infra_model::{deflate::gzip_flushed, value::Value};

#[cfg(test)]
mod tests;

const STR: &[Parameter] = &[Parameter::new("str", Shape::String)];

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "base64decode",
        "The text that Base64 encodes.",
        &[Parameter::new("str", Shape::String).marked()],
        Body::Plain(base64decode),
    ),
    Function::new("base64encode", "A text in Base64.", STR, Body::Plain(base64encode)),
    Function::new(
        "base64gunzip",
        "The text that gzip and then Base64 encode.",
        STR,
        Body::Plain(base64gunzip),
    ),
    Function::new(
        "base64gzip",
        "A text compressed with gzip, in Base64.",
        STR,
        Body::Plain(base64gzip),
    ),
    Function::new(
        "textdecodebase64",
        "The text that Base64 holds in a character encoding.",
        &[Parameter::new("source", Shape::String), Parameter::new("encoding", Shape::String)],
        Body::Plain(textdecodebase64),
    ),
    Function::new(
        "textencodebase64",
        "A text in a character encoding, in Base64.",
        &[Parameter::new("string", Shape::String), Parameter::new("encoding", Shape::String)],
        Body::Plain(textencodebase64),
    ),
    Function::new(
        "urldecode",
        "The text that percent signs encode in a URL.",
        STR,
        Body::Plain(urldecode),
    ),
    Function::new(
        "urlencode",
        "A text with percent signs for all that a URL cannot hold.",
        STR,
        Body::Plain(urlencode),
    ),
];

/// Padding is required; bits that fill up the last character are not looked at.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// Returns bytes as Base64.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    ENGINE.encode(bytes)
}

/// Returns the bytes of Base64, in which line breaks are allowed.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let joined: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    ENGINE.decode(joined).ok()
}

fn base64encode(arguments: &[Value]) -> Outcome {
    Ok(Value::string(to_base64(text(arguments, 0).as_bytes())))
}

fn base64decode(arguments: &[Value]) -> Outcome {
    let (given, marks) = (text(arguments, 0), arguments[0].marks());
    let Some(bytes) = from_base64(given) else {
        let shown = quoted_or_hidden(given, marks);
        return fail(format!("failed to decode base64 data {shown}"));
    };
    match String::from_utf8(bytes) {
        Ok(decoded) => Ok(string(decoded).with_marks(marks)),
        Err(_) => fail("the result of decoding the provided string is not valid UTF-8"),
    }
}

fn base64gunzip(arguments: &[Value]) -> Outcome {
    let Some(bytes) = from_base64(text(arguments, 0)) else {
        return fail(format!("failed to decode base64 data {}", quoted(text(arguments, 0))));
    };
    let Some(packed) = gzip_body(&bytes) else {
        return fail("failed to gunzip bytes: gzip: invalid header");
    };
    let Ok(plain) = miniz_oxide::inflate::decompress_to_vec_with_limit(packed, TEXT_BYTES_MAX)
    else {
        return fail("failed to gunzip bytes: the data is damaged or too long");
    };
    match String::from_utf8(plain) {
        Ok(plain) => Ok(string(plain)),
        Err(_) => fail("the result of decoding the provided string is not valid UTF-8"),
    }
}

fn base64gzip(arguments: &[Value]) -> Outcome {
    Ok(Value::string(to_base64(&gzip_flushed(text(arguments, 0).as_bytes()))))
}

/// Returns what stands behind the header of a gzip member, its trailer included.
fn gzip_body(bytes: &[u8]) -> Option<&[u8]> {
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    const CHECKSUM: u8 = 2;
    let flags = match bytes {
        [0x1f, 0x8b, 8, flags, ..] => *flags,
        _ => return None,
    };
    let mut rest = bytes.get(10..)?;
    if flags & EXTRA != 0 {
        let length = u16::from_le_bytes([*rest.first()?, *rest.get(1)?]);
        rest = rest.get(2 + usize::from(length)..)?;
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & CHECKSUM != 0 { rest.get(2..) } else { Some(rest) }
}

/// Returns the offset of what is wrong with a text that is not Base64.
fn bad_offset(text: &str) -> usize {
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let padding = text.len() - text.trim_end_matches('=').len();
    let end = text.len() - padding;
    text.bytes().take(end).position(|b| !known(b)).unwrap_or(end - end % 4)
}

fn charset(arguments: &[Value]) -> Result<Charset, FunctionError> {
    let name = text(arguments, 1);
    Charset::named(name).ok_or_else(|| {
        let problem = format!(
            "{} is not a supported IANA encoding name or alias in this Terraform version",
            quoted(name)
        );
        FunctionError::at(1, problem)
    })
}

fn textencodebase64(arguments: &[Value]) -> Outcome {
    match charset(arguments)?.encode(text(arguments, 0)) {
        Some(bytes) => Ok(Value::string(to_base64(&bytes))),
        None => fail_at(
            0,
            format!(
                "the given string contains characters that cannot be represented in {}",
                text(arguments, 1)
            ),
        ),
    }
}

fn textdecodebase64(arguments: &[Value]) -> Outcome {
    let charset = charset(arguments)?;
    let Some(bytes) = from_base64(text(arguments, 0)) else {
        let offset = bad_offset(text(arguments, 0));
        let problem = format!("the given value is has an invalid base64 symbol at offset {offset}");
        return fail_at(0, problem);
    };
    match charset.decode(&bytes) {
        Some(decoded) => Ok(string(decoded)),
        None => fail_at(
            0,
            format!(
                "the given string contains symbols that are not defined for {}",
                text(arguments, 1)
            ),
        ),
    }
}

fn urlencode(arguments: &[Value]) -> Outcome {
    let mut out = String::new();
    for byte in text(arguments, 0).bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            other => {
                out.push('%');
                out.push_str(&hexadecimal(&[other]).to_ascii_uppercase());
            }
        }
    }
    Ok(Value::string(out))
}

fn urldecode(arguments: &[Value]) -> Outcome {
    let mut bytes = Vec::new();
    let mut rest = text(arguments, 0).as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = rest.get(..2).and_then(|two| std::str::from_utf8(two).ok());
                let value = digits.filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
                let Some(value) = value.and_then(|d| u8::from_str_radix(d, 16).ok()) else {
                    let shown = String::from_utf8_lossy(&rest[..rest.len().min(2)]).into_owned();
                    let shown = quoted(&format!("%{shown}"));
                    return fail(format!("failed to decode URL: invalid URL escape {shown}"));
                };
                bytes.push(value);
                rest = &rest[2..];
            }
            other => bytes.push(*other),
        }
    }
    match String::from_utf8(bytes) {
        Ok(decoded) => Ok(string(decoded)),
        Err(_) => fail("the result of decoding the provided string is not valid UTF-8"),
    }
}

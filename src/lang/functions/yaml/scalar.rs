//! What an unquoted scalar means: null, a bool, a number, a timestamp, or text.

use super::super::{arguments::string, timestamp::Timestamp};
use infra_model::{number::Number, types::Type, value::Value};

const TRUE: [&str; 11] = ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];
const FALSE: [&str; 11] =
    ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];

/// Returns the value of a plain scalar without a tag.
pub(super) fn plain(text: &str) -> Result<Value, String> {
    if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
        return Ok(Value::null(Type::Dynamic));
    }
    if let Some(value) = truth(text) {
        return Ok(value);
    }
    if let Some(value) = number(text)? {
        return Ok(value);
    }
    Ok(timestamp(text).unwrap_or_else(|| string(text)))
}

/// Returns the value of a plain scalar with a tag of YAML itself.
pub(super) fn tagged(text: &str, tag: &str) -> Result<Value, String> {
    let invalid = |what: &str| format!("cannot parse {text:?} as {what}");
    match tag {
        "str" | "binary" => Ok(string(text)),
        "null" => Ok(Value::null(Type::Dynamic)),
        "bool" => truth(text).ok_or_else(|| invalid("tag:yaml.org,2002:bool")),
        "int" | "float" => {
            number(text)?.ok_or_else(|| invalid(&format!("tag:yaml.org,2002:{tag}")))
        }
        "timestamp" => timestamp(text).ok_or_else(|| invalid("tag:yaml.org,2002:timestamp")),
        other => Err(format!("unsupported tag \"tag:yaml.org,2002:{other}\"")),
    }
}

fn truth(text: &str) -> Option<Value> {
    if TRUE.contains(&text) {
        return Some(Value::from(true));
    }
    FALSE.contains(&text).then(|| Value::from(false))
}

fn number(text: &str) -> Result<Option<Value>, String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        let negative = text.starts_with('-');
        let infinity = if negative { Number::NEGATIVE_INFINITY } else { Number::INFINITY };
        return Ok(Some(Value::number(infinity)));
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err("floating point NaN is not supported".to_owned());
    }
    let radix = |prefix: &str, radix| {
        text.strip_prefix(prefix)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_alphanumeric()))
            .and_then(|digits| Number::from_radix(digits, radix))
    };
    let found = radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| decimal(unsigned, text));
    Ok(found.map(Value::number))
}

/// Reads digits with a point and an exponent, each of which may be missing.
fn decimal(unsigned: &str, text: &str) -> Option<Number> {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !(whole.is_empty() && fraction.is_empty());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    if !(has_digits && digits(whole) && digits(fraction) && exponent_fits) {
        return None;
    }
    Number::parse(text.strip_prefix('+').unwrap_or(text)).ok()
}

/// Reads a date, or a date and a time with `T`, `t` or a space between; without an offset it is UTC.
fn timestamp(text: &str) -> Option<Value> {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim_start_matches(' ')),
        None => (text, "00:00:00"),
    };
    let padded = |part: &str, separator: char, first: usize| -> Option<String> {
        let fields: Vec<&str> = part.split(separator).collect();
        let plain = fields.len() == 3
            && fields.iter().enumerate().all(|(at, field)| {
                let long = if at == 0 { first } else { 2 };
                let short = if at == 0 && first == 4 { 4 } else { 1 };
                (short..=long).contains(&field.len()) && field.bytes().all(|b| b.is_ascii_digit())
            });
        let widths = [first, 2, 2];
        let fields = fields.iter().zip(widths).map(|(field, width)| format!("{field:0>width$}"));
        plain.then(|| fields.collect::<Vec<_>>().join(&separator.to_string()))
    };
    let date = padded(date, '-', 4)?;
    let zone = time.find(['Z', '+', '-', ' ', '.']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let clock = padded(clock, ':', 2)?;
    let fraction_end = zone
        .strip_prefix('.')
        .map_or(0, |rest| 1 + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    let (fraction, zone) = zone.split_at(fraction_end);
    let zone = if zone.is_empty() { "Z" } else { zone };
    let whole = format!("{date}T{clock}{fraction}{zone}");
    // The fraction is dropped, as Terraform does.
    Timestamp::parse(&whole).ok().map(|at| string(at.to_string()))
}

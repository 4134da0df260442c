//! `formatdate timeadd timecmp`; what depends on the clock is in [`super::random`].

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{fail, fail_at, quoted, string, text},
    timestamp::{Timestamp, duration},
};
use infra_model::value::Value;
use std::cmp::Ordering;

const FORMATDATE: &[Parameter] =
    &[Parameter::new("format", Shape::String), Parameter::new("time", Shape::String)];
const TIMEADD: &[Parameter] =
    &[Parameter::new("timestamp", Shape::String), Parameter::new("duration", Shape::String)];
const TIMECMP: &[Parameter] =
    &[Parameter::new("timestamp_a", Shape::String), Parameter::new("timestamp_b", Shape::String)];

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "formatdate",
        "A timestamp in a layout of your own.",
        FORMATDATE,
        Body::Plain(formatdate),
    ),
    Function::new("timeadd", "A timestamp moved by a duration.", TIMEADD, Body::Plain(timeadd)),
    Function::new(
        "timecmp",
        "-1, 0 or 1: which of two timestamps is the earlier.",
        TIMECMP,
        Body::Plain(timecmp),
    )
    .returns(Shape::Number),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn timeadd(arguments: &[Value]) -> Outcome {
    let added = Timestamp::parse(text(arguments, 0))
        .and_then(|at| duration(text(arguments, 1)).map(|nanoseconds| at.plus(nanoseconds)));
    added.map_or_else(fail, |at| Ok(Value::string(at.to_string())))
}

fn timecmp(arguments: &[Value]) -> Outcome {
    let at =
        |index| Timestamp::parse(text(arguments, index)).map_err(|e| FunctionError::at(index, e));
    let (a, b) = (at(0)?, at(1)?);
    Ok(Value::number(match a.instant().cmp(&b.instant()) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

fn formatdate(arguments: &[Value]) -> Outcome {
    let at = match Timestamp::parse(text(arguments, 1)) {
        Ok(at) => at,
        Err(problem) => return fail_at(1, problem),
    };
    let mut out = String::new();
    let mut rest = text(arguments, 0);
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let Some(after) = literal(&rest[1..], &mut out) else {
                return fail_at(0, "unterminated literal '");
            };
            rest = after;
            continue;
        }
        let end = rest.find(|c| c != first).unwrap_or(rest.len());
        let (verb, after) = rest.split_at(end);
        rest = after;
        if !first.is_ascii_alphabetic() {
            out.push_str(verb);
            continue;
        }
        match written(verb, at) {
            Ok(part) => out.push_str(&part),
            Err(rule) => {
                let verb = quoted(verb);
                return fail_at(0, format!("invalid date format verb {verb}{rule}"));
            }
        }
    }
    Ok(string(out))
}

/// Appends a literal behind its opening quote; a doubled quote is one, and so is an empty literal.
/// Returns what follows.
fn literal<'a>(text: &'a str, out: &mut String) -> Option<&'a str> {
    if let Some(after) = text.strip_prefix('\'') {
        out.push('\'');
        return Some(after);
    }
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('\'')?;
        out.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Some(after),
        }
    }
}

/// Returns what a run of one letter stands for, or the rule that it breaks.
fn written(verb: &str, at: Timestamp) -> Result<String, &'static str> {
    let (date, second) = at.local();
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
    let month = MONTHS[usize::from(date.month.clamp(1, 12)) - 1];
    let day = DAYS[date.weekday().min(6)];
    let utc = at.offset_minutes == 0;
    Ok(match verb {
        "YYYY" => format!("{:04}", date.year),
        "YY" => format!("{:02}", date.year.rem_euclid(100)),
        "MMMM" => month.to_owned(),
        "MMM" => month[..3].to_owned(),
        "MM" => format!("{:02}", date.month),
        "M" => date.month.to_string(),
        "DD" => format!("{:02}", date.day),
        "D" => date.day.to_string(),
        "EEEE" => day.to_owned(),
        "EEE" => day[..3].to_owned(),
        "hh" => format!("{hour:02}"),
        "h" => hour.to_string(),
        "HH" => format!("{hour12:02}"),
        "H" => hour12.to_string(),
        "AA" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        "mm" => format!("{minute:02}"),
        "m" => minute.to_string(),
        "ss" => format!("{second:02}"),
        "s" => second.to_string(),
        "Z" if utc => "Z".to_owned(),
        "ZZZ" if utc => "UTC".to_owned(),
        "ZZZ" | "ZZZZ" => at.offset(""),
        "Z" | "ZZZZZ" => at.offset(":"),
        other => return Err(rule(other)),
    })
}

fn rule(verb: &str) -> &'static str {
    match verb.as_bytes().first() {
        Some(b'Y') => ": year must either be \"YY\" or \"YYYY\"",
        Some(b'M') => ": month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"",
        Some(b'D') => ": day of month must either be \"D\" or \"DD\"",
        Some(b'E') => ": day of week must either be \"EEE\" or \"EEEE\"",
        Some(b'h') => ": 24-hour must either be \"h\" or \"hh\"",
        Some(b'H') => ": 12-hour must either be \"H\" or \"HH\"",
        Some(b'A') => ": must be \"AA\"",
        Some(b'a') => ": must be \"aa\"",
        Some(b'm') => ": minute must either be \"m\" or \"mm\"",
        Some(b's') => ": second must either be \"s\" or \"ss\"",
        Some(b'Z') => ": timezone must be Z, ZZZZ, or ZZZZZ",
        _ => "",
    }
}

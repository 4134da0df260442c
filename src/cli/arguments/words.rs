//! Values of flags as Go programs read them: truth values and durations.

/// Reads a truth value: `true`, `false`, and the other spellings that Terraform takes.
///
/// # Errors
///
/// A sentence that says what is expected.
pub fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("write `true` or `false`".to_owned()),
    }
}

/// The units, longer names first.
const UNITS_MS: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

/// Reads a duration as Terraform writes them: `300ms`, `10s`, `1m30s`, `1.5h`; a bare 0 is none.
/// Returns milliseconds.
///
/// # Errors
///
/// A sentence that says what is expected.
pub fn duration_ms(text: &str) -> Result<u64, String> {
    if text == "0" {
        return Ok(0);
    }
    let mut total = Some(0u64);
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, unit) = rest.split_at(length);
        let found = UNITS_MS.iter().find(|(name, _)| unit.starts_with(name));
        let part = found.and_then(|(_, ms)| amount_ms(number, *ms));
        total = total.zip(part).and_then(|(total, part)| total.checked_add(part));
        rest = found.map_or("", |(name, _)| &unit[name.len()..]);
    }
    let total = total.filter(|_| !text.is_empty());
    total.ok_or_else(|| "write a duration such as `30s` or `1m30s`".to_owned())
}

/// Returns `number` of a unit in milliseconds, parts of a millisecond dropped.
fn amount_ms(number: &str, unit_ms: u64) -> Option<u64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let digits = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u64>().ok() };
    let scale = 10u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let fraction = digits(part)?.checked_mul(unit_ms)? / scale;
    digits(whole)?.checked_mul(unit_ms)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::{boolean, duration_ms};

    #[test]
    fn durations_add_up() {
        assert_eq!(duration_ms("1m30s"), Ok(90_000));
        assert_eq!(duration_ms("250ms"), Ok(250));
        assert_eq!(duration_ms("1.5h"), Ok(5_400_000));
        assert_eq!(duration_ms("0"), Ok(0));
        assert_eq!(duration_ms("0s"), Ok(0));
    }

    #[test]
    fn wrong_durations_are_refused() {
        for text in ["", "5", "s", "1x", "1.2.3s", ".s", "-1s", "1s2", "99999999999999999999s"] {
            assert!(duration_ms(text).is_err(), "{text}");
        }
    }

    #[test]
    fn truth_values_are_read_as_go_reads_them() {
        assert_eq!((boolean("T"), boolean("0")), (Ok(true), Ok(false)));
        assert!(boolean("yes").is_err());
    }
}

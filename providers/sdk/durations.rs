//! Durations as configurations write them, in `timeouts` blocks and elsewhere: `1m30s`, `500ms`.

/// Nanoseconds of each unit, longer names first.
const UNITS: &[(&str, u64)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Returns a duration in nanoseconds; `None` if it is none or negative.
pub fn nanoseconds(text: &str) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    if text.is_empty() {
        return None;
    }
    let mut rest = text;
    let mut sum: u64 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let (unit, factor) = UNITS.iter().find(|(unit, _)| {
            after.starts_with(unit) && !after[unit.len()..].starts_with(|c: char| c.is_alphabetic())
        })?;
        sum = sum.checked_add(scaled(number, *factor)?)?;
        rest = &after[unit.len()..];
    }
    i64::try_from(sum).ok()
}

/// Returns nanoseconds as the configuration would write them.
pub fn written(nanoseconds: i64) -> String {
    let whole = |unit: i64| nanoseconds != 0 && nanoseconds % unit == 0;
    if nanoseconds == 0 || whole(1_000_000_000) {
        format!("{}s", nanoseconds / 1_000_000_000)
    } else if whole(1_000_000) {
        format!("{}ms", nanoseconds / 1_000_000)
    } else {
        format!("{nanoseconds}ns")
    }
}

fn scaled(number: &str, factor: u64) -> Option<u64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut sum = whole.checked_mul(factor)?;
    let mut place = factor;
    for digit in part.bytes() {
        place /= 10;
        sum = sum.checked_add(place * u64::from(digit.checked_sub(b'0')?))?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::{nanoseconds, written};

    #[test]
    fn reads_and_writes_durations() {
        assert_eq!(nanoseconds("1m30s"), Some(90_000_000_000));
        assert_eq!(nanoseconds("0.5s"), Some(500_000_000));
        assert_eq!(nanoseconds("1.5h"), Some(5_400_000_000_000));
        assert_eq!(nanoseconds("0"), Some(0));
        assert_eq!(nanoseconds("5"), None);
        assert_eq!(nanoseconds("-1s"), None);
        assert_eq!(nanoseconds("x"), None);
        assert_eq!(written(90_000_000_000), "90s");
        assert_eq!(written(500_000_000), "500ms");
        assert_eq!(written(0), "0s");
    }
}

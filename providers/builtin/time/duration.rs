//! Durations as arguments have them: a number and one of `ms`, `s`, `m` and `h`.

use std::time::Duration;

const UNITS: [(&str, u64); 4] =
    [("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];

/// Reads a duration such as `30s` or `1.5h`; `None` if it has another form or is absurdly long.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let number_end = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (number, unit) = text.split_at(number_end);
    let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let mut nanos = whole.parse::<u64>().ok()?.checked_mul(*unit)?;
    let mut place = *unit;
    for digit in fraction.bytes() {
        place /= 10;
        nanos = nanos.checked_add(u64::from(digit - b'0') * place)?;
    }
    Some(Duration::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn durations_have_one_number_and_one_unit() {
        let ms = |text: &str| parse(text).map(|duration| duration.as_millis());
        assert_eq!(ms("250ms"), Some(250));
        assert_eq!(ms("30s"), Some(30_000));
        assert_eq!(ms("1.5m"), Some(90_000));
        assert_eq!(ms("0.25h"), Some(900_000));
        assert_eq!(parse("0s"), Some(Duration::ZERO));
        for wrong in ["", "30", "s", "30 s", "-1s", "1h30m", "1.s", ".5s", "1..5s", "1d", "1us"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert_eq!(parse("99999999999999999999h"), None);
        assert_eq!(parse("9999999999h"), None);
    }
}

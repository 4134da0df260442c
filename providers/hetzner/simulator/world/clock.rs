//! Time as the API writes it. The world's clock is a number of milliseconds since 1970.

/// Where a world's clock begins: 2026-11-01, behind the removal of `datacenter`.
pub const BEGIN_MS: u64 = 1_793_491_200_000;

const DAY_S: u64 = 86_400;

/// Returns a time as the API writes it.
pub(crate) fn rfc3339(at_ms: u64) -> String {
    let seconds = at_ms / 1000;
    let (year, month, day) = civil(seconds / DAY_S);
    let (hour, minute, second) = (seconds % DAY_S / 3600, seconds % 3600 / 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Returns the date of a day since 1970, in the Gregorian calendar: years begin in March here.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{BEGIN_MS, rfc3339};

    #[test]
    fn times_are_written_as_the_api_writes_them() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_456_790_399_999), "2016-02-29T23:59:59Z");
        assert_eq!(rfc3339(BEGIN_MS), "2026-11-01T00:00:00Z");
    }
}

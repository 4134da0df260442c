//! Points in time as RFC 3339 writes them, and the arithmetic of dates that Go has: a day that a
//! month does not have runs over into the next one.

mod calendar;

use calendar::{date_of, days_before, days_in};

const SECONDS_A_DAY: i64 = 86_400;
const NANOS_A_SECOND: u32 = 1_000_000_000;
/// The years that RFC 3339 can write.
const YEARS: std::ops::RangeInclusive<i64> = 0..=9999;
/// More months or days than any date is apart from another.
const MONTHS_MAX: i64 = 12 * 10_000;
const DAYS_MAX: i64 = 366 * 10_000;

/// A point in time, with the offset from UTC in which it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Since 1970 in UTC.
    seconds: i64,
    nanos: u32,
    /// East of Greenwich.
    zone_seconds: i64,
}

/// A point in time, spelled out in its own offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) unix: i64,
}

/// Where a point in time lies in its week and its year, in its own offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calendar {
    /// From Sunday, 0, to Saturday, 6.
    pub(crate) weekday: i64,
    /// From 1.
    pub(crate) year_day: i64,
    /// The year and week of ISO 8601, whose weeks begin with Monday.
    pub(crate) iso_year: i64,
    pub(crate) iso_week: i64,
}

impl Parts {
    /// The names of the attributes that hold them.
    pub(crate) const NAMES: [&str; 7] =
        ["year", "month", "day", "hour", "minute", "second", "unix"];

    /// Returns them with the names of their attributes.
    pub(crate) fn numbered(self) -> [(&'static str, i64); 7] {
        let numbers =
            [self.year, self.month, self.day, self.hour, self.minute, self.second, self.unix];
        std::array::from_fn(|index| (Self::NAMES[index], numbers[index]))
    }
}

impl Moment {
    /// Returns a point in time in UTC, to the second.
    pub(crate) fn at_ms(ms: u64) -> Self {
        let seconds = i64::try_from(ms / 1000).unwrap_or(i64::MAX);
        Self { seconds, nanos: 0, zone_seconds: 0 }
    }

    /// Returns a point in time in UTC.
    pub(crate) fn at_seconds(seconds: i64) -> Self {
        Self { seconds, nanos: 0, zone_seconds: 0 }
    }

    /// Reads `2026-02-12T06:36:13.5+01:00`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let (time, rest) = rest.split_at_checked(9)?;
        let [year, month, day] = numbers(date, &["", "-", "-"], [4, 2, 2])?;
        let [hour, minute, second] = numbers(time, &["T", ":", ":"], [2, 2, 2])?;
        let fits = (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        let (nanos, zone) = fraction(rest)?;
        let zone_seconds = if zone == "Z" { 0 } else { zone_seconds(zone)? };
        let of_day = hour * 3600 + minute * 60 + second;
        let seconds = days_before(year, month) + day - 1;
        let seconds = seconds * SECONDS_A_DAY + of_day - zone_seconds;
        fits.then_some(Self { seconds, nanos, zone_seconds })
    }

    /// Writes it to the second.
    pub(crate) fn text(self) -> String {
        let Parts { year, month, day, hour, minute, second, .. } = self.parts();
        let start = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        let (sign, zone) = match self.zone_seconds {
            0 => return start + "Z",
            west if west < 0 => ('-', -west / 60),
            east => ('+', east / 60),
        };
        format!("{start}{sign}{:02}:{:02}", zone / 60, zone % 60)
    }

    /// Spells it out.
    pub(crate) fn parts(self) -> Parts {
        let (days, of_day) = self.local();
        let (year, month, day) = date_of(days);
        Parts {
            year,
            month,
            day,
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            unix: self.seconds,
        }
    }

    /// Tells its day of the week and of the year.
    pub(crate) fn week(self) -> Calendar {
        let (today, _) = self.local();
        // The first day of 1970 was a Thursday, and a week belongs to the year of its Thursday.
        let thursday = today - (today + 3).rem_euclid(7) + 3;
        let iso_year = date_of(thursday).0;
        Calendar {
            weekday: (today + 4).rem_euclid(7),
            year_day: today - days_before(date_of(today).0, 1) + 1,
            iso_year,
            iso_week: (thursday - days_before(iso_year, 1)) / 7 + 1,
        }
    }

    /// Returns the same time of day on another date; `None` if it can't be written.
    pub(crate) fn plus_date(self, months: i64, days: i64) -> Option<Self> {
        if months.checked_abs()? > MONTHS_MAX || days.checked_abs()? > DAYS_MAX {
            return None;
        }
        let (today, of_day) = self.local();
        let (year, month, day) = date_of(today);
        let months = year * 12 + month - 1 + months;
        let first = days_before(months.div_euclid(12), months.rem_euclid(12) + 1);
        let local = (first + day - 1 + days) * SECONDS_A_DAY + of_day;
        Self { seconds: local - self.zone_seconds, ..self }.writable()
    }

    /// Returns a later or earlier time; `None` if it can't be written.
    pub(crate) fn plus_seconds(self, seconds: i64) -> Option<Self> {
        if seconds.checked_abs()? > DAYS_MAX * SECONDS_A_DAY {
            return None;
        }
        Self { seconds: self.seconds + seconds, ..self }.writable()
    }

    /// Returns whether it is later than another.
    pub(crate) fn is_after(self, other: Self) -> bool {
        (self.seconds, self.nanos) > (other.seconds, other.nanos)
    }

    /// Returns whether it is the same point in time, however it is written.
    pub(crate) fn is_same(self, other: Self) -> bool {
        (self.seconds, self.nanos) == (other.seconds, other.nanos)
    }

    fn writable(self) -> Option<Self> {
        YEARS.contains(&date_of(self.local().0).0).then_some(self)
    }

    /// Returns the day since 1970 and the second of the day, both in its own offset.
    fn local(self) -> (i64, i64) {
        let local = self.seconds + self.zone_seconds;
        (local.div_euclid(SECONDS_A_DAY), local.rem_euclid(SECONDS_A_DAY))
    }
}

/// Reads numbers of fixed widths, each behind a mark.
fn numbers<const N: usize>(text: &str, marks: &[&str; N], widths: [usize; N]) -> Option<[i64; N]> {
    let mut rest = text;
    let mut read = [0; N];
    for index in 0..N {
        let (digits, after) = rest.strip_prefix(marks[index])?.split_at_checked(widths[index])?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        read[index] = digits.parse().ok()?;
        rest = after;
    }
    rest.is_empty().then_some(read)
}

/// Reads an offset from UTC.
fn zone_seconds(zone: &str) -> Option<i64> {
    let sign = if zone.starts_with('-') { "-" } else { "+" };
    let [hours, minutes] = numbers(zone, &[sign, ":"], [2, 2])?;
    let seconds = (hours < 24 && minutes < 60).then_some(hours * 3600 + minutes * 60)?;
    Some(if sign == "-" { -seconds } else { seconds })
}

/// Reads the fraction of a second, and returns what follows it.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let mut place = NANOS_A_SECOND;
    let nanos = rest[..end].bytes().fold(0, |sum, digit| {
        place /= 10;
        sum + u32::from(digit - b'0') * place
    });
    (end > 0).then_some((nanos, &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::Moment;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn days_are_read_as_they_are_written() {
        for (start, days, step) in [("0000-01-01", 3_652_424, 397), ("1896-01-01", 80_000, 1)] {
            let first = at(&format!("{start}T23:59:59Z"));
            let mut before = String::new();
            for day in (0..=days).step_by(step) {
                let text = first.plus_date(0, day).unwrap().text();
                assert!(text > before, "{text} after {before}");
                assert_eq!(at(&text).parts().unix, first.parts().unix + day * 86_400);
                before = text;
            }
        }
        let last = at("0000-01-01T23:59:59Z").plus_date(0, 3_652_424).unwrap();
        assert_eq!(last.text(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn times_are_read_in_their_offset() {
        let moment = at("2020-02-12T06:36:13.25+05:30");
        assert_eq!(moment.text(), "2020-02-12T06:36:13+05:30");
        let parts = moment.parts();
        assert_eq!((parts.year, parts.month, parts.day), (2020, 2, 12));
        assert_eq!((parts.hour, parts.minute, parts.second), (6, 36, 13));
        assert_eq!(parts.unix, 1_581_489_373 - 19_800);
        assert_eq!(at("2020-02-12T06:36:13Z").parts().unix, 1_581_489_373);
        assert_eq!(at("1969-12-31T23:59:59-00:30").parts().unix, 1_799);
        assert!(at("2020-01-01T00:00:00.1Z").is_after(at("2020-01-01T00:00:00Z")));
        assert!(at("2020-01-01T01:00:00+01:00").is_same(at("2020-01-01T00:00:00Z")));
    }

    #[test]
    fn other_forms_are_refused() {
        for wrong in [
            "",
            "2020-01-01",
            "2020-01-01 00:00:00Z",
            "2020-01-01T00:00:00",
            "2020-01-01t00:00:00z",
            "2020-02-30T00:00:00Z",
            "2021-02-29T00:00:00Z",
            "2020-13-01T00:00:00Z",
            "2020-00-01T00:00:00Z",
            "2020-01-01T24:00:00Z",
            "2020-01-01T00:60:00Z",
            "2020-01-01T00:00:60Z",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00:00.5",
            "2020-01-01T00:00:00+0100",
            "2020-01-01T00:00:00+24:00",
            "2020-01-01T00:00:00Zx",
            "+020-01-01T00:00:00Z",
            "2020-01-01T00:00:0éZ",
        ] {
            assert_eq!(Moment::parse(wrong), None, "{wrong}");
        }
    }

    /// Values that Go's `AddDate` gives.
    #[test]
    fn dates_run_over_as_in_go() {
        let plus = |text: &str, months, days| at(text).plus_date(months, days).unwrap().text();
        assert_eq!(plus("2020-01-31T12:00:00Z", 1, 0), "2020-03-02T12:00:00Z");
        assert_eq!(plus("2021-01-31T12:00:00Z", 1, 0), "2021-03-03T12:00:00Z");
        assert_eq!(plus("2020-02-29T12:00:00Z", 12, 0), "2021-03-01T12:00:00Z");
        assert_eq!(plus("2020-10-31T12:00:00Z", -1, 0), "2020-10-01T12:00:00Z");
        assert_eq!(plus("2020-12-15T12:00:00Z", 1, 0), "2021-01-15T12:00:00Z");
        assert_eq!(plus("2020-02-28T23:00:00-02:00", 0, 2), "2020-03-01T23:00:00-02:00");
        assert_eq!(at("9999-12-31T00:00:00Z").plus_date(0, 1), None);
        assert_eq!(at("0000-01-01T00:00:00Z").plus_seconds(-1), None);
        assert_eq!(at("2020-01-01T00:00:00Z").plus_date(i64::MIN, i64::MAX), None);
        assert_eq!(at("2020-01-01T00:00:00Z").plus_seconds(i64::MIN), None);
    }
}

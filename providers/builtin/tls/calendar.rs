//! Times as certificates write them. What time it is comes from the clock of the call.

/// A second in a calendar, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64);

const DAY: i64 = 86_400;

impl Moment {
    /// Returns the second that milliseconds since the epoch fall into.
    pub(super) fn of_ms(ms: u64) -> Self {
        Self(i64::try_from(ms / 1000).unwrap_or(i64::MAX))
    }

    /// Returns the moment so many hours later; at most the end of the year 9999.
    pub(super) fn plus_hours(self, hours: u64) -> Self {
        const LAST: i64 = 253_402_300_799;
        let seconds = i64::try_from(hours).unwrap_or(i64::MAX).saturating_mul(3600);
        Self(self.0.saturating_add(seconds).min(LAST))
    }

    /// Returns whether so many hours before it, a time has come.
    pub(super) fn is_due(self, hours_before: u64, now_ms: u64) -> bool {
        let before = i64::try_from(hours_before).unwrap_or(i64::MAX).saturating_mul(3600);
        self.0.saturating_sub(before) <= Self::of_ms(now_ms).0
    }

    /// Returns it as RFC 3339 writes it.
    pub(super) fn rfc3339(self) -> String {
        let [year, month, day, hour, minute, second] = self.parts();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// Returns what RFC 3339 writes, with any offset.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_once(['T', 't'])?;
        let digits = |text: &str| text.parse::<i64>().ok().filter(|n| *n >= 0);
        let date: Vec<i64> = date.split('-').filter_map(digits).collect();
        let zone = time.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = time.split_at(zone);
        let clock = clock.split('.').next()?;
        let clock: Vec<i64> = clock.split(':').filter_map(digits).collect();
        let offset = match zone.split_at(1) {
            ("Z" | "z", "") => 0,
            (sign, offset) => {
                let (hours, minutes) = offset.split_once(':')?;
                let minutes = digits(hours)? * 60 + digits(minutes)?;
                if sign == "-" { -minutes * 60 } else { minutes * 60 }
            }
        };
        let (&[year, month, day], &[hour, minute, second]) = (&date[..], &clock[..]) else {
            return None;
        };
        Some(Self(Self::at([year, month, day, hour, minute, second])?.0 - offset))
    }

    /// Returns the year, by which certificates choose between two forms.
    pub(super) fn year(self) -> i64 {
        self.parts()[0]
    }

    /// Returns year to second as digits, as `GeneralizedTime` has them.
    pub(super) fn digits(self) -> String {
        self.parts().map(|part| format!("{part:02}")).concat()
    }

    /// Returns the moment of fourteen digits.
    pub(super) fn of_digits(digits: &str) -> Option<Self> {
        let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i64>().ok();
        let parts =
            [part(0, 4)?, part(4, 6)?, part(6, 8)?, part(8, 10)?, part(10, 12)?, part(12, 14)?];
        Self::at(parts)
    }

    /// Returns the moment of year, month, day, hour, minute and second.
    fn at([year, month, day, hour, minute, second]: [i64; 6]) -> Option<Self> {
        let in_day = (0..24).contains(&hour) && (0..60).contains(&minute);
        if !in_day || !(0..=60).contains(&second) || !(1..=12).contains(&month) {
            return None;
        }
        if !(1..=31).contains(&day) || !(0..=9999).contains(&year) {
            return None;
        }
        // Years begin in March, so that the leap day is the last one.
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        Some(Self(days * DAY + hour * 3600 + minute * 60 + second))
    }

    fn parts(self) -> [i64; 6] {
        let (days, second) = (self.0.div_euclid(DAY) + 719_468, self.0.rem_euclid(DAY));
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        [year, month, day, second / 3600, second / 60 % 60, second % 60]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_go_there_and_back() {
        for text in ["1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2049-12-31T12:00:01Z"] {
            let moment = Moment::parse(text).unwrap();
            assert_eq!(moment.rfc3339(), text);
            assert_eq!(Moment::of_digits(&moment.digits()), Some(moment));
        }
        assert_eq!(Moment::of_ms(1_700_000_000_999).rfc3339(), "2023-11-14T22:13:20Z");
        let away = Moment::parse("2022-05-02T14:11:19.123456+02:00").unwrap();
        assert_eq!(away.rfc3339(), "2022-05-02T12:11:19Z");
        assert_eq!(Moment::parse("2022-05-02"), None);
        assert_eq!(Moment::parse("2022-13-02T00:00:00Z"), None);
    }

    #[test]
    fn hours_never_overflow() {
        assert_eq!(Moment::of_ms(0).plus_hours(u64::MAX).rfc3339(), "9999-12-31T23:59:59Z");
        assert!(Moment::of_ms(0).is_due(u64::MAX, 0));
        assert!(Moment::of_ms(7_200_000).is_due(1, 3_600_000));
        assert!(!Moment::of_ms(7_200_000).is_due(1, 3_599_000));
    }
}

//! Days and months of the Gregorian calendar, before its introduction too; times and offsets are no
//! business of it.

/// Returns the days of a month.
pub(super) fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the days from the start of 1970 to that of a month.
pub(super) fn days_before(year: i64, month: i64) -> i64 {
    let before = year - 1;
    let leap = |years: i64| years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400);
    let of_years = (year - 1970) * 365 + leap(before) - leap(1969);
    of_years + (1..month).map(|month| days_in(year, month)).sum::<i64>()
}

/// Returns year, month and day of a day since 1970.
pub(super) fn date_of(days: i64) -> (i64, i64, i64) {
    // 400 years have 146,097 days; the estimate is wrong by one year at most.
    let mut year = 1970 + (days * 400).div_euclid(146_097);
    while days_before(year, 1) > days {
        year -= 1;
    }
    while days_before(year + 1, 1) <= days {
        year += 1;
    }
    let mut left = days - days_before(year, 1);
    let mut month = 1;
    while left >= days_in(year, month) {
        left -= days_in(year, month);
        month += 1;
    }
    (year, month, left + 1)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

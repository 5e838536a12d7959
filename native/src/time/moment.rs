//! Moments and days in Shanghai, which has kept UTC+8 in all years that cases are of.
//!
//! A moment is nanoseconds since 1970 UTC; a day is its proleptic ordinal, as Python's `toordinal` counts.

pub const NANO: i64 = 1_000_000_000;
const DAY: i64 = 86_400;
const SHANGHAI: i64 = 8 * 3600;
/// Ordinal of 1970-01-01.
pub const EPOCH: i32 = 719_163;

fn local_seconds(at: i64) -> i64 {
    at.div_euclid(NANO) + SHANGHAI
}

/// The day that a moment lies in.
pub fn local_day(at: i64) -> i32 {
    local_seconds(at).div_euclid(DAY) as i32 + EPOCH
}

/// Seconds since the day began.
pub fn local_second(at: i64) -> i64 {
    local_seconds(at).rem_euclid(DAY)
}

/// Microseconds since the day began.
pub fn local_micro(at: i64) -> i64 {
    local_second(at) * 1_000_000 + at.rem_euclid(NANO) / 1000
}

/// Nanoseconds of a second of a day; none beyond 64 bits.
pub fn at_second(day: i32, second: i64) -> Option<i64> {
    (i64::from(day - EPOCH) * DAY + second - SHANGHAI).checked_mul(NANO)
}

/// 24:00 of a day.
pub fn end_of_day(day: i32) -> Option<i64> {
    at_second(day + 1, 0)
}

pub fn leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 => 28 + u32::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The ordinal of a date (Howard Hinnant, "chrono-compatible low-level date algorithms").
pub fn ordinal(year: i32, month: u32, day: u32) -> i32 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let shifted = (month as i32 + 9) % 12;
    let doy = (153 * shifted + 2) / 5 + day as i32 - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468 + EPOCH
}

/// The date of an ordinal.
pub fn civil(day: i32) -> (i32, u32, u32) {
    let z = day - EPOCH + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z - era * 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let d = (doy - (153 * mp + 2) / 5 + 1) as u32;
    let m = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
    (yoe + era * 400 + i32::from(m <= 2), m, d)
}

/// From Monday, 0.
pub fn weekday(day: i32) -> i32 {
    (day + 6).rem_euclid(7)
}

/// `2024-03-02`.
pub fn date_text(day: i32) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A moment as Python's `datetime`, or `Instant` where it has nanoseconds below the microsecond, writes it.
pub fn moment_text(at: i64) -> String {
    let second = local_second(at);
    let below = at.rem_euclid(NANO);
    let mut text = date_text(local_day(at));
    text += &format!("T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    if below % 1000 != 0 {
        text += &format!(".{below:09}");
    } else if below != 0 {
        text += &format!(".{:06}", below / 1000);
    }
    text + "+08:00"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others() {
        for day in [1, 58, 59, 60, EPOCH, 730_119, 766_644] {
            let (year, month, date) = civil(day);
            assert_eq!(ordinal(year, month, date), day);
        }
        assert_eq!(civil(EPOCH), (1970, 1, 1));
        assert_eq!(ordinal(2000, 1, 1), 730_120);
        assert_eq!(weekday(ordinal(2024, 3, 2)), 5);
    }

    #[test]
    fn moments_are_written_as_python_writes_them() {
        assert_eq!(moment_text(1_709_343_000 * NANO), "2024-03-02T09:30:00+08:00");
        assert_eq!(moment_text(1_709_343_000 * NANO + 1000), "2024-03-02T09:30:00.000001+08:00");
        assert_eq!(moment_text(1_709_343_000 * NANO + 1), "2024-03-02T09:30:00.000000001+08:00");
        assert_eq!(local_day(-SHANGHAI * NANO - 1), EPOCH - 1);
    }
}

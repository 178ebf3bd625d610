//! Date cells to instants.
//!
//! Invariants: a date without a zone is a time of the stated zone; the date order is decided for the
//! whole column, never per row; dates lie within [`YEAR_MIN`] and the first day of [`YEAR_END`].
//! Callers may rely on: `YYYY-MM-DD[ T]HH:MM[:SS]` takes a path without allocation or zone search.

use super::forms;
use crate::time::{Day, Instant, MICROS_PER_DAY, MICROS_PER_SECOND, Zone};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Computers have counted from here; an older purchase is a mistake of the export.
pub const YEAR_MIN: i32 = 1970;
/// The first instant that is too late: nobody imports next century's orders.
pub const YEAR_END: i32 = 2100;
/// Customers are older than computers: birthdays may lie further back than purchases.
pub const BIRTH_YEAR_MIN: i32 = 1890;

/// In which order day, month and year stand where the year is not first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    Ymd,
    Dmy,
    Mdy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    /// Not one of the forms, or a day that no calendar has.
    Invalid,
    /// A date before 1970 or after 2099.
    OutOfRange,
}

/// A local date and time as written, and the zone offset if one was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub micros_of_day: i64,
    pub offset_seconds: Option<i32>,
}

impl Written {
    pub fn civil_day(&self) -> Day {
        Day(days_from_civil(self.year, self.month, self.day))
    }
}

/// Offsets of one year, day by day; [`CHANGES`] where the clock changes within the day.
type YearOffsets = Box<[i32]>;
const CHANGES: i32 = i32::MIN;

/// Reads the dates of one import: zone, order and whether bare numbers are spreadsheet days.
#[derive(Debug)]
pub struct DateParser {
    zone: Zone,
    order: DateOrder,
    spreadsheet_days: bool,
    years: Vec<OnceLock<YearOffsets>>,
}

impl DateParser {
    pub fn new(zone: Zone, order: DateOrder, spreadsheet_days: bool) -> Self {
        let years = (YEAR_MIN..=YEAR_END).map(|_| OnceLock::new()).collect();
        Self { zone, order, spreadsheet_days, years }
    }

    /// The instant that the cell names.
    pub fn parse(&self, text: &str) -> Result<Instant, DateError> {
        let written = match fast_iso(text.as_bytes()) {
            Some(written) => written,
            None => match forms::parse(text, self.order, self.spreadsheet_days)? {
                forms::Form::Written(written) => written,
                forms::Form::Instant(at) => return in_range(at),
            },
        };
        let first = (YEAR_MIN..YEAR_END).contains(&written.year);
        let last_midnight =
            written.year == YEAR_END && (written.month, written.day, written.micros_of_day) == (1, 1, 0);
        if !first && !last_midnight {
            return Err(DateError::OutOfRange);
        }
        self.at(written)
    }

    /// The day that the cell names, whatever time stands beside it; birthdays reach further back.
    pub fn parse_day(&self, text: &str) -> Result<Day, DateError> {
        let written = match forms::parse(text, self.order, self.spreadsheet_days)? {
            forms::Form::Written(written) => written,
            forms::Form::Instant(at) => return Ok(self.zone.day_of(at)),
        };
        if (BIRTH_YEAR_MIN..=YEAR_END).contains(&written.year) {
            Ok(written.civil_day())
        } else {
            Err(DateError::OutOfRange)
        }
    }

    fn at(&self, written: Written) -> Result<Instant, DateError> {
        let day = written.civil_day();
        let local = i64::from(day.0) * MICROS_PER_DAY + written.micros_of_day;
        let offset = match written.offset_seconds {
            Some(offset) => offset,
            None => self.offset_of(written.year, day),
        };
        if offset == CHANGES {
            return self.at_on_a_day_of_change(day, written.micros_of_day);
        }
        Ok(Instant(local - i64::from(offset) * MICROS_PER_SECOND))
    }

    fn offset_of(&self, year: i32, day: Day) -> i32 {
        let place = (year - YEAR_MIN) as usize;
        let offsets = self.years[place].get_or_init(|| self.offsets_of_year(year));
        let first = days_from_civil(year, 1, 1);
        offsets.get((day.0 - first) as usize).copied().unwrap_or(CHANGES)
    }

    /// A day has one offset when its two midnights are a day apart.
    fn offsets_of_year(&self, year: i32) -> YearOffsets {
        let (first, end) = (days_from_civil(year, 1, 1), days_from_civil(year + 1, 1, 1));
        let midnights: Vec<Option<Instant>> = (first..=end).map(|day| self.zone.start_of_day(Day(day))).collect();
        let offset = |(day, pair): (i32, &[Option<Instant>])| match pair {
            [Some(this), Some(next)] if next.0 - this.0 == MICROS_PER_DAY => {
                ((i64::from(day) * MICROS_PER_DAY - this.0) / MICROS_PER_SECOND) as i32
            }
            _ => CHANGES,
        };
        (first..end).zip(midnights.windows(2)).map(offset).collect()
    }

    fn at_on_a_day_of_change(&self, day: Day, micros_of_day: i64) -> Result<Instant, DateError> {
        let seconds = micros_of_day / MICROS_PER_SECOND;
        let nanos = (micros_of_day % MICROS_PER_SECOND) * 1_000;
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let local = day.civil().at(hour as i8, minute as i8, second as i8, nanos as i32);
        self.zone.instant_of(local).ok_or(DateError::OutOfRange)
    }
}

fn in_range(at: Instant) -> Result<Instant, DateError> {
    let end = i64::from(days_from_civil(YEAR_END, 1, 1)) * MICROS_PER_DAY;
    if (0..=end).contains(&at.0) { Ok(at) } else { Err(DateError::OutOfRange) }
}

/// `YYYY-MM-DD`, `YYYY-MM-DD HH:MM`, `YYYY-MM-DD HH:MM:SS`, also with `T` or with slashes.
fn fast_iso(bytes: &[u8]) -> Option<Written> {
    if !matches!(bytes.len(), 10 | 16 | 19) || bytes[4] != bytes[7] || !matches!(bytes[4], b'-' | b'/') {
        return None;
    }
    let year = two(bytes, 0)? * 100 + two(bytes, 2)?;
    let (month, day) = (two(bytes, 5)?, two(bytes, 8)?);
    let mut seconds = 0;
    if bytes.len() > 10 {
        if !matches!(bytes[10], b' ' | b'T') || bytes[13] != b':' {
            return None;
        }
        let (hour, minute) = (two(bytes, 11)?, two(bytes, 14)?);
        let second = if bytes.len() == 19 {
            if bytes[16] != b':' {
                return None;
            }
            two(bytes, 17)?
        } else {
            0
        };
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        seconds = hour * 3_600 + minute * 60 + second;
    }
    let (month, day) = (month as u8, day as u8);
    is_calendar_day(year, month, day).then_some(Written {
        year,
        month,
        day,
        micros_of_day: i64::from(seconds) * MICROS_PER_SECOND,
        offset_seconds: None,
    })
}

fn two(bytes: &[u8], place: usize) -> Option<i32> {
    let (tens, ones) = (bytes[place].wrapping_sub(b'0'), bytes[place + 1].wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i32::from(tens) * 10 + i32::from(ones))
}

pub(super) fn is_calendar_day(year: i32, month: u8, day: u8) -> bool {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Days since 1970-01-01 (the usual era arithmetic with years that begin in March).
pub(super) fn days_from_civil(year: i32, month: u8, day: u8) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i32::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// What the dates of a column look like: fed with samples, asked once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateEvidence {
    pub dates: u32,
    /// Values such as 13/01/2011, where only the day can be first.
    day_first: u32,
    /// Values such as 01/13/2011, where only the month can be first.
    month_first: u32,
    /// Values such as 01/02/2011, which mean two different days.
    either: u32,
    /// Values such as 05/05/2011, the same day either way.
    same: u32,
    /// Values that could be days of a spreadsheet (20000 … 73050, perhaps with a fraction).
    spreadsheet: u32,
    /// Values that are plain numbers in the range of seconds or milliseconds since 1970.
    epoch: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrderFinding {
    Decided(DateOrder),
    /// Both orders fit every sampled value and give different days: it must be stated.
    Ambiguous,
}

impl DateEvidence {
    pub fn observe(&mut self, text: &str) {
        match forms::evidence(text) {
            forms::Evidence::None => {}
            forms::Evidence::Spreadsheet => self.spreadsheet += 1,
            forms::Evidence::Epoch => self.epoch += 1,
            forms::Evidence::YearFirst => self.dates += 1,
            forms::Evidence::Same => {
                self.dates += 1;
                self.same += 1;
            }
            forms::Evidence::DayFirst => {
                self.dates += 1;
                self.day_first += 1;
            }
            forms::Evidence::MonthFirst => {
                self.dates += 1;
                self.month_first += 1;
            }
            forms::Evidence::Either => {
                self.dates += 1;
                self.either += 1;
            }
        }
    }

    pub fn order(&self) -> DateOrderFinding {
        if self.day_first == 0 && self.month_first == 0 {
            return match (self.either, self.same) {
                (0, 0) => DateOrderFinding::Decided(DateOrder::Ymd),
                (0, _) => DateOrderFinding::Decided(DateOrder::Mdy),
                _ => DateOrderFinding::Ambiguous,
            };
        }
        // Where a column mixes both, the majority decides and the others become rejected rows.
        let day_first = self.day_first >= self.month_first;
        DateOrderFinding::Decided(if day_first { DateOrder::Dmy } else { DateOrder::Mdy })
    }

    /// Numbers of a date column are spreadsheet days only if all of its `filled` values are such.
    pub fn is_spreadsheet(&self, filled: u32) -> bool {
        filled > 0 && self.spreadsheet == filled
    }

    /// How many of the values are dates, counting numbers of seconds.
    pub fn plain_dates(&self) -> u32 {
        self.dates
    }

    pub fn epochs(&self) -> u32 {
        self.epoch
    }
}

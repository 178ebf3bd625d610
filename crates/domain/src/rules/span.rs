//! Lengths of time and units of the calendar, as rules write them: `90 minutes`, `60 days`, `6 months`.
//!
//! Invariant: minutes, hours, days and weeks are lengths of time (a day is 24 hours, as in the validity of tags); months and
//! years are steps in the calendar of the workspace. The normal form has three units: minutes, hours or days for lengths,
//! months for steps.

use crate::time::{Instant, MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_SECOND};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpanUnit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl SpanUnit {
    pub const ALL: [Self; 6] = [Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    pub fn code(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// In one or in several: `day` and `days`.
    pub fn parse(word: &str) -> Option<Self> {
        let one = word.strip_suffix('s').unwrap_or(word);
        Self::ALL.into_iter().find(|unit| unit.code() == one)
    }
}

/// How long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub count: u32,
    pub unit: SpanUnit,
}

/// A span as it is reckoned with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// In microseconds.
    Time(i64),
    /// Steps of the calendar.
    Months(u32),
}

/// What a span of a rule may be at most: ten years.
pub const SPAN_DAYS_MAX: i64 = 3_660;
pub const SPAN_MONTHS_MAX: u32 = 120;
/// As errors say it.
pub const SPAN_ALLOWED: &str = "a whole number from 1 on and a unit (minutes, hours, days, weeks, months, years), at most ten years, such as \"60 days\"";

impl Span {
    pub const fn new(count: u32, unit: SpanUnit) -> Self {
        Self { count, unit }
    }

    pub const fn days(count: u32) -> Self {
        Self::new(count, SpanUnit::Day)
    }

    /// `60 days`, and nothing else in it.
    pub fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.trim().split_once(' ')?;
        if !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let span = Self { count: count.parse().ok()?, unit: SpanUnit::parse(unit.trim())? };
        span.is_allowed().then_some(span)
    }

    /// Within the limits of a rule.
    pub fn is_allowed(self) -> bool {
        self.count > 0
            && match self.length() {
                Length::Time(micros) => micros <= SPAN_DAYS_MAX * MICROS_PER_DAY,
                Length::Months(months) => months <= SPAN_MONTHS_MAX,
            }
    }

    pub fn length(self) -> Length {
        let time = |micros: i64| Length::Time(micros.saturating_mul(i64::from(self.count)));
        match self.unit {
            SpanUnit::Minute => time(60 * MICROS_PER_SECOND),
            SpanUnit::Hour => time(MICROS_PER_HOUR),
            SpanUnit::Day => time(MICROS_PER_DAY),
            SpanUnit::Week => time(7 * MICROS_PER_DAY),
            SpanUnit::Month => Length::Months(self.count),
            SpanUnit::Year => Length::Months(self.count.saturating_mul(12)),
        }
    }

    /// How many days it is, where it is whole days.
    pub fn whole_days(self) -> Option<i32> {
        match self.length() {
            Length::Time(micros) if micros % MICROS_PER_DAY == 0 => i32::try_from(micros / MICROS_PER_DAY).ok(),
            Length::Time(_) | Length::Months(_) => None,
        }
    }

    /// The one way to say it: 24 hours are a day, a week is 7 days, a year 12 months.
    pub fn normal(self) -> Self {
        let of = |count: i64, unit| u32::try_from(count).map_or(self, |count| Self { count, unit });
        match self.length() {
            Length::Months(months) => Self::new(months, SpanUnit::Month),
            Length::Time(micros) if micros % MICROS_PER_DAY == 0 => of(micros / MICROS_PER_DAY, SpanUnit::Day),
            Length::Time(micros) if micros % MICROS_PER_HOUR == 0 => of(micros / MICROS_PER_HOUR, SpanUnit::Hour),
            Length::Time(micros) => of(micros / (60 * MICROS_PER_SECOND), SpanUnit::Minute),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.code())
    }
}

/// A unit of the calendar that begins at a midnight of the workspace's zone; weeks begin on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CalendarUnit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl CalendarUnit {
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        let one = word.strip_suffix('s').unwrap_or(word);
        Self::ALL.into_iter().find(|unit| unit.code() == one)
    }

    /// How many of them a window may have: ten years.
    pub fn count_max(self) -> u32 {
        match self {
            Self::Day => 3_660,
            Self::Week => 522,
            Self::Month => 120,
            Self::Quarter => 40,
            Self::Year => 10,
        }
    }
}

/// So many microseconds later; at the end of time where that is beyond it.
pub(super) fn later(at: Instant, micros: i64) -> Instant {
    Instant(at.0.saturating_add(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_written_and_have_one_normal_form() {
        for (text, normal) in [
            ("1 day", "1 day"),
            ("24 hours", "1 day"),
            ("90 minutes", "90 minutes"),
            ("120 minutes", "2 hours"),
            ("2 weeks", "14 days"),
            ("1 year", "12 months"),
            ("10 years", "120 months"),
        ] {
            let span = Span::parse(text).unwrap();
            assert_eq!(span.to_string(), text);
            assert_eq!(span.normal().to_string(), normal);
            assert_eq!(span.normal().length(), span.length());
        }
        for text in
            ["", "days", "0 days", "-1 days", "1.5 days", "11 years", "3661 days", "1 fortnight", "99999999999 days"]
        {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }
}

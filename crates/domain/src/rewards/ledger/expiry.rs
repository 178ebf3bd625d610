//! Until when points can be spent, and when pending ones become active.
//!
//! Invariants: a deadline is the first instant at which a lot cannot be spent any more, the midnight of the wallet's zone
//! that ends its last day; months are added to the original date and clamped to the last day of the month, never to a
//! previous result; a later deadline of a lot is never an earlier one.

use super::limits::CODE_BYTES_MAX;
use crate::time::{Day, Instant, Zone};
use serde::{Deserialize, Serialize};

/// A length of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    Days(u32),
    Months(u32),
}

/// A century, in days and in months: longer is "never".
pub const LENGTH_DAYS_MAX: u32 = 36_525;
pub const LENGTH_MONTHS_MAX: u32 = 1_200;

/// How long a lot lives. A lot keeps the policy under which it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "policy")]
pub enum Expiry {
    Never,
    /// Through the day that is so much later.
    After {
        length: Length,
    },
    /// Through the last day of the calendar's period, or of one so many periods further.
    EndOf {
        period: Period,
        further: u32,
    },
    /// As `After`, but from the last activity.
    Sliding {
        length: Length,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Month,
    Quarter,
    Year,
}

impl Period {
    fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

/// From when a lot's life is reckoned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifeFrom {
    /// When it became active: pending days are no loss.
    #[default]
    Activation,
    /// When it was earned.
    Earning,
}

/// When what is earned can be spent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    #[default]
    AtOnce,
    /// So much after it was earned, at the same time of day.
    After(Length),
    /// When this is told of.
    On(String),
}

/// What [`Activation::is_allowed`] lets through, in words.
pub const ACTIVATION_ALLOWED: &str = "1 to 36525 days, 1 to 1200 months, or an event of 1 to 100 bytes";

impl Activation {
    /// A delay is longer than none, an event has a name.
    pub fn is_allowed(&self) -> bool {
        match self {
            Self::AtOnce => true,
            Self::After(length) => length.is_allowed() && !matches!(length, Length::Days(0) | Length::Months(0)),
            Self::On(event) => (1..=CODE_BYTES_MAX).contains(&event.len()),
        }
    }
}

impl Length {
    pub fn is_allowed(self) -> bool {
        match self {
            Self::Days(days) => days <= LENGTH_DAYS_MAX,
            Self::Months(months) => months <= LENGTH_MONTHS_MAX,
        }
    }

    /// The day so much later; `None` beyond the calendar.
    fn add_to_day(self, day: Day) -> Option<Day> {
        match self {
            Self::Days(days) => day.0.checked_add(i32::try_from(days).ok()?).map(Day),
            Self::Months(months) => {
                let months = jiff::Span::new().try_months(months).ok()?;
                let date = day.civil().checked_add(months).ok()?;
                Some(Day::from_civil(date))
            }
        }
    }

    /// The instant so much later, at the same time of day.
    pub fn add_to(self, at: Instant, zone: &Zone) -> Option<Instant> {
        let day = zone.day_of(at);
        let time_of_day = at.0.checked_sub(zone.start_of_day(day)?.0)?;
        let start = zone.start_of_day(self.add_to_day(day)?)?;
        start.0.checked_add(time_of_day).map(Instant)
    }
}

/// The midnight that ends a day.
pub fn end_of_day(day: Day, zone: &Zone) -> Option<Instant> {
    zone.start_of_day(Day(day.0.checked_add(1)?))
}

impl Expiry {
    /// The deadline of a life that begins at an instant; `None` where there is none.
    pub fn deadline(self, from: Instant, zone: &Zone) -> Option<Instant> {
        let day = zone.day_of(from);
        match self {
            Self::Never => None,
            Self::After { length } | Self::Sliding { length } => end_of_day(length.add_to_day(day)?, zone),
            Self::EndOf { period, further } => {
                let within = Length::Months(period.months().checked_mul(further)?).add_to_day(day)?;
                end_of_day(last_of_months(within, i32::try_from(period.months()).ok()?)?, zone)
            }
        }
    }

    /// Whether activity moves the deadline.
    pub fn is_sliding(self) -> bool {
        matches!(self, Self::Sliding { .. })
    }

    pub fn is_allowed(self) -> bool {
        match self {
            Self::Never => true,
            Self::After { length } | Self::Sliding { length } => length.is_allowed(),
            Self::EndOf { further, .. } => further <= 100,
        }
    }
}

/// The last day of the group of so many months that a day is in; a year's groups begin in January.
fn last_of_months(day: Day, months: i32) -> Option<Day> {
    let month = day.month();
    let next = crate::time::Month(month.0.checked_sub(month.0.rem_euclid(months))?.checked_add(months)?);
    next.first_day().0.checked_sub(1).map(Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shanghai() -> Zone {
        Zone::parse("Asia/Shanghai").unwrap()
    }

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn the_last_day_of_a_month_and_a_month_is_the_last_day_of_the_next_one() {
        let month = Expiry::After { length: Length::Months(1) };
        let earned = at("2026-01-31T03:00:00Z");
        assert_eq!(month.deadline(earned, &shanghai()), Some(at("2026-02-28T16:00:00Z")), "through 28 February");
        let two = Expiry::After { length: Length::Months(2) };
        assert_eq!(two.deadline(earned, &shanghai()), Some(at("2026-03-31T16:00:00Z")), "from the original date");
    }

    #[test]
    fn a_calendar_period_ends_with_its_last_day_in_the_zone() {
        let cases = [
            (Period::Month, 0, "2026-11-30T16:00:00Z"),
            (Period::Quarter, 0, "2026-12-31T16:00:00Z"),
            (Period::Year, 1, "2027-12-31T16:00:00Z"),
        ];
        for (period, further, deadline) in cases {
            let expiry = Expiry::EndOf { period, further };
            assert_eq!(expiry.deadline(at("2026-11-29T16:00:00Z"), &shanghai()), Some(at(deadline)), "{period:?}");
        }
        assert_eq!(Expiry::Never.deadline(at("2026-11-29T16:00:00Z"), &shanghai()), None);
    }

    #[test]
    fn a_delay_keeps_the_time_of_day_and_a_changed_clock_does_not_shorten_a_last_day() {
        let london = Zone::parse("Europe/London").unwrap();
        // Clocks go forward on 29 March 2026.
        let earned = at("2026-03-27T12:00:00Z");
        let after = Expiry::After { length: Length::Days(2) };
        assert_eq!(after.deadline(earned, &london), Some(at("2026-03-29T23:00:00Z")));
        assert_eq!(Length::Days(7).add_to(earned, &shanghai()), Some(at("2026-04-03T12:00:00Z")));
    }
}

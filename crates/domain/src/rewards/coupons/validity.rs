//! When a coupon can be used.
//!
//! Invariants: it can from its first instant on and until its last, which is out (C11); the windows of the week are of what
//! clocks in its zone show, so an hour that comes twice is in twice, and one that is skipped has nothing to be in.

use crate::settings::FieldError;
use crate::time::{Day, Instant, Zone};
use serde::{Deserialize, Serialize};

const MINUTES_PER_DAY: u16 = 1_440;
const WINDOWS_MAX: usize = 50;

/// From a minute of a day of the week until another one, which is out. One over midnight is two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyWindow {
    /// 1 is Monday, 7 Sunday.
    pub weekday: u8,
    pub from_minute: u16,
    pub until_minute: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// IANA name.
    pub time_zone: String,
    pub from: Instant,
    /// None: for good.
    pub until: Option<Instant>,
    /// None: at any time of the week.
    pub weekly: Vec<WeeklyWindow>,
}

/// Why a coupon cannot be used at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    NotYet,
    Ended,
    OutsideHours,
}

impl Validity {
    /// Whole days of a zone, the last one among them. `None` where the zone is not known.
    pub fn of_days(time_zone: &str, first: Day, last: Option<Day>) -> Option<Self> {
        let zone = Zone::parse(time_zone)?;
        let until = match last {
            Some(last) => Some(zone.start_of_day(Day(last.0.checked_add(1)?))?),
            None => None,
        };
        Some(Self { time_zone: zone.name().to_owned(), from: zone.start_of_day(first)?, until, weekly: Vec::new() })
    }

    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if Zone::parse(&self.time_zone).is_none() {
            errors.push(FieldError { field: "time_zone", allowed: "an IANA time zone such as Asia/Shanghai" });
        }
        if self.until.is_some_and(|until| until <= self.from) {
            errors.push(FieldError { field: "until", allowed: "after from, or null" });
        }
        let is_window = |window: &WeeklyWindow| {
            let is_span = window.from_minute < window.until_minute && window.until_minute <= MINUTES_PER_DAY;
            (1..=7).contains(&window.weekday) && is_span
        };
        if self.weekly.len() > WINDOWS_MAX || !self.weekly.iter().all(is_window) {
            let allowed = "at most 50; weekday 1 (Monday) to 7; from_minute before until_minute, at most 1440";
            errors.push(FieldError { field: "weekly", allowed });
        }
        errors
    }

    /// The zone it is of. One that this version does not know is UTC: saving such a one is refused.
    pub fn zone(&self) -> Zone {
        Zone::parse(&self.time_zone).unwrap_or_else(Zone::utc)
    }

    pub fn has_ended(&self, at: Instant) -> bool {
        self.until.is_some_and(|until| until <= at)
    }

    pub fn open_at(&self, at: Instant) -> Result<(), Closed> {
        if at < self.from {
            return Err(Closed::NotYet);
        }
        if self.has_ended(at) {
            return Err(Closed::Ended);
        }
        if self.weekly.is_empty() {
            return Ok(());
        }
        let (day, minute) = self.zone().day_and_minute_of(at);
        let weekday = day.civil().weekday().to_monday_one_offset();
        let is_in = |window: &WeeklyWindow| {
            i8::try_from(window.weekday) == Ok(weekday) && (window.from_minute..window.until_minute).contains(&minute)
        };
        if self.weekly.iter().any(is_in) { Ok(()) } else { Err(Closed::OutsideHours) }
    }
}

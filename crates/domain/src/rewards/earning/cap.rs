//! Caps (L26): how much of what an order would earn a period still allows.
//!
//! What a period has used is a row of the store, read and written under its lock: what is granted is decided there. The order of
//! arrival decides whose earning is cut, never how much is granted in all: that is the smaller of the cap and the sum.

use crate::time::{Day, Instant, Zone};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapPeriod {
    Day,
    /// From Monday on.
    Week,
    Month,
    Year,
    Ever,
}

/// The most that is granted in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    pub period: CapPeriod,
    pub max: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    pub granted: i64,
    /// What the cap took: shown to the member as such.
    pub capped: i64,
}

impl CapPeriod {
    /// The first day of the period that an instant is in; it names the period.
    pub fn first_day(self, at: Instant, zone: &Zone) -> Day {
        self.first_day_of(zone.day_of(at))
    }

    /// The same of a day.
    pub fn first_day_of(self, day: Day) -> Day {
        let date = day.civil();
        match self {
            Self::Day => day,
            Self::Week => Day(day.0 - i32::from(date.weekday().to_monday_zero_offset())),
            Self::Month => day.month().first_day(),
            Self::Year => Day::from_civil(jiff::civil::date(date.year(), 1, 1)),
            Self::Ever => Day(0),
        }
    }
}

impl Cap {
    /// Of what is asked, what still fits a period that has used so much.
    pub fn grant(self, used: i64, asked: i64) -> Granted {
        let room = self.max.saturating_sub(used).max(0);
        let granted = asked.min(room).max(0);
        Granted { granted, capped: asked.max(0) - granted }
    }
}

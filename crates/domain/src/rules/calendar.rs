//! When something counts: the one place that knows of sides of windows, days, months and zones.
//!
//! Everything is said as an [`Interval`]: from which instant until which one a fact, or a value, counts. Intervals are half
//! open: the first instant is in, the last is not. So what a window covers at an instant, and when that changes, is one
//! statement, and cannot come apart.
//!
//! | window | a fact at `t` counts | at `now` these facts count |
//! |---|---|---|
//! | ever | from `t` on | `t ≤ now` |
//! | last 60 days (also minutes, hours, weeks) | from `t` until `t` + 60 × 24 h | `now` − 60 × 24 h < `t` ≤ `now` |
//! | last 2 months (also years) | from `t` until the midnight that begins the first day whose day two months before is that of `t` or later | day of `t` > today − 2 months, `t` ≤ `now` |
//! | this month (day, week, quarter, year) | from `t` until the month of `t` ends | month of `t` = month of `now`, `t ≤ now` |
//! | last 3 full months | from the end of the month of `t`, for 3 months | the three months before this one |
//! | from `a` to `b` | from `t` on, if `a` ≤ `t` < `b` | `a` ≤ `t` < `b`, `t ≤ now` |
//! | after `x`, within 30 days | from `t` on, if `x` < `t` ≤ `x` + 30 × 24 h | the same, `t ≤ now` |
//! | before `x`, within 30 days | from `t` on, if `x` − 30 × 24 h ≤ `t` < `x` | the same, `t ≤ now` |
//!
//! Decided: a length in days is so many times 24 hours, whatever clocks do; months and years are steps of the calendar and
//! turn at midnight of the workspace's zone, for with the time of day kept a month window would let a fact leave and come
//! back (30 January 18:00 and 31 January 09:00, a month later: 28 February 18:00 and 09:00). A day that a month does not
//! have is its last one. A day begins at its first midnight: where clocks go back over midnight, it does not begin twice.
//!
//! A day or an instant that no rule could name ([`is_time`]: "no end" is often written as 31 December 9999) is no value to
//! what is said here, and a fact of such an instant never counts: so the calendar never reckons near the end of its dates.

use super::limits::is_time;
use super::span::{CalendarUnit, Length, Span, later};
use super::tree::{Moment, Relative, Side, Toward, Window};
use super::value::Value;
use crate::time::{Day, Instant, Zone};
use jiff::ToSpan;

/// Half open; without an end where it is for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub from: Instant,
    pub until: Option<Instant>,
}

impl Interval {
    pub fn new(from: Instant, until: Option<Instant>) -> Self {
        Self { from, until }
    }

    pub fn contains(self, at: Instant) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }

    /// When next after an instant it begins or ends. One without length does neither.
    pub fn next_change(self, after: Instant) -> Option<Instant> {
        if self.until.is_some_and(|until| until <= self.from) {
            return None;
        }
        [Some(self.from), self.until].into_iter().flatten().find(|edge| *edge > after)
    }
}

/// The day of an instant. It never goes back as time goes on.
pub fn day_of(at: Instant, zone: &Zone) -> Day {
    let day = zone.day_of(at);
    let next = Day(day.0.saturating_add(1));
    if zone.start_of_day(next).is_some_and(|start| start <= at) { next } else { day }
}

/// The midnight that begins a day.
pub fn start(day: Day, zone: &Zone) -> Instant {
    let far = if day.0 < 0 { Instant(i64::MIN) } else { Instant(i64::MAX) };
    zone.start_of_day(day).unwrap_or(far)
}

/// The day so many months later, or earlier; the last of its month where that is shorter.
fn months_later(day: Day, months: i64) -> Day {
    day.civil().checked_add(months.months()).map_or(day, Day::from_civil)
}

/// The first day from this one on that is as wanted. It is at most four days away: so far is 1 February from 28 January, the
/// days between which have the same day a month later.
fn near(first: Day, is_wanted: impl Fn(Day) -> bool) -> Day {
    let day = |steps: i32| Day(first.0.saturating_add(steps));
    (0..4).map(day).find(|one| is_wanted(*one)).unwrap_or(day(4))
}

/// The first day whose day so many months before is this one or a later one.
fn out_of_months(day: Day, months: u32) -> Day {
    let months = i64::from(months);
    near(months_later(day, months), |out| months_later(out, -months) >= day)
}

/// The first day whose day so many months later is after this one.
fn into_months(day: Day, months: u32) -> Day {
    let months = i64::from(months);
    near(months_later(day, -months), |first| months_later(first, months) > day)
}

/// The first day of the unit that a day is in.
fn unit_start(day: Day, unit: CalendarUnit) -> Day {
    let date = day.civil();
    let month = |month: i8| Day::from_civil(jiff::civil::date(date.year(), month, 1));
    match unit {
        CalendarUnit::Day => day,
        CalendarUnit::Week => Day(day.0 - i32::from(date.weekday().to_monday_zero_offset())),
        CalendarUnit::Month => month(date.month()),
        CalendarUnit::Quarter => month((date.month() - 1) / 3 * 3 + 1),
        CalendarUnit::Year => month(1),
    }
}

/// From the first day of a unit to that of the one so many further.
fn units_later(first: Day, unit: CalendarUnit, count: i64) -> Day {
    let days = |days: i64| Day(first.0.saturating_add(i32::try_from(days).unwrap_or(0)));
    match unit {
        CalendarUnit::Day => days(count),
        CalendarUnit::Week => days(count * 7),
        CalendarUnit::Month => months_later(first, count),
        CalendarUnit::Quarter => months_later(first, count * 3),
        CalendarUnit::Year => months_later(first, count * 12),
    }
}

/// When a fact counts, `None` where it never does. What the window stands around is handed in, where it is known.
pub fn counts(window: &Window, at: Instant, anchor: Option<Instant>, zone: &Zone) -> Option<Interval> {
    if !is_time(&Value::Instant(at)) {
        return None;
    }
    let next_unit = |unit| units_later(unit_start(day_of(at, zone), unit), unit, 1);
    match window {
        Window::Ever => Some(Interval::new(at, None)),
        Window::Last(span) => Some(Interval::new(at, Some(end_of_last(at, *span, zone)))),
        Window::This(unit) => Some(Interval::new(at, Some(start(next_unit(*unit), zone)))),
        Window::Full { count, unit } => {
            let from = next_unit(*unit);
            let until = units_later(from, *unit, i64::from(*count));
            Some(Interval::new(start(from, zone), Some(start(until, zone))))
        }
        Window::Between { from, to } => {
            let is_in =
                from.is_none_or(|from| instant_of(from, zone) <= at) && to.is_none_or(|to| at < instant_of(to, zone));
            is_in.then_some(Interval::new(at, None))
        }
        Window::Around { side, within, .. } => {
            let anchor = anchor?;
            let is_in = match side {
                Side::After => anchor < at && within.is_none_or(|span| is_near(anchor, at, span, zone)),
                Side::Before => at < anchor && within.is_none_or(|span| is_near(at, anchor, span, zone)),
            };
            is_in.then_some(Interval::new(at, None))
        }
    }
}

/// Where a window stands that is around a field; `None` for what is no time.
pub fn anchor(value: &Value, zone: &Zone) -> Option<Instant> {
    match value {
        Value::Day(day) if is_time(value) => Some(start(*day, zone)),
        Value::Instant(at) if is_time(value) => Some(*at),
        _ => None,
    }
}

pub fn instant_of(moment: Moment, zone: &Zone) -> Instant {
    match moment {
        Moment::Day(day) => start(day, zone),
        Moment::Instant(at) => at,
    }
}

fn end_of_last(at: Instant, span: Span, zone: &Zone) -> Instant {
    match span.length() {
        Length::Time(micros) => later(at, micros),
        Length::Months(months) => start(out_of_months(day_of(at, zone), months), zone),
    }
}

/// Whether the later one is at most so long after the earlier one.
pub(super) fn is_near(early: Instant, late: Instant, span: Span, zone: &Zone) -> bool {
    match span.length() {
        Length::Time(micros) => late <= later(early, micros),
        Length::Months(months) => day_of(late, zone) <= months_later(day_of(early, zone), i64::from(months)),
    }
}

/// Which facts count at an instant: from the first on, up to the second and without it. This is what a plan filters by. A
/// fact counts by this exactly where it does by [`counts`]. `None` for windows around something of each customer.
pub fn bounds(window: &Window, now: Instant, zone: &Zone) -> Option<(Option<Instant>, Instant)> {
    let after_now = later(now, 1);
    let today = day_of(now, zone);
    Some(match window {
        Window::Ever => (None, after_now),
        Window::Last(span) => match span.length() {
            Length::Time(micros) => (Some(later(now, 1 - micros)), after_now),
            Length::Months(months) => {
                let first = Day(months_later(today, -i64::from(months)).0 + 1);
                (Some(start(first, zone)), after_now)
            }
        },
        Window::This(unit) => (Some(start(unit_start(today, *unit), zone)), after_now),
        Window::Full { count, unit } => {
            let end = unit_start(today, *unit);
            (Some(start(units_later(end, *unit, -i64::from(*count)), zone)), start(end, zone))
        }
        Window::Between { from, to } => {
            let to = to.map_or(after_now, |to| instant_of(to, zone).min(after_now));
            (from.map(|from| instant_of(from, zone)), to)
        }
        Window::Around { .. } => return None,
    })
}

/// When a day or an instant is within the last or the next so long. A last day begins at its midnight and the next so many
/// days begin with today; the next of an instant ends with it. `None` for what is no time.
pub fn relative(value: &Value, relative: Relative, zone: &Zone) -> Option<Interval> {
    let Relative { toward, span } = relative;
    match value {
        _ if !is_time(value) => None,
        Value::Day(day) => Some(relative_day(*day, toward, span, zone)),
        Value::Instant(at) => Some(match (toward, span.length()) {
            (Toward::Last, _) => Interval::new(*at, Some(end_of_last(*at, span, zone))),
            (Toward::Next, Length::Time(micros)) => Interval::new(later(*at, -micros), Some(*at)),
            (Toward::Next, Length::Months(months)) => {
                Interval::new(start(into_months(day_of(*at, zone), months), zone), Some(*at))
            }
        }),
        _ => None,
    }
}

fn relative_day(day: Day, toward: Toward, span: Span, zone: &Zone) -> Interval {
    let midnight = start(day, zone);
    let days = |days: i32| start(Day(day.0.saturating_add(days)), zone);
    match (toward, span.whole_days(), span.length()) {
        (Toward::Last, Some(count), _) => Interval::new(midnight, Some(days(count))),
        (Toward::Last, None, _) => Interval::new(midnight, Some(end_of_last(midnight, span, zone))),
        (Toward::Next, Some(count), _) => Interval::new(days(1 - count), Some(days(1))),
        (Toward::Next, None, Length::Months(months)) => {
            Interval::new(start(into_months(day, months), zone), Some(days(1)))
        }
        (Toward::Next, None, Length::Time(micros)) => Interval::new(later(midnight, -micros), Some(midnight)),
    }
}

/// The intervals of the anniversaries around an instant: enough of them to know the answer there and when it changes next.
pub fn anniversaries(value: &Value, seen: Relative, now: Instant, zone: &Zone) -> Vec<Interval> {
    let day = match value {
        _ if !is_time(value) => return Vec::new(),
        Value::Day(day) => *day,
        Value::Instant(at) => day_of(*at, zone),
        _ => return Vec::new(),
    };
    let born = day.civil();
    let this_year = day_of(now, zone).civil().year();
    // Of a day that is still to come they begin in the year after it, however far that is.
    let first = this_year.saturating_sub(2).max(born.year().saturating_add(1));
    let last = this_year.max(born.year()).saturating_add(2);
    let days = (first..=last).map(|year| months_later(day, 12 * i64::from(year - born.year())));
    days.map(|day| relative_day(day, seen.toward, seen.span, zone)).collect()
}

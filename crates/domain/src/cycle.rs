//! When somebody is active: by weekday and time of day, the dominant cycle, the days between.
//!
//! The stated rule (`docs/journey.md`): the last [`WEEKS`] weeks up to today, in the brand's zone. Of each weekday and
//! time slot it is counted in how many of those weeks anything happened there. The cycle is the one with the most
//! weeks, of equal ones that with more facts, then the first of the week; it needs [`WEEKS_MIN`] weeks. Nothing depends
//! on the order of the instants.

use crate::time::{Day, Instant, Zone};
use std::collections::{BTreeMap, BTreeSet};

pub const WEEKS: i32 = 10;
/// Fewer are chance.
pub const WEEKS_MIN: usize = 3;

/// Six hours of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// From 0 to 6 o'clock.
    Night,
    Morning,
    Afternoon,
    /// From 18 o'clock on.
    Evening,
}

impl Slot {
    pub const ALL: [Self; 4] = [Self::Night, Self::Morning, Self::Afternoon, Self::Evening];

    pub fn code(self) -> &'static str {
        match self {
            Self::Night => "night",
            Self::Morning => "morning",
            Self::Afternoon => "afternoon",
            Self::Evening => "evening",
        }
    }

    pub(crate) fn of_hour(hour: u8) -> Self {
        Self::ALL[usize::from(hour / 6).min(3)]
    }
}

/// The first is Monday's.
pub const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What happened at one weekday and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its place in [`WEEKDAYS`].
    pub weekday: usize,
    pub slot: Slot,
    /// In how many of the weeks.
    pub weeks: usize,
    pub facts: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveTimes {
    pub from: Day,
    pub until: Day,
    /// Those with any facts, by weekday and slot.
    pub cells: Vec<Cell>,
    pub cycle: Option<Cell>,
    pub active_days: usize,
    /// The lower one of the middle, of the days from one active day to the next; `None` with fewer than two.
    pub median_interval_days: Option<i32>,
}

/// The first day that is looked at.
pub fn first_day(today: Day) -> Day {
    Day(today.0 - 7 * WEEKS + 1)
}

pub fn active_times(instants: impl IntoIterator<Item = Instant>, zone: &Zone, today: Day) -> ActiveTimes {
    let from = first_day(today);
    let mut cells: BTreeMap<(usize, Slot), (BTreeSet<i32>, u64)> = BTreeMap::new();
    let mut days: BTreeSet<Day> = BTreeSet::new();
    for at in instants {
        let (day, hour) = zone.day_and_hour_of(at);
        if day < from || day > today {
            continue;
        }
        days.insert(day);
        let (weeks, facts) = cells.entry((weekday_of(day), Slot::of_hour(hour))).or_default();
        weeks.insert((today.0 - day.0) / 7);
        *facts += 1;
    }
    let cells: Vec<Cell> = cells
        .into_iter()
        .map(|((weekday, slot), (weeks, facts))| Cell { weekday, slot, weeks: weeks.len(), facts })
        .collect();
    // The last of equal ones is taken: the other way round, the first of the week.
    let top = cells.iter().rev().max_by_key(|cell| (cell.weeks, cell.facts)).copied();
    ActiveTimes {
        from,
        until: today,
        cycle: top.filter(|cell| cell.weeks >= WEEKS_MIN),
        cells,
        active_days: days.len(),
        median_interval_days: median_interval(&days),
    }
}

/// 1970-01-01 was a Thursday.
pub(crate) fn weekday_of(day: Day) -> usize {
    (day.0 + 3).rem_euclid(7) as usize
}

/// From one of the days to the next, the lower one of the middle; `None` with fewer than two.
pub(crate) fn median_interval(days: &BTreeSet<Day>) -> Option<i32> {
    let days: Vec<i32> = days.iter().map(|day| day.0).collect();
    let mut intervals: Vec<i32> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
    intervals.sort_unstable();
    intervals.get(intervals.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shanghai(text: &str) -> Instant {
        Instant::parse_rfc3339(&format!("{text}:00+08:00")).unwrap()
    }

    fn times(texts: &[&str], today: &str) -> ActiveTimes {
        let zone = Zone::parse("Asia/Shanghai").unwrap();
        active_times(texts.iter().map(|text| shanghai(text)), &zone, Day::parse_iso(today).unwrap())
    }

    /// 2026-11-22 is a Sunday.
    #[test]
    fn six_of_ten_sunday_evenings_are_a_cycle_of_seven_days() {
        let sundays = [
            "2026-09-20T20:10",
            "2026-09-27T21:59",
            "2026-10-04T20:00",
            "2026-10-11T20:30",
            "2026-10-18T21:00",
            "2026-11-15T20:45",
            "2026-11-15T20:46",
        ];
        let found = times(&sundays, "2026-11-22");
        let cycle = found.cycle.unwrap();
        assert_eq!((WEEKDAYS[cycle.weekday], cycle.slot, cycle.weeks, cycle.facts), ("sunday", Slot::Evening, 6, 7));
        assert_eq!((found.active_days, found.median_interval_days), (6, Some(7)));
        assert_eq!((found.from.iso().as_str(), found.until.iso().as_str()), ("2026-09-14", "2026-11-22"));
    }

    #[test]
    fn the_zone_decides_which_day_and_slot_it_is() {
        // In Shanghai it is Monday night already.
        let found = times(&["2026-11-16T00:30", "2026-11-09T05:59", "2026-11-02T06:00"], "2026-11-22");
        let cells: Vec<_> = found.cells.iter().map(|cell| (WEEKDAYS[cell.weekday], cell.slot, cell.weeks)).collect();
        assert_eq!(cells, [("monday", Slot::Night, 2), ("monday", Slot::Morning, 1)]);
        assert_eq!(found.cycle, None, "two weeks are chance");
    }

    #[test]
    fn what_is_older_or_later_than_the_window_does_not_count() {
        let found = times(&["2026-09-13T23:59", "2026-11-23T00:00"], "2026-11-22");
        assert_eq!((found.cells.len(), found.active_days, found.median_interval_days), (0, 0, None));
    }

    #[test]
    fn of_equal_cells_the_one_with_more_facts_then_the_first_of_the_week() {
        let weeks = ["2026-11-02", "2026-11-09", "2026-11-16"];
        let mondays = weeks.map(|day| format!("{day}T10:00"));
        let mut all: Vec<&str> = mondays.iter().map(String::as_str).collect();
        let tuesdays = ["2026-11-03T10:00", "2026-11-10T10:00", "2026-11-17T10:00"];
        all.extend(tuesdays);
        assert_eq!(times(&all, "2026-11-22").cycle.unwrap().weekday, 0);
        all.push("2026-11-17T11:00");
        let forward = times(&all, "2026-11-22");
        assert_eq!(forward.cycle.unwrap().weekday, 1);
        all.reverse();
        assert_eq!(times(&all, "2026-11-22"), forward);
    }
}

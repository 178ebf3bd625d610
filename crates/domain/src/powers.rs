//! Spread power and activity power: how far somebody carries the brand, and how much they take part, beside all others.
//!
//! The stated rule (`docs/journey.md`): over the last [`DAYS`] days up to today, in the brand's zone, each deed is worth its
//! weight in [`WEIGHTS`], which makes points. The score is how many of a hundred of those with any points have at most
//! as many, rounded up. So equal points have one score, more points never a lower one, whoever has the most has 100,
//! and only who has none has 0; they are not among those whom others are compared with.

use crate::relations::SHARE_EVENTS;
use crate::time::Day;

pub const DAYS: i32 = 90;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    Spread,
    Activity,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Events of [`SHARE_EVENTS`].
    Shares,
    /// Others who came by a share or an invitation, each once.
    Readers,
    /// Those whom they brought and nobody else before, and who then registered.
    Registrations,
    /// Events [`JOINED_EVENT`].
    EventsJoined,
}

impl Measure {
    pub const ALL: [Self; 4] = [Self::Shares, Self::Readers, Self::Registrations, Self::EventsJoined];

    pub fn code(self) -> &'static str {
        match self {
            Self::Shares => "shares",
            Self::Readers => "readers",
            Self::Registrations => "registrations",
            Self::EventsJoined => "events_joined",
        }
    }

    /// What an event of this name is counted as; readers and registrations are no events of whoever brought them.
    pub fn of_event(name: &str) -> Option<Self> {
        match name {
            JOINED_EVENT => Some(Self::EventsJoined),
            name if SHARE_EVENTS.contains(&name) => Some(Self::Shares),
            _ => None,
        }
    }
}

pub const JOINED_EVENT: &str = "Event Joined";

/// Points for each, and of which power.
pub const WEIGHTS: [(Power, Measure, u64); 4] = [
    (Power::Spread, Measure::Shares, 1),
    (Power::Spread, Measure::Readers, 2),
    (Power::Spread, Measure::Registrations, 10),
    (Power::Activity, Measure::EventsJoined, 1),
];

/// What one customer did within the time. Most did little, and there may be many of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deeds {
    pub shares: u32,
    pub readers: u32,
    pub registrations: u32,
    pub events_joined: u32,
}

impl Deeds {
    pub fn count(&self, measure: Measure) -> u32 {
        match measure {
            Measure::Shares => self.shares,
            Measure::Readers => self.readers,
            Measure::Registrations => self.registrations,
            Measure::EventsJoined => self.events_joined,
        }
    }

    pub fn add(&mut self, measure: Measure, more: u32) {
        let count = match measure {
            Measure::Shares => &mut self.shares,
            Measure::Readers => &mut self.readers,
            Measure::Registrations => &mut self.registrations,
            Measure::EventsJoined => &mut self.events_joined,
        };
        *count = count.saturating_add(more);
    }

    pub fn points(&self, power: Power) -> u64 {
        let own = WEIGHTS.iter().filter(|(of, ..)| *of == power);
        own.map(|(_, measure, weight)| u64::from(self.count(*measure)) * weight).sum()
    }
}

/// The points of all who have any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranking {
    ascending: Vec<u64>,
}

impl Ranking {
    pub fn of(points: impl IntoIterator<Item = u64>) -> Self {
        let mut ascending: Vec<u64> = points.into_iter().filter(|points| *points > 0).collect();
        ascending.sort_unstable();
        Self { ascending }
    }

    /// How many have any points.
    pub fn among(&self) -> usize {
        self.ascending.len()
    }

    /// 0 to 100, of somebody who is among them or has no points.
    pub fn score(&self, points: u64) -> u8 {
        if points == 0 || self.ascending.is_empty() {
            return 0;
        }
        let at_most = self.ascending.partition_point(|other| *other <= points);
        // At most 100, as a part is not larger than the whole.
        (100 * at_most).div_ceil(self.ascending.len()).clamp(1, 100) as u8
    }
}

/// The first day that is looked at.
pub fn first_day(today: Day) -> Day {
    Day(today.0 - DAYS + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The figures of C50.
    const EXAMPLE: Deeds = Deeds { shares: 12, readers: 85, registrations: 3, events_joined: 4 };

    #[test]
    fn each_measure_is_of_one_power_and_has_a_weight() {
        let listed: BTreeSet<Measure> = WEIGHTS.iter().map(|(_, measure, _)| *measure).collect();
        assert_eq!((listed.len(), WEIGHTS.len()), (Measure::ALL.len(), Measure::ALL.len()));
        assert!(WEIGHTS.iter().all(|(.., weight)| *weight > 0));
        for name in SHARE_EVENTS {
            assert_eq!(Measure::of_event(name), Some(Measure::Shares));
        }
        assert_eq!(Measure::of_event("Event Joined"), Some(Measure::EventsJoined));
        assert_eq!(Measure::of_event("Share Opened"), None, "whoever opened it did not share");
    }

    #[test]
    fn points_are_what_was_done_times_its_weight() {
        // 12 + 85 · 2 + 3 · 10, and 4.
        assert_eq!((EXAMPLE.points(Power::Spread), EXAMPLE.points(Power::Activity)), (212, 4));
        let mut deeds = Deeds::default();
        for measure in Measure::ALL {
            deeds.add(measure, EXAMPLE.count(measure));
        }
        assert_eq!(deeds, EXAMPLE);
        deeds.add(Measure::Shares, u32::MAX);
        assert_eq!(deeds.shares, u32::MAX);
    }

    #[test]
    fn a_score_is_how_many_of_a_hundred_have_at_most_as_many_points() {
        let few = Ranking::of([212, 0, 1, 3, 3, 900, 0]);
        let scores: Vec<u8> = [0, 1, 3, 212, 900].map(|points| few.score(points)).to_vec();
        // Of five: one, three, four, all.
        assert_eq!((few.among(), scores), (5, vec![0, 20, 60, 80, 100]));
        assert_eq!(Ranking::of([7]).score(7), 100, "alone");
        assert_eq!(Ranking::of([]).score(0), 0);
        let many = Ranking::of(1..=1_000);
        let scores: Vec<u8> = [1, 10, 11, 500, 991, 1_000].map(|points| many.score(points)).to_vec();
        assert_eq!(scores, [1, 1, 2, 50, 100, 100], "who did anything is never at 0");
    }

    /// With any points: more is never less, equal is equal, the most is 100, none is 0, and order plays no part.
    #[test]
    fn scores_are_monotone_and_ties_share_them() {
        let mut state = 50_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..300 {
            let people = 1 + next(250);
            let range = 1 + next(40);
            let mut points: Vec<u64> = (0..people).map(|_| next(range)).collect();
            let ranking = Ranking::of(points.iter().copied());
            points.reverse();
            assert_eq!(Ranking::of(points.iter().copied()), ranking);
            points.sort_unstable();
            let scores: Vec<u8> = points.iter().map(|one| ranking.score(*one)).collect();
            for place in 1..points.len() {
                let (is_tie, is_same) = (points[place - 1] == points[place], scores[place - 1] == scores[place]);
                assert!(scores[place - 1] <= scores[place] && (!is_tie || is_same), "{points:?} {scores:?}");
            }
            for (points, score) in points.iter().zip(&scores) {
                assert_eq!(*points == 0, *score == 0);
                assert!(*score <= 100);
            }
            if points.last() > Some(&0) {
                assert_eq!(scores.last(), Some(&100));
            }
        }
    }

    #[test]
    fn ninety_days_are_those_up_to_today() {
        let today = Day::parse_iso("2026-11-22").unwrap();
        assert_eq!(first_day(today).iso(), "2026-08-25");
    }
}

//! From what was done about the tags of a customer to when each stood, and why it ended.
//!
//! Pure: the same events in the same order give the same periods. A customer of several profiles is asked about with the
//! events of all of them; parted again, each is asked about with its own, and has what it would have had.

use crate::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    Set,
    Removed,
    /// It was found to be expired. The end itself follows from [`TagEvent::expires_at`] of what set it.
    Expired,
}

impl What {
    pub const ALL: [Self; 3] = [Self::Set, Self::Removed, Self::Expired];

    pub fn code(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Removed => "removed",
            Self::Expired => "expired",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagEvent {
    pub tag: String,
    pub group: String,
    pub is_exclusive: bool,
    pub what: What,
    pub at: Instant,
    /// Of what sets a tag: until when it is valid.
    pub expires_at: Option<Instant>,
}

/// Why a tag does not stand any more. Places are those of the events that were handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Removed {
        by: usize,
    },
    /// Another tag of its exclusive group was set.
    Replaced {
        by: usize,
    },
    Expired,
}

/// A tag, from when it was set to when it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    pub tag: String,
    pub group: String,
    pub since: Instant,
    /// The places of the events that set it: the first, then each renewal.
    pub set_by: Vec<usize>,
    pub expires_at: Option<Instant>,
    pub ended: Option<(Instant, Ended)>,
}

impl Period {
    pub fn renewals(&self) -> usize {
        self.set_by.len().saturating_sub(1)
    }

    pub fn stands(&self) -> bool {
        self.ended.is_none()
    }
}

/// All periods up to `now`, in the order in which they began. `events` come in the order in which they happened.
pub fn periods(events: &[TagEvent], now: Instant) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for (place, event) in events.iter().enumerate() {
        expire(&mut periods, event.at);
        match event.what {
            What::Expired => {}
            What::Removed => {
                for period in standing(&mut periods).filter(|period| period.tag == event.tag) {
                    period.ended = Some((event.at, Ended::Removed { by: place }));
                }
            }
            What::Set => {
                if event.is_exclusive {
                    let others = |period: &&mut Period| period.group == event.group && period.tag != event.tag;
                    for period in standing(&mut periods).filter(others) {
                        period.ended = Some((event.at, Ended::Replaced { by: place }));
                    }
                }
                let known = standing(&mut periods).find(|period| period.tag == event.tag);
                if let Some(period) = known {
                    period.set_by.push(place);
                    period.expires_at = event.expires_at;
                    continue;
                }
                periods.push(Period {
                    tag: event.tag.clone(),
                    group: event.group.clone(),
                    since: event.at,
                    set_by: vec![place],
                    expires_at: event.expires_at,
                    ended: None,
                });
            }
        }
    }
    expire(&mut periods, now);
    periods
}

fn standing(periods: &mut [Period]) -> impl Iterator<Item = &mut Period> {
    periods.iter_mut().filter(|period| period.stands())
}

/// Ends what is valid no longer at this instant.
fn expire(periods: &mut [Period], at: Instant) {
    for period in standing(periods) {
        if let Some(expires_at) = period.expires_at.filter(|expires_at| *expires_at <= at) {
            period.ended = Some((expires_at, Ended::Expired));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(group: &str, tag: &str, at: i64, valid: Option<i64>) -> TagEvent {
        TagEvent {
            tag: tag.to_owned(),
            group: group.to_owned(),
            is_exclusive: group == "stage",
            what: What::Set,
            at: Instant(at),
            expires_at: valid.map(|valid| Instant(at + valid)),
        }
    }

    fn removed(group: &str, tag: &str, at: i64) -> TagEvent {
        TagEvent { what: What::Removed, ..set(group, tag, at, None) }
    }

    /// Tag, since when, renewals, end.
    type Shown = (String, i64, usize, Option<(i64, Ended)>);

    fn shown(events: &[TagEvent], now: i64) -> Vec<Shown> {
        let all = periods(events, Instant(now)).into_iter();
        all.map(|one| (one.tag.clone(), one.since.0, one.renewals(), one.ended.map(|(at, why)| (at.0, why)))).collect()
    }

    #[test]
    fn a_second_tag_of_an_exclusive_group_ends_the_first_and_no_other() {
        let events =
            [set("stage", "early", 1, Some(90)), set("other", "vip", 2, None), set("stage", "late", 5, Some(90))];
        let expected = vec![
            ("early".to_owned(), 1, 0, Some((5, Ended::Replaced { by: 2 }))),
            ("vip".to_owned(), 2, 0, None),
            ("late".to_owned(), 5, 0, None),
        ];
        assert_eq!(shown(&events, 6), expected);
    }

    #[test]
    fn a_tag_expires_unless_it_is_renewed_and_may_be_set_again() {
        let events = [set("stage", "early", 0, Some(90)), set("stage", "early", 80, Some(90))];
        assert_eq!(shown(&events, 169), [("early".to_owned(), 0, 1, None)]);
        assert_eq!(shown(&events, 170), [("early".to_owned(), 0, 1, Some((170, Ended::Expired)))]);
        let again = [set("stage", "early", 0, Some(90)), set("stage", "early", 95, Some(90))];
        let expected = vec![("early".to_owned(), 0, 0, Some((90, Ended::Expired))), ("early".to_owned(), 95, 0, None)];
        assert_eq!(shown(&again, 100), expected);
    }

    #[test]
    fn what_does_not_stand_is_removed_without_effect() {
        let events = [
            removed("other", "vip", 1),
            set("other", "vip", 2, Some(3)),
            removed("other", "vip", 9),
            TagEvent { what: What::Expired, ..set("other", "vip", 5, None) },
            set("other", "vip", 10, None),
            removed("other", "vip", 11),
        ];
        let expected = vec![
            ("vip".to_owned(), 2, 0, Some((5, Ended::Expired))),
            ("vip".to_owned(), 10, 0, Some((11, Ended::Removed { by: 5 }))),
        ];
        assert_eq!(shown(&events, 20), expected);
    }

    /// SplitMix64.
    fn below(state: &mut u64, below: u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }

    #[test]
    fn whatever_happens_a_tag_stands_once_and_an_exclusive_group_has_one() {
        let mut state = 7;
        for _ in 0..500 {
            let mut events = Vec::new();
            let mut at = 0;
            for _ in 0..12 {
                at += below(&mut state, 6) as i64;
                let (group, tag) =
                    [("stage", "a"), ("stage", "b"), ("free", "c"), ("free", "d")][below(&mut state, 4) as usize];
                let valid = Some(4).filter(|_| below(&mut state, 2) == 0);
                events.push(match below(&mut state, 4) {
                    0 => removed(group, tag, at),
                    _ => set(group, tag, at, valid),
                });
            }
            for now in 0..at + 6 {
                let before: Vec<TagEvent> = events.iter().filter(|one| one.at.0 <= now).cloned().collect();
                let all = periods(&before, Instant(now));
                let stand: Vec<&Period> = all.iter().filter(|one| one.stands()).collect();
                for tag in ["a", "b", "c", "d"] {
                    assert!(stand.iter().filter(|one| one.tag == tag).count() <= 1);
                }
                assert!(stand.iter().filter(|one| one.group == "stage").count() <= 1);
                assert!(stand.iter().all(|one| one.expires_at.is_none_or(|expires| expires.0 > now)));
                assert!(all.iter().all(|one| one.ended.is_none_or(|(ended, _)| ended >= one.since && ended.0 <= now)));
                // Each event that sets a tag is in one period.
                let sets = before.iter().filter(|one| one.what == What::Set).count();
                assert_eq!(all.iter().map(|one| one.set_by.len()).sum::<usize>(), sets);
            }
        }
    }
}

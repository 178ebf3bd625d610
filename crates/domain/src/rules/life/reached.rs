//! From when until when somebody can be reached over a channel.

use crate::consent::{Decided, Decision, holding};
use crate::progress::{slot_of, slot_start};
use crate::reach::{Channel, Masks};
use crate::rules::calendar::Interval;
use crate::time::{Day, Instant, Zone};
use std::collections::BTreeSet;

/// Messages that were sent over the channel within a quarter of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    pub slot: i64,
    pub messages: i64,
}

/// What is known of one customer about one channel.
#[derive(Clone, Copy, Debug)]
pub struct Reached<'a> {
    pub channel: &'a Channel,
    /// When each identifier of a type of the channel was first seen.
    pub identifiers: &'a [Instant],
    /// What was decided of the channel's purpose, about the channel or about all.
    pub decided: &'a [Decided],
    pub sent: &'a [Sent],
}

/// The stretches of time in which a message may go, as things are known now. A quota looks at whole days of the brand's
/// zone, so that what used it up falls out of it at a midnight. What was sent long ago is not kept: of a time before that
/// the quota counts as open.
pub fn reached(known: &Reached<'_>, zone: &Zone) -> Vec<Interval> {
    let mut intervals: Vec<Interval> = Vec::new();
    let mut open: Option<Instant> = None;
    for at in edges(known, zone) {
        match (open, known.is_reachable(at, zone)) {
            (None, true) => open = Some(at),
            (Some(from), false) => {
                intervals.push(Interval::new(from, Some(at)));
                open = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }
    intervals.extend(open.map(|from| Interval::new(from, None)));
    intervals
}

/// All instants at which the answer may change.
fn edges(known: &Reached<'_>, zone: &Zone) -> BTreeSet<Instant> {
    let mut edges: BTreeSet<Instant> = known.identifiers.iter().copied().collect();
    edges.extend(known.decided.iter().map(|one| one.at));
    let Some(quota) = known.channel.quota else { return edges };
    for one in known.sent {
        let start = slot_start(one.slot);
        edges.insert(start);
        let days = i32::try_from(quota.days).unwrap_or(i32::MAX);
        edges.extend(zone.start_of_day(Day(zone.day_of(start).0.saturating_add(days))));
    }
    edges
}

impl Reached<'_> {
    fn is_reachable(&self, at: Instant, zone: &Zone) -> bool {
        let bit = |is_set: bool| i64::from(is_set);
        let decided: Vec<Decided> = self.decided.iter().filter(|one| one.at <= at).copied().collect();
        let decision = holding(&decided).map(|place| decided[place].decision);
        let masks = Masks {
            contact: bit(self.identifiers.iter().any(|seen| *seen <= at)),
            granted: bit(decision == Some(Decision::Granted)),
            refused: bit(decision.is_some_and(|decision| decision != Decision::Granted)),
            exhausted: bit(self.is_exhausted(at, zone)),
        };
        masks.is_reachable(0, self.channel.consent)
    }

    fn is_exhausted(&self, at: Instant, zone: &Zone) -> bool {
        let Some(quota) = self.channel.quota else { return false };
        let days = i32::try_from(quota.days - 1).unwrap_or(i32::MAX);
        let first = zone.start_of_day(Day(zone.day_of(at).0.saturating_sub(days))).map_or(i64::MIN, slot_of);
        let within = self.sent.iter().filter(|one| one.slot >= first && slot_start(one.slot) <= at);
        within.map(|one| one.messages).fold(0, i64::saturating_add) >= quota.messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::{ConsentNeed, Quota, defaults};
    use crate::time::MICROS_PER_DAY;

    fn day(days: i64) -> Instant {
        Instant(days * MICROS_PER_DAY)
    }

    fn channel(consent: ConsentNeed, quota: Option<(i64, i64)>) -> Channel {
        let quota = quota.map(|(messages, days)| Quota { messages, days });
        Channel { consent, quota, ..defaults().remove(0) }
    }

    fn granted(decision: Decision, at: Instant) -> Decided {
        Decided { decision, is_explicit: true, at }
    }

    #[test]
    fn a_contact_is_reached_from_its_identifier_on_as_far_as_its_word_goes() {
        let open = channel(ConsentNeed::NotRefused, None);
        let decided = [granted(Decision::Revoked, day(5)), granted(Decision::Granted, day(9))];
        let known = Reached { channel: &open, identifiers: &[day(3), day(4)], decided: &decided, sent: &[] };
        let expected = [Interval::new(day(3), Some(day(5))), Interval::new(day(9), None)];
        assert_eq!(reached(&known, &Zone::utc()), expected);
        let closed = channel(ConsentNeed::Granted, None);
        let known = Reached { channel: &closed, ..known };
        assert_eq!(reached(&known, &Zone::utc()), expected[1..]);
        let nobody = Reached { identifiers: &[], ..known };
        assert_eq!(reached(&nobody, &Zone::utc()), []);
    }

    #[test]
    fn a_quota_opens_again_at_the_midnight_after_its_days() {
        let limited = channel(ConsentNeed::NotRefused, Some((2, 3)));
        let half = |days: i64| Instant(day(days).0 + MICROS_PER_DAY / 2);
        let sent = [Sent { slot: slot_of(half(10)), messages: 1 }, Sent { slot: slot_of(half(11)), messages: 1 }];
        let known = Reached { channel: &limited, identifiers: &[day(1)], decided: &[], sent: &sent };
        // Two within the three days until the 12th; from the 13th on the first of them is out of sight.
        let expected = [Interval::new(day(1), Some(half(11))), Interval::new(day(13), None)];
        assert_eq!(reached(&known, &Zone::utc()), expected);
    }
}

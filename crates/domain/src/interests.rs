//! What somebody opens of what they are sent, topic by topic.
//!
//! The stated rule (`docs/journey.md`): over [`DAYS`] days up to today, of each topic that messages name (property `topic` of
//! `Message Sent` and [`OPENED_EVENT`]) how many were sent and how many of them opened. An opened message counts once by its
//! `message`, and no more are opened than were sent. A topic is **high** where the 95 % interval of Wilson of the share
//! lies from a half on, **low** where it ends at a quarter or before, and otherwise nothing is known yet: eight of eight are high,
//! three of three are chance.
//!
//! Invariants: the order of the facts plays no part; a topic without a sent message is none.

use crate::cluster::{Share, share_of};
use crate::reach::SENT_EVENT;
use crate::rules::oracle::{Happened, Kind, text_of};
use crate::time::{Instant, MICROS_PER_DAY};
use crate::topics::TOPICS_MAX;
use crate::touch_point::is_code;
use std::collections::{BTreeMap, BTreeSet};

pub const OPENED_EVENT: &str = "Message Opened";
pub const DAYS: i64 = 365;
const HIGH_FROM: f64 = 0.5;
const LOW_UNTIL: f64 = 0.25;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    High,
    Low,
    Unknown,
}

impl Interest {
    pub fn code(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
            Self::Unknown => "unknown",
        }
    }

    fn of(share: &Share) -> Self {
        match share {
            share if share.low >= HIGH_FROM => Self::High,
            share if share.high <= LOW_UNTIL => Self::Low,
            _ => Self::Unknown,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct TopicInterest {
    pub topic: String,
    /// Opened, of those that were sent.
    pub opened: Share,
    pub interest: Interest,
}

/// Of facts before an instant, by topic.
pub fn interests_of(facts: &[Happened], until: Instant) -> Vec<TopicInterest> {
    let from = until.0.saturating_sub(DAYS * MICROS_PER_DAY);
    let mut sent: BTreeMap<&str, u64> = BTreeMap::new();
    let mut opened: BTreeMap<&str, (BTreeSet<&str>, u64)> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| from <= fact.at.0 && fact.at < until) {
        let Kind::Event(name) = &fact.kind else { continue };
        let Some(topic) = text_of(&fact.properties, "topic").filter(|topic| is_code(topic)) else { continue };
        match name.as_str() {
            SENT_EVENT => *sent.entry(topic).or_default() += 1,
            OPENED_EVENT => {
                let (named, unnamed) = opened.entry(topic).or_default();
                match text_of(&fact.properties, "message") {
                    Some(message) => drop(named.insert(message)),
                    None => *unnamed += 1,
                }
            }
            _ => {}
        }
    }
    let of_topic = |(topic, sent): (&str, u64)| {
        let opened = opened.get(topic).map_or(0, |(named, unnamed)| named.len() as u64 + unnamed);
        let opened = share_of(opened.min(sent), sent)?;
        Some(TopicInterest { topic: topic.to_owned(), interest: Interest::of(&opened), opened })
    };
    sent.into_iter().filter_map(of_topic).take(TOPICS_MAX).collect()
}

/// The topics of which somebody has this interest.
pub fn topics_of(interests: &[TopicInterest], interest: Interest) -> Vec<String> {
    interests.iter().filter(|one| one.interest == interest).map(|one| one.topic.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::FactKey;
    use crate::rules::oracle::Named;
    use crate::rules::value::Value;

    fn message(number: usize, event: &str, topic: &str, message: Option<&str>) -> Happened {
        let told = [Some(("topic", topic)), message.map(|message| ("message", message))];
        let properties: Named =
            told.into_iter().flatten().map(|(name, value)| (name.to_owned(), vec![Value::text(value)])).collect();
        let key = FactKey::of(&["test", &number.to_string()]);
        Happened { key, at: Instant(0), kind: Kind::Event(event.to_owned()), properties, lines: Vec::new() }
    }

    fn facts(sent: usize, opened: usize, topic: &str) -> Vec<Happened> {
        let sent = (0..sent).map(|number| message(number, SENT_EVENT, topic, None));
        sent.chain((0..opened).map(|number| message(1_000 + number, OPENED_EVENT, topic, None))).collect()
    }

    fn level(sent: usize, opened: usize) -> Interest {
        interests_of(&facts(sent, opened, "recipes"), Instant(1))[0].interest
    }

    /// The worked example of C49.
    #[test]
    fn c49_eight_of_eight_are_high_and_none_of_twelve_is_low() {
        let all: Vec<Happened> = [facts(8, 8, "recipes"), facts(12, 0, "promotions")].concat();
        let found = interests_of(&all, Instant(1));
        let [promotions, recipes] = &found[..] else { panic!("{found:?}") };
        assert!(recipes.interest == Interest::High && recipes.opened.low >= 0.63, "{recipes:?}");
        assert_eq!((promotions.interest, promotions.opened.of), (Interest::Low, 12));
        assert_eq!(topics_of(&found, Interest::High), ["recipes"]);
    }

    #[test]
    fn what_may_be_chance_is_unknown() {
        let cases = [
            (3, 3, Interest::Unknown),
            (4, 4, Interest::High),
            (10, 5, Interest::Unknown),
            (11, 0, Interest::Unknown),
            (12, 0, Interest::Low),
            (100, 63, Interest::High),
            (100, 15, Interest::Low),
        ];
        for (sent, opened, interest) in cases {
            assert_eq!(level(sent, opened), interest, "{opened} of {sent}");
        }
    }

    #[test]
    fn a_message_is_opened_once_and_none_that_was_not_sent() {
        let mut all = facts(2, 0, "recipes");
        all.extend((0..5).map(|number| message(100 + number, OPENED_EVENT, "recipes", Some("m1"))));
        all.push(message(200, OPENED_EVENT, "never_sent", None));
        all.push(message(201, SENT_EVENT, "Not A Code", None));
        let found = interests_of(&all, Instant(1));
        assert_eq!((found.len(), found[0].opened.count, found[0].opened.of), (1, 1, 2));
        all.reverse();
        assert_eq!(interests_of(&all, Instant(1)), found);
        assert!(interests_of(&all, Instant(0)).is_empty() && level(1, 9) != Interest::Low);
        assert!(interests_of(&all, Instant(DAYS * MICROS_PER_DAY + 1)).is_empty());
    }
}

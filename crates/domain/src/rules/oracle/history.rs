//! What is known of one customer, as the oracle takes it. Whoever has profiles, tags and facts turns them into this.

use crate::consent::{Decided, Decision, holding};
use crate::fact::FactKey;
use crate::rules::calendar::Interval;
use crate::rules::tree::Has;
use crate::rules::value::Value;
use crate::tag::Period;
use crate::time::Instant;
use std::collections::BTreeMap;

/// Values by name. A field of several choices has several; what is not there has none. All amounts of a history are of the
/// workspace's currency.
pub type Named = BTreeMap<String, Vec<Value>>;

/// The first value of this name.
pub fn first_of<'n>(named: &'n Named, name: &str) -> Option<&'n Value> {
    named.get(name)?.first()
}

/// The first value of this name, where that is a text.
pub fn text_of<'n>(named: &'n Named, name: &str) -> Option<&'n str> {
    match first_of(named, name)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// What is believed now of fields and traits, and what the product works out.
    pub fields: Named,
    /// Tags, segments, reach, identifiers, consents: from when until when.
    pub states: Vec<State>,
    /// In any order. Of one key there is one.
    pub facts: Vec<Happened>,
}

/// A state and when it stands. Of channels they are named ones; one for all of them is not handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub has: Has,
    pub interval: Interval,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    pub key: FactKey,
    pub at: Instant,
    pub kind: Kind,
    pub properties: Named,
    /// Of orders and refunds.
    pub lines: Vec<Named>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Order,
    Refund,
    Event(String),
    Page,
    Screen,
}

impl History {
    /// Tags and their groups, from the periods that `tag::periods` works out.
    pub fn add_tags(&mut self, periods: &[Period]) {
        for one in periods {
            let until = one.ended.map(|(at, _)| at).or(one.expires_at);
            let interval = Interval::new(one.since, until);
            self.states.push(State { has: Has::Tag(one.tag.clone()), interval });
            self.states.push(State { has: Has::TagGroup(one.group.clone()), interval });
        }
    }

    /// What somebody decided of a purpose: each decision for as long as it holds. For a channel the decisions about it and
    /// those about all channels are handed in together, without a channel the latter alone.
    pub fn add_consents(&mut self, purpose: &str, channel: Option<&str>, decided: &[Decided]) {
        let mut decided = decided.to_vec();
        decided.sort_by_key(|one| one.at);
        let mut open: Option<(Instant, Decision)> = None;
        let mut add = |from, until, decision| {
            let has = Has::Consent { purpose: purpose.to_owned(), channel: channel.map(str::to_owned), decision };
            self.states.push(State { has, interval: Interval::new(from, until) });
        };
        for at in decided.iter().map(|one| one.at) {
            let known = &decided[..decided.partition_point(|one| one.at <= at)];
            let Some(decision) = holding(known).map(|place| known[place].decision) else { continue };
            match open {
                Some((_, before)) if before == decision => {}
                Some((from, before)) => {
                    add(from, Some(at), before);
                    open = Some((at, decision));
                }
                None => open = Some((at, decision)),
            }
        }
        if let Some((from, decision)) = open {
            add(from, None, decision);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::catalogue::Properties;
    use crate::rules::oracle::{Flip, Thresholds, View, next_flip};
    use crate::rules::text::parse;
    use crate::rules::tree::Rule;
    use crate::tag::{TagEvent, What, periods};
    use crate::time::Zone;

    fn at(now: i64) -> View<'static> {
        static NONE: Thresholds = Thresholds::new();
        static LINES: Properties = Properties::new();
        View { now: Instant(now), zone: Box::leak(Box::new(Zone::utc())), thresholds: &NONE, line_names: &LINES }
    }

    fn holds(rule: &Rule, history: &History, view: View<'_>) -> bool {
        crate::rules::oracle::holds(rule, history, view).unwrap()
    }

    #[test]
    fn a_tag_stands_from_its_instant_until_it_ends() {
        let set = |tag: &str, at, valid| TagEvent {
            tag: tag.to_owned(),
            group: "stage".to_owned(),
            is_exclusive: true,
            what: What::Set,
            at: Instant(at),
            expires_at: Some(Instant(at + valid)),
        };
        let mut history = History::default();
        history.add_tags(&periods(&[set("early", 10, 90), set("late", 50, 90)], Instant(60)));
        let rule = parse("has tag early").unwrap().rule;
        let seen = [9, 10, 49, 50].map(|now| holds(&rule, &history, at(now)));
        assert_eq!(seen, [false, true, true, false]);
        let group = parse("has tag of stage").unwrap().rule;
        assert!(holds(&group, &history, at(139)) && !holds(&group, &history, at(140)));
        let flip = next_flip(&group, &history, at(20));
        assert_eq!(flip, Ok(Some(Flip::TurnsAt(Instant(140)))), "one tag of the group follows the other");
    }

    #[test]
    fn a_decision_holds_until_another_one_does() {
        let decided = |decision, is_explicit, at| Decided { decision, is_explicit, at: Instant(at) };
        let mut history = History::default();
        let all = [
            decided(Decision::Granted, false, 40),
            decided(Decision::Granted, true, 10),
            decided(Decision::Revoked, true, 30),
            decided(Decision::Granted, true, 50),
        ];
        history.add_consents("marketing", Some("sms"), &all);
        let rule = parse("consent granted to marketing by sms").unwrap().rule;
        let seen = [9, 10, 29, 30, 45, 50].map(|now| holds(&rule, &history, at(now)));
        assert_eq!(seen, [false, true, true, false, false, true], "what a device reports lifts no refusal");
    }
}

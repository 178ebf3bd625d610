//! Who answers to price and who to content: from trials that show contents with offers to people by chance.
//!
//! A trial shows each person one content with one offer ([`SHOWN_EVENT`]: `trial`, `content`, `offer`); whoever takes it up is told of by
//! [`RESPONDED_EVENT`] (`trial`). The stated rule (`docs/journey.md`): an arm is a content with an offer; its rate is that of who responded, with
//! one more who did and one who did not (the mean after a uniform prior). For somebody who responded, the probability that
//! they would not have done so without the offer is the excess over the lowest rate that the same content has with another
//! offer, as a part of their arm's rate; that of the content likewise, among the contents with the same offer. This is the
//! probability of necessity where arms are drawn by chance and an offer or a content deters nobody (Tian and Pearl 2000, theorem 3).
//! Over several trials they add up as independent reasons. Whoever reaches [`SURE_FROM`] by one of the two and not by the other is sensitive to it;
//! of everybody else nothing is known.
//!
//! Invariants: one person counts once in a trial, in the arm that they saw first; the order of facts and of people plays no part.

use crate::rules::oracle::{Happened, Kind, text_of};
use crate::time::Instant;
use crate::touch_point::is_code;
use std::collections::BTreeMap;

pub const SHOWN_EVENT: &str = "Trial Shown";
pub const RESPONDED_EVENT: &str = "Trial Responded";
pub const SURE_FROM: f64 = 0.8;
/// Of all trials together. Where there are more, trials are left out whole, the last ones by code.
pub const ARMS_MAX: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arm {
    pub trial: String,
    pub content: String,
    pub offer: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub shown: u64,
    pub responded: u64,
}

impl Counts {
    fn rate(self) -> f64 {
        (self.responded as f64 + 1.0) / (self.shown as f64 + 2.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    Price,
    Content,
}

impl Sensitivity {
    pub const ALL: [Self; 2] = [Self::Price, Self::Content];

    pub fn code(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Content => "content",
        }
    }
}

/// What somebody is sensitive to, and how sure that is: [`SURE_FROM`] to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensitive {
    pub to: Sensitivity,
    pub probability: f64,
}

/// All trials, by arm. Which of too many are kept does not depend on the order in which people come: those before a trial that never
/// becomes a later one, so of whatever is kept nothing was left out before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trials {
    arms: BTreeMap<Arm, Counts>,
    /// The first trial that is left out, with all behind it.
    until: Option<String>,
}

impl Trials {
    /// Somebody who was shown this arm.
    pub fn add(&mut self, arm: &Arm, has_responded: bool) {
        self.add_counts(arm, Counts { shown: 1, responded: u64::from(has_responded) });
    }

    pub fn add_all(&mut self, other: &Self) {
        if let Some(until) = &other.until {
            self.leave_out_from(until.clone());
        }
        other.arms.iter().for_each(|(arm, counts)| self.add_counts(arm, *counts));
    }

    fn add_counts(&mut self, arm: &Arm, more: Counts) {
        if self.until.as_ref().is_some_and(|until| arm.trial >= *until) {
            return;
        }
        let counts = self.arms.entry(arm.clone()).or_default();
        counts.shown += more.shown;
        counts.responded += more.responded;
        if self.arms.len() > ARMS_MAX {
            let last = self.arms.keys().next_back().map(|arm| arm.trial.clone());
            last.into_iter().for_each(|trial| self.leave_out_from(trial));
        }
    }

    fn leave_out_from(&mut self, trial: String) {
        if self.until.as_ref().is_some_and(|until| *until <= trial) {
            return;
        }
        self.arms.retain(|arm, _| arm.trial < trial);
        self.until = Some(trial);
    }

    pub fn arms(&self) -> impl Iterator<Item = (&Arm, Counts)> {
        self.arms.iter().map(|(arm, counts)| (arm, *counts))
    }

    /// Of somebody who responded in these arms.
    pub fn sensitivity(&self, responded: &[Arm]) -> Option<Sensitive> {
        let mut without = [1.0, 1.0];
        for arm in responded {
            let Some(own) = self.arms.get(arm) else { continue };
            let first = Arm { content: String::new(), offer: String::new(), ..arm.clone() };
            let lowest = |is_beside: &dyn Fn(&Arm) -> bool| {
                let of_trial = self.arms.range(&first..).take_while(|(one, _)| one.trial == arm.trial);
                let beside = of_trial.filter(|(one, _)| is_beside(one));
                beside.map(|(_, counts)| counts.rate()).fold(own.rate(), f64::min)
            };
            let by_price = lowest(&|one| one.content == arm.content);
            let by_content = lowest(&|one| one.offer == arm.offer);
            without[0] *= by_price / own.rate();
            without[1] *= by_content / own.rate();
        }
        let [price, content] = without.map(|without| 1.0 - without);
        match (price >= SURE_FROM, content >= SURE_FROM) {
            (true, false) => Some(Sensitive { to: Sensitivity::Price, probability: price }),
            (false, true) => Some(Sensitive { to: Sensitivity::Content, probability: content }),
            _ => None,
        }
    }
}

/// The arms that somebody saw from the one instant until before the other, one of each trial, and whether they responded
/// after.
pub fn taken_by(facts: &[Happened], from: Instant, until: Instant) -> Vec<(Arm, bool)> {
    let within = || facts.iter().filter(|fact| from <= fact.at && fact.at < until);
    let mut first: BTreeMap<&str, (Instant, Arm)> = BTreeMap::new();
    for fact in within().filter(|fact| is_event(fact, SHOWN_EVENT)) {
        let [Some(trial), Some(content), Some(offer)] = ["trial", "content", "offer"].map(|name| code(fact, name))
        else {
            continue;
        };
        let arm = Arm { trial: trial.to_owned(), content: content.to_owned(), offer: offer.to_owned() };
        let shown = (fact.at, arm);
        let known = first.entry(trial).or_insert_with(|| shown.clone());
        if shown < *known {
            *known = shown;
        }
    }
    let mut last: BTreeMap<&str, Instant> = BTreeMap::new();
    for fact in within().filter(|fact| is_event(fact, RESPONDED_EVENT)) {
        if let Some(trial) = code(fact, "trial") {
            let known = last.entry(trial).or_insert(fact.at);
            *known = (*known).max(fact.at);
        }
    }
    let has_responded = |trial: &str, shown: Instant| last.get(trial).is_some_and(|at| *at >= shown);
    first.into_iter().map(|(trial, (shown, arm))| (arm, has_responded(trial, shown))).collect()
}

fn is_event(fact: &Happened, event: &str) -> bool {
    matches!(&fact.kind, Kind::Event(name) if name == event)
}

fn code<'f>(fact: &'f Happened, name: &str) -> Option<&'f str> {
    text_of(&fact.properties, name).filter(|text| is_code(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::FactKey;
    use crate::rules::oracle::Named;
    use crate::rules::value::Value;

    fn arm(content: &str, offer: &str) -> Arm {
        Arm { trial: "t".to_owned(), content: content.to_owned(), offer: offer.to_owned() }
    }

    /// Three contents with and without an offer, five hundred people each.
    fn trials() -> Trials {
        let mut trials = Trials::default();
        for (content, offer, responded) in [
            ("plain", "none", 9),
            ("plain", "tenth_off", 74),
            ("story", "none", 99),
            ("story", "tenth_off", 109),
            ("video", "none", 11),
            ("video", "tenth_off", 30),
        ] {
            (0..500).for_each(|number| trials.add(&arm(content, offer), number < responded));
        }
        trials
    }

    /// The worked example of C59.
    #[test]
    fn c59_each_responder_is_sensitive_with_a_probability_of_four_fifths_or_stays_unknown() {
        let trials = trials();
        let of = |content: &str, offer: &str| trials.sensitivity(&[arm(content, offer)]);
        // (75 − 10) / 75 and (100 − 10) / 100.
        let price = of("plain", "tenth_off").unwrap();
        assert!(price.to == Sensitivity::Price && (price.probability - 65.0 / 75.0).abs() < 1e-12, "{price:?}");
        let content = of("story", "none").unwrap();
        assert!(content.to == Sensitivity::Content && (content.probability - 0.9).abs() < 1e-12, "{content:?}");
        for (content, offer) in [("story", "tenth_off"), ("plain", "none"), ("video", "none"), ("video", "tenth_off")] {
            assert_eq!(of(content, offer), None, "{content} {offer}");
        }
        assert_eq!(trials.sensitivity(&[]), None);
        assert_eq!(trials.sensitivity(&[Arm { trial: "other".to_owned(), ..arm("story", "none") }]), None);
    }

    #[test]
    fn several_trials_add_up_and_what_speaks_for_both_says_nothing() {
        let mut trials = trials();
        let again = |content: &str, offer: &str| Arm { trial: "u".to_owned(), ..arm(content, offer) };
        for (content, offer, responded) in [("a", "none", 9), ("a", "half_off", 19), ("b", "none", 99)] {
            (0..500).for_each(|number| trials.add(&again(content, offer), number < responded));
        }
        assert_eq!(trials.sensitivity(&[again("a", "half_off")]), None);
        let both = trials.sensitivity(&[arm("plain", "tenth_off"), again("a", "half_off")]).unwrap();
        assert!((both.probability - (1.0 - 10.0 / 75.0 * 0.5)).abs() < 1e-12, "{both:?}");
        assert_eq!(trials.sensitivity(&[arm("plain", "tenth_off"), again("b", "none")]), None);
    }

    #[test]
    fn one_person_is_in_the_arm_that_they_saw_first_and_responds_after_it() {
        let fact = |number: i64, at: i64, event: &str, told: &[(&str, &str)]| {
            let properties: Named =
                told.iter().map(|(name, value)| ((*name).to_owned(), vec![Value::text(value)])).collect();
            let key = FactKey::of(&["test", &number.to_string()]);
            Happened { key, at: Instant(at), kind: Kind::Event(event.to_owned()), properties, lines: Vec::new() }
        };
        let shown = |number: i64, at: i64, content: &str| {
            fact(number, at, SHOWN_EVENT, &[("trial", "t"), ("content", content), ("offer", "none")])
        };
        let mut facts = vec![
            fact(1, 10, RESPONDED_EVENT, &[("trial", "t")]),
            shown(2, 30, "story"),
            shown(3, 20, "plain"),
            fact(4, 5, SHOWN_EVENT, &[("trial", "t"), ("content", "Not A Code"), ("offer", "none")]),
        ];
        let of = |facts: &[Happened]| taken_by(facts, Instant(0), Instant(100));
        assert_eq!(of(&facts), [(arm("plain", "none"), false)]);
        facts.push(fact(5, 20, RESPONDED_EVENT, &[("trial", "t")]));
        assert_eq!(of(&facts), [(arm("plain", "none"), true)]);
        facts.reverse();
        assert_eq!(of(&facts), [(arm("plain", "none"), true)]);
        assert_eq!(taken_by(&facts, Instant(25), Instant(100)), [(arm("story", "none"), false)]);
    }

    #[test]
    fn of_too_many_arms_whole_trials_are_left_out_whoever_comes_first() {
        // Four trials of 300 arms each, of which the fourth does not fit.
        let shown: Vec<Arm> = (0..1_200)
            .map(|number| Arm { trial: format!("t{}", number % 4), ..arm(&format!("c{}", number / 4), "none") })
            .collect();
        let of = |shown: &[Arm]| {
            let mut trials = Trials::default();
            shown.iter().for_each(|arm| trials.add(arm, true));
            trials
        };
        let found = of(&shown);
        assert_eq!((found.arms().count(), found.until.as_deref()), (900, Some("t3")));
        let (mut sorted, mut backwards) = (shown.clone(), shown.clone());
        sorted.sort();
        backwards.sort_by(|one, other| other.cmp(one));
        for other in [sorted, backwards] {
            assert_eq!(of(&other), found);
        }
        for at in [1, 600, 1_100] {
            let (one, other) = shown.split_at(at);
            let (mut one, mut other) = (of(one), of(other));
            one.add_all(&of(&shown[at..]));
            other.add_all(&of(&shown[..at]));
            assert_eq!((&one, &other), (&found, &found), "{at}");
        }
    }

    #[test]
    fn a_trial_with_too_many_arms_is_left_out_and_as_many_as_fit_are_kept() {
        let mut trials = Trials::default();
        for number in 0..ARMS_MAX {
            trials.add(&arm(&format!("c{number}"), "none"), true);
        }
        assert_eq!(trials.arms().count(), ARMS_MAX);
        trials.add(&arm("one_more", "none"), true);
        trials.add(&arm("c1", "none"), true);
        assert_eq!(trials.arms().count(), 0);
        trials.add(&Arm { trial: "a".to_owned(), ..arm("c1", "none") }, true);
        assert_eq!(trials.arms().count(), 1);
    }
}

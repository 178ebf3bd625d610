//! How somebody became a customer: a stranger, somebody who is interested, somebody who registered. And whether a file or a
//! system of the brand knew them when a touch-point met them.
//!
//! | step | since |
//! |---|---|
//! | [`Step::Suspected`] | the first fact or identifier |
//! | [`Step::Potential`] | the third fact of the stage `learn`; or the first of `buy`, `query` and `interact`, the first `Followed`, the first identifier by which they are reached: phone, mail, WeChat |
//! | [`Step::Registered`] | the first `Signed Up`, or the first identifier of an account: a number of the shop's or of a member, a user id |
//!
//! Invariants: who is at a step was at those before it, no later; nothing depends on the order in which facts are seen.

use crate::clerks::SIGN_UP_EVENT;
use crate::identity::IdentifierType;
use crate::stages::Stage;
use crate::time::Instant;

/// Who looked so often is interested.
pub const LOOKS: usize = 3;
pub const FOLLOWED_EVENT: &str = "Followed";

/// In the order in which they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Suspected,
    Potential,
    Registered,
}

impl Step {
    pub const ALL: [Self; 3] = [Self::Suspected, Self::Potential, Self::Registered];

    pub fn code(self) -> &'static str {
        match self {
            Self::Suspected => "suspected",
            Self::Potential => "potential",
            Self::Registered => "registered",
        }
    }
}

/// What is looked at of a fact.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub at: Instant,
    /// By the brand's table.
    pub stage: Stage,
    /// Of an event.
    pub name: Option<&'a str>,
    pub touch_point: Option<&'a str>,
    pub by: By,
}

/// Who told a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A file, or a system of the brand.
    System,
    TouchPoint,
    /// The brand, of what it did or wrote down: no deed of the customer's, but for a sign-up.
    Brand,
}

/// Where somebody stands, and since when they were at each step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    pub steps: [Option<Instant>; 3],
    /// The first touch-point that a fact names, and when.
    pub met: Option<(Instant, String)>,
    /// A file or a system told of them, and a touch-point met them: an old customer who was recognised.
    pub is_recognised: bool,
}

impl Arrival {
    pub fn step(&self) -> Option<Step> {
        Step::ALL.into_iter().zip(self.steps).rfind(|(_, since)| since.is_some()).map(|(step, _)| step)
    }
}

/// Collects what there is of one customer, in any order.
#[derive(Clone, Debug, Default)]
pub struct Coming {
    steps: [Option<Instant>; 3],
    /// The earliest ones.
    looks: Vec<Instant>,
    met: Option<(Instant, String)>,
    is_told: bool,
    is_met: bool,
}

impl Coming {
    pub fn see(&mut self, seen: Seen<'_>) {
        let Seen { at, stage, name, touch_point, by } = seen;
        self.reach(Step::Suspected, at);
        self.is_told |= by == By::System;
        self.is_met |= by == By::TouchPoint;
        let is_deed = by != By::Brand;
        if is_deed && stage == Stage::Learn {
            let place = self.looks.partition_point(|one| *one <= at);
            self.looks.insert(place, at);
            self.looks.truncate(LOOKS);
        }
        let is_interest = matches!(stage, Stage::Buy | Stage::Query | Stage::Interact) || name == Some(FOLLOWED_EVENT);
        if is_deed && is_interest {
            self.reach(Step::Potential, at);
        }
        if name == Some(SIGN_UP_EVENT) {
            self.reach(Step::Registered, at);
        }
        if let Some(code) = touch_point
            && self.met.as_ref().is_none_or(|(first, known)| (at, code) < (*first, known.as_str()))
        {
            self.met = Some((at, code.to_owned()));
        }
    }

    pub fn hold(&mut self, kind: IdentifierType, since: Instant) {
        use IdentifierType::{CustomerId, Email, MemberNo, OpenId, OtherId, Phone, UnionId, UserId};
        let step = match kind {
            CustomerId | MemberNo | OtherId | UserId => Step::Registered,
            Phone | Email | UnionId | OpenId => Step::Potential,
            _ => Step::Suspected,
        };
        self.reach(step, since);
    }

    fn reach(&mut self, step: Step, at: Instant) {
        let since = &mut self.steps[step as usize];
        *since = Some(since.map_or(at, |first| first.min(at)));
    }

    pub fn arrival(mut self) -> Arrival {
        if let Some(last) = self.looks.get(LOOKS - 1).copied() {
            self.reach(Step::Potential, last);
        }
        // Whoever was further earlier was here, too.
        let [suspected, potential, registered] = self.steps;
        let potential = earlier(potential, registered);
        let steps = [earlier(suspected, potential), potential, registered];
        Arrival { steps, met: self.met, is_recognised: self.is_told && self.is_met }
    }
}

fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(at: i64, stage: Stage, name: Option<&'static str>) -> Seen<'static> {
        Seen { at: Instant(at), stage, name, touch_point: None, by: By::TouchPoint }
    }

    fn steps(facts: &[Seen<'_>], held: &[(IdentifierType, i64)]) -> [Option<i64>; 3] {
        // In any order the same.
        let mut found = Vec::new();
        for turn in 0..facts.len().max(1) {
            let mut coming = Coming::default();
            held.iter().for_each(|(kind, at)| coming.hold(*kind, Instant(*at)));
            for fact in facts[turn..].iter().chain(&facts[..turn]) {
                coming.see(*fact);
            }
            found.push(coming.arrival());
        }
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]));
        found[0].steps.map(|since| since.map(|at| at.0))
    }

    #[test]
    fn the_third_look_is_interest_and_so_is_anything_that_is_done() {
        let look = |at| seen(at, Stage::Learn, None);
        assert_eq!(steps(&[], &[]), [None; 3]);
        assert_eq!(steps(&[look(5), look(3)], &[]), [Some(3), None, None]);
        assert_eq!(steps(&[look(9), look(5), look(7), look(3)], &[]), [Some(3), Some(7), None]);
        for stage in [Stage::Buy, Stage::Query, Stage::Interact] {
            assert_eq!(steps(&[look(3), seen(4, stage, None)], &[]), [Some(3), Some(4), None]);
        }
        assert_eq!(steps(&[seen(4, Stage::Contact, Some(FOLLOWED_EVENT))], &[]), [Some(4), Some(4), None]);
        assert_eq!(steps(&[seen(4, Stage::Contact, Some("Signed Out"))], &[]), [Some(4), None, None]);
        // What the brand did is no interest of theirs, and the sign-up that it wrote down is one.
        let of_brand = |at, name| Seen { by: By::Brand, ..seen(at, Stage::Query, Some(name)) };
        assert_eq!(steps(&[of_brand(3, "Ticket Closed")], &[]), [Some(3), None, None]);
        assert_eq!(steps(&[of_brand(3, SIGN_UP_EVENT)], &[]), [Some(3); 3]);
    }

    #[test]
    fn who_registers_first_was_interested_and_a_stranger_no_later() {
        let signed_up = seen(6, Stage::Contact, Some(SIGN_UP_EVENT));
        assert_eq!(steps(&[signed_up], &[]), [Some(6); 3]);
        let held = [(IdentifierType::AnonymousId, 2), (IdentifierType::Phone, 4), (IdentifierType::MemberNo, 8)];
        assert_eq!(steps(&[], &held), [Some(2), Some(4), Some(8)]);
        assert_eq!(steps(&[signed_up], &held), [Some(2), Some(4), Some(6)]);
        assert_eq!(steps(&[seen(9, Stage::Buy, None)], &held[2..]), [Some(8); 3]);
    }

    #[test]
    fn an_old_customer_was_told_of_and_met_and_the_first_touch_point_is_the_earliest() {
        let told = Seen { by: By::System, ..seen(9, Stage::Contact, None) };
        let by_hand = Seen { by: By::Brand, ..seen(1, Stage::Contact, None) };
        let met = |at, code| Seen { touch_point: Some(code), ..seen(at, Stage::Learn, None) };
        let of = |facts: &[Seen<'_>]| {
            let mut coming = Coming::default();
            facts.iter().for_each(|fact| coming.see(*fact));
            coming.arrival()
        };
        assert!(!of(&[told, by_hand]).is_recognised && !of(&[met(3, "store")]).is_recognised);
        let all = of(&[met(5, "store"), told, met(3, "website"), met(3, "phone")]);
        assert!(all.is_recognised && all.step() == Some(Step::Potential));
        assert_eq!(all.met, Some((Instant(3), "phone".to_owned())));
        assert_eq!(Arrival::default().step(), None);
    }
}

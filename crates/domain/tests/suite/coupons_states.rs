//! All states that a few sessions can bring a campaign into, whichever comes first, explored by the functions that stores run.
//!
//! After each step the rows have to agree with one another and with what has been promised: counters are what locks and
//! standing redemptions sum to, no limit and no budget is passed, a refusal changes nothing, a repetition says what the
//! first time said.

use crate::coupons::{ANN, BEN, at, book, limit, lock, redeem, terms, validate};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::coupons::{
    Book, Budget, Command, Counter, LimitOf, LimitPeriod, Outcome, Terms, WhenShort,
};
use perennial_domain::time::Instant;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// When somebody does something: within the time of a lock, when it is over, and on the next day.
const SECONDS: [i64; 3] = [0, 60, 86_400];

struct Setting {
    terms: Terms,
    codes: Vec<(&'static str, Option<CustomerNumber>)>,
    sessions: Vec<(CustomerNumber, &'static str)>,
    ticks: usize,
}

#[derive(Clone)]
struct World {
    book: Book,
    tick: usize,
}

/// What tells states apart; the terms are the same in all of them.
fn key(world: &World) -> String {
    let redemptions: Vec<_> = world
        .book
        .redemptions
        .iter()
        .map(|(name, one)| (name, one.member, one.at, one.granted, &one.counts, one.rolled_back_at))
        .collect();
    format!(
        "{} {:?} {:?} {redemptions:?} {:?}",
        world.tick, world.book.counters, world.book.locks, world.book.granted_minor
    )
}

impl Setting {
    fn steps(&self) -> Vec<(&'static str, Command)> {
        let mut steps = Vec::new();
        for (code, _) in &self.codes {
            for (member, session) in &self.sessions {
                let order = format!("order of {session}");
                steps.push((*code, validate(*member, session)));
                steps.push((*code, lock(*member, session)));
                steps.push((*code, Command::Release { session: (*session).to_owned() }));
                steps.push((*code, redeem(*member, session, &order)));
                steps.push((*code, Command::RollBack { order }));
            }
        }
        steps
    }

    fn explore(&self) -> usize {
        let start = World { book: book(&self.codes), tick: 0 };
        let mut seen = BTreeSet::from([key(&start)]);
        let mut open = VecDeque::from([start]);
        while let Some(world) = open.pop_front() {
            let mut next: Vec<World> =
                self.steps().into_iter().map(|(code, step)| self.after(&world, code, &step)).collect();
            if world.tick + 1 < self.ticks {
                next.push(World { tick: world.tick + 1, ..world.clone() });
            }
            for world in next {
                if seen.insert(key(&world)) {
                    self.check(&world);
                    open.push_back(world);
                }
            }
        }
        seen.len()
    }

    fn after(&self, world: &World, code: &str, step: &Command) -> World {
        let now = at(SECONDS[world.tick]);
        let mut after = world.clone();
        let decision = after.book.run(code, &self.terms, step, now).unwrap();
        let Ok(decision) = decision else {
            assert_eq!(after.book, world.book, "a refusal changed something: {step:?}");
            return after;
        };
        match &decision.outcome {
            Outcome::Valid(_)
            | Outcome::NothingLocked
            | Outcome::AlreadyRedeemed(_)
            | Outcome::AlreadyRolledBack(_) => {
                let swept = |book: &Book| book.locks.len() < world.book.locks.len();
                assert!(after.book == world.book || swept(&after.book), "{step:?}");
            }
            Outcome::Redeemed(first) => {
                let again = after.book.clone().run(code, &self.terms, step, now).unwrap().unwrap();
                assert_eq!((again.outcome, again.changes.len()), (Outcome::AlreadyRedeemed(first.clone()), 0));
            }
            Outcome::RolledBack(first) => {
                let again = after.book.clone().run(code, &self.terms, step, now).unwrap().unwrap();
                assert_eq!((again.outcome, again.changes.len()), (Outcome::AlreadyRolledBack(first.clone()), 0));
            }
            Outcome::Locked(lock) => assert!(now < lock.until),
            Outcome::Released => assert!(after.book.locks.len() < world.book.locks.len()),
            Outcome::Stands(_) | Outcome::NotConsumed | Outcome::Swept(_) => panic!("nobody asked for it"),
        }
        after
    }

    fn check(&self, world: &World) {
        let book = &world.book;
        let standing = || book.redemptions.values().filter(|one| one.rolled_back_at.is_none());
        let counted = book.locks.values().flat_map(|lock| &lock.counts).chain(standing().flat_map(|one| &one.counts));
        let mut sums: BTreeMap<Counter, u32> = BTreeMap::new();
        counted.for_each(|counter| *sums.entry(counter.clone()).or_default() += 1);
        assert_eq!(book.counters, sums);
        let granted: i64 =
            book.locks.values().map(|lock| lock.granted.minor).chain(standing().map(|one| one.granted.minor)).sum();
        assert_eq!(book.granted_minor.get("spring").copied().unwrap_or(0), granted);
        if let Some(budget) = self.terms.budget {
            assert!(granted <= budget.minor);
        }
        let now: Instant = at(SECONDS[world.tick]);
        for (code, member) in self.codes.iter().flat_map(|code| self.sessions.iter().map(move |one| (code.0, one.0))) {
            for limit in &self.terms.limits {
                let counter = self.terms.counter(*limit, code, member, now);
                assert!(book.counters.get(&counter).copied().unwrap_or(0) <= limit.uses, "{counter:?}");
            }
        }
    }
}

#[test]
fn c02_to_c07_hold_in_every_state_that_two_sessions_on_two_codes_can_reach() {
    let limits = [
        limit(LimitOf::Code, LimitPeriod::Ever, 1),
        limit(LimitOf::CampaignAndMember, LimitPeriod::Day, 1),
        limit(LimitOf::Campaign, LimitPeriod::Week, 2),
    ];
    let budget = Some(Budget { minor: 1_500, when_short: WhenShort::Partial });
    let setting = Setting {
        terms: terms(&limits, budget),
        codes: vec![("A", None), ("B", Some(ANN))],
        sessions: vec![(ANN, "a"), (BEN, "b")],
        ticks: 3,
    };
    let states = setting.explore();
    assert!(states > 200, "{states}");
}

#[test]
fn c02_to_c07_hold_in_every_state_that_four_sessions_on_one_code_can_reach() {
    let limits = [limit(LimitOf::Code, LimitPeriod::Ever, 2), limit(LimitOf::CodeAndMember, LimitPeriod::Day, 1)];
    let setting = Setting {
        terms: terms(&limits, Some(Budget { minor: 2_500, when_short: WhenShort::Reject })),
        codes: vec![("A", None)],
        sessions: vec![(ANN, "a"), (BEN, "b"), (ANN, "c"), (CustomerNumber(3), "d")],
        ticks: 2,
    };
    let states = setting.explore();
    assert!(states > 1_000, "{states}");
}

//! Ledgers that are wrong in one way each, as ledgers have been: each breaks exactly the rule that is named for it.
//!
//! The wrong ways are made here, around the true decisions; nothing of them is in the crate. A story is played in which clients
//! ask at once, points expire after they were spent, and an order is returned in steps; then each rule looks at the journal, and
//! at what clients were told, by itself.

use super::world::{DAY, START, account, command, earn, earn_on, number, wallet};
use crate::random::Random;
use perennial_domain::rewards::ledger::{
    Account, Body, Change, Command, Kind, Line, LotId, Place, Transaction, Wallet, apply, decide, post, settle,
};
use perennial_domain::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mutant {
    None,
    /// The key is looked up, and later the request is done: by each who did not find it.
    CheckedThenActed,
    /// What is available is looked at before the account is locked.
    BalanceBeforeLock,
    /// The account is read, reckoned with, and written over what others wrote.
    ReadModifyWrite,
    /// Expiry deducts what a lot once was from what the member has.
    ExpiresSpentPoints,
    /// Each refund is rounded down by itself.
    FloorPerRefund,
}

/// What a client was told, and what it asked for.
struct Told {
    request: String,
    amount: i64,
    is_done: bool,
}

#[derive(Default)]
struct Story {
    journal: Vec<Transaction>,
    told: Vec<Told>,
    /// What the order's claw-backs should come to.
    to_be_back: i64,
}

const NOW: Instant = Instant(START);

/// Puts other changes into a transaction, and it at the end of an account.
fn rewritten(account: &Account, mut transaction: Transaction, changes: Vec<Change>) -> Transaction {
    let mut gains: BTreeMap<Place, i64> = BTreeMap::new();
    let flows = changes.iter().map(|change| match change {
        Change::LotTaken { amount, from, to, .. } => (*from, *to, *amount),
        Change::DebtRaised { amount, to } => (Place::Debt, *to, *amount),
        other => panic!("no mutant does {other:?}"),
    });
    for (from, to, amount) in flows {
        *gains.entry(from).or_default() -= amount;
        *gains.entry(to).or_default() += amount;
    }
    transaction.lines =
        gains.into_iter().filter(|gain| gain.1 != 0).map(|(place, amount)| Line { place, amount }).collect();
    transaction.changes = changes;
    placed(account, transaction)
}

fn placed(account: &Account, mut transaction: Transaction) -> Transaction {
    transaction.sequence = account.sequence + 1;
    transaction.previous = account.hash;
    transaction.hash = transaction.expected_hash();
    transaction
}

impl Story {
    fn append(&mut self, account: &mut Account, transaction: Transaction) {
        apply(account, &transaction).unwrap();
        self.journal.push(transaction);
    }

    fn ask(&mut self, wallet: &Wallet, account: &mut Account, command: &Command, amount: i64) {
        let posted = post(wallet, account, command, NOW).unwrap();
        self.journal.extend(posted.appended);
        self.tell(command, amount, posted.answer.is_ok());
    }

    fn tell(&mut self, command: &Command, amount: i64, is_done: bool) {
        self.told.push(Told { request: command.reference.clone().unwrap(), amount, is_done });
    }
}

fn request(key: &str, body: Body) -> Command {
    Command { reference: Some(key.to_owned()), ..command(key, body) }
}

fn play(mutant: Mutant, seed: u64) -> Story {
    let mut random = Random(seed);
    let wallet = wallet();
    let mut one = account(1, &wallet);
    let mut story = Story::default();
    for lot in 0..4 {
        let amount = 20 + number(&mut random, 80) as i64;
        let body = Body::Earn(earn(amount, START - (lot % 3) * 9 * DAY));
        story.ask(&wallet, &mut one, &request(&format!("e{lot}"), body), amount);
    }
    let paid_minor = 2_000 + number(&mut random, 90) as i64;
    story.ask(&wallet, &mut one, &request("order", earn_on("o", paid_minor / 1_000, START)), paid_minor / 1_000);
    spend_at_once(mutant, &mut story, &wallet, &mut one, &mut random);
    send_twice(mutant, &mut story, &wallet, &mut one);
    earn_at_once(mutant, &mut story, &wallet, &mut one);
    return_in_steps(mutant, &mut story, &wallet, &mut one, paid_minor);
    expire(mutant, &mut story, &wallet, &mut one);
    story
}

/// Two clients who each spend most of what is there.
fn spend_at_once(mutant: Mutant, story: &mut Story, wallet: &Wallet, account: &mut Account, random: &mut Random) {
    let seen = account.clone();
    let amount = seen.balance.available / 2 + 1 + number(random, 10) as i64;
    for key in ["s1", "s2"] {
        let ask = request(key, Body::Spend { amount });
        let available = account.balance.available;
        if mutant != Mutant::BalanceBeforeLock || amount <= available {
            story.ask(wallet, account, &ask, amount);
            continue;
        }
        let looked = decide(wallet, &seen, &ask, NOW).expect("there was enough when it looked");
        let mut changes: Vec<Change> = Vec::new();
        for lot in account.lots.values().filter(|lot| lot.available() > 0) {
            let (lot, amount, from, to) = (lot.id, lot.available(), Place::Available, Place::Redeemed);
            changes.push(Change::LotTaken { lot, amount, from, to });
        }
        changes.push(Change::DebtRaised { amount: amount - available, to: Place::Redeemed });
        let acted = rewritten(account, looked, changes);
        story.append(account, acted);
        story.tell(&ask, amount, true);
    }
}

/// One client who sends twice, for it heard nothing.
fn send_twice(mutant: Mutant, story: &mut Story, wallet: &Wallet, account: &mut Account) {
    let ask = request("twice", Body::Earn(earn(9, START)));
    let found = account.answers.contains_key(&ask.key);
    for _ in 0..2 {
        if mutant == Mutant::CheckedThenActed && !found {
            // Who looked before the other one wrote does not look again.
            account.answers.remove(&ask.key);
        }
        story.ask(wallet, account, &ask, 9);
    }
}

/// Two clients who each earn on an account that everybody uses.
fn earn_at_once(mutant: Mutant, story: &mut Story, wallet: &Wallet, account: &mut Account) {
    let (seen, journal) = (account.clone(), story.journal.len());
    for key in ["c1", "c2"] {
        if mutant == Mutant::ReadModifyWrite {
            *account = seen.clone();
            story.journal.truncate(journal);
        }
        story.ask(wallet, account, &request(key, Body::Earn(earn(11, START))), 11);
    }
}

/// An order at one point for ten is returned in four steps of five, until less than two remain.
fn return_in_steps(mutant: Mutant, story: &mut Story, wallet: &Wallet, account: &mut Account, paid_minor: i64) {
    let points = |amount_minor: i64| amount_minor / 1_000;
    let mut floored = 0;
    for step in 1..=4 {
        let back_minor = 500 * step;
        floored += points(500);
        let total = points(paid_minor) - points(paid_minor - back_minor);
        story.to_be_back = total;
        let total = if mutant == Mutant::FloorPerRefund { floored } else { total };
        let body = Body::Clawback { order: "o".to_owned(), total };
        story.ask(wallet, account, &request(&format!("back {step}"), body), total);
    }
}

/// The first lots come to their end, some of which were spent from; others live on.
fn expire(mutant: Mutant, story: &mut Story, wallet: &Wallet, account: &mut Account) {
    let until = Instant(START + 25 * DAY);
    if mutant == Mutant::ExpiresSpentPoints {
        let ends: BTreeSet<(Instant, LotId)> =
            account.lots.values().filter_map(|lot| lot.expires_at.map(|at| (at, lot.id))).collect();
        for (at, lot) in ends.into_iter().filter(|(at, _)| *at <= until) {
            expire_all_that_was(story, account, lot, at);
        }
        return;
    }
    for step in settle(wallet, account, until).unwrap() {
        story.journal.push(step);
    }
}

/// At the end of a lot the member loses what it once was: what remains of it, and for what was spent of it as much of others.
/// It knows no remainder, so a lot of which nothing remains is no exception.
fn expire_all_that_was(story: &mut Story, account: &mut Account, end: LotId, at: Instant) {
    let mut open = account.lots[&end].amount;
    let mut changes = Vec::new();
    let others = account.lots.values().filter(|lot| lot.id != end);
    for lot in std::iter::once(&account.lots[&end]).chain(others) {
        let (lot, amount, from, to) = (lot.id, lot.available().min(open), Place::Available, Place::Expired);
        open -= amount;
        if amount > 0 {
            changes.push(Change::LotTaken { lot, amount, from, to });
        }
    }
    let last = story.journal.last().unwrap().clone();
    let step = Transaction { at, kind: Kind::Expiry, key: format!("expiry {end}"), reference: None, ..last };
    let step = rewritten(account, step, changes);
    story.append(account, step);
}

type Rule = (&'static str, fn(&Story) -> bool);

/// The rules, each by itself, over the journal and what was told.
const RULES: [Rule; 9] = [
    ("L2 each transaction sums to zero", |story| {
        story.journal.iter().all(|one| one.lines.iter().map(|line| line.amount).sum::<i64>() == 0)
    }),
    ("L3 no lot has less than nothing", |story| lots(&story.journal).values().all(|left| *left >= 0)),
    ("L11 only a lot that ends expires, and what remains of it", |story| {
        let mut deadlines = BTreeMap::new();
        story.journal.iter().flat_map(|one| one.changes.iter().map(move |change| (one, change))).all(|(one, change)| {
            match change {
                Change::LotOpened { lot, .. } => {
                    deadlines.insert(lot.id, lot.expires_at);
                    true
                }
                Change::LotTaken { lot, to: Place::Expired, .. } => {
                    deadlines[lot].is_some_and(|deadline| deadline <= one.at)
                }
                _ => true,
            }
        })
    }),
    ("L14 nobody spends more than is available", |story| {
        let mut available = 0;
        story.journal.iter().all(|one| {
            let is_covered = one.kind != Kind::Spend || one.gain(Place::Redeemed) <= available;
            available += one.gain(Place::Available);
            is_covered
        })
    }),
    ("L15 no credit that was confirmed is lost", |story| {
        let confirmed = story.told.iter().filter(|told| told.is_done);
        confirmed
            .map(|told| &told.request)
            .all(|request| story.journal.iter().any(|one| one.reference.as_ref() == Some(request)))
    }),
    ("L18 what is back does not depend on the steps", |story| {
        story.journal.iter().map(|one| one.gain(Place::ClawedBack)).sum::<i64>() == story.to_be_back
    }),
    ("L20 while there is a debt nothing is available", |story| {
        let (mut available, mut debt) = (0, 0);
        story.journal.iter().all(|one| {
            available += one.gain(Place::Available);
            debt -= one.gain(Place::Debt);
            debt == 0 || available == 0
        })
    }),
    ("L27 a request has one effect", |story| {
        let mut seen = BTreeSet::new();
        story.journal.iter().filter_map(|one| one.reference.as_ref()).all(|request| seen.insert(request))
    }),
    ("L29 transactions are numbered and chained", |story| {
        story.journal.iter().enumerate().all(|(number, one)| {
            let is_next = number == 0 || one.previous == story.journal[number - 1].hash;
            is_next && one.sequence == number as u64 + 1 && one.hash == one.expected_hash()
        })
    }),
];

fn lots(journal: &[Transaction]) -> BTreeMap<LotId, i64> {
    let mut lots: BTreeMap<LotId, i64> = BTreeMap::new();
    for change in journal.iter().flat_map(|one| &one.changes) {
        match change {
            Change::LotOpened { lot, .. } => *lots.entry(lot.id).or_default() += lot.amount,
            Change::LotTaken { lot, amount, .. } => *lots.entry(*lot).or_default() -= amount,
            Change::LotRestored { lot, amount, .. } => *lots.entry(*lot).or_default() += amount,
            _ => {}
        }
    }
    lots
}

#[test]
fn each_mutant_breaks_exactly_the_rule_that_is_named_for_it() {
    let mutants = [
        (Mutant::None, None),
        (Mutant::CheckedThenActed, Some("L27")),
        (Mutant::BalanceBeforeLock, Some("L14")),
        (Mutant::ReadModifyWrite, Some("L15")),
        (Mutant::ExpiresSpentPoints, Some("L11")),
        (Mutant::FloorPerRefund, Some("L18")),
    ];
    for (mutant, named) in mutants {
        for seed in 0..200 {
            let story = play(mutant, seed);
            let told: i64 = story.told.iter().map(|told| told.amount).sum();
            assert!(told > 0);
            let broken: Vec<&str> = RULES.iter().filter(|(_, holds)| !holds(&story)).map(|(name, _)| *name).collect();
            match named {
                None => assert!(broken.is_empty(), "seed {seed}: {broken:?}"),
                Some(named) => {
                    assert!(broken.len() == 1 && broken[0].starts_with(named), "{mutant:?}, seed {seed}: {broken:?}");
                }
            }
        }
    }
}

//! L1 to L13 of the ledger's rules: sums, lots, when they become active and when they expire.

use super::world::{Asked, DAY, START, Step, World, account, asked, command, drawn_wallet, earn, earn_on, wallet};
use crate::random::Random;
use perennial_domain::rewards::ledger::{
    Account, Activation, Body, Change, Earn, Expiry, Kind, Length, LifeFrom, Line, Lot, LotId, LotState, Place,
    Refusal, Transaction, Wallet, post, settle,
};
use perennial_domain::time::Instant;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What happens to a world: a number for its wallet, and one for each step.
pub fn steps() -> impl Strategy<Value = (u64, Vec<u64>)> {
    (any::<u64>(), prop::collection::vec(any::<u64>(), 0..80))
}

fn journal(world: &World) -> impl Iterator<Item = &Transaction> {
    world.journals.values().flatten()
}

/// A lot by its rows alone: what each place has of it.
#[derive(Default)]
struct Rows {
    amount: i64,
    remaining: i64,
    consumed: i64,
    expired: i64,
    clawed_back: i64,
}

impl Rows {
    fn add(&mut self, amount: i64, to: Place) {
        self.remaining -= amount;
        match to {
            Place::Expired => self.expired += amount,
            Place::ClawedBack => self.clawed_back += amount,
            _ => self.consumed += amount,
        }
    }
}

/// The lots of a journal without merges, from its rows.
fn rows(journal: &[Transaction]) -> BTreeMap<LotId, Rows> {
    let mut lots: BTreeMap<LotId, Rows> = BTreeMap::new();
    for change in journal.iter().flat_map(|transaction| &transaction.changes) {
        match change {
            Change::LotOpened { lot, .. } => {
                let (amount, remaining) = (lot.amount, lot.amount);
                lots.insert(lot.id, Rows { amount, remaining, ..Rows::default() });
            }
            Change::LotTaken { lot, amount, to, .. } => lots.get_mut(lot).unwrap().add(*amount, *to),
            Change::LotRestored { lot, amount, from, .. } => lots.get_mut(lot).unwrap().add(-amount, *from),
            _ => {}
        }
    }
    lots
}

fn has_merges(journal: &[Transaction]) -> bool {
    journal.iter().any(|one| matches!(one.kind, Kind::MergeIn | Kind::MergeOut) && one.refusal.is_none())
}

fn sum(journal: &[Transaction], place: Place) -> i64 {
    journal.iter().map(|transaction| transaction.gain(place)).sum()
}

/// An account with one lot, and what was posted.
fn with_lot(wallet: &Wallet, body: Earn) -> (Account, Vec<Transaction>) {
    let mut one = account(1, wallet);
    let at = body.earned_at;
    let posted = post(wallet, &mut one, &command("first", Body::Earn(body)), at).unwrap();
    (one, posted.appended)
}

fn try_spend(wallet: &Wallet, account: &Account, amount: i64, at: i64) -> Result<u64, Refusal> {
    post(wallet, &mut account.clone(), &command("spend", Body::Spend { amount }), Instant(at)).unwrap().answer
}

proptest! {
    #[test]
    fn l1_a_balance_is_what_its_lots_have_less_the_debt_and_what_the_journal_says((seed, steps) in steps()) {
        let (world, _) = World::drawn(seed, &steps);
        for (member, account) in &world.accounts {
            let active: i64 = account.lots.values().filter(|lot| !lot.is_pending()).map(|lot| lot.remaining).sum();
            let pending: i64 = account.lots.values().filter(|lot| lot.is_pending()).map(|lot| lot.remaining).sum();
            prop_assert_eq!(account.balance.total(), active - account.balance.debt);
            prop_assert_eq!(account.balance.pending, pending);
            let journal = &world.journals[member];
            prop_assert_eq!(sum(journal, Place::Pending), account.balance.pending);
            prop_assert_eq!(sum(journal, Place::Available), account.balance.available);
            prop_assert_eq!(sum(journal, Place::Held), account.balance.held);
            prop_assert_eq!(sum(journal, Place::Debt), -account.balance.debt);
        }
    }

    #[test]
    fn l2_each_transaction_sums_to_zero_and_what_goes_between_members_does_too((seed, steps) in steps()) {
        let (world, _) = World::drawn(seed, &steps);
        let mut between = 0;
        for transaction in journal(&world) {
            prop_assert_eq!(transaction.lines.iter().map(|line| line.amount).sum::<i64>(), 0);
            between += transaction.gain(Place::Transferred) + transaction.gain(Place::Merged);
        }
        prop_assert_eq!(between, 0);
    }

    #[test]
    fn l3_no_lot_has_less_than_nothing_or_more_than_its_amount((seed, steps) in steps()) {
        let (_, steps) = World::drawn(seed, &steps);
        for lot in asked(&steps).flat_map(|asked| asked.before[0].lots.values()) {
            prop_assert!((0..=lot.amount).contains(&lot.remaining), "{lot:?}");
            prop_assert!((0..=lot.remaining).contains(&lot.held), "{lot:?}");
        }
    }

    #[test]
    fn l4_the_parts_of_a_lot_sum_to_its_amount_by_its_row_and_by_its_journal((seed, steps) in steps()) {
        let (world, _) = World::drawn(seed, &steps);
        for (member, account) in &world.accounts {
            for lot in account.lots.values() {
                prop_assert_eq!(lot.amount, lot.remaining + lot.consumed + lot.expired + lot.clawed_back);
            }
            let journal = &world.journals[member];
            if has_merges(journal) {
                continue;
            }
            let rows = rows(journal);
            prop_assert_eq!(rows.len(), account.lots.len());
            for (id, lot) in rows {
                let row = &account.lots[&id];
                prop_assert_eq!((lot.amount, lot.remaining), (row.amount, row.remaining));
                prop_assert_eq!((lot.consumed, lot.expired, lot.clawed_back), (row.consumed, row.expired, row.clawed_back));
            }
        }
    }

    #[test]
    fn l5_each_debit_has_rows_that_sum_to_it_of_lots_of_the_same_account((seed, steps) in steps()) {
        let (_, steps) = World::drawn(seed, &steps);
        for asked in asked(&steps).filter(|asked| asked.answer.is_ok()) {
            let Some(posted) = asked.appended[0].last() else { continue };
            for change in &posted.changes {
                if let Change::LotTaken { lot, .. } = change {
                    let is_new = posted.changes.iter().any(|one| matches!(one, Change::LotOpened { lot: new, .. } if new.id == *lot));
                    prop_assert!(is_new || asked.before[0].lots.contains_key(lot), "{posted:?}");
                }
            }
            let taken = |to: Place| posted.changes.iter().map(|change| match change {
                Change::LotTaken { amount, to: place, .. } if *place == to => *amount,
                Change::LotRestored { amount, from, .. } if *from == to => -amount,
                Change::DebtRaised { amount, to: place } if *place == to => *amount,
                Change::DebtPaid { amount, from } if *from == to => -amount,
                Change::LotOpened { lot, source } if *source == to => -lot.amount,
                _ => 0,
            }).sum::<i64>();
            for place in [Place::Redeemed, Place::Expired, Place::ClawedBack, Place::Adjusted, Place::Transferred, Place::Issued] {
                prop_assert_eq!(posted.gain(place), taken(place), "{:?} of {:?}", place, posted);
            }
        }
    }

    #[test]
    fn l6_lots_are_spent_by_priority_then_deadline_then_age_then_id((seed, steps) in steps()) {
        let (_, steps) = World::drawn(seed, &steps);
        for asked in asked(&steps).filter(|asked| asked.answer.is_ok() && matches!(asked.command.body, Body::Spend { .. })) {
            let Some(posted) = asked.appended[0].last() else { continue };
            let mut lots = settled_lots(asked);
            lots.sort_by_key(|lot| (lot.priority, lot.expires_at.map_or(i64::MAX, |at| at.0), lot.earned_at, lot.id));
            let mut open = posted.gain(Place::Redeemed);
            let mut expected = Vec::new();
            for lot in lots.iter().filter(|lot| lot.available() > 0) {
                if open > 0 {
                    expected.push((lot.id, lot.available().min(open)));
                    open -= lot.available().min(open);
                }
            }
            let taken = posted.changes.iter().filter_map(|change| match change {
                Change::LotTaken { lot, amount, to: Place::Redeemed, .. } => Some((*lot, *amount)),
                _ => None,
            });
            prop_assert_eq!(taken.collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn l7_pending_lots_are_never_consumed_held_or_transferred((seed, steps) in steps(), amount in 1..100_i64) {
        let (world, steps) = World::drawn(seed, &steps);
        for asked in asked(&steps) {
            for (before, transactions) in asked.before.iter().zip(&asked.appended).filter(|(_, appended)| appended.len() == 1) {
                // One that becomes active may pay a debt in the same transaction.
                let others = transactions.iter().filter(|transaction| transaction.kind != Kind::Activate);
                for change in others.flat_map(|transaction| &transaction.changes) {
                    let Change::LotTaken { lot, to, .. } = change else { continue };
                    let is_pending = before.lots.get(lot).is_some_and(Lot::is_pending);
                    prop_assert!(!is_pending || *to == Place::ClawedBack, "{change:?}");
                }
            }
        }
        for lot in world.accounts.values().flat_map(|account| account.lots.values()) {
            prop_assert!(!lot.is_pending() || (lot.held == 0 && lot.consumed == 0));
        }
        let wallet = Wallet { activation: Activation::After(Length::Days(7)), ..wallet() };
        let (account, _) = with_lot(&wallet, earn(amount, START));
        prop_assert_eq!(try_spend(&wallet, &account, 1, START + DAY), Err(Refusal::Insufficient { asked: 1, available: 0 }));
        prop_assert_eq!(try_spend(&wallet, &account, amount, START + 7 * DAY), Ok(3), "after its activation");
    }

    #[test]
    fn l8_a_pending_lot_becomes_active_once_or_is_cancelled_once_whatever_jobs_do((seed, bits) in steps()) {
        let (world, _) = World::drawn(seed, &bits);
        let mut fates: BTreeMap<LotId, i64> = BTreeMap::new();
        for change in world.journals.values().filter(|one| !has_merges(one)).flatten().flat_map(|one| &one.changes) {
            match change {
                Change::LotActivated { lot, .. } => *fates.entry(*lot).or_default() += 1,
                // A claw-back may take a part of it; cancelling takes the rest.
                Change::LotTaken { lot, from: Place::Pending, .. } => prop_assert!(!fates.contains_key(lot)),
                _ => {}
            }
        }
        prop_assert!(fates.values().all(|times| *times == 1));
        let [idle, busy] = played(seed, &bits);
        prop_assert_eq!(idle, busy);
    }

    #[test]
    fn l9_the_life_of_a_pending_lot_begins_when_the_wallet_said_as_it_was_earned(delay in 1..20_u32, days in 1..60_u32) {
        for (life_from, begins) in [(LifeFrom::Activation, i64::from(delay)), (LifeFrom::Earning, 0)] {
            let expiry = Expiry::After { length: Length::Days(days) };
            let wallet = Wallet { life_from, expiry, activation: Activation::After(Length::Days(delay)), ..wallet() };
            let (mut account, _) = with_lot(&wallet, earn(10, START));
            let deadline = START + (begins + i64::from(days) + 1) * DAY;
            prop_assert_eq!(account.lots.values().next().unwrap().expires_at, Some(Instant(deadline)));
            // Another definition changes nothing of it.
            let later = Wallet { expiry: Expiry::Never, life_from: LifeFrom::Earning, version: 2, ..wallet.clone() };
            settle(&later, &mut account, Instant(START + i64::from(delay) * DAY)).unwrap();
            prop_assert_eq!(account.lots.values().next().unwrap().expires_at, Some(Instant(deadline)));
        }
        // Of one that waits for an event, the length is kept, and the deadline follows with the event.
        let wallet = Wallet { activation: Activation::On("delivered".to_owned()), ..wallet() };
        let (mut account, _) = with_lot(&wallet, earn(10, START));
        prop_assert_eq!(account.lots.values().next().unwrap().expires_at, None);
        let later = Wallet { expiry: Expiry::Never, ..wallet };
        let told = command("told", Body::Activate { event: "delivered".to_owned(), order: None });
        post(&later, &mut account, &told, Instant(START + 5 * DAY)).unwrap();
        prop_assert_eq!(account.lots.values().next().unwrap().expires_at, Some(Instant(START + 36 * DAY)));
    }

    #[test]
    fn l10_expiry_happens_exactly_once_however_often_a_job_runs((seed, steps) in steps(), runs in 0..5_usize, hour in 0..24_i64) {
        let [idle, busy] = played(seed, &steps);
        prop_assert_eq!(idle, busy, "jobs that run or not");
        let wallet = wallet();
        let (account, _) = with_lot(&wallet, earn(10, START + hour * DAY / 24));
        let deadline = START + 31 * DAY;
        prop_assert!(try_spend(&wallet, &account, 10, deadline - 1).is_ok(), "through the end of its last day");
        let refused = Refusal::Insufficient { asked: 10, available: 0 };
        prop_assert_eq!(try_spend(&wallet, &account, 10, deadline), Err(refused), "and not one instant later");
        let expired = |runs: usize| {
            let mut account = account.clone();
            let jobs = (0..runs).flat_map(|run| settle(&wallet, &mut account, Instant(deadline + run as i64)).unwrap());
            let jobs: Vec<Transaction> = jobs.collect();
            (sum(&jobs, Place::Expired), jobs.len())
        };
        prop_assert_eq!(expired(runs), if runs == 0 { (0, 0) } else { (10, 1) });
    }

    #[test]
    fn l11_what_expires_is_what_remains_and_never_what_was_spent(amounts in prop::collection::vec((1..200_i64, 0..200_i64), 1..8)) {
        let wallet = wallet();
        let mut one = account(1, &wallet);
        let (mut earned, mut spent) = (0, 0);
        for (number, (amount, spend)) in amounts.into_iter().enumerate() {
            let at = Instant(START + number as i64);
            post(&wallet, &mut one, &command(&format!("e{number}"), Body::Earn(earn(amount, START))), at).unwrap();
            earned += amount;
            if spend > 0 && post(&wallet, &mut one, &command(&format!("s{number}"), Body::Spend { amount: spend }), at).unwrap().answer.is_ok() {
                spent += spend;
            }
        }
        let remaining: BTreeMap<LotId, i64> = one.open_lots().map(|lot| (lot.id, lot.remaining)).collect();
        let expired = settle(&wallet, &mut one, Instant(START + 40 * DAY)).unwrap();
        prop_assert_eq!(sum(&expired, Place::Expired), earned - spent);
        for change in expired.iter().flat_map(|transaction| &transaction.changes) {
            let Change::LotTaken { lot, amount, .. } = change else { continue };
            prop_assert_eq!(remaining.get(lot), Some(amount));
        }
        prop_assert_eq!(one.balance.total(), 0);
    }

    #[test]
    fn l12_activity_before_the_deadline_moves_it_and_later_news_of_it_wake_nothing(days in 1..60_u32, at in 0..80_i64, told_after in 0..80_i64) {
        let wallet = Wallet { expiry: Expiry::Sliding { length: Length::Days(days) }, ..wallet() };
        let (mut account, _) = with_lot(&wallet, earn(10, START));
        let (days, deadline) = (i64::from(days), START + (i64::from(days) + 1) * DAY);
        let (occurred_at, told_at) = (START + at * DAY, START + (at + told_after) * DAY);
        let told = command("seen", Body::Activity { occurred_at: Instant(occurred_at) });
        prop_assert!(post(&wallet, &mut account, &told, Instant(told_at)).unwrap().answer.is_ok());
        let lot = account.lots.values().next().unwrap();
        if told_at < deadline {
            prop_assert_eq!((lot.remaining, lot.expires_at), (10, Some(Instant(occurred_at + (days + 1) * DAY))));
        } else {
            prop_assert_eq!((lot.remaining, lot.expires_at), (0, Some(Instant(deadline))), "it had expired");
        }
        let before = lot.expires_at;
        let earlier = command("older", Body::Activity { occurred_at: Instant(occurred_at - DAY) });
        post(&wallet, &mut account, &earlier, Instant(told_at)).unwrap();
        prop_assert_eq!(account.lots.values().next().unwrap().expires_at, before, "never back");
    }

    #[test]
    fn l13_reinstatement_restores_what_expired_within_the_window_once(days in prop::collection::vec(1..60_i64, 1..10), at in 60..120_i64) {
        let wallet = Wallet { limits: Default::default(), ..wallet() };
        let mut one = account(1, &wallet);
        for (number, day) in days.iter().enumerate() {
            let body = Body::Earn(earn(1 << number, START + day * DAY));
            post(&wallet, &mut one, &command(&format!("e{number}"), body), Instant(START + day * DAY)).unwrap();
        }
        let now = START + at * DAY;
        settle(&wallet, &mut one, Instant(now)).unwrap();
        let live = one.balance.available;
        // A deadline is the midnight 31 days after the day; the window is twenty days.
        let is_within = |day: &i64| (now - 20 * DAY..=now).contains(&(START + (day + 31) * DAY));
        let back: i64 = days.iter().enumerate().filter(|(_, day)| is_within(day)).map(|(number, _)| 1 << number).sum();
        let again = |key: &str| command(key, Body::Reinstate { valid_days: 3 });
        let posted = post(&wallet, &mut one, &again("r1"), Instant(now)).unwrap();
        prop_assert_eq!(posted.answer.is_ok(), back > 0);
        prop_assert_eq!(one.balance.available, live + back);
        let second = post(&wallet, &mut one, &again("r2"), Instant(now)).unwrap().answer;
        prop_assert_eq!(second, Err(Refusal::NothingToReinstate { from: Instant(now - 20 * DAY) }));
        let after = one.lots.values().filter(|lot| lot.is_reinstated && lot.remaining > 0).map(|lot| lot.expires_at);
        prop_assert!(after.collect::<BTreeSet<_>>().into_iter().all(|deadline| deadline == Some(Instant(now + 4 * DAY))));
        settle(&wallet, &mut one, Instant(now + 90 * DAY)).unwrap();
        let third = post(&wallet, &mut one, &again("r3"), Instant(now + 4 * DAY)).unwrap().answer;
        prop_assert!(third.is_err() || back == 0 || live > 0, "an expiry is taken back once");
    }
}

/// The lots of an account as they are when a request comes, after what was due.
fn settled_lots(asked: &Asked) -> Vec<Lot> {
    let mut account = asked.before[0].clone();
    for due in &asked.appended[0][..asked.appended[0].len() - 1] {
        perennial_domain::rewards::ledger::apply(&mut account, due).unwrap();
    }
    account.lots.values().cloned().collect()
}

type Journals = BTreeMap<u32, Vec<Transaction>>;

/// The journals to which the same requests lead, without jobs, and with jobs for everybody after each; at the end all is settled.
fn played(seed: u64, bits: &[u64]) -> [Journals; 2] {
    let wallet = drawn_wallet(&mut Random(seed));
    let mut drawn = World::new(wallet.clone());
    drawn.is_forward = true;
    let mut requests = Vec::new();
    for bits in bits {
        if let Step::Asked(asked) = drawn.step(*bits) {
            requests.push((asked.member, asked.other, asked.command, drawn.now));
        }
    }
    [Vec::new(), vec![1, 2, 3, 1]].map(|jobs| {
        let mut world = World::new(wallet.clone());
        for (member, other, command, now) in &requests {
            world.now = *now;
            world.ask(*member, *other, command.clone());
            for member in &jobs {
                world.job(*member);
            }
        }
        world.now += 400 * DAY;
        for member in 1..=3 {
            world.job(member);
        }
        world.journals
    })
}

#[test]
fn pending_points_of_an_order_can_be_told_from_those_of_another() {
    let wallet = Wallet { activation: Activation::On("delivered".to_owned()), ..wallet() };
    let mut one = account(1, &wallet);
    for (key, order) in [("a", "o1"), ("b", "o2")] {
        post(&wallet, &mut one, &command(key, earn_on(order, 10, START)), Instant(START)).unwrap();
    }
    let told = command("c", Body::Activate { event: "delivered".to_owned(), order: Some("o2".to_owned()) });
    let posted = post(&wallet, &mut one, &told, Instant(START)).unwrap();
    let expected = [(Place::Pending, -10), (Place::Available, 10)].map(|(place, amount)| Line { place, amount });
    assert_eq!(posted.appended[0].lines, expected);
    let states: Vec<&LotState> = one.lots.values().map(|lot| &lot.state).collect();
    assert_eq!(states, [&LotState::PendingOn("delivered".to_owned()), &LotState::Active]);
    let again = command("d", Body::Activate { event: "delivered".to_owned(), order: Some("o2".to_owned()) });
    assert_eq!(post(&wallet, &mut one, &again, Instant(START)).unwrap().answer, Err(Refusal::NothingPending));
}

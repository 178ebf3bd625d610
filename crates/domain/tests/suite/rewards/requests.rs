//! L14 to L23 and L27 to L32 of the ledger's rules: spending, holds, returns, transfers, adjustments, keys, the journal, merges.

use super::lots::steps;
use super::world::{DAY, START, Step, World, account, asked, command, drawn_wallet, earn, earn_on, entry, wallet};
use crate::random::Random;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{
    Account, Body, Broken, Change, Command, EntryId, ExcessClawback, ExpiredRefund, HoldState, Lot, Place, Posting,
    Refusal, RequestState, Transaction, Wallet, WalletLimits, apply, decide, post, post_both, refused, replay,
    replay_onto, settle,
};
use perennial_domain::time::Instant;
use proptest::prelude::*;

const NOW: Instant = Instant(START);

fn run(wallet: &Wallet, account: &mut Account, key: &str, body: Body, at: i64) -> Result<u64, Refusal> {
    post(wallet, account, &command(key, body), Instant(at)).unwrap().answer
}

/// An account with lots of these amounts, each with a day more to live than the one before.
fn with_lots(wallet: &Wallet, amounts: &[i64]) -> Account {
    let mut one = account(1, wallet);
    for (number, amount) in amounts.iter().enumerate() {
        let earned_at = START - (20 - number as i64) * DAY;
        run(wallet, &mut one, &format!("lot{number}"), Body::Earn(earn(*amount, earned_at)), START).unwrap();
    }
    one
}

/// What each lot has, in the order of ids.
fn remaining(account: &Account) -> Vec<i64> {
    account.lots.values().map(|lot| lot.remaining).collect()
}

/// Requests that were all decided on one state, as clients that run at once would, then committed one by one. A store refuses
/// the sequence number of somebody who was too late; they load and decide again.
fn at_once(wallet: &Wallet, account: &mut Account, commands: &[Command]) -> Vec<Result<u64, Refusal>> {
    let seen = account.clone();
    let decided: Vec<_> = commands.iter().map(|command| decide(wallet, &seen, command, NOW)).collect();
    let mut commit = |(first, command): (Result<Transaction, Refusal>, &Command)| {
        let appended = first
            .unwrap_or_else(|refusal| refused(wallet, &seen, command, &refusal, NOW).expect("a refusal of an account"));
        if apply(account, &appended).is_ok() {
            return appended.refusal.map_or(Ok(appended.sequence), Err);
        }
        post(wallet, account, command, NOW).unwrap().answer
    };
    decided.into_iter().zip(commands).map(&mut commit).collect()
}

fn answer(step: &Step) -> Result<u64, Refusal> {
    asked(std::slice::from_ref(step)).next().unwrap().answer.clone()
}

fn amounts() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(1..100_i64, 1..8)
}

proptest! {
    #[test]
    fn l14_spends_succeed_as_far_as_the_balance_goes_also_at_once(lots in amounts(), spends in prop::collection::vec(1..120_i64, 1..20)) {
        let wallet = wallet();
        let mut account = with_lots(&wallet, &lots);
        let balance = account.balance.available;
        let bodies = spends.iter().map(|amount| Body::Spend { amount: *amount });
        let commands: Vec<Command> = bodies.enumerate().map(|(number, body)| command(&format!("s{number}"), body)).collect();
        let answers = at_once(&wallet, &mut account, &commands);
        let spent: i64 = answers.iter().zip(&spends).filter(|(answer, _)| answer.is_ok()).map(|(_, amount)| *amount).sum();
        prop_assert!(spent <= balance);
        prop_assert_eq!(account.balance.available, balance - spent);
        // In the order of commits: each that fits what is left succeeds, and the others are told what is left.
        let mut left = balance;
        for (answer, amount) in answers.iter().zip(&spends) {
            match answer {
                Ok(_) => left -= amount,
                Err(refusal) => prop_assert!(matches!(refusal, Refusal::Insufficient { available, .. } if amount > available && *available >= left)),
            }
        }
    }

    #[test]
    fn l15_no_credit_is_lost_at_once_and_transfers_keep_the_total(credits in 1..40_usize, amount in 1..200_i64, sent in 1..300_i64) {
        let wallet = wallet();
        let mut one = account(1, &wallet);
        let commands: Vec<Command> =
            (0..credits).map(|number| command(&format!("c{number}"), Body::Earn(earn(amount, START)))).collect();
        prop_assert!(at_once(&wallet, &mut one, &commands).iter().all(Result::is_ok));
        let total = credits as i64 * amount;
        prop_assert_eq!(one.balance.available, total);
        let mut two = account(2, &wallet);
        let body = Body::TransferOut { to: CustomerNumber(2), amount: sent };
        let sends = post_both(&wallet, [&mut one, &mut two], &command("t", body), NOW).unwrap();
        prop_assert_eq!(sends.answer.is_ok(), sent <= total);
        prop_assert_eq!(one.balance.available + two.balance.available, total);
    }

    #[test]
    fn l16_a_hold_is_resolved_once_and_what_is_not_captured_is_free_again(lots in amounts(), held in 1..200_i64, captured in 1..220_i64) {
        let wallet = wallet();
        let mut account = with_lots(&wallet, &lots);
        let before = account.balance.available;
        let Ok(hold) = run(&wallet, &mut account, "h", Body::Hold { amount: held, ttl_seconds: None }, START) else {
            prop_assert!(held > before);
            return Ok(());
        };
        let hold = entry(1, hold);
        prop_assert_eq!((account.balance.available, account.balance.held), (before - held, held));
        prop_assert_eq!(account.balance.total(), before);
        let answer = run(&wallet, &mut account, "c", Body::Capture { hold, amount: captured }, START);
        if captured > held {
            prop_assert_eq!(answer, Err(Refusal::CaptureAboveHold { asked: captured, held }));
            prop_assert_eq!(account.balance.held, held);
            run(&wallet, &mut account, "r", Body::Release { hold }, START).unwrap();
            prop_assert_eq!(account.balance.available, before);
            let again = run(&wallet, &mut account, "r2", Body::Release { hold }, START);
            prop_assert_eq!(again, Err(Refusal::HoldResolved { outcome: HoldState::Released }));
        } else {
            prop_assert_eq!((account.balance.available, account.balance.held), (before - captured, 0));
            for (key, body) in [("c2", Body::Capture { hold, amount: 1 }), ("r", Body::Release { hold })] {
                let again = run(&wallet, &mut account, key, body, START + 9 * DAY);
                prop_assert_eq!(again, Err(Refusal::HoldResolved { outcome: HoldState::Captured(captured) }));
            }
        }
    }

    #[test]
    fn l17_a_hold_that_expires_frees_what_it_had_and_outlives_the_deadline_of_its_lot(ttl_days in 1..20_i64, lot_days in 1..20_i64) {
        let wallet = Wallet { hold_ttl_seconds: ttl_days as u32 * 86_400, ..wallet() };
        let mut one = account(1, &wallet);
        // The deadline of the lot is `lot_days` from now.
        run(&wallet, &mut one, "e", Body::Earn(earn(10, START + (lot_days - 31) * DAY)), START).unwrap();
        let hold = entry(1, run(&wallet, &mut one, "h", Body::Hold { amount: 6, ttl_seconds: None }, START).unwrap());
        let deadline = one.lots.values().next().unwrap().expires_at;
        let just_before = START + ttl_days * DAY - 1;
        let mut captured = one.clone();
        prop_assert!(run(&wallet, &mut captured, "c", Body::Capture { hold, amount: 6 }, just_before).is_ok(), "the hold wins");
        settle(&wallet, &mut one, Instant(START + ttl_days * DAY)).unwrap();
        let is_alive = lot_days > ttl_days;
        prop_assert_eq!((one.balance.available, one.balance.held), (if is_alive { 10 } else { 0 }, 0));
        prop_assert_eq!(one.lots.values().next().unwrap().expires_at, deadline);
        let late = run(&wallet, &mut one, "c", Body::Capture { hold, amount: 1 }, START + ttl_days * DAY);
        prop_assert_eq!(late, Err(Refusal::HoldResolved { outcome: HoldState::Expired }));
    }

    #[test]
    fn l18_a_claw_back_never_exceeds_the_earning_and_its_split_does_not_matter(
        earned in 1..400_i64, spent in 0..400_i64, totals in prop::collection::vec(0..500_i64, 1..8), forgives in any::<bool>(),
    ) {
        let excess_clawback = if forgives { ExcessClawback::StopAtZero } else { ExcessClawback::Debt };
        let wallet = Wallet { excess_clawback, ..wallet() };
        let mut account = account(1, &wallet);
        run(&wallet, &mut account, "e", earn_on("o", earned, START), START).unwrap();
        let _ = run(&wallet, &mut account, "s", Body::Spend { amount: spent }, START);
        let mut whole = account.clone();
        let mut largest = 0;
        for (number, total) in totals.iter().enumerate() {
            let body = Body::Clawback { order: "o".to_owned(), total: *total };
            let answer = run(&wallet, &mut account, &format!("c{number}"), body, START);
            prop_assert_eq!(answer.is_err(), *total > earned);
            largest = largest.max(if *total > earned { 0 } else { *total });
        }
        run(&wallet, &mut whole, "c", Body::Clawback { order: "o".to_owned(), total: largest }, START).unwrap();
        prop_assert_eq!(account.balance, whole.balance);
        prop_assert_eq!(&account.orders, &whole.orders);
        prop_assert_eq!(account.orders["o"].clawed_back, largest);
    }

    #[test]
    fn l19_a_claw_back_takes_the_orders_own_lots_first_pending_before_active(
        pending in 1..50_i64, active in 1..50_i64, others in 1..50_i64, total in 1..100_i64, forgives in any::<bool>(),
    ) {
        let excess_clawback = if forgives { ExcessClawback::StopAtZero } else { ExcessClawback::Debt };
        let wallet = Wallet { excess_clawback, ..wallet() };
        let mut account = account(1, &wallet);
        // The other one is the next that would be spent.
        run(&wallet, &mut account, "x", Body::Earn(earn(others, START - 9 * DAY)), START).unwrap();
        run(&wallet, &mut account, "a", earn_on("o", active, START), START).unwrap();
        let Body::Earn(mut waits) = earn_on("o", pending, START) else { unreachable!() };
        waits.activation = Some(perennial_domain::rewards::ledger::Activation::On("delivered".to_owned()));
        run(&wallet, &mut account, "p", Body::Earn(waits), START).unwrap();
        run(&wallet, &mut account, "s", Body::Spend { amount: others }, START).unwrap();
        let total = total.min(pending + active);
        run(&wallet, &mut account, "c", Body::Clawback { order: "o".to_owned(), total }, START).unwrap();
        let from_pending = total.min(pending);
        let from_active = (total - from_pending).min(active);
        prop_assert_eq!(remaining(&account), vec![0, active - from_active, pending - from_pending]);
        prop_assert_eq!(account.balance.debt, 0);
        // What the order's lots no longer have is taken elsewhere, then it is a debt or forgiven.
        let left = account.balance.available;
        let _ = run(&wallet, &mut account, "s2", Body::Spend { amount: left }, START);
        run(&wallet, &mut account, "y", Body::Earn(earn(5, START)), START).unwrap();
        let rest = pending + active - total;
        let from_order = rest.min(pending - from_pending);
        run(&wallet, &mut account, "c2", Body::Clawback { order: "o".to_owned(), total: pending + active }, START).unwrap();
        let open = rest - from_order;
        prop_assert_eq!(account.balance.available, (5 - open).max(0));
        prop_assert_eq!(account.balance.debt, if forgives { 0 } else { (open - 5).max(0) });
        prop_assert_eq!(account.orders["o"].forgiven, if forgives { (open - 5).max(0) } else { 0 });
    }

    #[test]
    fn l20_while_there_is_a_debt_nothing_is_available_and_each_earning_pays_it_first((seed, steps) in steps(), owed in 1..100_i64, earned in 1..150_i64) {
        let (_, steps) = World::drawn(seed, &steps);
        for account in asked(&steps).flat_map(|asked| &asked.before) {
            prop_assert!(account.balance.debt == 0 || account.balance.available == 0);
        }
        let wallet = wallet();
        let mut account = with_lots(&wallet, &[]);
        run(&wallet, &mut account, "e", earn_on("o", owed, START), START).unwrap();
        run(&wallet, &mut account, "s", Body::Spend { amount: owed }, START).unwrap();
        run(&wallet, &mut account, "c", Body::Clawback { order: "o".to_owned(), total: owed }, START).unwrap();
        prop_assert_eq!(account.balance.debt, owed);
        run(&wallet, &mut account, "n", Body::Earn(earn(earned, START)), START).unwrap();
        let paid = owed - account.balance.debt;
        let lots: i64 = account.lots.values().filter(|lot| lot.id.entry.sequence == 4).map(|lot| lot.amount).sum();
        prop_assert_eq!(lots + paid, earned);
        prop_assert_eq!(paid, owed.min(earned));
    }

    #[test]
    fn l21_a_refund_gives_back_at_most_what_was_taken_of_each_lot_and_never_twice(
        lots in amounts(), spent in 1..300_i64, totals in prop::collection::vec(0..330_i64, 1..6),
    ) {
        let wallet = wallet();
        let mut account = with_lots(&wallet, &lots);
        let before = remaining(&account);
        let Ok(sequence) = run(&wallet, &mut account, "s", Body::Spend { amount: spent }, START) else { return Ok(()) };
        let debit = entry(1, sequence);
        let mut largest = 0;
        for (number, total) in totals.iter().enumerate() {
            let answer = run(&wallet, &mut account, &format!("r{number}"), Body::Refund { debit, total: *total }, START);
            prop_assert_eq!(answer.is_err(), *total > spent);
            largest = largest.max(if *total > spent { 0 } else { *total });
            prop_assert!(account.debits[&debit].parts.iter().all(|part| part.refunded <= part.amount));
        }
        // The same lots are left as if so much less had been spent.
        let mut less = with_lots(&wallet, &lots);
        if spent > largest {
            run(&wallet, &mut less, "s", Body::Spend { amount: spent - largest }, START).unwrap();
        }
        prop_assert_eq!(remaining(&account), remaining(&less));
        let deadlines = |account: &Account| account.lots.values().map(|lot| lot.expires_at).collect::<Vec<_>>();
        prop_assert_eq!(deadlines(&account), deadlines(&less), "with their own deadlines");
        run(&wallet, &mut account, "all", Body::Refund { debit, total: spent }, START).unwrap();
        prop_assert_eq!(remaining(&account), before);
        let again = run(&wallet, &mut account, "reverse", Body::Reverse { entry: debit }, START);
        prop_assert_eq!(again, Err(Refusal::AlreadyReversed));
    }

    #[test]
    fn l22_a_transfer_takes_along_deadline_age_and_origin_of_each_part(lots in amounts(), sent in 1..300_i64, days in 0..9_i64) {
        let wallet = wallet();
        let mut one = with_lots(&wallet, &lots);
        let mut two = account(2, &wallet);
        let now = START + days * DAY;
        settle(&wallet, &mut one, Instant(now)).unwrap();
        let before = one.clone();
        let body = Body::TransferOut { to: CustomerNumber(2), amount: sent };
        let posted = post_both(&wallet, [&mut one, &mut two], &command("t", body), Instant(now)).unwrap();
        if posted.answer.is_err() {
            prop_assert!(sent > before.balance.available);
            prop_assert_eq!(two.sequence, 0);
            return Ok(());
        }
        let gain = |side: usize, place| posted.appended[side].iter().map(|one| one.gain(place)).sum::<i64>();
        prop_assert_eq!(gain(0, Place::Transferred), sent);
        prop_assert_eq!(gain(1, Place::Available), sent);
        for got in two.lots.values() {
            let given = &before.lots[&got.origin.lot.unwrap()];
            prop_assert_eq!((got.expires_at, got.earned_at, got.priority), (given.expires_at, given.earned_at, given.priority));
            prop_assert_eq!((&got.expiry, &got.origin.order, &got.origin.tags), (&given.expiry, &given.origin.order, &given.origin.tags));
            prop_assert_eq!(got.amount, given.remaining - one.lots[&given.id].remaining);
        }
        // Back again: the deadlines are still those of the beginning.
        let back = Body::TransferOut { to: CustomerNumber(1), amount: sent };
        post_both(&wallet, [&mut two, &mut one], &command("t", back), Instant(now)).unwrap().answer.unwrap();
        let worth = |account: &Account| {
            let mut lots: Vec<_> = account.open_lots().flat_map(|lot| vec![lot.expires_at; lot.remaining as usize]).collect();
            lots.sort();
            lots
        };
        prop_assert_eq!(worth(&one), worth(&before));
    }

    #[test]
    fn l23_an_adjustment_carries_who_and_why_and_a_large_one_waits_for_another_person(amount in -120..120_i64) {
        let wallet = wallet();
        let mut account = with_lots(&wallet, &[90, 90]);
        let before = account.balance;
        let ask = command("a", Body::Adjust { amount });
        let Posting { appended, answer } = post(&wallet, &mut account, &ask, NOW).unwrap();
        if amount == 0 {
            prop_assert_eq!(answer, Err(Refusal::AmountOutOfRange { asked: 0, min: -500, max: 500 }));
            return Ok(());
        }
        let entry = entry(1, answer.unwrap());
        let posted = &appended[0];
        prop_assert_eq!((posted.actor.as_str(), posted.reason.as_str(), posted.reference.as_deref()), ("ann", "test", Some("paper 1")));
        let unproved = Command { reference: None, ..command("b", Body::Adjust { amount }) };
        prop_assert!(matches!(decide(&wallet, &account, &unproved, NOW), Err(Refusal::Malformed { .. })));
        if amount.abs() > 40 {
            prop_assert_eq!(account.balance, before, "a request changes nothing");
            let own = run(&wallet, &mut account, "own", Body::Approve { request: entry }, START);
            prop_assert_eq!(own, Err(Refusal::SameActor));
            let other = Command { actor: "bob".to_owned(), ..command("other", Body::Approve { request: entry }) };
            post(&wallet, &mut account, &other, NOW).unwrap().answer.unwrap();
            let again = Command { key: "again".to_owned(), ..other };
            let answer = post(&wallet, &mut account, &again, NOW).unwrap().answer;
            prop_assert_eq!(answer, Err(Refusal::RequestResolved { outcome: RequestState::Approved }));
        }
        prop_assert_eq!(account.balance.available, before.available + amount);
    }

    #[test]
    fn l27_one_key_has_one_effect_also_for_sixty_four_at_once(lots in amounts(), amount in 1..200_i64) {
        let wallet = wallet();
        let mut account = with_lots(&wallet, &lots);
        let before = account.balance.available;
        let requests: Vec<Command> = (0..64).map(|_| command("k", Body::Spend { amount })).collect();
        let answers = at_once(&wallet, &mut account, &requests);
        prop_assert!(answers.iter().all(|answer| *answer == answers[0]));
        let effect = if answers[0].is_ok() { amount } else { 0 };
        prop_assert_eq!(account.balance.available, before - effect);
        let (seen, sequence) = (account.clone(), account.answers["k"].sequence);
        let other = run(&wallet, &mut account, "k", Body::Spend { amount: amount + 1 }, START);
        prop_assert_eq!(other, Err(Refusal::KeyConflict { sequence }));
        prop_assert_eq!(account, seen, "a conflict has no effect");
    }

    #[test]
    fn l28_what_was_refused_is_refused_again_for_the_same_reason_whatever_came_between((seed, steps) in steps()) {
        let (mut world, steps) = World::drawn(seed, &steps);
        for asked in asked(&steps) {
            let Err(refusal) = &asked.answer else { continue };
            let step = world.ask(asked.member, asked.other, asked.command.clone());
            let again = answer(&step);
            if refusal.is_recorded() {
                prop_assert_eq!(again, Err(refusal.clone()));
                prop_assert!(!refusal.leaves_key_free());
            } else {
                let is_named = matches!(refusal, Refusal::Merged { .. }) == refusal.leaves_key_free();
                prop_assert!(is_named, "{refusal:?}");
            }
        }
    }

    #[test]
    fn l29_transactions_are_numbered_chained_and_compensated_never_changed((seed, steps) in steps(), place in any::<prop::sample::Index>(), lots in amounts()) {
        let (world, _) = World::drawn(seed, &steps);
        for (member, journal) in &world.journals {
            for (number, transaction) in journal.iter().enumerate() {
                prop_assert_eq!(transaction.sequence, number as u64 + 1);
                prop_assert!(number == 0 || transaction.previous == journal[number - 1].hash);
                prop_assert!(number == 0 || transaction.at >= journal[number - 1].at);
            }
            if journal.is_empty() {
                continue;
            }
            let index = place.index(journal.len());
            let member = CustomerNumber(*member);
            let mut changed = journal.clone();
            changed[index].reason = "nothing to see".to_owned();
            prop_assert_eq!(replay(member, &world.wallet, &changed), Err(Broken::Hash(index as u64 + 1)));
            let mut sealed = changed.clone();
            sealed[index].hash = sealed[index].expected_hash();
            let is_seen = replay(member, &world.wallet, &sealed);
            prop_assert!(index + 1 == journal.len() || is_seen == Err(Broken::Sequence(index as u64 + 2)));
            let mut shorter = journal.clone();
            shorter.remove(index);
            prop_assert!(index + 1 == journal.len() || replay(member, &world.wallet, &shorter).is_err());
        }
        let wallet = wallet();
        let mut account = with_lots(&wallet, &lots);
        let spent = run(&wallet, &mut account, "s", Body::Spend { amount: 1 }, START).unwrap();
        run(&wallet, &mut account, "r", Body::Reverse { entry: entry(1, spent) }, START).unwrap();
        prop_assert_eq!(remaining(&account), lots.clone());
        run(&wallet, &mut account, "r2", Body::Reverse { entry: entry(1, 1) }, START).unwrap();
        prop_assert_eq!(account.balance.available, lots.iter().skip(1).sum::<i64>());
        let again = run(&wallet, &mut account, "r3", Body::Reverse { entry: entry(1, 1) }, START);
        prop_assert_eq!(again, Err(Refusal::AlreadyReversed));
    }

    #[test]
    fn l30_replay_is_the_state_byte_for_byte_from_zero_and_from_any_snapshot((seed, steps) in steps(), place in any::<prop::sample::Index>()) {
        let (world, _) = World::drawn(seed, &steps);
        for (member, journal) in &world.journals {
            let account = &world.accounts[member];
            let text = serde_json::to_string(journal).unwrap();
            let stored: Vec<Transaction> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&stored, journal);
            let replayed = replay(CustomerNumber(*member), &world.wallet, &stored).unwrap();
            prop_assert_eq!(serde_json::to_vec(&replayed).unwrap(), serde_json::to_vec(account).unwrap());
            let cut = place.index(journal.len() + 1);
            let snapshot = replay(CustomerNumber(*member), &world.wallet, &journal[..cut]).unwrap();
            let mut snapshot: Account = serde_json::from_slice(&serde_json::to_vec(&snapshot).unwrap()).unwrap();
            replay_onto(&mut snapshot, &journal[cut..]).unwrap();
            prop_assert_eq!(&snapshot, account);
        }
    }

    #[test]
    fn l31_a_merge_adds_balances_and_keeps_deadlines_and_its_undoing_gives_both_back((seed, steps) in steps()) {
        let (mut world, _) = World::drawn(seed, &steps);
        world.now += 400 * DAY;
        (1..=3).for_each(|member| drop(world.job(member)));
        let [one, two] = [&world.accounts[&1], &world.accounts[&2]].map(Account::clone);
        if one.merged_into.is_some() || two.merged_into.is_some() {
            return Ok(());
        }
        let total = |account: &Account| account.balance.total() + account.balance.pending;
        let merge = command("merge now", Body::MergeOut { into: CustomerNumber(2) });
        world.ask(1, 2, merge.clone());
        let both = world.accounts[&2].clone();
        prop_assert_eq!(total(&both), total(&one) + total(&two));
        prop_assert_eq!(total(&world.accounts[&1]), 0);
        for lot in one.lots.values().chain(two.lots.values()) {
            prop_assert_eq!(both.lots[&lot.id].expires_at, lot.expires_at);
        }
        world.ask(1, 2, merge);
        prop_assert_eq!(&world.accounts[&2], &both, "once");
        let merge = *both.merges.iter().find(|(_, merge)| merge.from.0 == 1 && !merge.is_undone).unwrap().0;
        world.ask(2, 1, command("undo now", Body::UndoMergeOut { merge }));
        for (before, after) in [(&one, &world.accounts[&1]), (&two, &world.accounts[&2])] {
            prop_assert_eq!(before.balance, after.balance);
            let open = |account: &Account| account.open_lots().cloned().collect::<Vec<Lot>>();
            prop_assert_eq!(open(before), open(after));
            prop_assert_eq!((&before.orders, &before.debits, &before.holds), (&after.orders, &after.debits, &after.holds));
        }
    }
}

#[test]
fn l31_a_merge_is_undone_within_its_window_only_and_keeps_the_sum_when_points_were_spent_between() {
    let wallet = wallet();
    let mut one = with_lots(&wallet, &[50]);
    let mut two = account(2, &wallet);
    run(&wallet, &mut two, "e", Body::Earn(earn(30, START)), START).unwrap();
    let merge = command("m", Body::MergeOut { into: CustomerNumber(2) });
    let posted = post_both(&wallet, [&mut one, &mut two], &merge, NOW).unwrap();
    let merge = posted.appended[1].last().unwrap().id();
    // Those of member 1 expire first: 40 of them are spent, 10 of which come back after the undoing.
    let debit = entry(2, run(&wallet, &mut two, "s", Body::Spend { amount: 40 }, START).unwrap());
    assert_eq!(
        run(&wallet, &mut one, "s", Body::Spend { amount: 1 }, START),
        Err(Refusal::Merged { into: CustomerNumber(2) })
    );
    let undo = command("u", Body::UndoMergeOut { merge });
    let mut late = two.clone();
    let until = Instant(START + 31 * DAY);
    let answer = post_both(&wallet, [&mut late, &mut one.clone()], &undo, until).unwrap().answer;
    assert_eq!(answer, Err(Refusal::UndoTooLate { until }));
    post_both(&wallet, [&mut two, &mut one], &undo, NOW).unwrap().answer.unwrap();
    assert_eq!((one.balance.available, two.balance.available), (10, 30));
    run(&wallet, &mut two, "r", Body::Refund { debit, total: 10 }, START).unwrap();
    assert_eq!((one.balance.available, two.balance.available), (10, 40));
    assert_eq!(run(&wallet, &mut one, "s", Body::Spend { amount: 10 }, START).is_ok(), true);
}

#[test]
fn l21_points_that_come_back_after_their_last_day_follow_the_wallets_policy() {
    for (expired_refund, left) in [(ExpiredRefund::ReExpire, 0), (ExpiredRefund::GraceDays(3), 8)] {
        let wallet = Wallet { expired_refund, ..wallet() };
        let mut one = account(1, &wallet);
        run(&wallet, &mut one, "e", Body::Earn(earn(10, START)), START).unwrap();
        let debit = entry(1, run(&wallet, &mut one, "s", Body::Spend { amount: 8 }, START).unwrap());
        let after = START + 40 * DAY;
        run(&wallet, &mut one, "r", Body::Refund { debit, total: 8 }, after).unwrap();
        assert_eq!(one.balance.available, left);
        settle(&wallet, &mut one, Instant(after + 4 * DAY - 1)).unwrap();
        assert_eq!(one.balance.available, left, "through the third day after");
        settle(&wallet, &mut one, Instant(after + 4 * DAY)).unwrap();
        assert_eq!(one.balance.available, 0);
    }
}

#[test]
fn l32_a_thousand_moves_of_one_end_a_thousand_away_and_no_number_is_a_float() {
    let wallet = wallet();
    let mut one = account(1, &wallet);
    for number in 0..1_000 {
        run(&wallet, &mut one, &format!("e{number}"), Body::Earn(earn(1, START)), START).unwrap();
    }
    assert_eq!(one.balance.available, 1_000);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rewards");
    let mut folders = vec![folder];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            files += 1;
            for word in text.split(|letter: char| !letter.is_alphanumeric() && letter != '_') {
                assert!(!["f32", "f64"].contains(&word) && !word.ends_with("_f64"), "{}: {word}", path.display());
            }
        }
    }
    assert!(files > 15);
}

#[test]
fn sums_beyond_the_limits_are_refused_and_change_nothing() {
    let limits = WalletLimits { amount_max: 1_000_000_000_000, balance_max: 1_000_000_000_000, approval_above: 0 };
    let wallet = Wallet { limits, ..wallet() };
    let mut one = account(1, &wallet);
    for amount in [i64::MAX, i64::MIN, 0, -1, 1_000_000_000_001] {
        let answer = run(&wallet, &mut one, &format!("e{amount}"), Body::Earn(earn(amount, START)), START);
        assert_eq!(answer, Err(Refusal::AmountOutOfRange { asked: amount, min: 1, max: 1_000_000_000_000 }));
        let answer = run(&wallet, &mut one, &format!("a{amount}"), Body::Adjust { amount: i64::MIN }, START);
        assert!(matches!(answer, Err(Refusal::AmountOutOfRange { .. })));
    }
    run(&wallet, &mut one, "full", Body::Earn(earn(999_999_999_999, START)), START).unwrap();
    let answer = run(&wallet, &mut one, "more", Body::Earn(earn(2, START)), START);
    assert_eq!(answer, Err(Refusal::BalanceAboveLimit { balance_max: 1_000_000_000_000, allowed: 1 }));
    let far =
        post(&wallet, &mut account(2, &wallet), &command("far", Body::Earn(earn(1, i64::MAX))), Instant(i64::MAX));
    assert!(far.unwrap().answer.is_ok(), "what lies beyond the calendar has no deadline");
}

#[test]
fn a_decision_on_what_needs_names_is_the_one_on_the_whole() {
    use perennial_domain::rewards::ledger::{Needs, needs};
    let mut compared = 0;
    for seed in 0..200_u64 {
        let mut random = Random(seed);
        let mut world = World::new(drawn_wallet(&mut random));
        for _ in 0..100 {
            let step = world.step(random.bits());
            let Some(asked) = asked(std::slice::from_ref(&step)).next() else { continue };
            let Some(last) = asked.appended[0].last() else { continue };
            let mut whole = asked.before[0].clone();
            let due = asked.appended[0].iter().take_while(|one| one.key != asked.command.key);
            due.for_each(|one| apply(&mut whole, one).unwrap());
            let named = needs(&world.wallet, &asked.command, last.at);
            if named == Needs::Everything {
                continue;
            }
            let part = part(&whole, &named, &asked.command.key);
            let now = Instant(world.now);
            assert_eq!(
                decide(&world.wallet, &part, &asked.command, now),
                decide(&world.wallet, &whole, &asked.command, now),
                "seed {seed}: {:?}",
                asked.command
            );
            compared += 1;
        }
    }
    assert!(compared > 5_000, "{compared}");

    fn part(whole: &Account, named: &Needs, key: &str) -> Account {
        let mut part = whole.clone();
        let order_of = |id: EntryId| whole.credits.get(&id).and_then(|credit| credit.order.clone());
        let is_part_of = |id: &EntryId, lot: &Lot| {
            whole.debits.get(id).is_some_and(|debit| debit.parts.iter().any(|one| one.lot == lot.id))
        };
        part.lots.retain(|id, lot| {
            lot.remaining > 0
                || match named {
                    Needs::Lot(named) => id == named,
                    Needs::Entry(named) => is_part_of(named, lot),
                    Needs::ExpiredSince(from) => lot.expires_at >= Some(*from),
                    _ => false,
                }
        });
        part.holds.retain(|id, hold| hold.is_open() || *named == Needs::Hold(*id));
        let order = match named {
            Needs::Order(order) => Some((*order).to_owned()),
            Needs::Lot(lot) => whole.lots.get(lot).and_then(|lot| lot.origin.order.clone()),
            Needs::Entry(entry) => order_of(*entry),
            _ => None,
        };
        part.orders.retain(|name, _| Some(name) == order.as_ref());
        let is_entry = |id: &EntryId| match named {
            Needs::Entry(entry) => id == entry,
            Needs::Lot(lot) => *id == lot.entry,
            _ => false,
        };
        part.credits.retain(|id, _| is_entry(id));
        part.debits.retain(|id, _| is_entry(id));
        part.requests.retain(|id, _| *named == Needs::Request(*id));
        part.merges.clear();
        part.answers.retain(|name, _| name == key);
        part
    }
}

/// A transaction as version 1 wrote it: later versions read it, and find the hash that stands in it.
#[test]
fn transactions_that_were_stored_stay_readable_and_keep_their_hash() {
    let stored = include_str!("stored.json");
    let journal: Vec<Transaction> = serde_json::from_str(stored).unwrap();
    let one = replay(CustomerNumber(1), &wallet(), &journal).unwrap();
    assert_eq!((one.balance.available, one.balance.held, one.balance.debt), (14, 5, 0));
    assert!(journal.iter().flat_map(|one| &one.changes).any(|change| matches!(change, Change::HoldOpened { .. })));
    assert_eq!(serde_json::to_string_pretty(&journal).unwrap(), stored.trim_end());
}

//! L14 to L17, L22, L23, L27 and L28 of the ledger's rules: spending, holds, transfers, adjustments, and keys.

use super::lots::steps;
use super::world::{DAY, START, Step, World, account, amounts, asked, command, earn, entry, run, wallet, with_lots};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{
    Account, Body, Command, HoldState, Place, Posting, Refusal, RequestState, Transaction, Wallet, apply, decide, post,
    post_both, refused, settle,
};
use perennial_domain::time::Instant;
use proptest::prelude::*;

const NOW: Instant = Instant(START);

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
                Err(refusal) => {
                    let is_told = matches!(refusal, Refusal::Insufficient { available, .. } if amount > available && *available >= left);
                    prop_assert!(is_told, "{refusal:?}");
                }
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
        let refused = decide(&wallet, &account, &unproved, NOW).unwrap_err();
        prop_assert!(refused.leaves_key_free(), "{refused:?}");
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
}

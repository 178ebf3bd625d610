//! L29 to L32 of the ledger's rules: the journal, its replay, merges; and what a store loads and keeps.

use super::lots::steps;
use super::world::{
    DAY, START, World, account, amounts, asked, command, drawn_wallet, earn, entry, remaining, run, wallet, with_lots,
};
use crate::random::Random;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{
    Account, Body, Broken, Change, EntryId, Lot, Needs, Refusal, Transaction, Wallet, WalletLimits, apply, decide,
    needs, post_both, replay, replay_onto, touched,
};
use perennial_domain::time::Instant;
use proptest::prelude::*;

const NOW: Instant = Instant(START);

proptest! {
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
    run(&wallet, &mut one, "s", Body::Spend { amount: 10 }, START).unwrap();
}

/// What stayed of a lot when a merge was undone, and what went, may come together again, each with its own fate.
#[test]
fn l31_members_who_were_merged_and_parted_can_be_merged_and_parted_again() {
    let wallet = wallet();
    let mut one = with_lots(&wallet, &[50]);
    let mut two = account(2, &wallet);
    let merge_and_part = |one: &mut Account, two: &mut Account, key: &str, between: Option<Body>| {
        let merge = command(key, Body::MergeOut { into: CustomerNumber(2) });
        let posted = post_both(&wallet, [one, two], &merge, NOW).unwrap();
        let merge = posted.appended[1].last().unwrap().id();
        let total = two.balance.total();
        let opened = between.map(|body| entry(2, run(&wallet, two, &format!("{key} between"), body, START).unwrap()));
        let undo = command(&format!("{key} undone"), Body::UndoMergeOut { merge });
        post_both(&wallet, [two, one], &undo, NOW).unwrap().answer.unwrap();
        (total, opened)
    };
    let (total, debit) = merge_and_part(&mut one, &mut two, "first", Some(Body::Spend { amount: 20 }));
    let debit = debit.unwrap();
    assert_eq!((total, one.balance.available, two.balance.available), (50, 30, 0));
    // The part that stayed is given back in part, and is another lot than the one that went.
    run(&wallet, &mut two, "back", Body::Refund { debit, total: 5 }, START).unwrap();
    let whole = *one.lots.keys().next().unwrap();
    let stayed = two.lots.values().next().unwrap();
    assert_eq!((stayed.amount, stayed.remaining, stayed.origin.lot), (20, 5, Some(whole)));
    assert_ne!(stayed.id, whole);
    assert_eq!(stayed.expires_at, one.lots[&whole].expires_at);
    let (total, _) = merge_and_part(&mut one, &mut two, "second", None);
    assert_eq!((total, one.balance.available, two.balance.available), (35, 30, 5));
    run(&wallet, &mut two, "all back", Body::Refund { debit, total: 20 }, START).unwrap();
    assert_eq!((one.balance.available, two.balance.available), (30, 20));
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
    for (body, field) in
        [(Body::Earn(earn(1, i64::MAX)), "earned_at"), (Body::Activity { occurred_at: Instant(-1) }, "occurred_at")]
    {
        let refused = run(&wallet, &mut one, field, body, START).unwrap_err();
        assert_eq!(refused, Refusal::Malformed { field: field.to_owned(), allowed: "1970 to 2100".to_owned() });
    }
}

#[test]
fn a_decision_on_what_needs_names_is_the_one_on_the_whole() {
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

/// What a store writes after transactions, and puts together again.
#[test]
fn rows_that_are_not_named_as_touched_are_as_they_were_and_texts_give_the_account_back() {
    let mut narrow = 0;
    for seed in 0..60 {
        let bits: Vec<u64> = (0..100).map(|step| Random(seed * 1_000 + step).bits()).collect();
        let (_, steps) = World::drawn(seed, &bits);
        for asked in asked(&steps) {
            for (before, appended) in asked.before.iter().zip(&asked.appended) {
                let mut after = before.clone();
                replay_onto(&mut after, appended).unwrap();
                let mut stored = Account { answers: after.answers.clone(), ..before.clone() };
                let ids = match touched(&after, appended) {
                    Some(ids) => {
                        narrow += usize::from(!ids.is_empty());
                        ids
                    }
                    None => {
                        stored = without_rows(&stored);
                        after.row_ids()
                    }
                };
                for id in &ids {
                    let row = after.stored_row(id).unwrap();
                    stored.put_row(row.kind, &row.id, &row.text).unwrap();
                }
                let header = &after;
                stored.sequence = header.sequence;
                stored.at = header.at;
                stored.hash = header.hash;
                stored.balance = header.balance;
                stored.merged_into = header.merged_into;
                assert_eq!(stored, after, "seed {seed}: {:?}", asked.command);
                for transaction in appended {
                    assert_eq!(Transaction::from_text(&transaction.text()).as_ref(), Ok(transaction));
                }
            }
        }
    }
    assert!(narrow > 1_000, "{narrow}");
    assert!(account(1, &wallet()).put_row("pot", "1-1", "{}").is_err());
}

fn without_rows(account: &Account) -> Account {
    let mut empty = account.clone();
    empty.lots.clear();
    empty.holds.clear();
    empty.orders.clear();
    empty.credits.clear();
    empty.debits.clear();
    empty.requests.clear();
    empty.merges.clear();
    empty
}

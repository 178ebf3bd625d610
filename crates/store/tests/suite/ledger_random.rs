//! The stored ledger beside the pure one in memory: after random requests, many in one commit, with repeats, with transactions
//! that break off before their commit, and with time that passes, both are the same.
//!
//! `PERENNIAL_TEST_LEDGER_OPERATIONS` says how many, `PERENNIAL_TEST_LEDGER_SEED` where to begin; a failure names the seed of its
//! world, and that seed alone plays it again.

use super::fixtures::Dice;
use super::ledger::{DAY, Request, START, decide_all, earn, post_all, request, stored, wallet};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{Account, Body, EntryId, LotId, Transaction, replay};
use perennial_domain::time::Instant;
use perennial_store::ledger::{account_id, transactions};
use perennial_testkit::TestStore;
use std::collections::BTreeMap;

on_both!(the_stored_ledger_is_the_one_in_memory_after_random_requests,);

const MEMBERS: u32 = 4;
const STEPS_A_WORLD: u64 = 60;
const NUMBER: i64 = 3;

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

async fn the_stored_ledger_is_the_one_in_memory_after_random_requests(store: &TestStore) {
    let operations = setting("PERENNIAL_TEST_LEDGER_OPERATIONS", 600);
    let seed = setting("PERENNIAL_TEST_LEDGER_SEED", 1);
    for world in 0..operations.div_ceil(STEPS_A_WORLD) {
        play(store, seed + world, world as u32 * MEMBERS).await;
    }
}

/// The members of a world are numbered behind `base`: worlds share a store.
async fn play(store: &TestStore, seed: u64, base: u32) {
    let wallet = wallet();
    let mut dice = Dice::new(seed);
    let mut now = START;
    let mut memory: BTreeMap<u32, (Account, Vec<Transaction>)> = (1..=MEMBERS)
        .map(|member| (base + member, (Account::new(CustomerNumber(base + member), &wallet), Vec::new())))
        .collect();
    let mut asked: Vec<Request> = Vec::new();
    for step in 0..STEPS_A_WORLD {
        let most = if dice.once_in(6) { 20 * DAY } else { DAY / 2 };
        now += dice.below(most);
        let mut requests = Vec::new();
        for place in 0..=dice.below(4) {
            if dice.once_in(5) && !asked.is_empty() {
                requests.push(asked[dice.below(asked.len() as i64) as usize].clone());
                continue;
            }
            let drawn = draw(&mut dice, &memory, base, now, &format!("{step}-{place}"));
            asked.push(drawn.clone());
            requests.push(drawn);
        }
        let place = format!("seed {seed}, step {step}: {requests:?}");
        let mut tx = store.database.write().await.unwrap();
        let answers = post_all(&mut tx, &wallet, &requests, Instant(now)).await;
        if dice.once_in(5) {
            // Killed before the commit: nothing of it is there, and the same may come again.
            drop(tx);
            continue;
        }
        tx.commit().await.unwrap();
        assert_eq!(answers, decide_all(&wallet, &mut memory, &requests, Instant(now)), "{place}");
        let mut tx = store.database.read().await.unwrap();
        for (member, (account, _)) in &memory {
            let without_answers = Account { answers: BTreeMap::new(), ..account.clone() };
            assert_eq!(stored(&mut tx, &wallet, *member).await, without_answers, "{place}");
        }
    }
    let mut tx = store.database.read().await.unwrap();
    for (member, (account, journal)) in &memory {
        let number = CustomerNumber(*member);
        let kept = transactions(&mut tx, account_id(NUMBER, number), 0, i64::MAX).await.unwrap();
        assert_eq!(&kept, journal, "seed {seed}, member {member}");
        assert_eq!(replay(number, &wallet, &kept).as_ref(), Ok(account), "seed {seed}, member {member}");
    }
}

fn some<T: Copy>(dice: &mut Dice, from: Vec<T>, none: T) -> T {
    if from.is_empty() || dice.once_in(15) { none } else { from[dice.below(from.len() as i64) as usize] }
}

fn draw(
    dice: &mut Dice,
    memory: &BTreeMap<u32, (Account, Vec<Transaction>)>,
    base: u32,
    now: i64,
    key: &str,
) -> Request {
    let member = base + 1 + dice.below(i64::from(MEMBERS)) as u32;
    let other = base + 1 + ((member - base) + dice.below(i64::from(MEMBERS) - 1) as u32) % MEMBERS;
    let account = &memory[&member].0;
    let nothing = EntryId { member: CustomerNumber(member), sequence: 9_999 };
    let amount = 1 + dice.below(60);
    let order = format!("o{}", dice.below(4));
    let mut beside = None;
    let body = match dice.below(100) {
        0..=29 => earn(amount + 20, dice.once_in(2).then_some(order.as_str()), now - dice.below(3) * DAY),
        30..=44 => Body::Spend { amount },
        45..=52 => Body::Hold { amount, ttl_seconds: None },
        53..=57 => Body::Capture { hold: some(dice, account.holds.keys().copied().collect(), nothing), amount },
        58..=60 => Body::Release { hold: some(dice, account.holds.keys().copied().collect(), nothing) },
        61..=67 => Body::Clawback { order, total: dice.below(80) },
        68..=73 => {
            Body::Refund { debit: some(dice, account.debits.keys().copied().collect(), nothing), total: dice.below(60) }
        }
        74..=78 => {
            beside = Some(other);
            Body::TransferOut { to: CustomerNumber(other), amount }
        }
        79..=81 => Body::Adjust { amount: if dice.once_in(2) { amount } else { -amount } },
        82 | 83 => Body::Decline { request: some(dice, account.requests.keys().copied().collect(), nothing) },
        84..=87 => {
            let entries = account.credits.keys().chain(account.debits.keys()).copied().collect();
            Body::Reverse { entry: some(dice, entries, nothing) }
        }
        88 | 89 => Body::Reinstate { valid_days: 5 },
        90 | 91 => Body::Activity { occurred_at: Instant(now) },
        92 => Body::CancelPending {
            lot: some(dice, account.lots.keys().copied().collect(), LotId { entry: nothing, part: 0 }),
        },
        93..=95 => {
            beside = Some(other);
            Body::MergeOut { into: CustomerNumber(other) }
        }
        _ => {
            let merge = some(dice, account.merges.keys().copied().collect(), nothing);
            let from = account.merges.get(&merge).map(|merge| merge.from.0).filter(|from| *from != member);
            beside = Some(from.unwrap_or(other));
            Body::UndoMergeOut { merge }
        }
    };
    Request { other: beside, ..request(member, key, body) }
}

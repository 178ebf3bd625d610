//! The ledger beside the reference ledger: after each of many random operations both say the same.
//!
//! `PERENNIAL_TEST_LEDGER_OPERATIONS` says how many, `PERENNIAL_TEST_LEDGER_SEED` where to begin; a failure names the seed of its
//! world, and that seed alone plays it again.

use super::reference::{Reference, Seen};
use super::world::{MEMBERS, Step, World, drawn_wallet, entry};
use crate::random::Random;
use perennial_domain::rewards::ledger::{Account, Body, Refusal, replay};

/// Enough for each kind of request to meet each other one, few enough to look at every point after each.
const OPERATIONS_A_WORLD: u64 = 120;

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn the_reference_ledger_agrees_after_each_of_many_random_operations() {
    let operations = setting("PERENNIAL_TEST_LEDGER_OPERATIONS", 30_000);
    let seed = setting("PERENNIAL_TEST_LEDGER_SEED", 1);
    for world in 0..operations.div_ceil(OPERATIONS_A_WORLD) {
        play(seed + world);
    }
}

/// Seeds of worlds in which something was wrong once.
const KEPT_SEEDS: [u64; 0] = [];

#[test]
fn worlds_in_which_something_was_wrong_are_right_now() {
    for seed in KEPT_SEEDS {
        play(seed);
    }
}

fn play(seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let wallet = drawn_wallet(&mut random);
    let mut world = World::new(wallet.clone());
    let mut reference = Reference::new(wallet.clone());
    for operation in 0..OPERATIONS_A_WORLD {
        match world.step(random.bits()) {
            Step::Job { member } => reference.pass_time(member, world.now),
            Step::Asked(asked) => {
                let opened = asked.answer.as_ref().copied().unwrap_or(u64::MAX);
                let opened_there = asked.appended[1].last().map_or(u64::MAX, |transaction| transaction.sequence);
                let names = [entry(asked.member, opened), entry(asked.other, opened_there)];
                let said = reference.run(asked.member, asked.other, &asked.command, world.now, names);
                let answer = asked.answer.as_ref().map(|_| ()).map_err(code);
                assert_eq!(
                    answer,
                    said.map_err(str::to_owned),
                    "seed {seed}, operation {operation}: {:?}",
                    asked.command
                );
            }
        }
        for member in 1..=MEMBERS {
            let account = &world.accounts[&member];
            assert_eq!(seen(account), reference.seen(member), "seed {seed}, operation {operation}, member {member}");
        }
    }
    for member in 1..=MEMBERS {
        let replayed = replay(entry(member, 0).member, &wallet, &world.journals[&member]).unwrap();
        assert_eq!(replayed, world.accounts[&member], "seed {seed}, member {member}");
    }
}

fn code(refusal: &Refusal) -> String {
    serde_json::to_value(refusal).unwrap()["code"].as_str().unwrap().to_owned()
}

fn seen(account: &Account) -> (i64, Vec<Seen>) {
    let lots = account.open_lots().map(|lot| {
        let free = (lot.remaining - lot.held) as usize;
        let (pending, free) = if lot.is_pending() { (free, 0) } else { (0, free) };
        (lot.id, lot.expires_at.map(|deadline| deadline.0), pending, free, lot.held as usize)
    });
    let mut lots: Vec<Seen> = lots.collect();
    lots.sort();
    (account.balance.debt, lots)
}

#[test]
fn all_kinds_of_requests_are_accepted_and_refused_in_random_worlds() {
    let mut met = std::collections::BTreeSet::new();
    for seed in 0..150_u64 {
        let mut random = Random(seed);
        let mut world = World::new(drawn_wallet(&mut random));
        for _ in 0..OPERATIONS_A_WORLD {
            if let Step::Asked(asked) = world.step(random.bits()) {
                met.insert((name(&asked.command.body), asked.answer.is_ok()));
            }
        }
    }
    let kinds: std::collections::BTreeSet<String> = met.iter().map(|(kind, _)| kind.clone()).collect();
    for kind in &kinds {
        assert!(met.contains(&(kind.clone(), true)), "{kind} is never accepted");
        assert!(met.contains(&(kind.clone(), false)), "{kind} is never refused");
    }
    assert_eq!(kinds.len(), 18);
}

fn name(body: &Body) -> String {
    serde_json::to_value(body).unwrap()["command"].as_str().unwrap().to_owned()
}

//! The points ledger in the store: many accounts in one commit, one writer an account, a journal that is only appended to.

use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{
    Account, Activation, Body, Command, Earn, EntryId, ExcessClawback, ExpiredRefund, Expiry, Length, LifeFrom, LotId,
    Needs, Refusal, Transaction, Wallet, WalletKind, WalletLimits, WalletZone, needs, post, post_both, replay,
};
use perennial_domain::time::{Instant, Zone};
use perennial_store::inspect::texts;
use perennial_store::ledger::{self, Wanted, Written};
use perennial_store::{Database, Engine, ReadTx, WriteTx};
use perennial_testkit::TestStore;
use std::collections::{BTreeMap, BTreeSet};

on_both!(
    what_was_written_is_read_again_and_is_what_the_journal_says,
    a_decision_finds_what_it_needs_and_no_more,
    what_is_not_committed_never_happened,
    the_journal_is_only_appended_to,
    eight_writers_of_one_account_lose_nothing,
    eight_writers_with_one_key_have_one_effect_and_one_answer,
    transfers_in_both_directions_at_once_wait_for_no_one_for_ever,
    who_did_not_lock_is_refused_by_the_number_or_the_key,
    who_is_due_is_found_in_the_order_of_time,
    many_accounts_are_one_commit,
);

pub const DAY: i64 = 86_400_000_000;
/// 2026-01-01T00:00:00Z.
pub const START: i64 = 1_767_225_600_000_000;
const NUMBER: i64 = 3;

/// Points that live for thirty days; a debt where there is nothing to claw back.
pub fn wallet() -> Wallet {
    Wallet {
        code: "points".to_owned(),
        version: 1,
        kind: WalletKind::Points,
        zone: WalletZone(Zone::utc()),
        expiry: Expiry::After { length: Length::Days(30) },
        life_from: LifeFrom::Activation,
        activation: Activation::AtOnce,
        hold_ttl_seconds: 86_400,
        excess_clawback: ExcessClawback::Debt,
        expired_refund: ExpiredRefund::ReExpire,
        reinstatement_days: 20,
        merge_undo_days: 30,
        is_transferable: true,
        limits: WalletLimits { amount_max: 500, balance_max: 1_000_000_000, approval_above: 40 },
    }
}

/// What is asked of a member, and of another one with them.
#[derive(Clone, Debug)]
pub struct Request {
    pub member: u32,
    pub other: Option<u32>,
    pub command: Command,
}

pub fn request(member: u32, key: &str, body: Body) -> Request {
    let (actor, reason) = ("ann".to_owned(), "test".to_owned());
    let command = Command { key: key.to_owned(), actor, reason, reference: Some("paper 1".to_owned()), body };
    Request { member, other: None, command }
}

pub fn earn(amount: i64, order: Option<&str>, at: i64) -> Body {
    let earned_at = Instant(at);
    let order = order.map(str::to_owned);
    Body::Earn(Earn { amount, earned_at, order, rule: None, activation: None, priority: 0, tags: Vec::new() })
}

fn entry(member: u32, sequence: u64) -> EntryId {
    EntryId { member: CustomerNumber(member), sequence }
}

fn id_of(member: u32) -> i64 {
    ledger::account_id(NUMBER, CustomerNumber(member))
}

fn wanted<'a>(member: u32, wallet: &Wallet) -> Wanted<'a> {
    let account = Account::new(CustomerNumber(member), wallet);
    Wanted { id: id_of(member), account, needs: Vec::new(), keys: Vec::new() }
}

/// Accounts with what was appended to them.
type Open = BTreeMap<u32, (Account, Vec<Transaction>)>;

/// Posts in memory, one after the other.
pub fn decide_all(wallet: &Wallet, open: &mut Open, requests: &[Request], now: Instant) -> Vec<Result<u64, Refusal>> {
    let mut answers = Vec::new();
    for Request { member, other, command } in requests {
        let mut own = open.remove(member).unwrap();
        match other.and_then(|other| open.get_mut(&other)) {
            Some(other) => {
                let posted = post_both(wallet, [&mut own.0, &mut other.0], command, now).unwrap();
                let [given, got] = posted.appended;
                own.1.extend(given);
                other.1.extend(got);
                answers.push(posted.answer);
            }
            None => {
                let posted = post(wallet, &mut own.0, command, now).unwrap();
                own.1.extend(posted.appended);
                answers.push(posted.answer);
            }
        }
        open.insert(*member, own);
    }
    answers
}

/// The way of requests through the store, in one transaction.
pub async fn post_all(
    tx: &mut WriteTx<'_>,
    wallet: &Wallet,
    requests: &[Request],
    now: Instant,
) -> Vec<Result<u64, Refusal>> {
    let sides = |request: &Request| [Some(request.member), request.other].into_iter().flatten();
    let members: BTreeSet<u32> = requests.iter().flat_map(sides).collect();
    let mut all: Vec<Wanted<'_>> = members.iter().map(|member| wanted(*member, wallet)).collect();
    ledger::lock(tx, &mut all).await.unwrap();
    for request in requests {
        for member in sides(request) {
            let one = all.iter_mut().find(|one| one.id == id_of(member)).unwrap();
            one.needs.push(needs(wallet, &request.command, now.max(one.account.at)));
            if member == request.member {
                one.keys.push(&request.command.key);
            }
        }
    }
    ledger::load(tx, &mut all).await.unwrap();
    let mut open: Open = members.iter().copied().zip(all.into_iter().map(|one| (one.account, Vec::new()))).collect();
    let answers = decide_all(wallet, &mut open, requests, now);
    let written: Vec<Written<'_>> = open
        .iter()
        .filter(|(_, (_, appended))| !appended.is_empty())
        .map(|(member, (account, appended))| Written { id: id_of(*member), account, appended })
        .collect();
    ledger::save(tx, &written).await.unwrap();
    answers
}

async fn commit(database: &Database, requests: &[Request], at: i64) -> Vec<Result<u64, Refusal>> {
    let mut tx = database.write().await.unwrap();
    let answers = post_all(&mut tx, &wallet(), requests, Instant(at)).await;
    tx.commit().await.unwrap();
    answers
}

/// The whole account as it is stored, without answers.
pub async fn stored(tx: &mut ReadTx<'_>, wallet: &Wallet, member: u32) -> Account {
    let mut one = [Wanted { needs: vec![Needs::Everything], ..wanted(member, wallet) }];
    ledger::headers(tx, &mut one).await.unwrap();
    ledger::load(tx, &mut one).await.unwrap();
    let [one] = one;
    one.account
}

async fn what_was_written_is_read_again_and_is_what_the_journal_says(store: &TestStore) {
    let requests = [
        request(7, "e1", earn(100, Some("o1"), START)),
        request(7, "e2", earn(50, None, START + DAY)),
        request(7, "s1", Body::Spend { amount: 30 }),
        request(7, "h1", Body::Hold { amount: 20, ttl_seconds: None }),
        request(7, "a1", Body::Adjust { amount: 90 }),
        request(7, "s2", Body::Spend { amount: 400 }),
    ];
    let answers = commit(&store.database, &requests, START + DAY).await;
    assert_eq!(answers[..5], [Ok(1), Ok(2), Ok(3), Ok(4), Ok(5)]);
    assert_eq!(answers[5], Err(Refusal::Insufficient { asked: 400, available: 100 }));
    let mut tx = store.database.read().await.unwrap();
    let journal = ledger::transactions(&mut tx, id_of(7), 0, 99).await.unwrap();
    assert_eq!(journal.len(), 6, "a refusal of the account is recorded");
    let mut replayed = replay(CustomerNumber(7), &wallet(), &journal).unwrap();
    replayed.answers.clear();
    let account = stored(&mut tx, &wallet(), 7).await;
    assert_eq!(account, replayed);
    assert_eq!((account.balance.available, account.balance.held), (100, 20));
    // In plain SQL: what the header says is what the open lots have.
    let sums = match tx.engine() {
        Engine::Sqlite => {
            "SELECT SUM(json_extract(body, '$.remaining')) || '' FROM ledger_rows WHERE kind = 'lot' AND is_open"
        }
        Engine::Postgres => {
            "SELECT CAST(SUM(CAST(CAST(body AS JSON) ->> 'remaining' AS BIGINT)) AS TEXT) FROM ledger_rows \
                             WHERE kind = 'lot' AND is_open"
        }
    };
    assert_eq!(texts(&mut tx, sums).await.unwrap(), ["120"]);
    let shown: Vec<u64> =
        ledger::statement(&mut tx, id_of(7), None, 2).await.unwrap().iter().map(|one| one.sequence).collect();
    assert_eq!(shown, [6, 5]);
    let shown: Vec<u64> =
        ledger::statement(&mut tx, id_of(7), Some(5), 2).await.unwrap().iter().map(|one| one.sequence).collect();
    assert_eq!(shown, [4, 3]);
    assert_eq!(ledger::transaction(&mut tx, id_of(7), 3).await.unwrap().as_ref(), Some(&journal[2]));
    assert_eq!(ledger::transaction(&mut tx, id_of(7), 9).await.unwrap(), None);
    assert_eq!(ledger::transactions(&mut tx, id_of(7), 4, 1).await.unwrap(), [journal[4].clone()]);
    assert_eq!(ledger::accounts_after(&mut tx, 0, 9).await.unwrap(), [id_of(7)]);
    assert_eq!(ledger::accounts_after(&mut tx, id_of(7), 9).await.unwrap(), Vec::<i64>::new());
    assert_eq!(ledger::parts_of(id_of(7)), (NUMBER, CustomerNumber(7)));
}

async fn a_decision_finds_what_it_needs_and_no_more(store: &TestStore) {
    let requests = [
        request(7, "e1", earn(10, Some("o1"), START)),
        request(7, "e2", earn(20, Some("o2"), START)),
        request(7, "s1", Body::Spend { amount: 15 }),
        request(7, "h1", Body::Hold { amount: 5, ttl_seconds: None }),
        request(7, "r1", Body::Release { hold: entry(7, 4) }),
        request(7, "a1", Body::Adjust { amount: 90 }),
    ];
    commit(&store.database, &requests, START).await;
    let wallet = wallet();
    let mut tx = store.database.read().await.unwrap();
    let found = async |tx: &mut ReadTx<'_>, need: Option<Needs<'_>>, key: &'static str| {
        let mut one = [Wanted { needs: need.into_iter().collect(), keys: vec![key], ..wanted(7, &wallet) }];
        ledger::headers(tx, &mut one).await.unwrap();
        ledger::load(tx, &mut one).await.unwrap();
        let [one] = one;
        one.account
    };
    let names =
        |account: &Account| account.row_ids().iter().map(|id| format!("{} {}", id.kind(), id.id())).collect::<Vec<_>>();
    let (first, second) = ("lot 7-1-0", "lot 7-2-0");
    let open = found(&mut tx, None, "s1").await;
    assert_eq!(names(&open), [second], "the first is used up, the hold is released");
    assert_eq!(open.answers["s1"].sequence, 3);
    assert_eq!((open.sequence, open.balance.available), (6, 15));
    let lot = LotId { entry: entry(7, 1), part: 0 };
    let cases: [(Needs<'_>, &[&str]); 7] = [
        (Needs::Order("o1"), &[second, "order o1"]),
        (Needs::Lot(lot), &[first, second, "order o1", "credit 7-1"]),
        (Needs::Hold(entry(7, 4)), &[second, "hold 7-4"]),
        (Needs::Entry(entry(7, 3)), &[first, second, "debit 7-3"]),
        (Needs::Entry(entry(7, 2)), &[second, "order o2", "credit 7-2"]),
        (Needs::Request(entry(7, 6)), &[second, "request 7-6"]),
        (Needs::ExpiredSince(Instant(START)), &[first, second]),
    ];
    for (need, expected) in cases {
        assert_eq!(names(&found(&mut tx, Some(need.clone()), "none").await), expected, "{need:?}");
    }
    let nobody = stored(&mut tx, &wallet, 8).await;
    assert_eq!(nobody, Account::new(CustomerNumber(8), &wallet));
}

async fn what_is_not_committed_never_happened(store: &TestStore) {
    commit(&store.database, &[request(7, "e1", earn(10, None, START))], START).await;
    let mut before = store.database.read().await.unwrap();
    let account = stored(&mut before, &wallet(), 7).await;
    drop(before);
    let mut tx = store.database.write().await.unwrap();
    let spend = request(7, "s1", Body::Spend { amount: 10 });
    assert_eq!(post_all(&mut tx, &wallet(), std::slice::from_ref(&spend), Instant(START)).await, [Ok(2)]);
    drop(tx);
    let mut tx = store.database.read().await.unwrap();
    assert_eq!(stored(&mut tx, &wallet(), 7).await, account);
    drop(tx);
    assert_eq!(commit(&store.database, &[spend], START).await, [Ok(2)], "the key is free");
}

async fn the_journal_is_only_appended_to(store: &TestStore) {
    commit(&store.database, &[request(7, "e1", earn(10, None, START))], START).await;
    let mut changes =
        vec!["UPDATE ledger_transactions SET body = '{}'", "DELETE FROM ledger_transactions WHERE sequence = 1"];
    changes.push(match store.database.engine() {
        Engine::Sqlite => {
            "INSERT OR REPLACE INTO ledger_transactions SELECT account_id, 2, key, '{}' FROM ledger_transactions"
        }
        Engine::Postgres => "TRUNCATE ledger_transactions",
    });
    for change in changes {
        let mut tx = store.database.write().await.unwrap();
        let refused = texts(&mut tx, change).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{change}: {refused}");
    }
}

/// Tasks of two processes, each with commits of its own.
async fn at_once<F>(store: &TestStore, tasks: u32, work: impl Fn(Database, u32) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let other = store.open_again().await;
    let running: Vec<_> = (0..tasks)
        .map(|task| tokio::spawn(work(if task % 2 == 0 { store.database.clone() } else { other.clone() }, task)))
        .collect();
    for task in running {
        task.await.unwrap();
    }
    other.close().await;
}

async fn eight_writers_of_one_account_lose_nothing(store: &TestStore) {
    at_once(store, 8, |database, task| async move {
        for round in 0..10 {
            let requests = [request(7, &format!("{task}-{round}"), earn(5, None, START))];
            assert!(commit(&database, &requests, START).await[0].is_ok());
        }
    })
    .await;
    let mut tx = store.database.read().await.unwrap();
    let account = stored(&mut tx, &wallet(), 7).await;
    assert_eq!((account.balance.available, account.sequence), (8 * 10 * 5, 80));
    let journal = ledger::transactions(&mut tx, id_of(7), 0, 99).await.unwrap();
    assert!(replay(CustomerNumber(7), &wallet(), &journal).is_ok());
}

async fn eight_writers_with_one_key_have_one_effect_and_one_answer(store: &TestStore) {
    commit(&store.database, &[request(7, "e", earn(100, None, START))], START).await;
    at_once(store, 8, |database, _| async move {
        let spend = request(7, "k", Body::Spend { amount: 60 });
        assert_eq!(commit(&database, &[spend], START).await, [Ok(2)]);
    })
    .await;
    let other = commit(&store.database, &[request(7, "k", Body::Spend { amount: 61 })], START).await;
    assert_eq!(other, [Err(Refusal::KeyConflict { sequence: 2 })]);
    let refused = Err(Refusal::Insufficient { asked: 41, available: 40 });
    let spend = [request(7, "later", Body::Spend { amount: 41 })];
    assert_eq!(commit(&store.database, &spend, START).await, std::slice::from_ref(&refused));
    commit(&store.database, &[request(7, "e2", earn(100, None, START))], START).await;
    assert_eq!(commit(&store.database, &spend, START).await, [refused], "what was refused is refused again");
    let mut tx = store.database.read().await.unwrap();
    assert_eq!(stored(&mut tx, &wallet(), 7).await.balance.available, 140);
}

async fn transfers_in_both_directions_at_once_wait_for_no_one_for_ever(store: &TestStore) {
    let earned = [1, 2, 3].map(|member| request(member, "e", earn(300, None, START)));
    commit(&store.database, &earned, START).await;
    at_once(store, 6, |database, task| async move {
        for round in 0..8 {
            // Members 9 and above are new: their rows are made at the same time by several.
            let (from, to) = [(1, 2), (2, 1), (3, 1), (2, 3), (1, 9 + round), (3, 9 + round)][task as usize];
            let body = Body::TransferOut { to: CustomerNumber(to), amount: 3 };
            let transfer = Request { other: Some(to), ..request(from, &format!("{task}-{round}"), body) };
            assert!(commit(&database, &[transfer], START).await[0].is_ok());
        }
    })
    .await;
    let mut tx = store.database.read().await.unwrap();
    let mut total = 0;
    for id in ledger::accounts_after(&mut tx, 0, 99).await.unwrap() {
        let (_, member) = ledger::parts_of(id);
        total += stored(&mut tx, &wallet(), member.0).await.balance.available;
    }
    assert_eq!(total, 900);
}

async fn who_did_not_lock_is_refused_by_the_number_or_the_key(store: &TestStore) {
    commit(&store.database, &[request(7, "e", earn(100, None, START))], START).await;
    for key in ["other", "e"] {
        // As somebody would who has seen nothing of what is there.
        let mut account = Account::new(CustomerNumber(7), &wallet());
        if key == "e" {
            post(&wallet(), &mut account, &request(7, "x", earn(1, None, START)).command, Instant(START)).unwrap();
        }
        let posted =
            post(&wallet(), &mut account, &request(7, key, earn(1, None, START)).command, Instant(START)).unwrap();
        let mut tx = store.database.write().await.unwrap();
        let written = [Written { id: id_of(7), account: &account, appended: &posted.appended }];
        assert!(ledger::save(&mut tx, &written).await.is_err(), "{key}");
    }
}

async fn who_is_due_is_found_in_the_order_of_time(store: &TestStore) {
    let requests = [
        request(1, "e", earn(10, None, START + 2 * DAY)),
        request(2, "e", earn(10, None, START)),
        request(3, "e", earn(10, None, START)),
        request(4, "a", Body::Spend { amount: 1 }),
    ];
    commit(&store.database, &requests, START + 2 * DAY).await;
    let mut tx = store.database.read().await.unwrap();
    let (end, later) = (Instant(START + 31 * DAY), Instant(START + 33 * DAY));
    let due = ledger::due(&mut tx, Instant(end.0 - 1), None, 9).await.unwrap();
    assert_eq!(due, [], "through the last day");
    assert_eq!(ledger::due(&mut tx, end, None, 9).await.unwrap(), [(end, id_of(2)), (end, id_of(3))]);
    let all = [(end, id_of(2)), (end, id_of(3)), (later, id_of(1))];
    assert_eq!(ledger::due(&mut tx, later, None, 2).await.unwrap(), all[..2]);
    assert_eq!(ledger::due(&mut tx, later, Some(all[0]), 9).await.unwrap(), all[1..]);
}

async fn many_accounts_are_one_commit(store: &TestStore) {
    let mut requests: Vec<Request> = (1..=700).map(|member| request(member, "e", earn(10, None, START))).collect();
    requests.extend((1..=700).map(|member| request(member, "s", Body::Spend { amount: 4 })));
    let answers = commit(&store.database, &requests, START).await;
    assert!(answers.iter().all(Result::is_ok));
    let again = commit(&store.database, &requests, START).await;
    assert_eq!(again, answers);
    let mut tx = store.database.read().await.unwrap();
    for member in [1, 350, 700] {
        assert_eq!(stored(&mut tx, &wallet(), member).await.balance.available, 6);
    }
}

//! How many postings a second the points ledger takes, beside how many rows the same engine takes without it.
//!
//!     cargo run --release -p perennial-app --example ledger_speed -- [postings] [accounts] [batch]
//!
//! Mixed are earnings of orders, spends, holds, captures, releases and claw-backs, of accounts drawn at random. On PostgreSQL
//! eight tasks post at once.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement: it stops where something is wrong")]

use perennial_app::access::Actor;
use perennial_app::random::SystemRandom;
use perennial_app::rewards::{self, Request, WalletDefinition};
use perennial_app::{App, workspace};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{Body, Command, Earn, EntryId, Expiry, Length, WalletKind};
use perennial_domain::time::Instant as At;
use perennial_history::History;
use perennial_store::{Engine, customers, inspect};
use perennial_testkit::{ManualClock, TestStore, postgres_store, sqlite_store};
use std::sync::Arc;
use std::time::Instant;

const SYSTEM: Actor = Actor::System("measurement");
const WRITERS: usize = 8;

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

fn request(member: u32, key: String, body: Body) -> Request {
    let (wallet, reason) = ("points".to_owned(), "purchase".to_owned());
    let command = Command { key, actor: "rule".to_owned(), reason, reference: Some("shop".to_owned()), body };
    Request { wallet, member: CustomerNumber(member), command, other: None, is_earned_now: true }
}

fn earn(amount: i64, order: String) -> Body {
    Body::Earn(Earn {
        amount,
        earned_at: At(0),
        order: Some(order),
        rule: None,
        activation: None,
        priority: 0,
        tags: Vec::new(),
    })
}

/// What a shop asks, and the holds that wait for its tills.
struct Shop {
    dice: Dice,
    name: usize,
    told: u64,
    accounts: u64,
    holds: Vec<EntryId>,
}

impl Shop {
    fn next(&mut self) -> Request {
        self.told += 1;
        let key = format!("{}-{}", self.name, self.told);
        let member = 1 + self.dice.below(self.accounts) as u32;
        let order = format!("o{key}");
        match self.dice.below(100) {
            0..=49 => request(member, key, earn(50, order)),
            50..=74 => request(member, key, Body::Spend { amount: 20 }),
            75..=84 => request(member, key, Body::Hold { amount: 10, ttl_seconds: None }),
            85..=93 => match self.holds.pop() {
                Some(hold) => request(hold.member.0, key, Body::Capture { hold, amount: 5 }),
                None => request(member, key, earn(50, order)),
            },
            94..=96 => match self.holds.pop() {
                Some(hold) => request(hold.member.0, key, Body::Release { hold }),
                None => request(member, key, earn(50, order)),
            },
            _ => request(member, key, Body::Clawback { order: "none".to_owned(), total: 1 }),
        }
    }

    async fn post(&mut self, app: &App, batch: usize) -> usize {
        let requests: Vec<Request> = (0..batch).map(|_| self.next()).collect();
        let mut accepted = 0;
        for (request, posted) in requests.iter().zip(rewards::post_many(app, &requests).await.unwrap()) {
            let Ok(transaction) = posted.unwrap().outcome else { continue };
            accepted += 1;
            if matches!(request.command.body, Body::Hold { .. }) {
                self.holds.push(transaction.id());
            }
        }
        accepted
    }
}

async fn raw_rows_a_second(app: &App, batch: usize) -> f64 {
    let mut tx = app.store.write().await.unwrap();
    let id = if tx.engine() == Engine::Sqlite { "INTEGER" } else { "BIGINT GENERATED ALWAYS AS IDENTITY" };
    inspect::texts(&mut tx, &format!("CREATE TABLE raw_rows (id {id} PRIMARY KEY, body TEXT)")).await.unwrap();
    tx.commit().await.unwrap();
    let body = "x".repeat(1_000);
    let insert = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {batch}) \
         INSERT INTO raw_rows (body) SELECT '{body}' || i FROM n"
    );
    let begun = Instant::now();
    let mut rows = 0;
    while begun.elapsed().as_secs_f64() < 3.0 {
        let mut tx = app.store.write().await.unwrap();
        inspect::texts(&mut tx, &insert).await.unwrap();
        tx.commit().await.unwrap();
        rows += batch;
    }
    rows as f64 / begun.elapsed().as_secs_f64()
}

async fn mixed(app: &App, postings: usize, accounts: u64, batch: usize) -> (f64, usize) {
    let writers = if app.store.engine() == Engine::Sqlite { 1 } else { WRITERS };
    let begun = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|name| {
            let app = app.clone();
            let dice = Dice(0x9E37_79B9_7F4A_7C15 + name as u64);
            let mut shop = Shop { dice, name, told: 0, accounts, holds: Vec::new() };
            tokio::spawn(async move {
                let mut accepted = 0;
                for _ in 0..postings / writers / batch {
                    accepted += shop.post(&app, batch).await;
                }
                accepted
            })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        accepted += task.await.unwrap();
    }
    let posted = postings / writers / batch * writers * batch;
    (posted as f64 / begun.elapsed().as_secs_f64(), accepted)
}

async fn hot(app: &App) -> f64 {
    const POSTINGS: usize = 20_000;
    let begun = Instant::now();
    for batch in 0..POSTINGS / 100 {
        let requests: Vec<Request> = (0..100)
            .map(|place| {
                let key = format!("hot-{batch}-{place}");
                let body = if place % 2 == 0 { earn(5, key.clone()) } else { Body::Spend { amount: 5 } };
                request(4_000_000_000, key, body)
            })
            .collect();
        rewards::post_many(app, &requests).await.unwrap();
    }
    POSTINGS as f64 / begun.elapsed().as_secs_f64()
}

/// The slowest of a hundred reads of an account of a hundred lots, the slowest one left out: in milliseconds.
async fn balance_p99(app: &App) -> f64 {
    const MEMBER: CustomerNumber = CustomerNumber(4_000_000_001);
    let mut tx = app.store.write().await.unwrap();
    customers::upsert(&mut tx, &[customers::CustomerCounters::new(i64::from(MEMBER.0), 1)]).await.unwrap();
    tx.commit().await.unwrap();
    let lots: Vec<Request> =
        (0..100).map(|lot| request(MEMBER.0, format!("lot-{lot}"), earn(10, format!("lot-{lot}")))).collect();
    rewards::post_many(app, &lots).await.unwrap();
    let mut times = Vec::new();
    for _ in 0..1_000 {
        let begun = Instant::now();
        let found = rewards::balance(app, &SYSTEM, MEMBER, "points").await.unwrap();
        assert_eq!((found.lots.len(), found.balance.available), (100, 1_000));
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    times[989]
}

async fn measure(store: &TestStore, engine: &str, [postings, accounts, batch]: [usize; 3]) {
    let folder = tempfile::tempdir().unwrap();
    let history = History::open(&folder.path().join("history")).await.unwrap();
    workspace::tie(&store.database, &history, &SystemRandom).await.unwrap();
    let app = App {
        store: store.database.clone(),
        history: Arc::new(history),
        data_dir: Arc::new(folder.path().to_owned()),
        clock: Arc::new(ManualClock::at("2026-11-28T09:00:00Z")),
        random: Arc::new(SystemRandom),
    };
    let year = Expiry::After { length: Length::Months(12) };
    let definition = WalletDefinition::usual(WalletKind::Points, year);
    rewards::define_wallet(&app, &SYSTEM, "points", None, definition).await.unwrap();
    let raw = raw_rows_a_second(&app, batch).await;
    let (rate, accepted) = mixed(&app, postings, accounts as u64, batch).await;
    println!(
        "{engine}: {rate:.0} mixed postings a second ({accepted} of {postings} accepted), {raw:.0} raw rows a second"
    );
    println!("{engine}: {:.0} postings a second to one account", hot(&app).await);
    println!("{engine}: 99 of 100 reads of a balance of 100 lots within {:.2} ms", balance_p99(&app).await);
    let begun = Instant::now();
    let proof = rewards::verify(&app).await.unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{engine}: {} postings of {} members proved in {seconds:.1} s", proof.postings, proof.members);
    assert_eq!(proof.differences, 0, "{proof:?}");
}

#[tokio::main]
async fn main() {
    let mut told = std::env::args().skip(1).map(|one| one.parse::<usize>().unwrap());
    let mut next = |usual| told.next().unwrap_or(usual);
    let sizes = [next(200_000), next(20_000), next(500)];
    measure(&sqlite_store().await, "sqlite", sizes).await;
    if let Some(store) = postgres_store().await {
        measure(&store, "postgres", sizes).await;
    }
}

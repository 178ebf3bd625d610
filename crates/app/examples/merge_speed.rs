//! How long a message takes that merges two profiles, and taking that back, for profiles of more and more facts.
//!
//!     cargo run --release -p perennial-app --example merge_speed

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement: it stops where something is wrong")]

use perennial_app::access::Actor;
use perennial_app::access::idempotency::Once;
use perennial_app::pipeline::{self, PreparedBlock};
use perennial_app::random::SystemRandom;
use perennial_app::{App, customers, identity, workspace};
use perennial_domain::fact::{FACT_BLOCK_VERSION, Fact, FactBlock, FactKey, FactKind, Tracked};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant as At, MICROS_PER_SECOND};
use perennial_history::History;
use perennial_testkit::{ManualClock, TestStore, postgres_store, sqlite_store};
use std::sync::Arc;
use std::time::Instant;

const SYSTEM: Actor = Actor::System("measurement");
/// Pairs of profiles that are merged at each size; the slowest counts.
const PAIRS: usize = 10;

fn fact(kind: FactKind, number: usize, identifiers: &[(IdentifierType, String)]) -> Fact {
    let at = At(1_800_000_000_000_000 + number as i64 * MICROS_PER_SECOND);
    let message_id = format!("m{number}");
    let tracked = Tracked {
        message_id: message_id.clone(),
        name: Some("Seen".to_owned()),
        properties: None,
        received_at: at,
        sent_at: None,
        original_at: None,
        channel: None,
        locale: None,
        page_url: None,
        page_path: None,
        campaign: perennial_domain::fact::Campaign::default(),
        touch_point: None,
        consents: Vec::new(),
    };
    let identifiers = identifiers.iter().map(|(kind, value)| Identifier { kind: *kind, value: value.clone() });
    Fact {
        kind,
        key: FactKey::of(&["src", &message_id]),
        at,
        identifiers: identifiers.collect(),
        order_no: None,
        lines: vec![],
        traits: vec![],
        tracked: Some(Box::new(tracked)),
    }
}

async fn accept(app: &App, key: &str, facts: Vec<Fact>) {
    let (source, currency) = ("src".to_owned(), Currency::parse("CNY").unwrap());
    let block = FactBlock { version: FACT_BLOCK_VERSION, source, import_id: None, currency, facts, rows: vec![] };
    let prepared = PreparedBlock::new(key.to_owned(), block).unwrap();
    let mut tx = app.store.write().await.unwrap();
    assert!(pipeline::accept(&mut tx, &prepared, app.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
}

async fn measure(store: &TestStore, engine: &str) {
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
    let mut number = 0;
    for facts_each in [10, 100, 1_000, 10_000] {
        let mut slowest = [0.0_f64; 2];
        for pair in 0..PAIRS {
            let names = [
                (IdentifierType::UserId, format!("u{facts_each}-{pair}")),
                (IdentifierType::AnonymousId, format!("d{facts_each}-{pair}")),
            ];
            for name in &names {
                let mut facts = Vec::with_capacity(facts_each);
                for _ in 0..facts_each {
                    number += 1;
                    facts.push(fact(FactKind::Event, number, std::slice::from_ref(name)));
                }
                for (place, part) in facts.chunks(1_000).enumerate() {
                    accept(&app, &format!("{}:{place}", name.1), part.to_vec()).await;
                }
            }
            pipeline::apply_all(&app).await.unwrap();
            pipeline::hand_over(&app).await.unwrap();
            number += 1;
            accept(&app, &format!("both {facts_each} {pair}"), vec![fact(FactKind::Identify, number, &names)]).await;
            let begun = Instant::now();
            pipeline::apply_all(&app).await.unwrap();
            slowest[0] = slowest[0].max(begun.elapsed().as_secs_f64());
            let customer = customers::find_customer(&app, &SYSTEM, &names[1].1).await.unwrap();
            let merges = identity::customer_identity(&app, &SYSTEM, customer).await.unwrap().merges;
            let begun = Instant::now();
            identity::unmerge(&app, &SYSTEM, &merges[0].id, &Once::unkeyed()).await.unwrap();
            slowest[1] = slowest[1].max(begun.elapsed().as_secs_f64());
        }
        let [merged, parted] = slowest.map(|seconds| seconds * 1_000.0);
        println!("{engine}: {facts_each} facts each: merged in {merged:.1} ms, parted in {parted:.1} ms");
    }
}

#[tokio::main]
async fn main() {
    measure(&sqlite_store().await, "sqlite").await;
    if let Some(store) = postgres_store().await {
        measure(&store, "postgres").await;
    }
}

//! How long the first page of a journey of 2,400 events takes, and how far somebody is in a product, beside many others.
//!
//!     cargo run --release -p perennial-app --example journey_speed

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement: it stops where something is wrong")]

use perennial_app::access::Actor;
use perennial_app::customers::{JourneyQuery, customer_journey, find_customer};
use perennial_app::pipeline::{self, PreparedBlock};
use perennial_app::progress::product_progress;
use perennial_app::random::SystemRandom;
use perennial_app::{App, workspace};
use perennial_domain::fact::{Campaign, FACT_BLOCK_VERSION, Fact, FactBlock, FactKey, FactKind, Tracked};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::money::Currency;
use perennial_domain::stages::Stage;
use perennial_domain::time::{Instant as At, MICROS_PER_SECOND};
use perennial_history::History;
use perennial_testkit::{ManualClock, TestStore, postgres_store, sqlite_store};
use std::sync::Arc;
use std::time::Instant;

const SYSTEM: Actor = Actor::System("measurement");
const EVENTS: usize = 2_400;
/// Others, with this many events each: a sixty-fourth of them shares the member's bucket.
const OTHERS: usize = 5_000;
const EVENTS_OF_OTHERS: usize = 20;
const TIMES: usize = 30;
const NAMES: [&str; 6] =
    ["Signed In", "Product Viewed", "Checkout Started", "Call Ended", "Shared", "Product Progressed"];

fn event(user: &str, number: usize) -> Fact {
    let at = At(1_780_000_000_000_000 + number as i64 * 600 * MICROS_PER_SECOND);
    let message_id = format!("{user}-{number}");
    let tracked = Tracked {
        message_id: message_id.clone(),
        name: Some(NAMES[number % NAMES.len()].to_owned()),
        properties: Some(format!("{{\"product\":\"puzzle\",\"level\":{},\"attempt\":{}}}", number / 40, number % 7)),
        received_at: at,
        sent_at: None,
        original_at: None,
        channel: Some(["web", "app"][number % 2].to_owned()),
        locale: None,
        page_url: None,
        page_path: None,
        campaign: Campaign::default(),
        touch_point: Some("website".to_owned()),
        consents: Vec::new(),
    };
    Fact {
        kind: FactKind::Event,
        key: FactKey::of(&["src", &message_id]),
        at,
        identifiers: vec![Identifier { kind: IdentifierType::UserId, value: user.to_owned() }],
        order_no: None,
        lines: vec![],
        traits: vec![],
        tracked: Some(Box::new(tracked)),
    }
}

async fn accept(app: &App, key: String, facts: Vec<Fact>) {
    let (source, currency) = ("src".to_owned(), Currency::parse("CNY").unwrap());
    let block = FactBlock { version: FACT_BLOCK_VERSION, source, import_id: None, currency, facts, rows: vec![] };
    let prepared = PreparedBlock::new(key, block).unwrap();
    let mut tx = app.store.write().await.unwrap();
    assert!(pipeline::accept(&mut tx, &prepared, app.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
}

/// Median and slowest, in milliseconds.
fn figures(mut taken: Vec<f64>) -> String {
    taken.sort_by(f64::total_cmp);
    format!("{:.1} ms, at worst {:.1} ms", taken[taken.len() / 2] * 1_000.0, taken[taken.len() - 1] * 1_000.0)
}

async fn measure(store: &TestStore, engine: &str) {
    let folder = tempfile::tempdir().unwrap();
    let history = History::open(&folder.path().join("history")).await.unwrap();
    workspace::tie(&store.database, &history, &SystemRandom).await.unwrap();
    let app = App {
        store: store.database.clone(),
        history: Arc::new(history),
        data_dir: Arc::new(folder.path().to_owned()),
        clock: Arc::new(ManualClock::at("2026-06-14T09:00:00Z")),
        random: Arc::new(SystemRandom),
    };
    let mut facts: Vec<Fact> = (0..EVENTS).map(|number| event("member", number)).collect();
    for other in 0..OTHERS {
        facts.extend((0..EVENTS_OF_OTHERS).map(|number| event(&format!("u{other}"), number)));
    }
    for (place, part) in facts.chunks(2_000).enumerate() {
        accept(&app, format!("block {place}"), part.to_vec()).await;
    }
    pipeline::apply_all(&app).await.unwrap();
    pipeline::hand_over(&app).await.unwrap();
    let customer = find_customer(&app, &SYSTEM, "member").await.unwrap();
    let queries = [
        ("first page", JourneyQuery::default()),
        ("one channel", JourneyQuery { channel: Some("web".to_owned()), ..JourneyQuery::default() }),
        ("one stage", JourneyQuery { stages: vec![Stage::Buy], ..JourneyQuery::default() }),
    ];
    for (what, query) in queries {
        let mut taken = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            let journey = customer_journey(&app, &SYSTEM, customer, &query, None, 50).await.unwrap();
            taken.push(begun.elapsed().as_secs_f64());
            assert_eq!(journey.items.len(), 50);
        }
        println!("{engine}: journey of {EVENTS} events, {what}: {}", figures(taken));
    }
    let mut taken = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        let found = product_progress(&app, &SYSTEM, "member", Some("puzzle")).await.unwrap();
        taken.push(begun.elapsed().as_secs_f64());
        assert_eq!(found.products.len(), 1);
    }
    println!("{engine}: progress in a product: {}", figures(taken));
}

#[tokio::main]
async fn main() {
    measure(&sqlite_store().await, "sqlite").await;
    if let Some(store) = postgres_store().await {
        measure(&store, "postgres").await;
    }
}

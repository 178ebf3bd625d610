//! A small shop with a past: 120 customers in 2025 and 2026, valued.

use crate::support::TestApi;
use perennial_app::access::Actor;
use perennial_app::{pipeline, settings, value};
use perennial_domain::fact::{FACT_BLOCK_VERSION, Fact, FactBlock, FactKey, FactKind, Line, Trait};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_DAY};

pub const CUSTOMERS: i64 = 120;
/// What a careless front end would run, and a careless spreadsheet.
pub const SCRIPT_NAME: &str = "<script>alert(\"x\")</script>";
pub const FORMULA_ID: &str = "=HYPERLINK(\"http://evil.test\")";

/// The shop's own number of customer `index`; the first one is a formula.
pub fn shop_id(index: i64) -> String {
    if index == 0 { FORMULA_ID.to_owned() } else { format!("C{index:04}") }
}

pub async fn shop(api: &TestApi) {
    let system = Actor::System("test");
    let before = settings::read(&api.app, &system).await.unwrap();
    let mut brand = before.settings;
    brand.currency = Currency::parse("GBP");
    brand.time_zone = "Europe/London".to_owned();
    settings::update(&api.app, &system, before.version, brand).await.unwrap();

    let mut tx = api.app.store.write().await.unwrap();
    let block = FactBlock {
        version: FACT_BLOCK_VERSION,
        source: "file".to_owned(),
        import_id: None,
        currency: Currency::parse("GBP").unwrap(),
        facts: facts(),
        rows: Vec::new(),
    };
    pipeline::accept(&mut tx, "shop", &block, Instant(0)).await.unwrap();
    tx.commit().await.unwrap();
    pipeline::apply_all(&api.app).await.unwrap();
    pipeline::hand_over(&api.app).await.unwrap();
    value::run_now(&api.app, &value::ValueRequest::default()).await.unwrap();
}

fn facts() -> Vec<Fact> {
    let start = Instant::parse_rfc3339("2025-01-06T12:00:00Z").unwrap();
    let mut facts = Vec::new();
    for index in 0..CUSTOMERS {
        let joined = index % 300;
        facts.push(update(index, start.0 + joined * MICROS_PER_DAY));
        // Customer 0 buys every 20 days, later ones ever less often; every third one only once.
        let purchases = if index % 3 == 2 { 1 } else { 1 + (CUSTOMERS - index) / 5 };
        for purchase in 0..purchases {
            let day = joined + purchase * (20 + index % 7);
            facts.push(order(index, purchase, start.0 + day * MICROS_PER_DAY));
        }
    }
    facts.push(refund(0, start.0 + 500 * MICROS_PER_DAY));
    facts
}

fn identifiers(index: i64) -> Vec<Identifier> {
    vec![
        Identifier { kind: IdentifierType::CustomerId, value: shop_id(index) },
        Identifier { kind: IdentifierType::Email, value: format!("c{index}@example.com") },
    ]
}

fn line(sku: &str, quantity: i64, unit_price_minor: i64) -> Line {
    Line {
        sku: Some(sku.to_owned()),
        name: Some(format!("Mug {sku}")),
        quantity_milli: Some(quantity * 1_000),
        unit_price_minor: Some(unit_price_minor),
        amount_minor: Some(quantity * unit_price_minor),
    }
}

fn order(index: i64, purchase: i64, at: i64) -> Fact {
    let order_no = format!("O-{index}-{purchase}");
    Fact {
        kind: FactKind::Order,
        key: FactKey::of(&["order", &order_no]),
        at: Instant(at),
        identifiers: identifiers(index),
        order_no: Some(order_no),
        lines: vec![line("M1", 2, 500 + 13 * (index % 11)), line("M2", 1, 299 + 7 * (purchase % 5))],
        traits: Vec::new(),
    }
}

fn refund(index: i64, at: i64) -> Fact {
    Fact {
        kind: FactKind::Refund,
        key: FactKey::of(&["refund", &index.to_string()]),
        at: Instant(at),
        identifiers: identifiers(index),
        order_no: Some(format!("R-{index}")),
        lines: vec![line("M1", -1, 500)],
        traits: Vec::new(),
    }
}

fn update(index: i64, at: i64) -> Fact {
    let name = if index == 0 { SCRIPT_NAME.to_owned() } else { format!("Customer {index}") };
    let city = if index % 2 == 0 { "Leeds" } else { "York" };
    let fact_trait = |name: &str, value: &str| Trait { name: name.to_owned(), value: value.to_owned() };
    Fact {
        kind: FactKind::CustomerUpdate,
        key: FactKey::of(&["customer", &index.to_string()]),
        at: Instant(at),
        identifiers: identifiers(index),
        order_no: None,
        lines: Vec::new(),
        traits: vec![fact_trait("name", &name), fact_trait("city", city)],
    }
}

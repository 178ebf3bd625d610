//! A small shop with a past: 120 customers in 2025 and 2026, valued.

use crate::support::TestApi;
use perennial_app::access::Actor;
use perennial_app::{pipeline, settings, value};
use perennial_domain::fact::{FACT_BLOCK_VERSION, Fact, FactBlock, FactKey, FactKind, Line, Trait};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::values::{self, CustomerValue};

pub const CUSTOMERS: i64 = 120;
/// What a careless front end would run, and a careless spreadsheet.
pub const SCRIPT_NAME: &str = "<script>alert(\"x\")</script>";
pub const FORMULA_ID: &str = "=HYPERLINK(\"http://evil.test\")";

/// The shop's own number of customer `index`; the first one is a formula.
pub fn shop_id(index: i64) -> String {
    if index == 0 { FORMULA_ID.to_owned() } else { format!("C{index:04}") }
}

pub async fn shop(api: &TestApi) {
    shop_of(api, facts()).await;
}

/// Two customers, too few for any forecast. One bought three times and has not come back since.
pub async fn small_shop(api: &TestApi) {
    let start = Instant::parse_rfc3339("2025-01-06T12:00:00Z").unwrap();
    let purchases = [(0, 0), (0, 10), (0, 20), (1, 200)];
    let facts = purchases.into_iter().map(|(index, day)| order(index, day, start.0 + day * MICROS_PER_DAY));
    shop_of(api, facts.collect()).await;
}

async fn shop_of(api: &TestApi, facts: Vec<Fact>) {
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
        facts,
        rows: Vec::new(),
    };
    let prepared = pipeline::PreparedBlock::new("shop".to_owned(), block).unwrap();
    pipeline::accept(&mut tx, &prepared, Instant(0)).await.unwrap();
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
        is_total: false,
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

/// So many customers with nothing but a number and a value of this run, straight into the store.
pub async fn plain_customers(api: &TestApi, count: i64, run_id: &str) {
    let mut tx = api.app.store.write().await.unwrap();
    let rows: Vec<CustomerCounters> = (1..=count).map(|number| CustomerCounters::new(number, 0)).collect();
    customers::upsert(&mut tx, &rows).await.unwrap();
    values::replace_all(&mut tx, run_id, (1..=count).map(plain_value)).await.unwrap();
    tx.commit().await.unwrap();
}

fn plain_value(number: i64) -> CustomerValue {
    CustomerValue {
        customer_number: number,
        recency_days: 0,
        frequency: 1,
        monetary_minor: 0,
        r: 1,
        f: 1,
        m: 1,
        cell: 111,
        rfm_group: "hibernating".into(),
        historical_minor: 0,
        current_minor: 0,
        potential_minor: None,
        potential_low_minor: None,
        potential_high_minor: None,
        lifetime_minor: None,
        probability_alive: None,
        probability_active: None,
        expected_orders: None,
        next_purchase_day: None,
        due_day: None,
        lifetime_percentile: 0.0,
        current_percentile: 0.0,
        profit_rank: None,
    }
}

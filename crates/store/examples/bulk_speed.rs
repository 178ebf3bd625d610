//! How fast the store is on a SQLite file with everything as in production.
//!
//! `cargo run --release -p perennial-store --example bulk_speed [customers] [folder]`

use perennial_store::Scope;
use perennial_store::customers::{self, CustomerCounters, CustomerFilter, CustomerSort, SortOrder};
use perennial_store::identity::{self, NewIdentity};
use perennial_store::orders::{self, OrderRow};
use perennial_store::values::{self, CustomerValue};
use perennial_store::{Database, StoreUrl};
use std::borrow::Cow;
use std::time::Instant;

const TRANSACTION_ROWS: usize = 10_000;
const GROUPS: [&str; 10] = [
    "champions",
    "loyal",
    "potential_loyalist",
    "new",
    "promising",
    "attention",
    "sleeping",
    "at_risk",
    "cannot_lose",
    "lost",
];

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let customers: i64 = std::env::args().nth(1).map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = match std::env::args().nth(2) {
        Some(path) => tempfile::tempdir_in(path)?,
        None => tempfile::tempdir()?,
    };
    let url = StoreUrl::parse(&format!("sqlite://{}", folder.path().join("speed.db").display()))?;
    let db = Database::open(&url).await?;
    let mut tx = db.write().await?;
    customers::suspend_indexes(&mut tx).await?;
    tx.commit().await?;
    write_customers(&db, customers, "customers::upsert, new").await?;
    resume(&db).await?;
    write_customers(&db, customers.min(200_000), "customers::upsert, again").await?;
    write_identities(&db, customers).await?;
    write_orders(&db, customers, "orders::upsert, new").await?;
    write_orders(&db, 200_000, "orders::upsert, again").await?;
    read_keys(&db, customers).await?;
    for _ in 0..2 {
        replace_values(&db, customers).await?;
    }
    lists(&db).await?;
    let size = std::fs::metadata(folder.path().join("speed.db"))?.len();
    eprintln!("file: {} MiB", size / 1_048_576);
    db.close().await;
    Ok(())
}

/// With the processor time of the whole process so far, which a busy machine does not blur.
fn report(what: &str, rows: i64, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    let ticks: f64 = std::fs::read_to_string("/proc/self/stat")
        .map_or(0.0, |stat| stat.split(' ').skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum());
    let rate = rows as f64 / seconds;
    eprintln!("{what:34} {rows:>9} rows {seconds:>8.2} s {rate:>10.0} /s   cpu so far {:>7.2} s", ticks / 100.0);
}

/// Spreads neighbours over the whole range.
fn mixed(number: i64) -> i64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64).rotate_left(31).wrapping_mul(0x94D0_49BB_1331_11EB_u64 as i64)
        & i64::MAX
}

fn counters(number: i64) -> CustomerCounters {
    let random = mixed(number);
    let mut row = CustomerCounters::new(number, 1_300_000_000_000_000 + number);
    if number % 3 == 0 {
        row.set_display_name(&format!("Customer {random}"));
    }
    row.orders = 1 + random % 20;
    row.gross_minor = random % 1_000_000;
    row.net_minor = row.gross_minor;
    row.first_at = Some(1_291_000_000_000_000 + random % 30_000_000_000_000);
    row.last_at = row.first_at.map(|at| at + random % 1_000_000_000_000);
    row.first_month = Some(2010 * 12 + random % 24);
    row.active_months = 1 | (random % 4096);
    row
}

async fn write_customers(db: &Database, count: i64, what: &str) -> Outcome<()> {
    let rows: Vec<CustomerCounters> = (1..=count).map(counters).collect();
    let started = Instant::now();
    for chunk in rows.chunks(TRANSACTION_ROWS) {
        let mut tx = db.write().await?;
        customers::upsert(&mut tx, chunk).await?;
        tx.commit().await?;
    }
    report(what, count, started);
    Ok(())
}

async fn resume(db: &Database) -> Outcome<()> {
    let started = Instant::now();
    let mut tx = db.write().await?;
    let mut indexes = 0;
    while customers::resume_an_index(&mut tx).await? {
        indexes += 1;
    }
    tx.commit().await?;
    report("customers::resume_an_index", indexes, started);
    Ok(())
}

fn mail(number: i64) -> String {
    format!("c{}@example.com", mixed(number))
}

async fn write_identities(db: &Database, count: i64) -> Outcome<()> {
    let row = |number: i64| NewIdentity {
        kind: "email".to_owned(),
        value: mail(number),
        customer_number: number,
        source: "file".to_owned(),
        first_seen_at: number,
    };
    let rows: Vec<NewIdentity> = (1..=count).map(row).collect();
    let started = Instant::now();
    for chunk in rows.chunks(TRANSACTION_ROWS) {
        let mut tx = db.write().await?;
        identity::insert_identities(&mut tx, chunk).await?;
        tx.commit().await?;
    }
    report("identity::insert_identities", count, started);
    Ok(())
}

fn order_key(number: i64) -> (i64, [u8; 16]) {
    let random = mixed(number) as u128;
    (number / 3 + 1, ((random << 64) | random.rotate_left(17)).to_be_bytes())
}

async fn write_orders(db: &Database, count: i64, what: &str) -> Outcome<()> {
    let row = |number: i64| {
        let (customer_number, order_key) = order_key(number);
        OrderRow {
            customer_number,
            order_key,
            order_no: Some(format!("A{number:08}")),
            kind: "order".to_owned(),
            at: number,
            amount_minor: Some(number % 10_000),
            line_hashes: vec![7; 24],
        }
    };
    let rows: Vec<OrderRow> = (1..=count).map(row).collect();
    let started = Instant::now();
    for chunk in rows.chunks(TRANSACTION_ROWS) {
        let mut tx = db.write().await?;
        orders::upsert(&mut tx, chunk).await?;
        tx.commit().await?;
    }
    report(what, count, started);
    Ok(())
}

async fn read_keys(db: &Database, count: i64) -> Outcome<()> {
    let wanted = count.min(400_000);
    let mut tx = db.write().await?;
    let keys: Vec<(i64, [u8; 16])> = (1..=wanted).map(order_key).collect();
    let started = Instant::now();
    let mut found = 0;
    for chunk in keys.chunks(TRANSACTION_ROWS) {
        found += orders::load(&mut tx, chunk).await?.len() as i64;
    }
    assert_eq!(found, wanted);
    report("orders::load, found", wanted, started);

    let missing: Vec<(i64, [u8; 16])> = (1..=wanted).map(|number| (number, [9; 16])).collect();
    let started = Instant::now();
    for chunk in missing.chunks(TRANSACTION_ROWS) {
        assert!(orders::load(&mut tx, chunk).await?.is_empty());
    }
    report("orders::load, missing", wanted, started);

    let mails: Vec<String> = (1..=wanted).map(mail).collect();
    let keys: Vec<(&str, &str)> = mails.iter().map(|mail| ("email", mail.as_str())).collect();
    let started = Instant::now();
    for chunk in keys.chunks(TRANSACTION_ROWS) {
        assert_eq!(identity::owners(&mut tx, chunk).await?.len(), chunk.len());
    }
    report("identity::owners", wanted, started);

    let numbers: Vec<i64> = (1..=wanted).collect();
    let started = Instant::now();
    for chunk in numbers.chunks(TRANSACTION_ROWS) {
        assert_eq!(customers::load(&mut tx, chunk).await?.len(), chunk.len());
    }
    report("customers::load", wanted, started);
    Ok(())
}

fn value(number: i64) -> CustomerValue {
    let random = mixed(number);
    let (r, f, m) = (1 + random % 5, 1 + (random / 5) % 5, 1 + (random / 25) % 5);
    let share = (random % 1_000_003) as f64 / 1_000_003.0;
    CustomerValue {
        customer_number: number,
        recency_days: random % 700,
        frequency: random % 20,
        monetary_minor: random % 1_000_000,
        r,
        f,
        m,
        cell: r * 100 + f * 10 + m,
        rfm_group: Cow::Borrowed(GROUPS[(random % 10) as usize]),
        historical_minor: random % 900_000,
        current_minor: random % 400_000,
        potential_minor: Some(random % 300_000),
        potential_low_minor: Some(random % 100_000),
        potential_high_minor: Some(random % 500_000),
        lifetime_minor: Some(random % 1_200_000),
        probability_alive: Some(share),
        probability_active: Some(share),
        expected_orders: Some(share * 10.0),
        next_purchase_day: Some(15_000 + random % 400),
        due_day: Some(15_000 + random % 400),
        lifetime_percentile: share * 100.0,
        current_percentile: share * 100.0,
        profit_rank: Some(number),
    }
}

async fn replace_values(db: &Database, count: i64) -> Outcome<()> {
    let started = Instant::now();
    let mut tx = db.write().await?;
    values::replace_all(&mut tx, "run_1", (1..=count).map(value)).await?;
    tx.commit().await?;
    report("values::replace_all", count, started);
    Ok(())
}

async fn lists(db: &Database) -> Outcome<()> {
    let group = CustomerFilter { group: Some("champions".to_owned()), ..CustomerFilter::default() };
    let cell = CustomerFilter { cell: Some(555), ..CustomerFilter::default() };
    let filters = [
        ("no filter", CustomerFilter::default()),
        ("group", group.clone()),
        ("cell", cell),
        ("min_orders 20", CustomerFilter { min_orders: Some(20), ..CustomerFilter::default() }),
        ("group, min_orders 10", CustomerFilter { min_orders: Some(10), ..group.clone() }),
        ("cohort", CustomerFilter { cohort: Some(2010 * 12 + 5), ..CustomerFilter::default() }),
        ("overdue", CustomerFilter { overdue_on: Some(15_010), ..CustomerFilter::default() }),
        ("search", CustomerFilter { search: Some("c123456".to_owned()), ..CustomerFilter::default() }),
        ("search, wide", CustomerFilter { search: Some("c1".to_owned()), ..CustomerFilter::default() }),
    ];
    let mut tx = db.read().await?;
    for (name, filter) in &filters {
        let started = Instant::now();
        let count = customers::count(&mut tx, &Scope::Everyone, filter).await?;
        eprintln!("count {name:22} {count:>9} {:>8.1} ms", started.elapsed().as_secs_f64() * 1e3);
        for sort in CustomerSort::ALL {
            let started = Instant::now();
            let page =
                customers::list(&mut tx, &Scope::Everyone, filter, sort, SortOrder::Descending, None, 50).await?;
            let first = started.elapsed().as_secs_f64() * 1e3;
            let started = Instant::now();
            if page.next.is_some() {
                customers::list(&mut tx, &Scope::Everyone, filter, sort, SortOrder::Descending, page.next, 50).await?;
            }
            let second = started.elapsed().as_secs_f64() * 1e3;
            eprintln!("list  {name:22} {:20} {first:>8.1} ms, next {second:>8.1} ms", sort.code());
        }
    }
    let started = Instant::now();
    values::cell_counts(&mut tx).await?;
    eprintln!("cell_counts {:>8.1} ms", started.elapsed().as_secs_f64() * 1e3);
    let started = Instant::now();
    customers::purchase_span(&mut tx).await?;
    eprintln!("purchase_span {:>8.1} ms", started.elapsed().as_secs_f64() * 1e3);
    let started = Instant::now();
    orders::count_purchases(&mut tx).await?;
    eprintln!("count_purchases {:>8.1} ms", started.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

//! How fast a plan answers a rule of ten conditions, four of them windows over behaviour:
//! `plan_speed [FACTS] [CUSTOMERS] [THREADS]`. Prints one JSON object a rule; times in seconds, those of the processor beside.
//!
//! With `PLAN_SPEED_FOLDER` the history stays there, beside `customers.parquet`, which says what is known beside facts: another
//! program can be asked the same of the same files. `bench/run.py` runs it beside its peers.
#![expect(clippy::print_stdout, reason = "what it measured is its output")]

use perennial_domain::fact::{
    AppliedBlock, AppliedFact, Campaign, FACT_BLOCK_VERSION, Fact, FactKey, FactKind, Line, Tracked,
};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::oracle::{History as Known, State, Thresholds};
use perennial_domain::rules::text::parse;
use perennial_domain::rules::value::{Number, Value};
use perennial_domain::rules::{Has, Rule};
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND, Zone};
use perennial_history::{Cell, Column, ColumnKind, History, ParquetTableWriter, Plan, Standpoint};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant as Stopwatch;

const BLOCK_FACTS: u64 = 5_000;
const BLOCKS_PER_APPEND: u64 = 200;
/// Many, as the clock of the processor ticks in hundredths of a second.
const TOLD_AT_ONCE: usize = 50_000;
/// 2026-01-01, and the last two years before it.
const NOW: i64 = 20_454 * MICROS_PER_DAY;
const LIFE_SECONDS: u64 = 730 * 86_400;
const CITIES: [&str; 5] = ["Shanghai", "Beijing", "Chengdu", "Hangzhou", "Kiel"];
const CATEGORIES: [&str; 4] = ["lens", "care liquid", "case", "frame"];

/// The second one has the windows alone, the third one looks into properties, the fourth one at the order of facts.
const RULES: [(&str, &str); 4] = [
    (
        "ten_conditions",
        "has tag vip and not has tag blocked and reachable by sms and city is one of (\"Shanghai\", \"Chengdu\") \
         and age >= 25 and age < 60 and did event \"Product Added\" in last 30 days and count of pages in last 90 days >= 3 \
         and sum amount of orders in last 6 months >= 100.00 CNY and never event \"Content Read\" in last 14 days",
    ),
    (
        "four_windows",
        "did event \"Product Added\" in last 30 days and count of pages in last 90 days >= 3 \
         and sum amount of orders in last 6 months >= 100.00 CNY and never event \"Content Read\" in last 14 days",
    ),
    (
        "properties",
        "count of event \"Product Viewed\"[category is \"lens\"] in last 60 days >= 2 \
         and never orders[line [sku starts with \"SKU-1\"]] in last 90 days",
    ),
    ("sequence", "sequence (event \"Product Added\" then orders within 3 days without refunds) in last 60 days"),
];

/// That of the server: a plan makes and drops many buffers of pages.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let facts = arguments.next().transpose()?.unwrap_or(1_000_000);
    let customers = arguments.next().transpose()?.unwrap_or(20_000);
    let threads = arguments.next().transpose()?.unwrap_or(2) as usize;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = std::env::var_os("PLAN_SPEED_FOLDER");
    let temporary = tempfile::tempdir()?;
    let root = folder.map_or_else(|| temporary.path().to_owned(), Into::into);
    runtime.block_on(measure(&root, facts, customers, threads))
}

async fn measure(root: &Path, facts: u64, customers: u64, threads: usize) -> Result<(), Box<dyn std::error::Error>> {
    let history = History::open(root).await?;
    if history.last_sequence().await?.is_none() {
        fill(&history, facts, customers).await?;
        write_customers(&root.join("customers.parquet"), customers)?;
    }
    let snapshot = history.snapshot().await?;
    for (name, text) in RULES {
        let clock = Clock::start();
        let mut plan = Plan::new(&[rule(text)?], &BTreeMap::new(), standpoint())?;
        let needs_known = plan.needs_known();
        let mut told = clock.processor();
        // What is known is made up beside the clock: a server has it. Where nothing is needed of it, nothing is handed in.
        for first in (1..=customers).step_by(TOLD_AT_ONCE) {
            let numbers = first..(first + TOLD_AT_ONCE as u64).min(customers + 1);
            let people: Vec<(CustomerNumber, Known)> = numbers
                .map(|number| {
                    let number = u32::try_from(number)?;
                    Ok((CustomerNumber(number), if needs_known { known(number) } else { Known::default() }))
                })
                .collect::<Result<_, std::num::TryFromIntError>>()?;
            let clock = Clock::start();
            for (number, known) in &people {
                plan.tell(*number, &[*number], known);
            }
            told += clock.processor();
        }
        let clock = Clock::start();
        let found = tokio::task::block_in_place(|| snapshot.who(&plan, &[], threads))?;
        let (processor, wall) = (clock.processor(), clock.wall());
        let count = found.first().map_or(0, Vec::len);
        println!(
            "{{\"rule\": \"{name}\", \"count\": {count}, \"customers\": {customers}, \"facts\": {}, \"told_processor\": \
             {told:.2}, \"processor\": {processor:.2}, \"wall\": {wall:.2}}}",
            history.stats().await?.facts
        );
    }
    Ok(())
}

fn rule(text: &str) -> Result<Rule, Box<dyn std::error::Error>> {
    Ok(parse(text).map_err(|problem| problem.message)?.rule)
}

fn standpoint() -> Standpoint {
    let (thresholds, line_names) = (Thresholds::new(), BTreeMap::new());
    Standpoint { as_of: Instant(NOW), zone: Zone::utc(), thresholds, line_names }
}

async fn fill(history: &History, facts: u64, customers: u64) -> Result<(), Box<dyn std::error::Error>> {
    let mut random = Random(42);
    let (mut written, mut sequence) = (0, 0);
    while written < facts {
        let mut blocks = Vec::new();
        while written < facts && (blocks.len() as u64) < BLOCKS_PER_APPEND {
            let count = BLOCK_FACTS.min(facts - written);
            sequence += 1;
            blocks.push((sequence, block(&mut random, count, customers)));
            written += count;
        }
        history.append(&blocks).await?;
    }
    while history.compact(1).await?.files_removed > 0 {}
    Ok(())
}

/// What the numbers of customers say of them, so that it need not be kept.
struct Person {
    is_vip: bool,
    is_blocked: bool,
    is_reachable: bool,
    city: &'static str,
    age: i64,
}

fn person(number: u32) -> Person {
    let mut random = Random(u64::from(number) << 20);
    Person {
        is_vip: random.below(10) < 6,
        is_blocked: random.below(20) == 0,
        is_reachable: random.below(10) < 8,
        city: CITIES[random.below(5) as usize],
        age: 18 + random.below(60) as i64,
    }
}

fn known(number: u32) -> Known {
    let person = person(number);
    let mut known = Known::default();
    known.fields.insert("city".to_owned(), vec![Value::text(person.city)]);
    known.fields.insert("age".to_owned(), vec![Value::Number(Number::whole(person.age))]);
    let states = [
        (person.is_vip, Has::Tag("vip".to_owned())),
        (person.is_blocked, Has::Tag("blocked".to_owned())),
        (person.is_reachable, Has::Channel(Some("sms".to_owned()))),
    ];
    let stands = states.into_iter().filter(|(stands, _)| *stands);
    known.states = stands.map(|(_, has)| State { has, interval: Interval::new(Instant(0), None) }).collect();
    known
}

fn write_customers(path: &Path, customers: u64) -> Result<(), Box<dyn std::error::Error>> {
    let column = |name: &str, kind| Column { name: name.to_owned(), kind };
    let columns = [
        column("customer", ColumnKind::Integer),
        column("vip", ColumnKind::Integer),
        column("blocked", ColumnKind::Integer),
        column("sms", ColumnKind::Integer),
        column("city", ColumnKind::Text),
        column("age", ColumnKind::Integer),
    ];
    let mut writer = ParquetTableWriter::new(std::fs::File::create(path)?, &columns)?;
    for number in 1..=customers {
        let person = person(u32::try_from(number)?);
        writer.write_row(&[
            Cell::Integer(i64::try_from(number)?),
            Cell::Integer(i64::from(person.is_vip)),
            Cell::Integer(i64::from(person.is_blocked)),
            Cell::Integer(i64::from(person.is_reachable)),
            Cell::Text(person.city),
            Cell::Integer(person.age),
        ])?;
    }
    writer.finish()?;
    Ok(())
}

fn block(random: &mut Random, count: u64, customers: u64) -> AppliedBlock {
    let facts = (0..count).map(|_| applied(random, customers)).collect();
    let currency = Currency::parse("CNY").unwrap_or(Currency::NONE);
    AppliedBlock { version: FACT_BLOCK_VERSION, source: "shop".to_owned(), import_id: None, currency, facts }
}

/// Mostly what people look at, one in nine an order, some of which come back.
fn applied(random: &mut Random, customers: u64) -> AppliedFact {
    // The product of two uniform numbers: few customers do much, many little.
    let number = 1 + (random.below(customers) * random.below(customers)) / customers.max(1);
    let (kind, name) = match random.below(100) {
        0..=39 => (FactKind::Page, None),
        40..=64 => (FactKind::Event, Some("Product Viewed")),
        65..=74 => (FactKind::Event, Some("Product Added")),
        75..=81 => (FactKind::Event, Some("Content Read")),
        82..=87 => (FactKind::Screen, Some("Home")),
        88..=98 => (FactKind::Order, None),
        _ => (FactKind::Refund, None),
    };
    let at = Instant(NOW - random.below(LIFE_SECONDS) as i64 * MICROS_PER_SECOND);
    let key = FactKey((u128::from(random.next()) << 64) | u128::from(random.next()));
    let is_purchase = !kind.is_message();
    let sign = if kind == FactKind::Refund { -1 } else { 1 };
    let lines = if is_purchase { (0..1 + random.below(3)).map(|_| line(random, sign)).collect() } else { Vec::new() };
    let order_no = is_purchase.then(|| format!("N{:010}", random.below(10_000_000_000)));
    let tracked = (!is_purchase).then(|| Box::new(tracked(random, name, at)));
    let fact = Fact { kind, key, at, identifiers: Vec::new(), order_no, lines, traits: Vec::new(), tracked };
    AppliedFact { customer: u32::try_from(number).ok().map(CustomerNumber), first: true, fact }
}

fn tracked(random: &mut Random, name: Option<&str>, at: Instant) -> Tracked {
    let category = CATEGORIES[random.below(4) as usize];
    let product = random.below(5_000);
    Tracked {
        message_id: format!("{:016x}", random.next()),
        name: name.map(str::to_owned),
        properties: Some(format!(
            "{{\"category\":\"{category}\",\"product_id\":\"SKU-{product}\",\"price\":{}.5}}",
            random.below(900)
        )),
        received_at: at,
        sent_at: None,
        original_at: None,
        channel: Some("web".to_owned()),
        locale: None,
        page_url: None,
        page_path: Some(format!("/p/{product}")),
        campaign: Campaign::default(),
        touch_point: None,
        consents: Vec::new(),
    }
}

fn line(random: &mut Random, sign: i64) -> Line {
    let product = random.below(5_000);
    let (price, quantity) = (1_000 + (product as i64 * 37) % 50_000, 1 + random.below(3) as i64);
    Line {
        sku: Some(format!("SKU-{product}")),
        name: Some(format!("Product number {product}")),
        quantity_milli: Some(sign * quantity * 1_000),
        unit_price_minor: Some(price),
        amount_minor: Some(sign * price * quantity),
        is_total: false,
    }
}

/// SplitMix64: the same facts on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }
}

struct Clock {
    wall: Stopwatch,
    processor: f64,
}

impl Clock {
    fn start() -> Self {
        Self { wall: Stopwatch::now(), processor: processor_seconds() }
    }

    fn wall(&self) -> f64 {
        self.wall.elapsed().as_secs_f64()
    }

    fn processor(&self) -> f64 {
        processor_seconds() - self.processor
    }
}

/// User and system time of this process, from `/proc` (hundredths of a second).
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after_name.split_whitespace().map(|field| field.parse().unwrap_or(0.0)).collect();
    fields.get(11).zip(fields.get(12)).map_or(0.0, |(user, system)| (user + system) / 100.0)
}

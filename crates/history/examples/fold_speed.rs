//! How fast facts are written and folded: `fold_speed <rows> <customers> [threads]`, times in processor seconds.
#![expect(clippy::print_stdout, reason = "a measurement prints its result")]

use perennial_domain::fact::{AppliedBlock, AppliedFact, FACT_BLOCK_VERSION, Fact, FactKey, FactKind, Line};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_SECOND, Zone};
use perennial_domain::value::{Cohorts, Occasion, RfmInput, RfmScore, run_rfm};
use perennial_history::History;
use std::time::Instant as Stopwatch;

const BLOCK_FACTS: u64 = 5_000;
const BLOCKS_PER_APPEND: u64 = 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let rows = arguments.next().transpose()?.unwrap_or(1_000_000);
    let customers = arguments.next().transpose()?.unwrap_or(20_000);
    let threads = arguments.next().transpose()?.unwrap_or(2) as usize;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = std::env::var_os("FOLD_SPEED_FOLDER");
    let temporary = tempfile::tempdir()?;
    let root = folder.map_or_else(|| temporary.path().to_owned(), Into::into);
    runtime.block_on(measure(&root, rows, customers, threads))
}

async fn measure(
    root: &std::path::Path,
    rows: u64,
    customers: u64,
    threads: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let history = History::open(root).await?;
    if history.last_sequence().await?.is_none() {
        let mut random = Random(42);
        let (mut processor, mut wall, mut written, mut sequence) = (0.0, 0.0, 0, 0);
        while written < rows {
            let mut blocks = Vec::new();
            while written < rows && (blocks.len() as u64) < BLOCKS_PER_APPEND {
                let count = BLOCK_FACTS.min(rows - written);
                sequence += 1;
                blocks.push((sequence, block(&mut random, count, customers)));
                written += count;
            }
            let clock = Clock::start();
            history.append(&blocks).await?;
            processor += clock.processor();
            wall += clock.wall();
        }
        println!("append    {rows} facts: {processor:.2} s processor, {wall:.2} s wall");
    }
    println!("          {:?}", history.stats().await?);
    fold(&history, threads, "fold, as appended").await?;
    let clock = Clock::start();
    let compacted = history.compact(1).await?;
    println!("compact   {:.2} s processor, {:.2} s wall, {compacted:?}", clock.processor(), clock.wall());
    println!("          {:?}", history.stats().await?);
    for _ in 0..3 {
        fold(&history, threads, "fold, compacted").await?;
        rfm(&history, threads).await?;
        cohorts(&history, threads).await?;
    }
    let mut slowest: f64 = 0.0;
    let mut total = 0.0;
    for customer in 1..=20 {
        let clock = Clock::start();
        history.timeline(CustomerNumber(customer * 7), None, None, 50).await?;
        slowest = slowest.max(clock.wall());
        total += clock.wall();
    }
    println!("timeline  mean {:.1} ms, slowest {:.1} ms wall", total * 50.0, slowest * 1_000.0);
    let clock = Clock::start();
    let reopened = History::open(root).await?;
    println!("open      {:.1} ms wall, version {}", clock.wall() * 1_000.0, reopened.stats().await?.version);
    Ok(())
}

async fn fold(history: &History, threads: usize, what: &str) -> Result<(), Box<dyn std::error::Error>> {
    let clock = Clock::start();
    let sums = history
        .fold_buckets(
            threads,
            None,
            || (0u64, 0i64, 0u64),
            |sum, _, life| {
                sum.0 += 1;
                for occurrence in life.iter().filter(|occurrence| occurrence.kind == FactKind::Order) {
                    sum.1 += occurrence.amount_minor.unwrap_or(0);
                    sum.2 += u64::from(occurrence.first);
                }
            },
        )
        .await?;
    let (processor, wall) = (clock.processor(), clock.wall());
    let total = sums.iter().fold((0, 0, 0), |all, one| (all.0 + one.0, all.1 + one.1, all.2 + one.2));
    println!("{what}: {processor:.2} s processor, {wall:.2} s wall, customers, revenue, orders {total:?}");
    Ok(())
}

/// Scores of all buyers; the reference day is that of the last order. bench/peers/engines.py asks others the same.
async fn rfm(history: &History, threads: usize) -> Result<(), Box<dyn std::error::Error>> {
    let clock = Clock::start();
    let utc = Zone::utc().day_table();
    let buckets = history.fold_buckets(threads, None, Vec::new, |buyers: &mut Vec<(i32, RfmInput)>, _, life| {
        let mut orders = life.iter().filter(|one| one.kind == FactKind::Order).peekable();
        if orders.peek().is_none() {
            return;
        }
        let (mut last, mut input) = (i32::MIN, RfmInput::default());
        for one in orders {
            last = last.max(utc.day_of(one.at).0);
            input.orders += u32::from(one.first);
            input.revenue_minor += one.amount_minor.unwrap_or(0);
        }
        buyers.push((last, input));
    });
    let mut buyers: Vec<(i32, RfmInput)> = buckets.await?.into_iter().flatten().collect();
    let reference = buyers.iter().map(|(last, _)| *last).max().unwrap_or(0);
    for (last, input) in &mut buyers {
        input.recency_days = reference.abs_diff(*last);
    }
    let inputs: Vec<RfmInput> = buyers.into_iter().map(|(_, input)| input).collect();
    let (result, scores) = run_rfm(&inputs);
    let (processor, wall) = (clock.processor(), clock.wall());
    let cell =
        |score: &RfmScore| u64::from(score.recency) * 100 + u64::from(score.frequency) * 10 + u64::from(score.monetary);
    let squares: u64 = scores.iter().map(|score| cell(score).pow(2)).sum();
    println!(
        "rfm, compacted: {processor:.2} s processor, {wall:.2} s wall, buyers, sum of cell² ({}, {squares})",
        result.customers
    );
    Ok(())
}

/// Buyers by month of the first order and months passed since.
async fn cohorts(history: &History, threads: usize) -> Result<(), Box<dyn std::error::Error>> {
    let clock = Clock::start();
    let utc = Zone::utc().day_table();
    let buckets = history.fold_buckets(
        threads,
        None,
        || (Cohorts::default(), Vec::new()),
        |(cohorts, occasions): &mut (Cohorts, Vec<Occasion>), _, life| {
            occasions.clear();
            occasions.extend(life.iter().filter(|one| one.kind == FactKind::Order).map(|one| Occasion {
                day: utc.day_of(one.at).0,
                amount_minor: one.amount_minor.unwrap_or(0),
                orders: 1,
            }));
            cohorts.add(occasions, i32::MAX);
        },
    );
    let mut all = Cohorts::default();
    for (cohorts, _) in buckets.await? {
        all.merge(&cohorts);
    }
    let (processor, wall) = (clock.processor(), clock.wall());
    let (mut buyers, mut weighted) = (0, 0);
    for (month, cohort) in &all.by_month {
        for (passed, cell) in cohort.months.iter().enumerate() {
            buyers += cell.customers;
            weighted += cell.customers * u64::try_from(month.0)? * passed as u64;
        }
    }
    println!("cohorts, compacted: {processor:.2} s processor, {wall:.2} s wall, buyers, sum ({buyers}, {weighted})");
    Ok(())
}

fn block(random: &mut Random, count: u64, customers: u64) -> AppliedBlock {
    let facts = (0..count).map(|_| applied(random, customers)).collect();
    let currency = Currency::parse("CNY").unwrap_or_else(|| unreachable!("CNY is a currency"));
    AppliedBlock { version: FACT_BLOCK_VERSION, source: "shop".to_owned(), import_id: None, currency, facts }
}

fn applied(random: &mut Random, customers: u64) -> AppliedFact {
    // The product of two uniform numbers: few customers buy much, many little.
    let number = 1 + (random.below(customers) * random.below(customers)) / customers.max(1);
    let kind = match random.below(20) {
        0 => FactKind::Refund,
        1 => FactKind::CustomerUpdate,
        2 => FactKind::Gift,
        _ => FactKind::Order,
    };
    let seconds = 1_600_000_000 + random.below(5 * 365 * 86_400);
    let lines = (0..1 + random.below(3)).map(|_| line(random)).collect();
    let identifier = Identifier { kind: IdentifierType::CustomerId, value: format!("C{number:07}") };
    let order = random.next();
    AppliedFact {
        customer: u32::try_from(number).ok().map(CustomerNumber),
        first: random.below(50) != 0,
        fact: Fact {
            kind,
            key: FactKey((u128::from(order) << 64) | u128::from(random.next())),
            at: Instant(seconds as i64 * MICROS_PER_SECOND),
            identifiers: vec![identifier],
            order_no: Some(format!("N{:010}", order % 10_000_000_000)),
            lines: if kind == FactKind::CustomerUpdate { Vec::new() } else { lines },
            traits: Vec::new(),
        },
    }
}

fn line(random: &mut Random) -> Line {
    let product = random.below(5_000);
    let price = 100 + (product * 37) % 50_000;
    let quantity = 1 + random.below(3);
    Line {
        sku: Some(format!("SKU-{product:05}")),
        name: Some(format!("Product number {product}")),
        quantity_milli: Some(quantity as i64 * 1_000),
        unit_price_minor: Some(price as i64),
        amount_minor: Some((price * quantity) as i64),
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

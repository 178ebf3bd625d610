//! How fast the live index answers, and what it takes: `index_speed [CUSTOMERS] [TAGS]`. Prints one JSON object.
//!
//! Tags are of very different sizes and customers have them by chance, so that no order of numbers helps. `bench/run.py` runs it
//! beside its peers.

#![expect(clippy::print_stdout, reason = "what it measured is its output")]
#![expect(clippy::unwrap_used, reason = "a measurement that fails is none")]

use perennial_domain::fact::FactKey;
use perennial_domain::money::Currency;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::catalogue::Properties;
use perennial_domain::rules::oracle::{Happened, Kind, Named, State};
use perennial_domain::rules::text::parse;
use perennial_domain::rules::value::{Money, Number, Type, Value};
use perennial_domain::rules::{Has, Rule};
use perennial_domain::time::{Instant, MICROS_PER_DAY, Zone};
use perennial_index::{Filling, Index, Place};
use std::time::{Duration, Instant as Clock};

const NOW: i64 = 20_000 * MICROS_PER_DAY;

/// SplitMix64.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> i64 {
        i64::try_from(self.next() % limit).unwrap()
    }

    fn chance(&mut self, part: f64) -> bool {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64 <= part
    }
}

/// From 1 in 10,000 to every second customer.
fn density(tag: usize, tags: usize) -> f64 {
    0.0001 * (5_000f64).powf(tag as f64 / (tags - 1) as f64)
}

fn rule(text: &str) -> Rule {
    parse(text).unwrap().rule
}

/// The median and the 99th of a hundred, in milliseconds.
fn timed(mut work: impl FnMut() -> u64) -> (u64, f64, f64) {
    let mut times: Vec<Duration> = Vec::new();
    let mut count = 0;
    for _ in 0..100 {
        let from = Clock::now();
        count = work();
        times.push(from.elapsed());
    }
    times.sort_unstable();
    let millis = |one: Duration| one.as_secs_f64() * 1_000.0;
    (count, millis(times[49]), millis(times[98]))
}

fn tagged(customers: u32, tags: usize) {
    let mut draw = Draw(1);
    let mut index = empty();
    index.keep_field("spend", Type::Money);
    index.keep_field("last_day", Type::Number);
    let names: Vec<String> = (0..tags).map(|tag| format!("t{tag}")).collect();
    let ever = Interval::new(Instant(0), None);
    let from = Clock::now();
    let mut held = 0;
    for customer in 1..=customers {
        let states: Vec<State> = (0..tags)
            .filter(|tag| draw.chance(density(*tag, tags)))
            .map(|tag| State { has: Has::Tag(names[tag].clone()), interval: ever })
            .collect();
        held += states.len();
        index.states(customer, &states);
        let spend = Money { minor: draw.below(500_000), currency: Currency::parse("CNY").unwrap() };
        let mut fields = Named::new();
        fields.insert("spend".to_owned(), vec![Value::Money(spend)]);
        fields.insert("last_day".to_owned(), vec![Value::Number(Number::whole(draw.below(1_000)))]);
        index.fields(customer, &fields);
    }
    let build = from.elapsed().as_secs_f64();
    let at = |part: f64| names[((tags - 1) as f64 * part) as usize].clone();
    let of_tags = format!(
        "((has tag {} and has tag {}) or has tag {}) and not has tag {} and (has tag {} or has tag {})",
        at(0.97),
        at(0.95),
        at(0.8),
        at(0.9),
        at(0.98),
        at(0.93)
    );
    let nested = rule(&format!("{of_tags} and spend between 1000.00 CNY and 3000.00 CNY and last_day >= 600"));
    let of_tags = rule(&of_tags);
    let (tag_count, tag_p50, tag_p99) = timed(|| index.who(&of_tags).unwrap().len());
    let (count, p50, p99) = timed(|| index.who(&nested).unwrap().len());
    println!(
        "{{\"work\": \"tags\", \"customers\": {customers}, \"tags\": {tags}, \"held\": {held}, \"build_s\": {build:.2}, \
         \"tags_only\": {{\"count\": {tag_count}, \"p50_ms\": {tag_p50:.2}, \"p99_ms\": {tag_p99:.2}}}, \
         \"with_ranges\": {{\"count\": {count}, \"p50_ms\": {p50:.2}, \"p99_ms\": {p99:.2}}}, \"resident_mib\": {}}}",
        resident_mib()
    );
}

/// Ten conditions, of which four are windows over behaviour, and what each fact takes beside 500 segments.
fn behaving(customers: u32, facts_each: u32) {
    let mut draw = Draw(2);
    let mut index = empty();
    index.keep_field("spend", Type::Number);
    let names: Vec<String> = (0..40).map(|tag| format!("t{tag}")).collect();
    let ever = Interval::new(Instant(0), None);
    for customer in 1..=customers {
        let states: Vec<State> = names
            .iter()
            .filter(|_| draw.chance(0.3))
            .map(|name| State { has: Has::Tag(name.clone()), interval: ever })
            .collect();
        index.states(customer, &states);
        let spend = vec![Value::Number(Number::whole(draw.below(100_000)))];
        index.fields(customer, &[("spend".to_owned(), spend)].into());
    }
    let ten = rule(
        "has tag t1 and not has tag t2 and (has tag t3 or has tag t4) and spend >= 100 and not has tag t5 and \
         count of orders in last 365 days >= 2 and sum amount of orders in last 90 days >= 100.00 CNY and \
         count of event \"Product Viewed\" in last 30 days >= 1 and count of orders in last 14 days is 0",
    );
    let lacks = index.lacks(&ten);
    let mut filling = Filling::new(&index, &lacks.subjects);
    let from = Clock::now();
    for profile in 1..=customers {
        for place in 0..facts_each {
            filling.tell(profile, &fact(&mut draw, profile, place, NOW));
        }
    }
    let fill = from.elapsed().as_secs_f64();
    index.install(filling);
    let (ad_hoc_count, ad_hoc, ad_hoc_99) = timed(|| index.who(&ten).unwrap().len());
    index.put_segment("ten", &ten).unwrap();
    let (count, p50, p99) = timed(|| index.who(&ten).unwrap().len());
    // Five hundred live segments, of which every tenth has measures of its own.
    for number in 0..500u32 {
        let text = format!(
            "count of orders in last {} days >= {} and has tag t{} and spend >= {}",
            10 + number % 50,
            1 + number % 3,
            number % 40,
            number
        );
        let one = rule(&text);
        let lacks = index.lacks(&one);
        let mut filling = Filling::new(&index, &lacks.subjects);
        if !lacks.subjects.is_empty() {
            let mut draw = Draw(3);
            for profile in (1..=customers).step_by(10) {
                filling.tell(profile, &fact(&mut draw, profile, 0, NOW));
            }
        }
        index.install(filling);
        index.put_segment(&format!("s{number}"), &one).unwrap();
    }
    let told = 200_000u32;
    let from = Clock::now();
    let mut moves = 0;
    for place in 0..told {
        let profile = u32::try_from(1 + draw.below(u64::from(customers))).unwrap();
        moves += index.fact(profile, &fact(&mut draw, profile, 1_000 + place, NOW)).len();
    }
    let each = from.elapsed().as_secs_f64() / f64::from(told) * 1e6;
    println!(
        "{{\"work\": \"behaviour\", \"customers\": {customers}, \"facts\": {}, \"fill_s\": {fill:.2}, \
         \"not_kept\": {{\"count\": {ad_hoc_count}, \"p50_ms\": {ad_hoc:.2}, \"p99_ms\": {ad_hoc_99:.2}}}, \
         \"kept\": {{\"count\": {count}, \"p50_ms\": {p50:.2}, \"p99_ms\": {p99:.2}}}, \
         \"fact_with_500_segments_us\": {each:.2}, \"moves\": {moves}, \"resident_mib\": {}}}",
        u64::from(customers) * u64::from(facts_each),
        resident_mib()
    );
}

/// Of the last two years.
fn fact(draw: &mut Draw, profile: u32, place: u32, now: i64) -> Happened {
    let kind = if draw.chance(0.3) { Kind::Order } else { Kind::Event("Product Viewed".to_owned()) };
    let mut properties = Named::new();
    if kind == Kind::Order {
        let amount = Money { minor: draw.below(50_000), currency: Currency::parse("CNY").unwrap() };
        properties.insert("amount".to_owned(), vec![Value::Money(amount)]);
    }
    Happened {
        key: FactKey(u128::from(profile) << 32 | u128::from(place)),
        at: Instant(now - draw.below(730 * 86_400) * 1_000_000),
        kind,
        properties,
        lines: Vec::new(),
    }
}

fn empty() -> Index {
    Index::new(Place { zone: Zone::utc(), line_names: Properties::new() }, Instant(NOW))
}

fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let work = arguments.next().unwrap_or_else(|| "tags".to_owned());
    let mut number = |usual: u32| arguments.next().map_or(usual, |text| text.parse().unwrap());
    match work.as_str() {
        "behaviour" => behaving(number(1_000_000), number(50)),
        _ => tagged(number(10_000_000), number(300) as usize),
    }
}

//! How fast the live index answers, and what it takes; `bench/parts/segments.py` asks it beside its peers.
//!
//!     index_speed tags CUSTOMERS TAGS [FOLDER]
//!     index_speed behaviour CUSTOMERS FACTS_EACH [FOLDER]
//!
//! With a folder it writes what these customers have as plain columns, for peers, and ends. Without one it builds the index and
//! answers each line of its standard input with one JSON object:
//!
//! | line (words are parted by tabs) | |
//! |---|---|
//! | `count FILE` | each rule of the file, one a line: how many meet it, milliseconds of each, processor time of all |
//! | `learn FILE` | takes in what these rules ask of facts and the index lacks, in one pass over the facts |
//! | `keep FILE` | keeps each rule as a segment |
//! | `facts NUMBER` | so many new facts, one by one |
//! | `overlap RULE RULE RULE` | the sizes of all seven parts of three groups |
//! | `snapshot FILE` | writes the index down and reads it again: bytes, milliseconds of each, whether it answers the same |
//! | `portrait RULE RULE …` | the size of a group; of each other rule, how many of the group and how many of all meet it |
//!
//! Tags are of very different sizes and customers have them by chance, so that no order of numbers helps. Each customer's draws
//! begin anew from their number: the columns, the index and a second pass over the facts are of the same customers.

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
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND, Zone};
use perennial_index::{Filling, Index, Place, Set, Subject};
use std::fmt::Write as _;
use std::fs::{File, read_to_string, write};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;
use std::time::Instant as Clock;

const NOW: i64 = 20_000 * MICROS_PER_DAY;

/// SplitMix64.
struct Draw(u64);

impl Draw {
    /// The draws of one customer: what they have, or what they did.
    fn of(customer: u32, purpose: u64) -> Self {
        Self(Self(u64::from(customer) << 8 | purpose).next())
    }

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

/// Customers, what they have and, where they do anything, what they did.
struct Crowd {
    customers: u32,
    /// Of each tag, which part of all have it.
    tags: Vec<f64>,
    facts_each: u32,
}

/// What one customer has: the places of their tags, an amount in minor units, the number of a day.
struct Own {
    tags: Vec<usize>,
    spend: i64,
    last_day: i64,
}

impl Crowd {
    /// From 1 in 10,000 to every second customer.
    fn tagged(customers: u32, tags: usize) -> Self {
        let density = |tag| 0.0001 * (5_000f64).powf(tag as f64 / (tags - 1) as f64);
        Self { customers, tags: (0..tags).map(density).collect(), facts_each: 0 }
    }

    fn behaving(customers: u32, facts_each: u32) -> Self {
        Self { customers, tags: vec![0.3; 40], facts_each }
    }

    fn own(&self, customer: u32) -> Own {
        let mut draw = Draw::of(customer, 1);
        let tags = (0..self.tags.len()).filter(|tag| draw.chance(self.tags[*tag])).collect();
        Own { tags, spend: draw.below(500_000), last_day: draw.below(1_000) }
    }

    fn facts(&self, customer: u32) -> impl Iterator<Item = Did> + use<> {
        let mut draw = Draw::of(customer, 2);
        (0..self.facts_each).map(move |_| Did::drawn(&mut draw, NOW))
    }
}

/// An order with an amount, or a product that was viewed.
struct Did {
    at: i64,
    amount: Option<i64>,
}

impl Did {
    /// In the last two years before then.
    fn drawn(draw: &mut Draw, before: i64) -> Self {
        let amount = draw.chance(0.3).then(|| draw.below(50_000));
        Self { at: before - (1 + draw.below(730 * 86_400)) * MICROS_PER_SECOND, amount }
    }

    fn fact(&self, profile: u32, place: u32) -> Happened {
        let mut properties = Named::new();
        if let Some(minor) = self.amount {
            properties.insert("amount".to_owned(), vec![yuan(minor)]);
        }
        let viewed = || Kind::Event("Product Viewed".to_owned());
        Happened {
            key: FactKey(u128::from(profile) << 32 | u128::from(place)),
            at: Instant(self.at),
            kind: self.amount.map_or_else(viewed, |_| Kind::Order),
            properties,
            lines: Vec::new(),
        }
    }
}

fn yuan(minor: i64) -> Value {
    Value::Money(Money { minor, currency: Currency::parse("CNY").unwrap() })
}

/// `tags.bits`: of each tag a bit a customer, from customer 1 on, the lowest first. `spend.i32`, `last_day.i32`: one a customer.
/// `customer.u32`, `at.i64` (seconds), `amount.i32` (-1: viewed): one a fact. All little-endian.
fn columns(crowd: &Crowd, folder: &Path) {
    let file = |name: &str| BufWriter::new(File::create(folder.join(name)).unwrap());
    let (mut spend, mut last_day) = (file("spend.i32"), file("last_day.i32"));
    let (mut who, mut at, mut amount) = (file("customer.u32"), file("at.i64"), file("amount.i32"));
    let mut bits = vec![vec![0u8; crowd.customers.div_ceil(8) as usize]; crowd.tags.len()];
    let small = |value: i64| i32::try_from(value).unwrap().to_le_bytes();
    for customer in 1..=crowd.customers {
        let own = crowd.own(customer);
        let place = customer - 1;
        own.tags.iter().for_each(|tag| bits[*tag][(place / 8) as usize] |= 1 << (place % 8));
        spend.write_all(&small(own.spend)).unwrap();
        last_day.write_all(&small(own.last_day)).unwrap();
        for did in crowd.facts(customer) {
            who.write_all(&customer.to_le_bytes()).unwrap();
            at.write_all(&(did.at / MICROS_PER_SECOND).to_le_bytes()).unwrap();
            amount.write_all(&small(did.amount.unwrap_or(-1))).unwrap();
        }
    }
    write(folder.join("tags.bits"), bits.concat()).unwrap();
}

fn built(crowd: &Crowd) -> Index {
    let mut index = Index::new(Place { zone: Zone::utc(), line_names: Properties::new() }, Instant(NOW));
    index.keep_field("spend", Type::Money);
    index.keep_field("last_day", Type::Number);
    let names: Vec<String> = (0..crowd.tags.len()).map(|tag| format!("t{tag}")).collect();
    let ever = Interval::new(Instant(0), None);
    let from = Clock::now();
    let mut held = 0;
    for customer in 1..=crowd.customers {
        let own = crowd.own(customer);
        held += own.tags.len();
        let states = own.tags.iter().map(|tag| State { has: Has::Tag(names[*tag].clone()), interval: ever });
        index.states(customer, &states.collect::<Vec<_>>());
        let mut fields = Named::new();
        fields.insert("spend".to_owned(), vec![yuan(own.spend)]);
        fields.insert("last_day".to_owned(), vec![Value::Number(Number::whole(own.last_day))]);
        index.fields(customer, &fields);
    }
    println!(
        "{{\"customers\": {}, \"tags\": {}, \"held\": {held}, \"build_s\": {:.2}, {}}}",
        crowd.customers,
        crowd.tags.len(),
        from.elapsed().as_secs_f64(),
        memory()
    );
    index
}

fn answer(line: &str, crowd: &Crowd, index: &mut Index, told: &mut u32) -> String {
    let words: Vec<&str> = line.split('\t').collect();
    match words[..] {
        ["count", file] => {
            let rules = rules(file);
            let (mut counts, mut times) = (Vec::new(), Vec::new());
            let from = processor();
            for rule in &rules {
                let clock = Clock::now();
                counts.push(index.count(rule).unwrap());
                times.push(millis(clock));
            }
            format!("\"counts\": {counts:?}, \"ms\": {times:?}, \"cpu_s\": {:.6}", processor() - from)
        }
        ["learn", file] => {
            let mut subjects: Vec<Subject> = Vec::new();
            for lacked in rules(file).iter().flat_map(|rule| index.lacks(rule).subjects) {
                if !subjects.contains(&lacked) {
                    subjects.push(lacked);
                }
            }
            let clock = Clock::now();
            let mut filling = Filling::new(index, &subjects);
            for customer in 1..=crowd.customers {
                for (place, did) in (0u32..).zip(crowd.facts(customer)) {
                    filling.tell(customer, &did.fact(customer, place));
                }
            }
            index.install(filling);
            let facts = u64::from(crowd.customers) * u64::from(crowd.facts_each);
            format!("\"subjects\": {}, \"facts\": {facts}, \"ms\": {:.0}", subjects.len(), millis(clock))
        }
        ["keep", file] => {
            let clock = Clock::now();
            for (number, rule) in rules(file).iter().enumerate() {
                index.put_segment(&format!("s{number}"), rule).unwrap();
            }
            format!("\"segments\": {}, \"ms\": {:.0}", index.segments().count(), millis(clock))
        }
        ["facts", number] => {
            let mut draw = Draw(3);
            let (mut times, mut moves) = (Vec::new(), 0);
            let from = processor();
            for _ in 0..number.parse().unwrap() {
                *told += 1;
                let profile = u32::try_from(1 + draw.below(u64::from(crowd.customers))).unwrap();
                let mut did = Did::drawn(&mut draw, NOW);
                // Facts arrive soon after they happen.
                did.at = NOW - draw.below(3_600) * MICROS_PER_SECOND;
                let fact = did.fact(profile, crowd.facts_each + *told);
                let clock = Clock::now();
                moves += index.fact(profile, &fact).len();
                times.push(millis(clock) * 1_000.0);
            }
            let cpu = (processor() - from) / times.len() as f64 * 1e6;
            times.sort_unstable_by(f64::total_cmp);
            let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
            format!("\"moves\": {moves}, \"cpu_us\": {cpu:.2}, \"p50_us\": {p50:.2}, \"p99_us\": {p99:.2}")
        }
        ["snapshot", file] => {
            let clock = Clock::now();
            let mut out = BufWriter::with_capacity(1 << 20, File::create(file).unwrap());
            index.write(&mut out).unwrap();
            out.flush().unwrap();
            let written = millis(clock);
            let bytes = std::fs::metadata(file).unwrap().len();
            let clock = Clock::now();
            let mut from = BufReader::with_capacity(1 << 20, File::open(file).unwrap());
            let read = Index::read(index.place().clone(), &mut from).unwrap();
            let taken = millis(clock);
            let is_same = index.segments().eq(read.segments()) && index.everybody() == read.everybody();
            format!("\"bytes\": {bytes}, \"write_ms\": {written:.0}, \"read_ms\": {taken:.0}, \"is_same\": {is_same}")
        }
        ["overlap", ref texts @ ..] => {
            let rules: Vec<Rule> = texts.iter().map(|text| rule(text)).collect();
            let (clock, from) = (Clock::now(), processor());
            let groups: Vec<Set> = rules.iter().map(|rule| index.who(rule).unwrap()).collect();
            let sizes = parts(&groups);
            format!("\"counts\": {sizes:?}, \"ms\": {:.3}, \"cpu_s\": {:.6}", millis(clock), processor() - from)
        }
        ["portrait", ref texts @ ..] => {
            let rules: Vec<Rule> = texts.iter().map(|text| rule(text)).collect();
            let (clock, from) = (Clock::now(), processor());
            let group = index.who(&rules[0]).unwrap();
            let mut counts = vec![group.len()];
            for other in &rules[1..] {
                let having = index.who(other).unwrap();
                counts.extend([having.intersection_len(&group), having.len()]);
            }
            format!("\"counts\": {counts:?}, \"ms\": {:.3}, \"cpu_s\": {:.6}", millis(clock), processor() - from)
        }
        _ => panic!("count, learn, keep, facts, overlap, portrait or snapshot, not {line:?}"),
    }
}

/// Who is in the first only, the second only, both of these and not the third, and so on: by the bits of who is in it.
fn parts(groups: &[Set]) -> Vec<u64> {
    (1..1u32 << groups.len())
        .map(|part| {
            let (within, without): (Vec<_>, Vec<_>) =
                groups.iter().enumerate().partition(|(place, _)| part & (1 << place) != 0);
            let mut found = within[0].1.clone();
            within[1..].iter().for_each(|(_, group)| found &= *group);
            without.iter().for_each(|(_, group)| found -= *group);
            found.len()
        })
        .collect()
}

fn rules(file: &str) -> Vec<Rule> {
    read_to_string(file).unwrap().lines().map(rule).collect()
}

fn rule(text: &str) -> Rule {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}")).rule
}

fn millis(from: Clock) -> f64 {
    (from.elapsed().as_secs_f64() * 1e6).round() / 1e3
}

/// Seconds of the only thread. The kernel notes them when a thread offers to give way.
fn processor() -> f64 {
    std::thread::yield_now();
    let text = read_to_string("/proc/self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// What the process holds now, and the most that it held.
fn memory() -> String {
    let status = read_to_string("/proc/self/status").unwrap();
    let mib = |key: &str| {
        let line = status.lines().find(|line| line.starts_with(key)).unwrap_or("");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1_024
    };
    let mut text = String::new();
    write!(text, "\"resident_mib\": {}, \"most_mib\": {}", mib("VmRSS:"), mib("VmHWM:")).unwrap();
    text
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| arguments.get(place).and_then(|text| text.parse::<u32>().ok()).expect("a number");
    let crowd = match arguments.first().map(String::as_str) {
        Some("tags") => Crowd::tagged(number(1), number(2) as usize),
        Some("behaviour") => Crowd::behaving(number(1), number(2)),
        _ => panic!("tags or behaviour, and how many customers"),
    };
    if let Some(folder) = arguments.get(3) {
        return columns(&crowd, Path::new(folder));
    }
    let mut index = built(&crowd);
    let mut told = 0;
    for line in std::io::stdin().lines() {
        let answer = answer(&line.unwrap(), &crowd, &mut index, &mut told);
        println!("{{{answer}, {}}}", memory());
    }
}

//! Facts, folders and plain answers to compare with.

use perennial_domain::fact::{AppliedBlock, AppliedFact, Fact, FactKey, FactKind, Line};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use perennial_history::{History, Occurrence};
use std::collections::BTreeMap;
use std::path::Path;

/// Each customer's life, as the fold tells it.
pub type Lives = Vec<(u32, Vec<Occurrence>)>;

pub fn block(facts: Vec<AppliedFact>) -> AppliedBlock {
    AppliedBlock {
        version: 1,
        source: "shop".to_owned(),
        import_id: None,
        currency: Currency::parse("CNY").expect("a currency"),
        facts,
    }
}

pub fn order(customer: Option<u32>, at: i64, key: u128, amount: i64) -> AppliedFact {
    AppliedFact {
        customer: customer.map(CustomerNumber),
        first: true,
        fact: Fact {
            kind: FactKind::Order,
            key: FactKey(key),
            at: Instant(at),
            identifiers: Vec::new(),
            order_no: Some(format!("N{key}")),
            lines: vec![Line { amount_minor: Some(amount), quantity_milli: Some(1_000), ..Line::default() }],
            traits: Vec::new(),
            tracked: None,
        },
    }
}

/// `count` orders of each of the customers 1 to `customers`, with times that differ.
pub fn orders(customers: u32, count: i64, from: i64) -> AppliedBlock {
    let mut facts = Vec::new();
    for place in 0..count {
        for customer in 1..=customers {
            let at = from + place * 1_000 + i64::from(customer);
            facts.push(order(Some(customer), at, (at as u128) << 32 | u128::from(customer), i64::from(customer) * 100));
        }
    }
    block(facts)
}

pub async fn lives(history: &History, threads: usize, until: Option<Instant>) -> Lives {
    let buckets = history
        .fold_buckets(threads, until, Vec::new, |lives: &mut Lives, customer, life| {
            lives.push((customer.0, life.to_vec()));
        })
        .await
        .expect("a fold");
    assert_eq!(buckets.len(), 64);
    for (bucket, lives) in buckets.iter().enumerate() {
        assert!(lives.iter().all(|(customer, _)| *customer as usize % 64 == bucket));
        assert!(lives.is_sorted_by_key(|(customer, _)| *customer));
    }
    buckets.into_iter().flatten().collect()
}

/// The same from the facts themselves, without any table.
pub fn lives_in_memory<'a>(blocks: impl IntoIterator<Item = &'a AppliedBlock>, until: Option<Instant>) -> Lives {
    let mut lives: BTreeMap<(u32, u32), Vec<Occurrence>> = BTreeMap::new();
    for applied in blocks.into_iter().flat_map(|block| &block.facts) {
        let Some(customer) = applied.customer else { continue };
        if until.is_none_or(|until| applied.fact.at < until) {
            lives.entry((customer.0 % 64, customer.0)).or_default().push(Occurrence {
                at: applied.fact.at,
                kind: applied.fact.kind,
                first: applied.first,
                amount_minor: applied.fact.amount_minor(),
            });
        }
    }
    for life in lives.values_mut() {
        life.sort_by_key(|one| (one.at, one.kind, !one.first, one.amount_minor));
    }
    lives.into_iter().map(|((_, customer), life)| (customer, life)).collect()
}

pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder to copy") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

pub fn data_files(root: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for bucket in std::fs::read_dir(root.join("facts")).expect("the table") {
        let bucket = bucket.expect("an entry");
        if bucket.file_name().to_string_lossy().starts_with("bucket=") {
            files.extend(std::fs::read_dir(bucket.path()).expect("a bucket").map(|file| file.expect("a file").path()));
        }
    }
    files
}

pub fn log_entry(root: &Path, version: u64) -> std::path::PathBuf {
    root.join("facts/_delta_log").join(format!("{version:020}.json"))
}

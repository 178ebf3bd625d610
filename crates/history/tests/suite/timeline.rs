//! One customer's facts, page by page.

use crate::support::{block, order, orders};
use perennial_domain::fact::{FactKey, FactKind};
use perennial_domain::ids::CustomerNumber;
use perennial_history::{History, HistoryFact};

async fn all_pages(history: &History, customer: u32, kinds: Option<&[FactKind]>, limit: usize) -> Vec<HistoryFact> {
    let mut facts: Vec<HistoryFact> = Vec::new();
    loop {
        let before = facts.last().map(|fact| (fact.at, fact.key));
        let page = history.timeline(CustomerNumber(customer), kinds, before, limit).await.unwrap();
        if page.is_empty() {
            return facts;
        }
        facts.extend(page);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_without_gaps_at_equal_times() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let mut facts = Vec::new();
    for key in 1..=9u128 {
        facts.push(order(Some(7), 1_000 + (key as i64) / 4, key, key as i64));
        facts.push(order(Some(71), 1_000, key, 5));
    }
    // Lines added to the same order: the same time, the same key.
    for amount in [11, 12] {
        let mut addition = order(Some(7), 1_001, 5, amount);
        addition.first = false;
        facts.push(addition);
    }
    for (place, part) in facts.chunks(5).enumerate() {
        history.append(&[(place as i64 + 1, block(part.to_vec()))]).await.unwrap();
    }
    let whole = all_pages(&history, 7, None, 100).await;
    assert_eq!(whole.len(), 11);
    assert!(whole.is_sorted_by(|left, right| (left.at, left.key) >= (right.at, right.key)));
    for limit in 1..=11 {
        assert_eq!(all_pages(&history, 7, None, limit).await, whole, "pages of {limit}");
    }
    assert!(history.timeline(CustomerNumber(7), None, None, 0).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_of_the_buckets_one_to_nine_are_found() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    history.append(&[(1, orders(130, 3, 0))]).await.unwrap();
    for customer in (1..=9).chain([10, 63, 64, 65, 128, 130]) {
        let facts = history.timeline(CustomerNumber(customer), None, None, 10).await.unwrap();
        assert_eq!(facts.len(), 3, "customer {customer}");
        assert!(facts.iter().all(|fact| fact.customer == Some(CustomerNumber(customer))));
    }
    assert!(history.timeline(CustomerNumber(131), None, None, 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_can_be_chosen() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let mut facts: Vec<_> = (1..=6).map(|key| order(Some(1), key as i64, key, 1)).collect();
    facts[1].fact.kind = FactKind::Refund;
    facts[3].fact.kind = FactKind::Gift;
    history.append(&[(1, block(facts))]).await.unwrap();
    let chosen = all_pages(&history, 1, Some(&[FactKind::Refund, FactKind::Gift]), 1).await;
    assert_eq!(chosen.iter().map(|fact| fact.key).collect::<Vec<_>>(), [FactKey(4), FactKey(2)]);
    assert!(all_pages(&history, 1, Some(&[]), 5).await.is_empty());
}

//! What was bought in a time.

use crate::support::{block, order};
use perennial_domain::fact::{AppliedFact, FactKind, Line};
use perennial_domain::time::Instant;
use perennial_history::History;

fn bought(customer: Option<u32>, at: i64, key: u128, skus: &[Option<&str>]) -> AppliedFact {
    let mut applied = order(customer, at, key, 5);
    let line = |sku: &Option<&str>| Line { sku: sku.map(str::to_owned), amount_minor: Some(1), ..Line::default() };
    applied.fact.lines = skus.iter().map(line).collect();
    applied.fact.at = Instant(at);
    applied
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_orders_of_known_customers_are_visited_within_a_time() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let mut refund = bought(Some(1), 15, 9, &[Some("TEA")]);
    refund.fact.kind = FactKind::Refund;
    let facts = vec![
        bought(Some(1), 9, 1, &[Some("EARLY")]),
        bought(Some(1), 10, 2, &[Some("TEA"), None]),
        bought(Some(65), 19, 3, &[]),
        bought(Some(2), 20, 4, &[Some("LATE")]),
        bought(None, 15, 5, &[Some("GUEST")]),
        refund,
    ];
    history.append(&[(1, block(facts))]).await.unwrap();
    let mut seen = Vec::new();
    history
        .visit_purchases(Instant(10), Instant(20), |customer, sku| seen.push((customer.0, sku.map(str::to_owned))))
        .await
        .unwrap();
    seen.sort();
    assert_eq!(seen, [(1, None), (1, Some("TEA".to_owned())), (65, None)]);
}

//! How many facts there are of each kind.

use crate::support::{block, order};
use perennial_domain::fact::{AppliedFact, FactKind};
use perennial_domain::time::Instant;
use perennial_history::{History, KindCount};

fn fact(customer: Option<u32>, kind: FactKind, at: i64, key: u128) -> AppliedFact {
    let mut applied = order(customer, at, key, 5);
    applied.fact.kind = kind;
    applied
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_are_counted_by_kind_and_those_of_a_time_apart() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    assert_eq!(history.count_by_kind(Instant(0), Instant(99)).await.unwrap(), []);
    let early = vec![fact(Some(1), FactKind::Order, 5, 1), fact(Some(2), FactKind::Refund, 6, 2)];
    history.append(&[(1, block(early))]).await.unwrap();
    let late = vec![
        fact(Some(1), FactKind::Order, 10, 3),
        fact(None, FactKind::Order, 20, 4),
        fact(Some(65), FactKind::Page, 21, 5),
    ];
    history.append(&[(2, block(late))]).await.unwrap();
    let count = |kind, facts, within| KindCount { kind, facts, within };
    let expected = [count(FactKind::Order, 3, 2), count(FactKind::Refund, 1, 0), count(FactKind::Page, 1, 0)];
    assert_eq!(history.count_by_kind(Instant(10), Instant(20)).await.unwrap(), expected);
    let none = history.count_by_kind(Instant(100), Instant(200)).await.unwrap();
    assert_eq!(none.iter().map(|one| (one.facts, one.within)).collect::<Vec<_>>(), [(3, 0), (1, 0), (1, 0)]);
}

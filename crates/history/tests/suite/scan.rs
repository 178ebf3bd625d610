//! Whole lives of all customers.

use crate::support::{block, order};
use perennial_domain::fact::FactKind;
use perennial_history::{CUSTOMER_BUCKETS, History};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_sees_what_was_there_when_it_began() {
    let root = tempfile::tempdir().unwrap();
    let history = Arc::new(History::open(root.path()).await.unwrap());
    let mut update = order(Some(1), 3, 3, 5);
    update.fact.kind = FactKind::CustomerUpdate;
    let first = vec![order(Some(1), 1, 1, 5), order(Some(65), 2, 2, 7), order(None, 3, 4, 5), update];
    history.append(&[(1, block(first))]).await.unwrap();
    let scan = history.scan(&[FactKind::Order, FactKind::Refund]).await.unwrap();
    history.append(&[(2, block(vec![order(Some(1), 4, 5, 5)]))]).await.unwrap();
    history.compact(2).await.unwrap();
    assert_eq!(scan.upto(), 1);
    let mut seen = Vec::new();
    for bucket in 0..CUSTOMER_BUCKETS {
        scan.visit(bucket, |facts| {
            for fact in facts {
                assert_eq!(fact.customer.unwrap().0 % CUSTOMER_BUCKETS, bucket);
                assert!(fact.identifiers.is_empty() && fact.import_id.is_none());
                seen.push((fact.customer.unwrap().0, fact.key.0, fact.amount_minor));
            }
        })
        .await
        .unwrap();
    }
    seen.sort_unstable();
    assert_eq!(seen, [(1, 1, Some(5)), (65, 2, Some(7))]);
    let later = history.scan(&[FactKind::Order]).await.unwrap();
    let mut count = 0;
    for bucket in 0..CUSTOMER_BUCKETS {
        later.visit(bucket, |facts| count += facts.len()).await.unwrap();
    }
    assert_eq!((later.upto(), count), (2, 3));
}

//! Priorities of plans, and decisions.

use perennial_domain::time::Instant;
use perennial_store::priorities::{self, DecisionRow, PrioritiesRow};
use perennial_testkit::TestStore;

on_both!(every_version_is_kept_and_no_number_given_twice, decisions_are_paged_trimmed_and_removed_by_profile,);

async fn every_version_is_kept_and_no_number_given_twice(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(priorities::current(&mut tx).await.unwrap(), None);
    let row = |version: i64, entries: &str| PrioritiesRow {
        version,
        entries: entries.to_owned(),
        changed_by: "Li".to_owned(),
        changed_at: Instant(version + 5),
    };
    assert!(priorities::insert(&mut tx, &row(1, "[1]")).await.unwrap());
    assert!(priorities::insert(&mut tx, &row(2, "[2]")).await.unwrap());
    assert!(!priorities::insert(&mut tx, &row(2, "[3]")).await.unwrap(), "somebody was faster");
    assert_eq!(priorities::current(&mut tx).await.unwrap(), Some(row(2, "[2]")));
    assert_eq!(priorities::version(&mut tx, 1).await.unwrap(), Some(row(1, "[1]")));
    assert_eq!(priorities::version(&mut tx, 3).await.unwrap(), None);
}

async fn decisions_are_paged_trimmed_and_removed_by_profile(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let row = |id: &str, part_number: i64, at: i64| DecisionRow {
        id: id.to_owned(),
        part_number,
        at: Instant(at),
        as_of: Instant(at - 1),
        table_version: 2,
        decision: "{}".to_owned(),
        decided_by: "Li".to_owned(),
    };
    // Two of one instant go by their ids.
    let all = [row("a", 7, 5), row("b", 7, 6), row("c", 7, 6), row("d", 8, 6), row("e", 9, 1)];
    for one in &all {
        priorities::add_decision(&mut tx, one, 3).await.unwrap();
    }
    let [a, b, c, d, e] = all;
    let first = priorities::decisions(&mut tx, &[7, 8], None, 2).await.unwrap();
    assert_eq!(first, [d.clone(), c.clone()]);
    let rest = priorities::decisions(&mut tx, &[7, 8], Some((Instant(6), "c")), 9).await.unwrap();
    assert_eq!(rest, [b.clone(), a]);
    // Of each profile so many are kept.
    let f = row("f", 7, 9);
    priorities::add_decision(&mut tx, &f, 3).await.unwrap();
    let kept = priorities::decisions_of_parts(&mut tx, &[7, 8]).await.unwrap();
    assert_eq!(kept, [f, d, c, b]);
    assert_eq!(priorities::remove_of_parts(&mut tx, &[7, 8]).await.unwrap(), 4);
    assert_eq!(priorities::decisions_of_parts(&mut tx, &[7, 8, 9]).await.unwrap(), [e]);
}

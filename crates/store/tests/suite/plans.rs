//! Tracking plans: changed by version, frozen for good, counted by hour.

use crate::sources::source;
use perennial_domain::time::Instant;
use perennial_store::plans::{
    self, EventCountRow, ExampleRow, HourRow, PlanHead, PlanRow, PlanVersionRow, ViolationKey, ViolationRow,
};
use perennial_store::{StoreError, WriteTx, sources};
use perennial_testkit::TestStore;

on_both!(a_plan_is_changed_by_version_and_frozen_for_good, counts_of_hours_add_up_with_the_first_and_the_last_example,);

async fn two_sources(tx: &mut WriteTx<'_>) {
    sources::insert(tx, &source("src_a", 1)).await.unwrap();
    sources::insert(tx, &source("src_b", 2)).await.unwrap();
}

async fn a_plan_is_changed_by_version_and_frozen_for_good(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    two_sources(&mut tx).await;
    let first = PlanRow {
        source_id: "src_a".to_owned(),
        mode: "flag".to_owned(),
        draft: Some("{}".to_owned()),
        frozen_number: None,
        changed_by: "usr_1".to_owned(),
        changed_at: Instant(5),
        version: 1,
    };
    assert_eq!(plans::get(&mut tx, "src_a").await.unwrap(), None);
    assert!(plans::insert(&mut tx, &first).await.unwrap());
    assert!(!plans::insert(&mut tx, &first).await.unwrap(), "there is one");
    assert_eq!(plans::get(&mut tx, "src_a").await.unwrap(), Some(first.clone()));
    assert_eq!(plans::list(&mut tx).await.unwrap(), []);

    let version = |number| PlanVersionRow {
        number,
        frozen_by: "usr_2".to_owned(),
        frozen_at: Instant(number * 10),
        document: format!("{{\"events\":[{number}]}}"),
    };
    for number in 1..=3 {
        plans::insert_version(&mut tx, "src_a", &version(number)).await.unwrap();
    }
    let frozen = PlanRow {
        mode: "quarantine".to_owned(),
        draft: None,
        frozen_number: Some(3),
        changed_by: "usr_2".to_owned(),
        changed_at: Instant(30),
        ..first
    };
    assert!(plans::update(&mut tx, &frozen).await.unwrap());
    assert!(!plans::update(&mut tx, &frozen).await.unwrap(), "it was version 1 that was changed");
    assert_eq!(plans::get(&mut tx, "src_a").await.unwrap(), Some(PlanRow { version: 2, ..frozen }));
    let head = PlanHead { source_id: "src_a".to_owned(), mode: "quarantine".to_owned(), frozen_number: 3 };
    assert_eq!(plans::list(&mut tx).await.unwrap(), [head]);
    assert_eq!(plans::frozen(&mut tx, "src_a", 2).await.unwrap(), Some(version(2)));
    assert_eq!(plans::frozen(&mut tx, "src_b", 2).await.unwrap(), None);
    assert_eq!(plans::versions(&mut tx, "src_a", i64::MAX, 2).await.unwrap(), [version(3), version(2)]);
    assert_eq!(plans::versions(&mut tx, "src_a", 2, 9).await.unwrap(), [version(1)]);
    let again = plans::insert_version(&mut tx, "src_a", &version(3)).await;
    assert!(matches!(again, Err(StoreError::Constraint { .. })), "{again:?}");
}

fn violation(property: &str, facts: i64, at: i64) -> ViolationRow {
    let example = |at: i64| ExampleRow { at: Instant(at), message_id: format!("m{at}"), found: format!("text {at}") };
    ViolationRow {
        key: ViolationKey {
            event_type: "track".to_owned(),
            event: "Seen".to_owned(),
            kind: if property.is_empty() { "unknown_event" } else { "wrong_type" }.to_owned(),
            property: property.to_owned(),
        },
        facts,
        allowed: format!("number {at}"),
        first: example(at),
        last: example(at + 1),
    }
}

async fn counts_of_hours_add_up_with_the_first_and_the_last_example(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    two_sources(&mut tx).await;
    let event = |event: &str, facts, violating, at| EventCountRow {
        event_type: "track".to_owned(),
        event: event.to_owned(),
        facts,
        violating,
        last_at: Instant(at),
    };
    plans::add_events(&mut tx, "src_a", 7, &[event("Seen", 5, 1, 70), event("Bought", 1, 0, 70)]).await.unwrap();
    plans::add_events(&mut tx, "src_a", 7, &[event("Seen", 2, 2, 71)]).await.unwrap();
    plans::add_events(&mut tx, "src_a", 8, &[event("Seen", 1, 0, 80)]).await.unwrap();
    plans::add_events(&mut tx, "src_b", 8, &[event("Seen", 99, 99, 80)]).await.unwrap();
    let counts = plans::event_counts(&mut tx, "src_a", 7).await.unwrap();
    assert_eq!(counts, [event("Bought", 1, 0, 70), event("Seen", 8, 3, 80)]);
    assert_eq!(plans::event_counts(&mut tx, "src_a", 8).await.unwrap(), [event("Seen", 1, 0, 80)]);

    plans::add_violations(&mut tx, "src_a", 7, &[violation("total", 2, 70), violation("", 1, 70)]).await.unwrap();
    plans::add_violations(&mut tx, "src_a", 7, &[violation("total", 3, 72)]).await.unwrap();
    plans::add_violations(&mut tx, "src_a", 8, &[violation("total", 1, 80)]).await.unwrap();
    plans::add_violations(&mut tx, "src_b", 8, &[violation("total", 9, 85)]).await.unwrap();
    let both = ViolationRow { facts: 6, first: violation("total", 0, 70).first, ..violation("total", 0, 80) };
    let found = plans::violations(&mut tx, "src_a", 7, 9).await.unwrap();
    assert_eq!(found, [both.clone(), violation("", 1, 70)]);
    assert_eq!(plans::violations(&mut tx, "src_a", 7, 1).await.unwrap(), [both]);
    assert_eq!(plans::violations(&mut tx, "src_a", 8, 9).await.unwrap(), [violation("total", 1, 80)]);
    let mut keys = plans::violation_keys(&mut tx, "src_a", 7).await.unwrap();
    keys.sort();
    assert_eq!(keys, [violation("", 1, 70).key, violation("total", 1, 70).key]);
    let hour = |hour, kind: &str, facts| HourRow { hour, kind: kind.to_owned(), facts };
    let expected = [hour(7, "unknown_event", 1), hour(7, "wrong_type", 5), hour(8, "wrong_type", 1)];
    assert_eq!(plans::violations_by_hour(&mut tx, "src_a", 0).await.unwrap(), expected);
    assert_eq!(plans::forget_before(&mut tx, 8).await.unwrap(), 4);
    assert_eq!(plans::forget_before(&mut tx, 8).await.unwrap(), 0);
    assert_eq!(plans::violations_by_hour(&mut tx, "src_a", 0).await.unwrap().len(), 1);
}

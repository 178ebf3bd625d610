//! Promises of contact, and who looks after whom.

use perennial_domain::time::Instant;
use perennial_store::customers::CustomerCounters;
use perennial_store::key_customers::{self, OwnerRow, PromiseRow};
use perennial_store::parts::{self, PartRow};
use perennial_testkit::TestStore;

on_both!(a_promise_is_changed_by_who_knows_its_version, owners_are_of_profiles_and_go_with_them_or_with_the_promise,);

fn promise(segment: &str, version: i64) -> PromiseRow {
    PromiseRow {
        segment: segment.to_owned(),
        days: 30 + version,
        owners: format!("[\"usr_{version}\"]"),
        overdue_segment: format!("{segment}_overdue"),
        version,
        changed_by: "Ada".to_owned(),
        changed_at: Instant(version),
    }
}

async fn a_promise_is_changed_by_who_knows_its_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(!key_customers::lock_promise(&mut tx, "a").await.unwrap());
    for segment in ["b", "a"] {
        assert!(key_customers::insert_promise(&mut tx, &promise(segment, 1)).await.unwrap());
        assert!(!key_customers::insert_promise(&mut tx, &promise(segment, 1)).await.unwrap());
    }
    let change = PromiseRow { version: 1, ..promise("a", 2) };
    assert!(key_customers::replace_promise(&mut tx, &change).await.unwrap());
    assert!(!key_customers::replace_promise(&mut tx, &change).await.unwrap(), "somebody was faster");
    assert!(key_customers::lock_promise(&mut tx, "a").await.unwrap());
    assert_eq!(key_customers::promises(&mut tx).await.unwrap(), [promise("a", 2), promise("b", 1)]);
    assert_eq!(key_customers::promise(&mut tx, "a").await.unwrap(), Some(promise("a", 2)));
    assert_eq!(key_customers::promise(&mut tx, "a_overdue").await.unwrap(), None);
    assert_eq!(key_customers::promise_of_overdue(&mut tx, "b_overdue").await.unwrap().as_deref(), Some("b"));
    assert_eq!(key_customers::promise_of_overdue(&mut tx, "b").await.unwrap(), None);
}

fn owner(segment: &str, customer: i64, part: i64, owner: &str, since: i64) -> OwnerRow {
    OwnerRow { customer_number: customer, segment: segment.into(), part_number: part, owner: owner.into(), since }
}

async fn owners_are_of_profiles_and_go_with_them_or_with_the_promise(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let part = |number: i64| PartRow {
        counters: CustomerCounters::new(number, 5),
        customer_number: 7,
        events: 0,
        first_seen_at: None,
        last_seen_at: None,
    };
    parts::upsert(&mut tx, &[part(7), part(8)]).await.unwrap();
    key_customers::insert_promise(&mut tx, &promise("a", 1)).await.unwrap();
    let rows = [owner("a", 7, 7, "usr_1", 5), owner("a", 7, 8, "usr_1", 4), owner("a", 9, 9, "usr_2", 5)];
    key_customers::set_owners(&mut tx, &rows).await.unwrap();
    key_customers::set_owners(&mut tx, &[owner("b", 9, 9, "usr_3", 1)]).await.unwrap();
    key_customers::set_owners(&mut tx, &[owner("a", 9, 9, "usr_4", 6)]).await.unwrap();
    let mut found = key_customers::owners(&mut tx, "a").await.unwrap();
    found.sort_by_key(|row| row.part_number);
    assert_eq!(found, [rows[0].clone(), rows[1].clone(), owner("a", 9, 9, "usr_4", 6)]);
    let of_parts = key_customers::owners_of_parts(&mut tx, &[9, 8]).await.unwrap();
    assert_eq!(of_parts, [owner("a", 8, 8, "usr_1", 4), owner("a", 9, 9, "usr_4", 6), owner("b", 9, 9, "usr_3", 1)]);
    assert_eq!(key_customers::remove_of_parts(&mut tx, &[7, 8]).await.unwrap(), 2);
    assert_eq!(key_customers::owners(&mut tx, "a").await.unwrap().len(), 1);
    key_customers::remove_promise(&mut tx, "a").await.unwrap();
    assert_eq!(key_customers::owners(&mut tx, "a").await.unwrap(), []);
    assert_eq!(key_customers::owners(&mut tx, "b").await.unwrap().len(), 1, "of another promise");
    assert_eq!(key_customers::promises(&mut tx).await.unwrap(), []);
}

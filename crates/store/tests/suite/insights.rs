//! Innovation tests and attributes.

use perennial_store::insights::{self, AttributeRow, ClosingRow, TestRow};
use perennial_testkit::TestStore;

on_both!(a_test_is_changed_by_its_version_and_closed_once, attributes_are_changed_by_their_version,);

fn test(id: &str, created_at: i64) -> TestRow {
    TestRow {
        id: id.to_owned(),
        name: "Box".to_owned(),
        innovation: "product".to_owned(),
        hypothesis: "More come back".to_owned(),
        started_on: 20_000,
        arms: "[]".to_owned(),
        state: "running".to_owned(),
        closing: None,
        created_by: "Li".to_owned(),
        created_at,
        version: 1,
    }
}

async fn a_test_is_changed_by_its_version_and_closed_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    insights::insert_test(&mut tx, &test("a", 5)).await.unwrap();
    insights::insert_test(&mut tx, &test("b", 6)).await.unwrap();
    assert_eq!(insights::tests(&mut tx).await.unwrap(), [test("b", 6), test("a", 5)]);
    let changed = TestRow { name: "Large box".to_owned(), arms: "[1]".to_owned(), ..test("a", 5) };
    assert!(insights::update_test(&mut tx, &changed).await.unwrap());
    assert!(!insights::update_test(&mut tx, &changed).await.unwrap(), "somebody was faster");
    let closing = ClosingRow {
        verdict: "adopt".to_owned(),
        note: "for all".to_owned(),
        comparisons: "[2]".to_owned(),
        by: "Wu".to_owned(),
        at: 9,
    };
    assert!(!insights::close_test(&mut tx, "a", 1, &closing).await.unwrap());
    assert!(insights::close_test(&mut tx, "a", 2, &closing).await.unwrap());
    assert!(!insights::close_test(&mut tx, "a", 3, &closing).await.unwrap());
    let closed = TestRow { state: "closed".to_owned(), closing: Some(closing), version: 3, ..changed };
    assert_eq!(insights::test(&mut tx, "a").await.unwrap(), Some(closed.clone()));
    assert!(!insights::update_test(&mut tx, &closed).await.unwrap(), "it is closed");
    assert_eq!(insights::test(&mut tx, "x").await.unwrap(), None);
}

async fn attributes_are_changed_by_their_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let row = AttributeRow {
        id: "a".to_owned(),
        name: "Delivery".to_owned(),
        importance: 840,
        satisfaction: 510,
        ratings: 240,
        owner_id: "usr_1".to_owned(),
        due_on: 20_001,
        note: String::new(),
        is_done: false,
        created_at: 5,
        version: 1,
    };
    insights::insert_attribute(&mut tx, &row).await.unwrap();
    let done = AttributeRow { satisfaction: 800, is_done: true, ..row };
    assert!(insights::update_attribute(&mut tx, &done).await.unwrap());
    assert!(!insights::update_attribute(&mut tx, &done).await.unwrap());
    assert_eq!(insights::attributes(&mut tx).await.unwrap(), [AttributeRow { version: 2, ..done }]);
    assert!(insights::remove_attribute(&mut tx, "a").await.unwrap());
    assert!(!insights::remove_attribute(&mut tx, "a").await.unwrap());
}

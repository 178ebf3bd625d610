//! Sources: changed by version, found by id.

use perennial_domain::time::Instant;
use perennial_store::StoreError;
use perennial_store::sources::{self, SourceRow};
use perennial_testkit::TestStore;

on_both!(a_source_is_changed_by_version, a_write_key_belongs_to_one_source);

pub fn source(id: &str, key: u8) -> SourceRow {
    SourceRow {
        id: id.to_owned(),
        name: format!("shop {id}"),
        kind: "website".to_owned(),
        state: "active".to_owned(),
        user_id_type: "user_id".to_owned(),
        rate_limit: None,
        key_hash: vec![key; 32],
        key_ending: "wxyz".to_owned(),
        previous_key_hash: None,
        previous_key_until: None,
        created_by: "usr_1".to_owned(),
        created_at: Instant(i64::from(key)),
        version: 1,
    }
}

async fn a_source_is_changed_by_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let first = source("src_a", 1);
    assert!(sources::insert(&mut tx, &first).await.unwrap());
    assert!(!sources::insert(&mut tx, &first).await.unwrap(), "it is there already");
    sources::insert(&mut tx, &source("src_b", 2)).await.unwrap();
    assert_eq!(sources::get(&mut tx, "src_a").await.unwrap(), Some(first.clone()));
    assert_eq!(sources::get(&mut tx, "src_c").await.unwrap(), None);
    let changed = SourceRow {
        name: "till".to_owned(),
        kind: "till".to_owned(),
        state: "paused".to_owned(),
        user_id_type: "member_no".to_owned(),
        rate_limit: Some(100),
        key_hash: vec![9; 32],
        key_ending: "abcd".to_owned(),
        previous_key_hash: Some(vec![1; 32]),
        previous_key_until: Some(Instant(77)),
        ..first
    };
    assert!(sources::update(&mut tx, &changed).await.unwrap());
    assert!(!sources::update(&mut tx, &changed).await.unwrap(), "it was version 1 that was changed");
    let expected = SourceRow { version: 2, ..changed };
    assert_eq!(sources::list(&mut tx).await.unwrap(), [expected, source("src_b", 2)]);
}

async fn a_write_key_belongs_to_one_source(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    sources::insert(&mut tx, &source("src_a", 1)).await.unwrap();
    let same = sources::insert(&mut tx, &source("src_b", 1)).await;
    assert!(matches!(same, Err(StoreError::Constraint { .. })), "{same:?}");
}

//! Transactions, settings and sequences.

use perennial_store::inspect::texts;
use perennial_store::{Engine, sequences, settings};
use perennial_testkit::TestStore;

on_both!(
    a_dropped_write_never_happened,
    a_committed_write_is_seen_by_others,
    a_read_keeps_its_snapshot,
    settings_change_only_from_the_expected_version,
    sequences_have_no_holes,
    a_workspace_has_one_id_for_good,
    after_a_full_disk_it_writes_and_reads_again,
    a_statement_may_have_much_to_undo,
);

async fn a_dropped_write_never_happened(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(settings::put(&mut tx, "{}", None).await.unwrap());
    drop(tx);
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(settings::get(&mut tx).await.unwrap(), None);
    assert!(settings::put(&mut tx, "{}", None).await.unwrap());
    tx.rollback().await.unwrap();
    let mut tx = store.database.read().await.unwrap();
    assert_eq!(settings::get(&mut tx).await.unwrap(), None);
}

async fn a_committed_write_is_seen_by_others(store: &TestStore) {
    let other = store.open_again().await;
    let mut tx = store.database.write().await.unwrap();
    assert!(settings::put(&mut tx, "{\"a\":1}", None).await.unwrap());
    settings::lock(&mut tx).await.unwrap();
    let mut outside = other.read().await.unwrap();
    assert_eq!(settings::get(&mut outside).await.unwrap(), None);
    drop(outside);
    tx.commit().await.unwrap();
    let mut outside = other.read().await.unwrap();
    assert_eq!(settings::get(&mut outside).await.unwrap(), Some(("{\"a\":1}".to_owned(), 1)));
    drop(outside);
    other.close().await;
}

async fn a_read_keeps_its_snapshot(store: &TestStore) {
    let mut reader = store.database.read().await.unwrap();
    assert_eq!(sequences::current(&mut reader, "x").await.unwrap(), 0);
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(sequences::reserve(&mut tx, "x", 5).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(sequences::current(&mut reader, "x").await.unwrap(), 0);
    drop(reader);
    let mut reader = store.database.read().await.unwrap();
    assert_eq!(sequences::current(&mut reader, "x").await.unwrap(), 5);
}

async fn settings_change_only_from_the_expected_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(!settings::put(&mut tx, "early", Some(1)).await.unwrap());
    assert!(settings::put(&mut tx, "first", None).await.unwrap());
    assert!(!settings::put(&mut tx, "again", None).await.unwrap());
    assert!(settings::put(&mut tx, "second", Some(1)).await.unwrap());
    assert!(!settings::put(&mut tx, "late", Some(1)).await.unwrap());
    assert_eq!(settings::get(&mut tx).await.unwrap(), Some(("second".to_owned(), 2)));
}

async fn a_workspace_has_one_id_for_good(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(settings::workspace_id(&mut tx).await.unwrap(), None);
    assert!(settings::put_workspace_id(&mut tx, "wsp_a").await.unwrap());
    assert!(!settings::put_workspace_id(&mut tx, "wsp_b").await.unwrap());
    assert_eq!(settings::workspace_id(&mut tx).await.unwrap().as_deref(), Some("wsp_a"));
    assert_eq!(settings::get(&mut tx).await.unwrap(), None, "no settings of the brand by that");
}

async fn sequences_have_no_holes(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(sequences::reserve(&mut tx, sequences::CUSTOMER_NUMBER, 3).await.unwrap(), 1);
    sequences::put(&mut tx, sequences::PURCHASE_SEQUENCE, 7).await.unwrap();
    assert_eq!(sequences::current(&mut tx, sequences::PURCHASE_SEQUENCE).await.unwrap(), 7);
    assert!(sequences::put(&mut tx, "nobody", 7).await.is_err());
    tx.commit().await.unwrap();
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(sequences::reserve(&mut tx, sequences::CUSTOMER_NUMBER, 10).await.unwrap(), 4);
    drop(tx);
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(sequences::reserve(&mut tx, sequences::CUSTOMER_NUMBER, 0).await.unwrap(), 4);
    assert_eq!(sequences::reserve(&mut tx, sequences::CUSTOMER_NUMBER, 1).await.unwrap(), 4);
    assert_eq!(sequences::reserve(&mut tx, sequences::APPLIED_SEQUENCE, 1).await.unwrap(), 1);
    assert_eq!(sequences::current(&mut tx, sequences::CUSTOMER_NUMBER).await.unwrap(), 4);
}

/// Rows with keys all over their table, of so many bytes each.
fn fill(rows: u32, bytes: u32) -> String {
    format!(
        "INSERT INTO pile SELECT randomblob(16), zeroblob({bytes}) FROM (WITH RECURSIVE n(i) AS \
         (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i FROM n)"
    )
}

const PILE: &str = "CREATE TABLE pile (key BLOB NOT NULL PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID";

/// Of a connection that may not make its file larger, which is the same to SQLite as a full disk.
async fn after_a_full_disk_it_writes_and_reads_again(store: &TestStore) {
    if store.database.engine() != Engine::Sqlite {
        return;
    }
    let mut tx = store.database.write().await.unwrap();
    texts(&mut tx, PILE).await.unwrap();
    tx.commit().await.unwrap();
    for rolled_back in [false, true] {
        let mut tx = store.database.write().await.unwrap();
        texts(&mut tx, "PRAGMA max_page_count = 1").await.unwrap();
        let full = texts(&mut tx, &fill(10_000, 900)).await.unwrap_err();
        assert!(full.is_of_the_store() && full.to_string().contains("full"), "{full}");
        if rolled_back {
            tx.rollback().await.unwrap();
        } else {
            drop(tx);
        }
        let mut tx = store.database.write().await.unwrap();
        assert_eq!(texts(&mut tx, "SELECT COUNT(*) FROM pile").await.unwrap(), ["0"]);
        sequences::reserve(&mut tx, "x", 1).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = store.database.read().await.unwrap();
    assert_eq!(sequences::current(&mut tx, "x").await.unwrap(), 2);
}

/// Nearly two thousand pages in one statement, each of which is kept until its end.
async fn a_statement_may_have_much_to_undo(store: &TestStore) {
    if store.database.engine() != Engine::Sqlite {
        return;
    }
    let mut tx = store.database.write().await.unwrap();
    texts(&mut tx, PILE).await.unwrap();
    texts(&mut tx, &fill(10_000, 500)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.database.write().await.unwrap();
    texts(&mut tx, &fill(20_000, 10)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.database.read().await.unwrap();
    assert_eq!(texts(&mut tx, "SELECT COUNT(*) FROM pile").await.unwrap(), ["30000"]);
}

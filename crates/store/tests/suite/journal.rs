//! The journal: accepted once, applied once, handed over in order.

use perennial_store::inspect::texts;
use perennial_store::journal::{self, AppliedRow, JournalCounts};
use perennial_store::{StoreError, WriteTx};
use perennial_testkit::TestStore;

on_both!(
    a_block_is_accepted_once,
    blocks_are_applied_in_order_and_once,
    a_failing_block_keeps_its_reason,
    what_history_has_is_removed,
);

async fn accept(tx: &mut WriteTx<'_>, keys: &[&str]) {
    for key in keys {
        assert!(journal::accept(tx, key, 3, key.as_bytes(), 1).await.unwrap());
    }
}

async fn a_block_is_accepted_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    accept(&mut tx, &["a"]).await;
    assert!(!journal::accept(&mut tx, "a", 9, b"other", 2).await.unwrap());
    let rows = journal::next_accepted(&mut tx, 10).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].block_key.as_str(), rows[0].payload.as_slice()), ("a", b"a".as_slice()));
}

async fn blocks_are_applied_in_order_and_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    accept(&mut tx, &["a", "b", "c"]).await;
    journal::lock_applier(&mut tx).await.unwrap();
    let rows = journal::next_accepted(&mut tx, 2).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.block_key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    journal::mark_applied(&mut tx, rows[0].position, 1, b"applied a").await.unwrap();
    journal::mark_applied(&mut tx, rows[1].position, 2, b"applied b").await.unwrap();
    let twice = journal::mark_applied(&mut tx, rows[0].position, 3, b"").await;
    assert!(matches!(twice, Err(StoreError::RowsAffected { expected: 1, actual: 0, .. })), "{twice:?}");
    assert_eq!(journal::next_accepted(&mut tx, 10).await.unwrap().len(), 1);
    let applied = journal::applied(&mut tx, 0, 10).await.unwrap();
    let told = |row: &AppliedRow| (row.sequence, row.told.clone().unwrap());
    assert_eq!(applied.iter().map(told).collect::<Vec<_>>(), [(1, b"applied a".to_vec()), (2, b"applied b".to_vec())]);
    let waiting = journal::waiting_for_history(&mut tx).await.unwrap();
    assert_eq!((waiting.facts, waiting.oldest_accepted_at.is_some()), (6, true));
    assert_eq!(journal::applied(&mut tx, 1, 10).await.unwrap().len(), 1);
    assert_eq!(journal::applied(&mut tx, 0, 1).await.unwrap().len(), 1);
}

async fn a_failing_block_keeps_its_reason(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    accept(&mut tx, &["a", "b"]).await;
    let position = journal::next_accepted(&mut tx, 1).await.unwrap()[0].position;
    journal::note_failure(&mut tx, position, "no").await.unwrap();
    journal::note_failure(&mut tx, position, "still no").await.unwrap();
    let noted = "SELECT CAST(attempts AS TEXT) || ', ' || last_error FROM journal WHERE attempts > 0";
    assert_eq!(texts(&mut tx, noted).await.unwrap(), ["2, still no"]);
    let counts = journal::counts(&mut tx).await.unwrap();
    assert_eq!(counts, JournalCounts { accepted_blocks: 2, accepted_facts: 6, applied_facts: 0, failing: 1 });
    journal::mark_applied(&mut tx, position, 1, b"").await.unwrap();
    assert!(journal::note_failure(&mut tx, position, "late").await.is_err());
    assert_eq!(journal::counts(&mut tx).await.unwrap().failing, 0);
}

async fn what_history_has_is_removed(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(journal::counts(&mut tx).await.unwrap(), JournalCounts::default());
    accept(&mut tx, &["a", "b", "c"]).await;
    for (sequence, row) in (1..).zip(journal::next_accepted(&mut tx, 2).await.unwrap()) {
        journal::mark_applied(&mut tx, row.position, sequence, b"").await.unwrap();
    }
    assert_eq!(journal::first_applied(&mut tx).await.unwrap(), Some(1));
    assert_eq!(journal::remove_applied_up_to(&mut tx, 1).await.unwrap(), 1);
    assert_eq!(journal::first_applied(&mut tx).await.unwrap(), Some(2));
    assert_eq!(journal::remove_applied_up_to(&mut tx, 1).await.unwrap(), 0);
    let counts = journal::counts(&mut tx).await.unwrap();
    assert_eq!(counts, JournalCounts { accepted_blocks: 1, accepted_facts: 3, applied_facts: 3, failing: 0 });
    assert!(!journal::accept(&mut tx, "b", 3, b"", 1).await.unwrap(), "still known");
    assert_eq!(journal::remove_applied_up_to(&mut tx, 2).await.unwrap(), 1);
    assert_eq!(journal::first_applied(&mut tx).await.unwrap(), None);
    assert!(journal::accept(&mut tx, "b", 3, b"", 1).await.unwrap(), "a key is known as long as its row is there");
}

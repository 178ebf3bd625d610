//! The journal: accepted once, applied once, handed over in order.

use perennial_store::inspect::texts;
use perennial_store::journal::{self, AfterFailure, JournalCounts, NewBlock, SetAside};
use perennial_store::{StoreError, WriteTx};
use perennial_testkit::TestStore;

on_both!(
    a_block_is_accepted_once,
    blocks_are_applied_in_order_and_once,
    a_failing_block_keeps_its_reason,
    a_block_that_fails_too_often_stands_aside_until_it_is_tried_again,
    what_history_has_is_removed,
);

fn block(key: &str) -> NewBlock<'_> {
    NewBlock { key, import_id: None, facts: 3, payload: key.as_bytes() }
}

async fn accept(tx: &mut WriteTx<'_>, keys: &[&str]) {
    for key in keys {
        assert!(journal::accept(tx, &block(key), 1).await.unwrap());
    }
}

async fn a_block_is_accepted_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    accept(&mut tx, &["a"]).await;
    assert!(!journal::accept(&mut tx, &NewBlock { facts: 9, payload: b"other", ..block("a") }, 2).await.unwrap());
    let rows = journal::next_accepted(&mut tx, 10).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].block_key.as_str(), rows[0].payload.as_slice()), ("a", b"a".as_slice()));
    assert_eq!((rows[0].import_id.as_deref(), rows[0].facts), (None, 3));
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
    assert_eq!(
        journal::applied(&mut tx, 0, 10).await.unwrap(),
        [(1, b"applied a".to_vec()), (2, b"applied b".to_vec())]
    );
    assert_eq!(journal::applied(&mut tx, 1, 10).await.unwrap().len(), 1);
    assert_eq!(journal::applied(&mut tx, 0, 1).await.unwrap().len(), 1);
}

async fn a_failing_block_keeps_its_reason(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    accept(&mut tx, &["a", "b"]).await;
    let position = journal::next_accepted(&mut tx, 1).await.unwrap()[0].position;
    for reason in ["no", "still no"] {
        assert_eq!(journal::note_failure(&mut tx, position, reason, 3).await.unwrap(), AfterFailure::WaitsAgain);
    }
    let noted = "SELECT CAST(attempts AS TEXT) || ', ' || last_error FROM journal WHERE attempts > 0";
    assert_eq!(texts(&mut tx, noted).await.unwrap(), ["2, still no"]);
    let counts = journal::counts(&mut tx).await.unwrap();
    assert_eq!(counts, JournalCounts { accepted_blocks: 2, accepted_facts: 6, failing: 1, ..JournalCounts::default() });
    journal::mark_applied(&mut tx, position, 1, b"").await.unwrap();
    assert_eq!(journal::note_failure(&mut tx, position, "late", 1).await.unwrap(), AfterFailure::Elsewhere);
    assert_eq!(journal::counts(&mut tx).await.unwrap().failing, 0);
}

async fn a_block_that_fails_too_often_stands_aside_until_it_is_tried_again(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for key in ["imp_a:0", "imp_a:1", "imp_b:0"] {
        let of_import = NewBlock { import_id: key.split(':').next(), ..block(key) };
        assert!(journal::accept(&mut tx, &of_import, 1).await.unwrap());
    }
    accept(&mut tx, &["of nobody"]).await;
    let rows = journal::next_accepted(&mut tx, 9).await.unwrap();
    let noted = [&rows[0], &rows[0], &rows[2], &rows[3]];
    let mut outcomes = Vec::new();
    for (tries_max, row) in [2, 2, 1, 1].into_iter().zip(noted) {
        outcomes.push(journal::note_failure(&mut tx, row.position, "too large", tries_max).await.unwrap());
    }
    use AfterFailure::{SetAside as Aside, WaitsAgain};
    assert_eq!(outcomes, [WaitsAgain, Aside, Aside, Aside]);
    assert!(journal::mark_applied(&mut tx, rows[0].position, 1, b"").await.is_err(), "it is not to be applied");
    let keys = |rows: Vec<journal::JournalRow>| rows.into_iter().map(|row| row.block_key).collect::<Vec<_>>();
    assert_eq!(keys(journal::next_accepted(&mut tx, 9).await.unwrap()), ["imp_a:1"], "those behind it go on");
    let expected = SetAside {
        block_key: "imp_a:0".to_owned(),
        import_id: Some("imp_a".to_owned()),
        facts: 3,
        last_error: "too large".to_owned(),
    };
    assert_eq!(journal::set_aside(&mut tx, 1).await.unwrap(), [expected]);
    assert_eq!(journal::imports_set_aside(&mut tx).await.unwrap(), ["imp_a", "imp_b"]);
    let counts = journal::counts(&mut tx).await.unwrap();
    assert_eq!((counts.accepted_facts, counts.failing), (3, 0));
    assert_eq!((counts.set_aside_blocks, counts.set_aside_facts), (3, 9));
    assert!(!journal::accept(&mut tx, &block("imp_a:0"), 1).await.unwrap(), "it is still known");

    assert_eq!(journal::try_again(&mut tx, Some("imp_a")).await.unwrap(), 1);
    assert_eq!(keys(journal::next_accepted(&mut tx, 9).await.unwrap()), ["imp_a:0", "imp_a:1"]);
    let again = journal::note_failure(&mut tx, rows[0].position, "no", 2).await.unwrap();
    assert_eq!(again, AfterFailure::WaitsAgain, "its tries are counted anew");
    assert_eq!(journal::try_again(&mut tx, None).await.unwrap(), 2);
    assert_eq!(journal::imports_set_aside(&mut tx).await.unwrap(), Vec::<String>::new());
    assert_eq!(journal::next_accepted(&mut tx, 9).await.unwrap().len(), 4);
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
    assert_eq!(
        counts,
        JournalCounts { accepted_blocks: 1, accepted_facts: 3, applied_facts: 3, ..JournalCounts::default() }
    );
    assert!(!journal::accept(&mut tx, &block("b"), 1).await.unwrap(), "still known");
    assert_eq!(journal::remove_applied_up_to(&mut tx, 2).await.unwrap(), 1);
    assert_eq!(journal::first_applied(&mut tx).await.unwrap(), None);
    assert!(journal::accept(&mut tx, &block("b"), 1).await.unwrap(), "a key is known as long as its row is there");
}

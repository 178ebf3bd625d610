//! Imports: what has ended never changes again.

use perennial_store::imports::{self, ImportRow};
use perennial_store::journal::{self, NewBlock};
use perennial_testkit::TestStore;

on_both!(
    an_import_goes_through_its_states,
    imports_are_found_and_listed,
    a_failed_import_with_a_block_aside_is_found_again,
);

fn import(id: &str, created_at: i64) -> ImportRow {
    ImportRow {
        id: id.to_owned(),
        kind: "orders".to_owned(),
        state: "queued".to_owned(),
        fingerprint: "f1".to_owned(),
        request: "{}".to_owned(),
        progress: "{}".to_owned(),
        result: None,
        error: None,
        step: 0,
        cancel_requested: false,
        dry_run: false,
        created_by: "Ada".to_owned(),
        created_at,
        started_at: None,
        finished_at: None,
    }
}

async fn an_import_goes_through_its_states(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    imports::insert(&mut tx, &import("imp_a", 1)).await.unwrap();
    assert_eq!(imports::get(&mut tx, "imp_a").await.unwrap(), Some(import("imp_a", 1)));
    imports::update_state(&mut tx, "imp_a", "reading", None, Some(5), None).await.unwrap();
    imports::update_step(&mut tx, "imp_a", 3).await.unwrap();
    imports::update_progress(&mut tx, "imp_a", "{\"p\":1}").await.unwrap();
    imports::update_result(&mut tx, "imp_a", "{\"r\":1}").await.unwrap();
    assert!(imports::request_cancel(&mut tx, "imp_a").await.unwrap());
    imports::update_state(&mut tx, "imp_a", "cancelled", Some("asked"), Some(5), Some(9)).await.unwrap();
    let expected = ImportRow {
        state: "cancelled".to_owned(),
        step: 3,
        progress: "{\"p\":1}".to_owned(),
        result: Some("{\"r\":1}".to_owned()),
        error: Some("asked".to_owned()),
        cancel_requested: true,
        started_at: Some(5),
        finished_at: Some(9),
        ..import("imp_a", 1)
    };
    assert_eq!(imports::get(&mut tx, "imp_a").await.unwrap(), Some(expected));
    assert!(!imports::request_cancel(&mut tx, "imp_a").await.unwrap());
    assert!(imports::update_state(&mut tx, "imp_a", "done", None, None, None).await.is_err());
    assert!(imports::update_step(&mut tx, "imp_a", 4).await.is_err());
    assert!(imports::update_progress(&mut tx, "imp_a", "{}").await.is_err());
    assert!(imports::update_result(&mut tx, "imp_a", "{}").await.is_err());
    assert_eq!(imports::get(&mut tx, "imp_x").await.unwrap(), None);
    assert!(imports::update_step(&mut tx, "imp_x", 4).await.is_err());
}

async fn imports_are_found_and_listed(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for (id, at) in [("imp_a", 1), ("imp_b", 2), ("imp_c", 2), ("imp_d", 3)] {
        imports::insert(&mut tx, &import(id, at)).await.unwrap();
    }
    let trial = ImportRow { dry_run: true, fingerprint: "f2".to_owned(), ..import("imp_e", 4) };
    imports::insert(&mut tx, &trial).await.unwrap();
    assert_eq!(imports::latest_done(&mut tx).await.unwrap(), None);
    for id in ["imp_a", "imp_b", "imp_e"] {
        imports::update_state(&mut tx, id, "done", None, Some(5), Some(6)).await.unwrap();
    }
    let ids = |rows: Vec<ImportRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(imports::list(&mut tx, None, 3).await.unwrap()), ["imp_e", "imp_d", "imp_c"]);
    assert_eq!(ids(imports::list(&mut tx, Some("imp_c"), 9).await.unwrap()), ["imp_b", "imp_a"]);
    assert_eq!(ids(imports::unfinished(&mut tx).await.unwrap()), ["imp_c", "imp_d"]);
    assert_eq!(imports::find_unfinished(&mut tx, "f1").await.unwrap().unwrap().id, "imp_c");
    assert_eq!(imports::find_unfinished(&mut tx, "f2").await.unwrap(), None);
    assert_eq!(imports::latest_done(&mut tx).await.unwrap().unwrap().id, "imp_b", "a trial run does not count");
    assert!(!imports::reopen(&mut tx, "imp_b").await.unwrap(), "it is done");
    imports::update_state(&mut tx, "imp_c", "failed", Some("disk full"), Some(5), Some(9)).await.unwrap();
    assert!(imports::reopen(&mut tx, "imp_c").await.unwrap());
    let reopened = imports::get(&mut tx, "imp_c").await.unwrap().unwrap();
    assert_eq!((reopened.state.as_str(), reopened.error, reopened.finished_at), ("queued", None, None));
}

async fn a_failed_import_with_a_block_aside_is_found_again(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for id in ["imp_a", "imp_b"] {
        imports::insert(&mut tx, &import(id, 1)).await.unwrap();
        imports::update_state(&mut tx, id, "failed", Some("why"), Some(5), Some(9)).await.unwrap();
    }
    assert_eq!(imports::find_set_aside(&mut tx, "f1").await.unwrap(), None);
    let block = NewBlock { key: "imp_b:0:0", import_id: Some("imp_b"), facts: 1, payload: b"x" };
    assert!(journal::accept(&mut tx, &block, 1).await.unwrap());
    assert_eq!(imports::find_set_aside(&mut tx, "f1").await.unwrap(), None, "its block waits");
    let position = journal::next_accepted(&mut tx, 1).await.unwrap()[0].position;
    journal::note_failure(&mut tx, position, "no", 1).await.unwrap();
    assert_eq!(imports::find_set_aside(&mut tx, "f1").await.unwrap().unwrap().id, "imp_b");
    assert_eq!(imports::find_set_aside(&mut tx, "f2").await.unwrap(), None);
    // Blocks that it had accepted are applied all the same, and are in its report.
    imports::update_result(&mut tx, "imp_b", "{\"r\":2}").await.unwrap();
    assert!(imports::update_step(&mut tx, "imp_b", 4).await.is_err());

    imports::insert(&mut tx, &import("imp_c", 2)).await.unwrap();
    let ids = |rows: Vec<ImportRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(imports::may_go_on(&mut tx, 9).await.unwrap()), ["imp_a", "imp_b", "imp_c"]);
    assert_eq!(ids(imports::may_go_on(&mut tx, 10).await.unwrap()), ["imp_c"]);
    assert!(imports::reopen(&mut tx, "imp_b").await.unwrap());
    assert_eq!(imports::find_set_aside(&mut tx, "f1").await.unwrap(), None, "it goes on already");
}

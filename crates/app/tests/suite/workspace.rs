//! A database and a history that do not belong together are kept apart.

use crate::stage::{Counter, Stage, on_both};
use perennial_app::pipeline::{self, PipelineError};
use perennial_app::workspace::{self, WorkspaceError};
use perennial_domain::fact::{AppliedBlock, FactBlock};
use perennial_domain::import::field::ImportKind;
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use perennial_history::{History, HistoryError};
use perennial_store::{journal, sequences, settings};
use perennial_testkit::sqlite_store;
use std::sync::atomic::AtomicU64;

on_both! {
    another_database_in_the_same_folder_is_refused_and_nothing_is_lost,
    a_history_newer_than_the_database_removes_nothing_from_the_journal,
    a_history_that_lacks_what_was_handed_over_is_refused,
    an_empty_history_goes_with_the_database_that_comes,
    a_workspace_from_before_there_were_ids_gets_one_where_its_sequences_agree,
}

const ORDERS: &str = "order_no,customer_id,ordered_at,order_amount,currency\n1,A,2025-01-10,70.00,CNY\n";

async fn import(stage: &Stage) {
    stage.import(ImportKind::Orders, &stage.write("orders.csv", ORDERS.as_bytes())).await;
    assert!(stage.app.history.last_sequence().await.unwrap().is_some());
}

async fn open_history(stage: &Stage) -> History {
    History::open(&stage.folder.path().join("history")).await.unwrap()
}

/// Another one than that of the stage.
fn random() -> Counter {
    Counter(AtomicU64::new(1_000))
}

fn empty_block() -> AppliedBlock {
    let (source, currency) = ("file".to_owned(), Currency::parse("CNY").unwrap());
    AppliedBlock { version: 1, source, import_id: None, currency, facts: Vec::new() }
}

/// First SQLite, then `--database-url`, with the same `--data`.
async fn another_database_in_the_same_folder_is_refused_and_nothing_is_lost(stage: &Stage) {
    import(stage).await;
    let other = sqlite_store().await;
    let refused = workspace::tie(&other.database, &open_history(stage).await, &random()).await.unwrap_err();
    assert!(matches!(refused, WorkspaceError::HistoryAhead { history: 1, applied: 0 }), "{refused}");
    assert!(refused.to_string().contains("Name the database that filled it"), "{refused}");
    assert_eq!(settings::workspace_id(&mut other.database.read().await.unwrap()).await.unwrap(), None);

    // A database with a life of its own, and by chance as many blocks.
    let elsewhere = tempfile::tempdir().unwrap();
    let own = History::open(elsewhere.path()).await.unwrap();
    workspace::tie(&other.database, &own, &random()).await.unwrap();
    let mut tx = other.database.write().await.unwrap();
    sequences::reserve(&mut tx, sequences::APPLIED_SEQUENCE, 1).await.unwrap();
    tx.commit().await.unwrap();
    let refused = workspace::tie(&other.database, &open_history(stage).await, &random()).await.unwrap_err();
    assert!(matches!(refused, WorkspaceError::History(HistoryError::OtherWorkspace { .. })), "{refused}");

    workspace::tie(&stage.app.store, &open_history(stage).await, &random()).await.unwrap();
}

/// An older backup of the database: its next blocks have numbers that the history knows for others.
async fn a_history_newer_than_the_database_removes_nothing_from_the_journal(stage: &Stage) {
    import(stage).await;
    let known = stage.app.history.last_sequence().await.unwrap().unwrap();
    let newer: Vec<_> = (1..=5).map(|place| (known + place, empty_block())).collect();
    stage.app.history.append(&newer).await.unwrap();
    let block = FactBlock {
        version: 1,
        source: "file".to_owned(),
        import_id: None,
        currency: Currency::parse("CNY").unwrap(),
        facts: Vec::new(),
        rows: Vec::new(),
    };
    let mut tx = stage.app.store.write().await.unwrap();
    let prepared = pipeline::PreparedBlock::new("later".to_owned(), block).unwrap();
    pipeline::accept(&mut tx, &prepared, Instant(0)).await.unwrap();
    tx.commit().await.unwrap();
    pipeline::apply_all(&stage.app).await.unwrap();

    let refused = pipeline::hand_over(&stage.app).await.unwrap_err();
    assert!(
        matches!(refused, PipelineError::HistoryAhead { history, applied } if history == known + 5 && applied == known + 1)
    );
    let kept = journal::applied(&mut stage.app.store.read().await.unwrap(), 0, 10).await.unwrap();
    assert_eq!(kept.iter().map(|row| row.sequence).collect::<Vec<_>>(), [known + 1]);
    let refused = workspace::tie(&stage.app.store, &open_history(stage).await, &random()).await.unwrap_err();
    assert!(refused.to_string().contains("restore both from the same backup"), "{refused}");
}

async fn a_history_that_lacks_what_was_handed_over_is_refused(stage: &Stage) {
    import(stage).await;
    let empty = tempfile::tempdir().unwrap();
    let history = History::open(empty.path()).await.unwrap();
    let refused = workspace::tie(&stage.app.store, &history, &random()).await.unwrap_err();
    assert!(matches!(refused, WorkspaceError::HistoryBehind { history: 0, handed_over: 1 }), "{refused}");
    assert_eq!(history.workspace_id().unwrap(), None);
}

async fn an_empty_history_goes_with_the_database_that_comes(stage: &Stage) {
    let first = stage.app.history.workspace_id().unwrap().unwrap();
    let other = sqlite_store().await;
    let history = open_history(stage).await;
    workspace::tie(&other.database, &history, &random()).await.unwrap();
    let second = history.workspace_id().unwrap().unwrap();
    assert_ne!(first, second);
    assert!(second.starts_with("wsp_") && second.len() == 4 + 32, "{second}");
    assert_eq!(settings::workspace_id(&mut other.database.read().await.unwrap()).await.unwrap(), Some(second));
    let told = pipeline::hand_over(&stage.app).await.unwrap_err();
    assert!(matches!(told, PipelineError::History(HistoryError::OtherWorkspace { .. })), "{told}");
    workspace::tie(&stage.app.store, &open_history(stage).await, &random()).await.unwrap();
    assert_eq!(history.workspace_id().unwrap().unwrap(), first);
}

async fn a_workspace_from_before_there_were_ids_gets_one_where_its_sequences_agree(stage: &Stage) {
    import(stage).await;
    let id = stage.app.history.workspace_id().unwrap();
    std::fs::remove_file(stage.folder.path().join("history/workspace")).unwrap();
    let history = open_history(stage).await;
    assert_eq!(history.workspace_id().unwrap(), None);
    workspace::tie(&stage.app.store, &history, &random()).await.unwrap();
    assert_eq!(history.workspace_id().unwrap(), id);
    assert!(id.is_some());
}

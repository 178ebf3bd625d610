//! A block that cannot be applied stands aside, so that those behind it go on.
//!
//! | what failed | what happens |
//! |---|---|
//! | the store itself: busy, not reached, its disk full | an error; the block waits, any other would fare alike |
//! | the block, for the first times | noted, and it is tried once more |
//! | the block, [`TRIES_MAX`] times; at once where it is too large to be written | it is set aside, and its import ends as failed, in one commit |
//!
//! Callers may rely on: nothing of the block is lost, it stays in the journal with its reason (`doctor` shows it); its
//! import can be let go on (`imports::reopen_in_tx`), which makes the block wait once more, in its old place.

use super::PipelineError;
use crate::App;
use crate::imports::{self, ImportFailure};
use perennial_store::journal::{self, AfterFailure, JournalRow};

/// Another try costs little and helps against what has passed meanwhile, such as an import that just ended.
pub const TRIES_MAX: i64 = 3;

/// The code of an import's failure that had a block set aside.
pub const BLOCK_SET_ASIDE: &str = "block_set_aside";

/// Notes that the block could not be applied. The caller's transaction has been rolled back. An error says that nothing
/// can be applied now.
pub async fn note_failure(app: &App, row: &JournalRow, error: PipelineError) -> Result<(), PipelineError> {
    let Some(tries_max) = tries_max(&error) else { return Err(error) };
    let reason = error.to_string();
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    match journal::note_failure(&mut tx, row.position, &reason, tries_max).await? {
        AfterFailure::Elsewhere => return Ok(()),
        AfterFailure::WaitsAgain => {
            tracing::warn!(block.key = %row.block_key, error = %reason, "a block could not be applied, it is tried again");
        }
        AfterFailure::SetAside => {
            tracing::error!(block.key = %row.block_key, error = %reason, "a block cannot be applied, it is set aside");
            metrics::counter!("journal_blocks_set_aside_total").increment(1);
            if let Some(id) = &row.import_id {
                imports::fail_in_tx(app, &mut tx, id, &failure_of(row)).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}

/// How often a block may fail like this; none where the failure is not the block's.
fn tries_max(error: &PipelineError) -> Option<i64> {
    match error {
        // It will be as large the next time.
        PipelineError::Unwritable { .. } => Some(1),
        PipelineError::Unreadable { .. } | PipelineError::Panicked(_) => Some(TRIES_MAX),
        PipelineError::Store(error) => (!error.is_of_the_store()).then_some(TRIES_MAX),
        PipelineError::History(_) | PipelineError::HistoryAhead { .. } | PipelineError::Keys(_) => None,
    }
}

fn failure_of(row: &JournalRow) -> ImportFailure {
    let text = format!(
        "{} facts could not be written and are set aside, as block {} of the journal: they are kept. `perennial doctor` \
         says why. When the cause is gone, let the import go on: by Retry in the console (Settings, Jobs), by the same \
         command once more, or by `perennial doctor --try-again`",
        row.facts, row.block_key
    );
    ImportFailure::new(BLOCK_SET_ASIDE, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;
    use perennial_history::History;
    use perennial_store::StoreError;
    use perennial_store::imports::{self as import_table, ImportRow};
    use perennial_store::journal::NewBlock;
    use perennial_testkit::{ManualClock, TestStore, postgres_store, sqlite_store};
    use std::sync::Arc;

    #[tokio::test]
    async fn a_block_too_large_to_be_written_is_set_aside_at_once_and_its_import_fails_on_sqlite() {
        too_large(sqlite_store().await).await;
    }

    #[tokio::test]
    async fn a_block_too_large_to_be_written_is_set_aside_at_once_and_its_import_fails_on_postgres() {
        if let Some(store) = postgres_store().await {
            too_large(store).await;
        }
    }

    async fn too_large(store: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let app = App {
            store: store.database.clone(),
            history: Arc::new(History::open(&folder.path().join("history")).await.unwrap()),
            data_dir: Arc::new(folder.path().to_owned()),
            clock: Arc::new(ManualClock::at("2026-11-22T09:00:00Z")),
            random: Arc::new(SystemRandom),
        };
        let mut tx = app.store.write().await.unwrap();
        import_table::insert(&mut tx, &import("imp_a")).await.unwrap();
        for key in ["imp_a:0:0", "imp_a:0:1"] {
            let block = NewBlock { key, import_id: Some("imp_a"), facts: 4, payload: b"x" };
            assert!(journal::accept(&mut tx, &block, 1).await.unwrap());
        }
        let rows = journal::next_accepted(&mut tx, 9).await.unwrap();
        tx.commit().await.unwrap();
        let error = PipelineError::Unwritable { block: "imp_a:0:0".to_owned(), reason: "too large".to_owned() };
        note_failure(&app, &rows[0], error).await.unwrap();

        let mut tx = app.store.write().await.unwrap();
        let waiting = journal::next_accepted(&mut tx, 9).await.unwrap();
        assert_eq!(waiting.iter().map(|row| row.position).collect::<Vec<_>>(), [rows[1].position]);
        let aside = journal::set_aside(&mut tx, 9).await.unwrap();
        assert_eq!(aside[0].last_error, "block imp_a:0:0 cannot be written: too large");
        let import = import_table::get(&mut tx, "imp_a").await.unwrap().unwrap();
        assert_eq!((import.state.as_str(), import.finished_at), ("failed", Some(app.clock.now().0)));
        assert!(import.error.unwrap().contains(BLOCK_SET_ASIDE));
        drop(tx);
        // A busy store is another thing: nothing is noted, and whoever applies is told.
        let busy = note_failure(&app, &rows[1], StoreError::Busy("locked".to_owned()).into()).await;
        assert!(matches!(busy, Err(PipelineError::Store(StoreError::Busy(_)))), "{busy:?}");
        assert_eq!(journal::counts(&mut app.store.read().await.unwrap()).await.unwrap().failing, 0);
    }

    fn import(id: &str) -> ImportRow {
        ImportRow {
            id: id.to_owned(),
            kind: "orders".to_owned(),
            state: "applying".to_owned(),
            fingerprint: "f".to_owned(),
            request: "{}".to_owned(),
            progress: "{}".to_owned(),
            result: None,
            error: None,
            step: 1,
            cancel_requested: false,
            dry_run: false,
            created_by: "Ada".to_owned(),
            created_at: 1,
            started_at: Some(1),
            finished_at: None,
        }
    }

    #[test]
    fn a_block_is_not_blamed_for_a_store_that_is_unwell() {
        let unwritable = PipelineError::Unwritable { block: "b".to_owned(), reason: "too large".to_owned() };
        let unreadable = PipelineError::Unreadable { block: "b".to_owned(), reason: "cut off".to_owned() };
        assert_eq!(tries_max(&unwritable), Some(1), "busy is another thing");
        assert_eq!(tries_max(&unreadable), Some(TRIES_MAX));
        let constraint = StoreError::Constraint { name: "orders_pkey".to_owned() };
        assert_eq!(tries_max(&constraint.into()), Some(TRIES_MAX));
        assert_eq!(tries_max(&StoreError::Busy("locked".to_owned()).into()), None);
        assert_eq!(tries_max(&PipelineError::HistoryAhead { history: 2, applied: 1 }), None);
    }
}

//! One database and one history make a workspace; others are not mixed.
//!
//! Both carry the workspace's id: the database in its settings, the history in a file beside its table. The history
//! answers for blocks by their numbers alone, so with another database, or with an older backup of one of the two,
//! facts would be taken for those that it has, and disappear. Callers may rely on: after [`tie`], database and
//! history belong together, and their sequences agree; otherwise it is an error and neither was changed. A
//! history without facts goes with any database that lacks none of them.

use crate::random::Random;
use perennial_history::{History, HistoryError};
use perennial_store::{Database, StoreError, journal, sequences, settings};

#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The history of another workspace among them.
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(
        "the history holds blocks up to {history}, the database has applied only {applied}: it is another database than \
         the one that filled the history, or an older backup. Name the database that filled it, restore both from \
         the same backup, or choose an empty data folder"
    )]
    HistoryAhead { history: i64, applied: i64 },
    #[error(
        "the history holds blocks up to {history}, the database has handed over {handed_over}: it is another history, or \
         an older backup. Name the data folder that the database was used with, or restore both from the same backup"
    )]
    HistoryBehind { history: i64, handed_over: i64 },
}

/// Ties an open database and an open history to each other, or says why they do not belong together. Other processes
/// may hand over meanwhile.
pub async fn tie(store: &Database, history: &History, random: &dyn Random) -> Result<(), WorkspaceError> {
    // All three only grow. What was handed over is read before history, what was applied after it.
    let handed_over = handed_over(store).await?;
    let known = history.last_sequence().await?;
    let mut tx = store.read().await?;
    let applied = sequences::current(&mut tx, sequences::APPLIED_SEQUENCE).await?;
    let of_store = settings::workspace_id(&mut tx).await?;
    drop(tx);
    let of_history = history.workspace_id()?;
    if known.is_some() && of_store.is_some() && of_history.is_some() && of_store != of_history {
        return Err(history.other_workspace().into());
    }
    let known_sequence = known.unwrap_or(0);
    if known_sequence > applied {
        return Err(WorkspaceError::HistoryAhead { history: known_sequence, applied });
    }
    if known_sequence < handed_over {
        return Err(WorkspaceError::HistoryBehind { history: known_sequence, handed_over });
    }
    let id = match of_store {
        Some(id) => id,
        // From before workspaces had ids, or not yet told: the sequences agree.
        None => put_id(store, of_history.filter(|_| known.is_some()).unwrap_or_else(|| new_id(random))).await?,
    };
    Ok(history.tie(&id).await?)
}

/// The last block that the database no longer has because history has it.
async fn handed_over(store: &Database) -> Result<i64, StoreError> {
    let mut tx = store.read().await?;
    let applied = sequences::current(&mut tx, sequences::APPLIED_SEQUENCE).await?;
    Ok(journal::first_applied(&mut tx).await?.map_or(applied, |first| first - 1))
}

/// Another process may have been faster: the id that is there counts.
async fn put_id(store: &Database, id: String) -> Result<String, StoreError> {
    let mut tx = store.write().await?;
    settings::put_workspace_id(&mut tx, &id).await?;
    let id = settings::workspace_id(&mut tx).await?.unwrap_or(id);
    tx.commit().await?;
    Ok(id)
}

fn new_id(random: &dyn Random) -> String {
    let mut bytes = [0u8; 16];
    random.fill(&mut bytes);
    format!("wsp_{:032x}", u128::from_be_bytes(bytes))
}

//! What runs here: the store's kind, the size of the data folder, the figures of the history.

use crate::App;
use crate::access::{Actor, Forbidden, require};
use perennial_domain::access::Right;
use perennial_history::{HistoryError, HistoryStats};
use perennial_store::StoreError;
use std::path::{Path, PathBuf};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum SystemError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemState {
    /// `sqlite` or `postgres`.
    pub store: &'static str,
    pub data_dir_bytes: u64,
    pub history: HistoryStats,
}

pub async fn system_state(app: &App, actor: &Actor) -> Result<SystemState, SystemError> {
    require(actor, Right::SettingsRead)?;
    let folder = app.data_dir.as_ref().clone();
    // A folder that cannot be walked has an unknown size; that is no reason to hide everything else.
    let data_dir_bytes = tokio::task::spawn_blocking(move || folder_bytes(folder)).await.unwrap_or(0);
    Ok(SystemState { store: app.store.engine().name(), data_dir_bytes, history: app.history.stats().await? })
}

/// Whether the store answers, for readiness checks.
pub async fn answers(app: &App) -> Result<(), StoreError> {
    let mut tx = app.store.read().await?;
    super::current(&mut tx).await?;
    Ok(())
}

/// Bytes of all files below; files that vanish meanwhile count as nothing.
fn folder_bytes(folder: PathBuf) -> u64 {
    let mut bytes = 0;
    let mut waiting = vec![folder];
    while let Some(next) = waiting.pop() {
        for entry in entries(&next) {
            match entry.metadata() {
                Ok(meta) if meta.is_dir() => waiting.push(entry.path()),
                Ok(meta) => bytes += meta.len(),
                Err(_) => {}
            }
        }
    }
    bytes
}

fn entries(folder: &Path) -> Vec<std::fs::DirEntry> {
    std::fs::read_dir(folder).map_or_else(|_| Vec::new(), |entries| entries.flatten().collect())
}

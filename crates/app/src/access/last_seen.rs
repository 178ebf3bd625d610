//! "Last seen" and "last used": good to know, and never a reason to refuse or to delay a request.

use crate::App;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_store::access as db;
use perennial_store::{StoreError, WriteTx};
use std::time::Duration;

/// It is not written more often than this.
const INTERVAL_MICROS: i64 = 15 * 60 * MICROS_PER_SECOND;
/// For so long the writer is waited for; one who is busy with an import is left alone.
const PATIENCE: Duration = Duration::from_millis(500);

/// Whether what was written last is old enough to be written again.
pub(super) fn is_due(last: Option<Instant>, now: Instant) -> bool {
    last.is_none_or(|last| now.0 - last.0 > INTERVAL_MICROS)
}

pub(super) async fn note_session(app: &App, token_hash: &[u8], now: Instant) {
    let Some(mut tx) = writer(app).await else { return };
    let touched = db::touch_session(&mut tx, token_hash, now).await.map(drop);
    commit(tx, touched).await;
}

pub(super) async fn note_token(app: &App, id: &str, now: Instant) {
    let Some(mut tx) = writer(app).await else { return };
    let touched = db::touch_token(&mut tx, id, now).await;
    commit(tx, touched).await;
}

async fn writer(app: &App) -> Option<WriteTx<'static>> {
    // The next request tries again.
    let opened = tokio::time::timeout(PATIENCE, app.store.write()).await.ok()?;
    opened.map_err(|error| not_noted(&error)).ok()
}

async fn commit(tx: WriteTx<'_>, touched: Result<(), StoreError>) {
    let done = match touched {
        Ok(()) => tx.commit().await,
        Err(error) => Err(error),
    };
    if let Err(error) = done {
        not_noted(&error);
    }
}

fn not_noted(error: &StoreError) {
    tracing::warn!(%error, "the time of a request was not noted");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_noted_every_quarter_of_an_hour() {
        let now = Instant(INTERVAL_MICROS * 10);
        assert!(is_due(None, now));
        assert!(!is_due(Some(Instant(now.0 - INTERVAL_MICROS)), now));
        assert!(is_due(Some(Instant(now.0 - INTERVAL_MICROS - 1)), now));
    }
}

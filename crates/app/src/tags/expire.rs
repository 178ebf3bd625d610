//! Tags that are valid no longer are taken away, and that is on record.

use super::note::settle;
use crate::App;
use crate::webhooks::Subscribers;
use perennial_store::tags as table;
use perennial_store::{StoreError, journal};
use std::collections::BTreeSet;

/// In one commit.
const TAGS_PER_COMMIT: i64 = 500;

/// Takes away what has expired, and writes that down; returns how many tags there were. Lists and counts do not wait for
/// it, and whatever else is done about the tags of a customer does the same for that one.
pub async fn expire_due(app: &App) -> Result<usize, StoreError> {
    let mut expired = 0;
    loop {
        let mut tx = app.store.write().await?;
        // Applying and merging write the same rows.
        journal::lock_applier(&mut tx).await?;
        let due = table::due(&mut tx, app.clock.now().0, TAGS_PER_COMMIT).await?;
        if due.is_empty() {
            return Ok(expired);
        }
        let customers: BTreeSet<i64> = due.iter().map(|row| row.customer_number).collect();
        let customers: Vec<i64> = customers.into_iter().collect();
        let subscribers = Subscribers::load(&mut tx).await?;
        expired += settle(app, &mut tx, &subscribers, &customers, Vec::new()).await?;
        tx.commit().await?;
    }
}

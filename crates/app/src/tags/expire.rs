//! Tags that are valid no longer are taken away, and that is on record.

use super::note::add_and_tell;
use crate::access::Actor;
use crate::webhooks::Subscribers;
use crate::{App, audit};
use perennial_domain::fact::FactKey;
use perennial_domain::tag::What;
use perennial_store::tags::{self as table, EventRow, StandingRow};
use perennial_store::{StoreError, journal};
use serde_json::json;
use std::collections::BTreeMap;

const WORKER: Actor = Actor::System("worker");
/// In one commit.
const TAGS_PER_COMMIT: i64 = 500;

/// Takes away what has expired; returns how many there were. Lists and counts do not wait for it.
pub async fn expire_due(app: &App) -> Result<usize, StoreError> {
    let mut expired = 0;
    loop {
        let now = app.clock.now();
        let mut tx = app.store.write().await?;
        // Applying and merging write the same rows.
        journal::lock_applier(&mut tx).await?;
        let due = table::due(&mut tx, now.0, TAGS_PER_COMMIT).await?;
        if due.is_empty() {
            return Ok(expired);
        }
        let subscribers = Subscribers::load(&mut tx).await?;
        let mut groups: BTreeMap<String, String> = BTreeMap::new();
        for tag in table::all(&mut tx).await? {
            groups.insert(tag.code, tag.group_code);
        }
        let rows: Vec<EventRow> = due.iter().map(|row| event_of(row, &groups)).collect();
        add_and_tell(app, &mut tx, &subscribers, &rows).await?;
        let mut by_tag: BTreeMap<&str, u64> = BTreeMap::new();
        for row in &due {
            *by_tag.entry(&row.tag).or_default() += 1;
        }
        let detail = json!({ "customers_by_tag": by_tag });
        audit::append(app, &mut tx, &WORKER, "tags.expired", "tags", detail).await?;
        tx.commit().await?;
        expired += due.len();
    }
}

fn event_of(row: &StandingRow, groups: &BTreeMap<String, String>) -> EventRow {
    let at = row.expires_at.unwrap_or_default();
    EventRow {
        position: 0,
        id: FactKey::of(&["tag_expired", &row.part_number.to_string(), &row.tag, &at.to_string()]).hex(),
        part_number: row.part_number,
        tag: row.tag.clone(),
        group_code: groups.get(&row.tag).cloned().unwrap_or_default(),
        is_exclusive: false,
        what: What::Expired.code().to_owned(),
        at,
        expires_at: None,
        by_kind: WORKER.kind().to_owned(),
        by_id: WORKER.id().to_owned(),
        by_name: WORKER.name().to_owned(),
        surface: None,
        note: None,
    }
}

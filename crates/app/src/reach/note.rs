//! Messages that were sent, noted in the commit that applies their facts.

use crate::App;
use perennial_domain::fact::{AppliedBlock, FactKind};
use perennial_domain::progress::slot_of;
use perennial_domain::reach::{SENT_KEPT_DAYS, sent_over};
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::reach::{self as table, SentRow};
use perennial_store::{StoreError, WriteTx};
use std::collections::BTreeMap;

fn first_kept(now: Instant) -> i64 {
    slot_of(Instant(now.0 - SENT_KEPT_DAYS * MICROS_PER_DAY))
}

pub(crate) async fn note_sent(app: &App, tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    let mut sent: BTreeMap<(i64, String, i64), i64> = BTreeMap::new();
    let first_kept = first_kept(app.clock.now());
    for one in block.facts.iter().filter(|one| one.fact.kind == FactKind::Event) {
        let (Some(part), Some(tracked)) = (one.customer, one.fact.tracked.as_deref()) else { continue };
        let told = tracked.name.as_deref().and_then(|name| sent_over(name, tracked.properties.as_deref()));
        let slot = slot_of(one.fact.at);
        if let Some(channel) = told.filter(|_| slot >= first_kept) {
            *sent.entry((i64::from(part.0), channel, slot)).or_default() += 1;
        }
    }
    if sent.is_empty() {
        return Ok(());
    }
    let row = |((part_number, channel, slot), messages)| SentRow { part_number, channel, slot, messages };
    table::add_sent(tx, &sent.into_iter().map(row).collect::<Vec<_>>()).await
}

/// What no quota looks at any more goes.
pub(crate) async fn forget_old_messages(app: &App) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    table::forget_sent(&mut tx, first_kept(app.clock.now())).await?;
    tx.commit().await
}

//! Settlement: a period is closed once, and pays all lines that no settlement has paid. What is taken back later is taken off
//! the next.

use super::error::ClerkError;
use super::view::{Sums, brand, sums_of};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::money::Currency;
use perennial_domain::time::{Day, Instant};
use perennial_store::clerks;
use perennial_store::incentives::{self as table, SettlementRow};
use perennial_store::{ReadTx, StoreError};
use serde_json::json;
use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub id: String,
    /// Where the one before ended; none of the first.
    pub from: Option<Instant>,
    /// Without this instant.
    pub until: Instant,
    pub closed_by: String,
    pub closed_at: Instant,
    pub currency: Option<Currency>,
    /// Of each clerk whom it pays something or takes something off.
    pub clerks: Vec<(Sums, String)>,
}

/// Closes the period up to the end of this day, in the brand's zone.
pub async fn settle(
    app: &App,
    actor: &Actor,
    through: Day,
    once: &Once<'_, Settlement>,
) -> Result<Settlement, ClerkError> {
    require(actor, Right::StoresManage)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<ClerkError>(app, &mut tx).await?;
    let (zone, currency) = brand(&mut tx).await?;
    let until = zone.start_of_day(Day(through.0.saturating_add(1))).filter(|until| *until <= now);
    let until = until.ok_or_else(|| ClerkError::field("through", "a day that is over"))?;
    let from = table::settlements(&mut tx).await?.first().map(|last| last.until);
    if from.is_some_and(|from| until <= from) {
        return Err(ClerkError::PeriodClosed);
    }
    let row = SettlementRow {
        id: new_id(app.random.as_ref(), "stl", now),
        from,
        until,
        closed_by: actor.id().to_owned(),
        closed_at: now,
    };
    table::insert_settlement(&mut tx, &row).await?;
    let lines = table::settle(&mut tx, &row.id, until).await?;
    let names = names(&mut tx).await?;
    let settlement = settlement_of(&mut tx, row, &names, currency).await?;
    let total: i64 = settlement.clerks.iter().map(|(sums, _)| sums.amount_minor).sum();
    let detail = json!({ "until": until.rfc3339(), "lines": lines, "amount_minor": total });
    audit::append(app, &mut tx, actor, "incentives.settled", &settlement.id, detail).await?;
    once.keep(&mut tx, &settlement).await?;
    tx.commit().await?;
    Ok(settlement)
}

/// The newest first.
pub async fn list_settlements(app: &App, actor: &Actor) -> Result<Vec<Settlement>, ClerkError> {
    require(actor, Right::StoresRead)?;
    let mut tx = app.store.read().await?;
    let (_, currency) = brand(&mut tx).await?;
    let names = names(&mut tx).await?;
    let mut settlements = Vec::new();
    for row in table::settlements(&mut tx).await? {
        settlements.push(settlement_of(&mut tx, row, &names, currency).await?);
    }
    Ok(settlements)
}

/// Of all clerks, by id.
async fn names(tx: &mut ReadTx<'_>) -> Result<HashMap<String, String>, StoreError> {
    Ok(clerks::list(tx).await?.into_iter().map(|clerk| (clerk.id, clerk.name)).collect())
}

async fn settlement_of(
    tx: &mut ReadTx<'_>,
    row: SettlementRow,
    names: &HashMap<String, String>,
    currency: Option<Currency>,
) -> Result<Settlement, StoreError> {
    let sums = table::sums_of_settlement(tx, &row.id).await?.into_iter();
    let clerks = sums.map(|sums| {
        let name = names.get(&sums.clerk_id).cloned().unwrap_or_default();
        (sums_of(sums), name)
    });
    Ok(Settlement {
        clerks: clerks.collect(),
        id: row.id,
        from: row.from,
        until: row.until,
        closed_by: row.closed_by,
        closed_at: row.closed_at,
        currency,
    })
}

//! Receipts, for the operator.

use super::ReceiptError;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::receipt::ReceiptState;
use perennial_domain::time::Instant;
use perennial_store::receipts::{self as table, ReceiptRow};
use perennial_store::{customers, parts};
use std::collections::{HashMap, HashSet};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub id: String,
    pub source: String,
    /// Empty where its person was erased.
    pub order_no: String,
    pub currency: String,
    pub amount_minor: i64,
    pub store_code: String,
    pub clerk_code: Option<String>,
    pub ordered_at: Instant,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub claimed_at: Option<Instant>,
    pub state: ReceiptState,
    /// Whose it is, where that is somebody whom the actor sees.
    pub customer: Option<CustomerNumber>,
}

impl Receipt {
    pub(super) fn of(row: ReceiptRow, customer: Option<CustomerNumber>, now: Instant) -> Self {
        Self {
            state: ReceiptState::of(row.claimed_at, row.expires_at, now),
            id: row.id,
            source: row.source,
            order_no: row.order_no,
            currency: row.currency,
            amount_minor: row.amount_minor,
            store_code: row.store_code,
            clerk_code: row.clerk_code,
            ordered_at: row.ordered_at,
            created_at: row.created_at,
            expires_at: row.expires_at,
            claimed_at: row.claimed_at,
            customer,
        }
    }
}

/// The newest first; `after`: what the page before gave.
pub async fn list_receipts(
    app: &App,
    actor: &Actor,
    state: Option<ReceiptState>,
    after: Option<(Instant, String)>,
    limit: usize,
) -> Result<(Vec<Receipt>, Option<(Instant, String)>), ReceiptError> {
    require(actor, Right::TouchPointsRead)?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let behind = after.as_ref().map(|(at, id)| (*at, id.as_str()));
    let mut rows = table::list(&mut tx, state, now, behind, limit as i64 + 1).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| (row.created_at, row.id.clone()));
    let claimed: Vec<i64> = rows.iter().filter_map(|row| row.part_number).collect();
    let together: HashMap<i64, i64> = parts::together(&mut tx, &claimed).await?.into_iter().collect();
    let whole = |part: i64| together.get(&part).copied().unwrap_or(part);
    let mut wanted: Vec<i64> = claimed.into_iter().map(whole).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let seen: HashSet<i64> = customers::among(&mut tx, actor.scope(), &wanted).await?.into_iter().collect();
    let receipts = rows.into_iter().map(|row| {
        let customer = row.part_number.map(whole).filter(|number| seen.contains(number));
        Receipt::of(row, customer.and_then(CustomerNumber::from_stored), now)
    });
    Ok((receipts.collect(), next))
}

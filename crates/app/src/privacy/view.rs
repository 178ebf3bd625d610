//! Erasures as they are shown.

use super::error::PrivacyError;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_store::privacy::{self as table, ErasureRow};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErasureState {
    Running,
    Done,
}

impl ErasureState {
    pub fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
        }
    }
}

/// What was erased, by the place where it was: an exact count each.
pub type Counts = BTreeMap<String, u64>;

/// What is stored of the way of an erasure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    pub removed: Counts,
    /// Steps that were done, and when.
    pub steps: Vec<(String, i64)>,
    /// An import that has to end first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Erasure {
    pub id: String,
    pub state: ErasureState,
    /// By which id the customer went.
    pub customer: CustomerNumber,
    pub profiles: Vec<CustomerNumber>,
    pub reason: String,
    pub requested_by: String,
    pub requested_at: Instant,
    pub deadline_at: Instant,
    pub finished_at: Option<Instant>,
    pub is_overdue: bool,
    /// An import that has to end first.
    pub waits_for: Option<String>,
    pub removed: Counts,
    /// Since when the person is back.
    pub back_since: Option<Instant>,
    /// The signed receipt, once it is done.
    pub receipt: Option<Value>,
}

/// One erasure.
pub async fn erasure(app: &App, actor: &Actor, id: &str) -> Result<Erasure, PrivacyError> {
    require(actor, Right::PrivacyRead)?;
    let row = table::get(&mut app.store.read().await?, id).await?.ok_or(PrivacyError::NoErasure)?;
    view_of(app, &row).await
}

/// The newest erasure of whoever went by this number.
pub async fn erasure_of(app: &App, actor: &Actor, customer: CustomerNumber) -> Result<Erasure, PrivacyError> {
    require(actor, Right::PrivacyRead)?;
    let row = table::of_customer(&mut app.store.read().await?, i64::from(customer.0)).await?;
    view_of(app, &row.ok_or(PrivacyError::NoErasure)?).await
}

/// The newest first; the cursor is the id of the last one seen.
pub async fn erasures(app: &App, actor: &Actor, after: Option<&str>, limit: i64) -> Result<Vec<Erasure>, PrivacyError> {
    require(actor, Right::PrivacyRead)?;
    let rows = table::list(&mut app.store.read().await?, after, limit).await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        views.push(view_of(app, &row).await?);
    }
    Ok(views)
}

pub(super) async fn view_of(app: &App, row: &ErasureRow) -> Result<Erasure, PrivacyError> {
    let (_, back_since) = table::tombstones_of(&mut app.store.read().await?, &row.id).await?;
    let mut view = view_of_row(row, app.clock.now())?;
    view.back_since = back_since.map(Instant);
    Ok(view)
}

pub(super) fn view_of_row(row: &ErasureRow, now: Instant) -> Result<Erasure, PrivacyError> {
    let unreadable = || PrivacyError::Unreadable(row.id.clone());
    let told: Told = serde_json::from_str(&row.counts).map_err(|_| unreadable())?;
    let customer = u32::try_from(row.customer_number).map(CustomerNumber).map_err(|_| unreadable())?;
    let receipt = row.receipt.as_deref().map(serde_json::from_str).transpose().map_err(|_| unreadable())?;
    let ended = row.finished_at.unwrap_or(now.0);
    Ok(Erasure {
        id: row.id.clone(),
        state: if row.finished_at.is_some() { ErasureState::Done } else { ErasureState::Running },
        customer,
        profiles: parts_of(row)?,
        reason: row.reason.clone(),
        requested_by: row.requested_by.clone(),
        requested_at: Instant(row.requested_at),
        deadline_at: Instant(row.deadline_at),
        finished_at: row.finished_at.map(Instant),
        is_overdue: ended > row.deadline_at,
        waits_for: told.waits_for,
        removed: told.removed,
        back_since: None,
        receipt,
    })
}

pub(super) fn parts_of(row: &ErasureRow) -> Result<Vec<CustomerNumber>, PrivacyError> {
    let numbers: Vec<u32> = serde_json::from_str(&row.parts).map_err(|_| PrivacyError::Unreadable(row.id.clone()))?;
    Ok(numbers.into_iter().map(CustomerNumber).collect())
}

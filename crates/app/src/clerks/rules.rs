//! What earns something. A rule never changes; one that is ended still takes back what it gave.

use super::error::ClerkError;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::clerks::{AMOUNT_MINOR_MAX, DAYS_MAX, RuleKind};
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use perennial_store::incentives::{self as table, RuleRow};
use perennial_store::{ReadTx, StoreError};
use serde_json::json;

const EVENT_BYTES_MAX: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    pub kind: RuleKind,
    pub amount_minor: i64,
    pub days: i64,
    pub event: Option<String>,
    pub created_at: Instant,
    pub ended_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRule {
    pub kind: RuleKind,
    pub amount_minor: i64,
    /// Of a sign-up: so long the event takes it back. Of a first order: within so long it earns.
    pub days: i64,
    /// The name of an event of the person that takes a sign-up back.
    pub event: Option<String>,
}

impl Rule {
    pub(super) fn of(row: RuleRow) -> Result<Self, StoreError> {
        let kind = RuleKind::parse(&row.kind);
        let unknown = || StoreError::Inconsistency { table: "incentive_rules", column: "kind", row: row.id.clone() };
        Ok(Self {
            kind: kind.ok_or_else(unknown)?,
            id: row.id,
            amount_minor: row.amount_minor,
            days: row.days,
            event: row.event,
            created_at: row.created_at,
            ended_at: row.ended_at,
        })
    }

    /// Whether it earns something at that instant.
    pub(super) fn goes_on(&self, at: Instant) -> bool {
        at >= self.created_at && self.ended_at.is_none_or(|ended| at < ended)
    }
}

pub(super) async fn all(tx: &mut ReadTx<'_>) -> Result<Vec<Rule>, StoreError> {
    table::rules(tx).await?.into_iter().map(Rule::of).collect()
}

/// Also those that were ended; the oldest first.
pub async fn list_rules(app: &App, actor: &Actor) -> Result<Vec<Rule>, ClerkError> {
    require(actor, Right::StoresRead)?;
    Ok(all(&mut app.store.read().await?).await?)
}

pub async fn create_rule(app: &App, actor: &Actor, new: NewRule, once: &Once<'_, Rule>) -> Result<Rule, ClerkError> {
    require(actor, Right::StoresManage)?;
    let new = checked(new)?;
    let now = app.clock.now();
    let row = RuleRow {
        id: new_id(app.random.as_ref(), "rul", now),
        kind: new.kind.code().to_owned(),
        amount_minor: new.amount_minor,
        days: new.days,
        event: new.event,
        created_at: now,
        ended_at: None,
    };
    let mut tx = app.store.write().await?;
    once.claim::<ClerkError>(app, &mut tx).await?;
    table::insert_rule(&mut tx, &row, actor.id()).await?;
    let detail = json!({ "kind": row.kind, "amount_minor": row.amount_minor, "days": row.days, "event": row.event });
    audit::append(app, &mut tx, actor, "incentive_rule.created", &row.id, detail).await?;
    let rule = Rule::of(row)?;
    once.keep(&mut tx, &rule).await?;
    tx.commit().await?;
    Ok(rule)
}

/// It earns nothing from now on.
pub async fn end_rule(app: &App, actor: &Actor, id: &str) -> Result<(), ClerkError> {
    require(actor, Right::StoresManage)?;
    let mut tx = app.store.write().await?;
    if !table::end_rule(&mut tx, id, app.clock.now()).await? {
        return Err(ClerkError::NoRule);
    }
    audit::append(app, &mut tx, actor, "incentive_rule.ended", id, json!({})).await?;
    Ok(tx.commit().await?)
}

fn checked(new: NewRule) -> Result<NewRule, ClerkError> {
    let mut errors = Vec::new();
    if !(1..=AMOUNT_MINOR_MAX).contains(&new.amount_minor) {
        errors.push(FieldError { field: "amount_minor", allowed: "1 to 100000000 of the smallest unit" });
    }
    if !(1..=DAYS_MAX).contains(&new.days) {
        errors.push(FieldError { field: "days", allowed: "1 to 365" });
    }
    let event = new.event.as_deref().map(str::trim).filter(|event| !event.is_empty());
    if event.is_some_and(|event| event.len() > EVENT_BYTES_MAX || new.kind == RuleKind::FirstOrder) {
        errors.push(FieldError {
            field: "event",
            allowed: "the name of an event, 1 to 200 bytes; null for first orders",
        });
    }
    if errors.is_empty() {
        Ok(NewRule { event: event.map(ToOwned::to_owned), ..new })
    } else {
        Err(ClerkError::Invalid(errors))
    }
}

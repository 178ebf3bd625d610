//! What tags a customer has and had, with who did what, when and where.

use super::error::TagError;
use super::note::events_of;
use crate::App;
use crate::access::{Actor, require};
use crate::by_hand::Recorder;
use crate::identity::whole;
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::tag::{Ended, Period, periods};
use perennial_domain::time::Instant;
use perennial_store::tags::{self as table, EventRow, TagRow};
use perennial_store::{ReadTx, StoreError, customers};
use std::collections::BTreeMap;

/// That somebody set or removed a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub at: Instant,
    pub by: Recorder,
    pub surface: Option<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagEnd {
    pub at: Instant,
    /// `removed`, `replaced` or `expired`.
    pub why: &'static str,
    /// The tag that took its place.
    pub replaced_by: Option<String>,
    /// None where it expired.
    pub mark: Option<Mark>,
}

/// A tag from when it was set to when it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagPeriod {
    pub tag: String,
    pub group: String,
    pub name_zh: String,
    pub name_en: String,
    pub since: Instant,
    /// First that it was set, then each renewal.
    pub set: Vec<Mark>,
    pub expires_at: Option<Instant>,
    pub ended: Option<TagEnd>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerTags {
    pub customer: CustomerNumber,
    /// What stands, in the order in which it was set.
    pub standing: Vec<TagPeriod>,
    /// What has ended, what ended last first.
    pub ended: Vec<TagPeriod>,
}

pub async fn customer_tags(app: &App, actor: &Actor, customer: CustomerNumber) -> Result<CustomerTags, TagError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let whole = whole(&mut tx, customer).await?;
    let number = i64::from(whole.customer.0);
    customers::get(&mut tx, actor.scope(), number).await?.ok_or(TagError::NoCustomer)?;
    let parts: Vec<i64> = whole.parts.iter().map(|part| i64::from(part.0)).collect();
    let all = tags_in_tx(&mut tx, &parts, app.clock.now()).await?;
    let (standing, mut ended): (Vec<TagPeriod>, Vec<TagPeriod>) = all.into_iter().partition(|one| one.ended.is_none());
    ended.sort_by_key(|one| std::cmp::Reverse(one.ended.as_ref().map(|end| end.at)));
    Ok(CustomerTags { customer: whole.customer, standing, ended })
}

/// The same periods without who did what, of events in the order in which they happened.
pub(crate) fn periods_of(events: &[EventRow], now: Instant) -> Vec<Period> {
    periods(&events_of(events), now)
}

/// All periods of a customer with these profiles, in the order in which they began.
pub(crate) async fn tags_in_tx(tx: &mut ReadTx<'_>, parts: &[i64], now: Instant) -> Result<Vec<TagPeriod>, StoreError> {
    let rows = table::events_of_parts(tx, parts).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let known: BTreeMap<String, TagRow> =
        table::all(tx).await?.into_iter().map(|row| (row.code.clone(), row)).collect();
    let periods = periods(&events_of(&rows), now).into_iter();
    Ok(periods.map(|period| period_of(period, &rows, &known)).collect())
}

fn period_of(period: Period, rows: &[EventRow], known: &BTreeMap<String, TagRow>) -> TagPeriod {
    let tag = known.get(&period.tag);
    let mark = |place: usize| rows.get(place).map(mark_of);
    let ended = period.ended.map(|(at, why)| match why {
        Ended::Removed { by } => TagEnd { at, why: "removed", replaced_by: None, mark: mark(by) },
        Ended::Replaced { by } => {
            TagEnd { at, why: "replaced", replaced_by: rows.get(by).map(|row| row.tag.clone()), mark: mark(by) }
        }
        Ended::Expired => TagEnd { at, why: "expired", replaced_by: None, mark: None },
    });
    TagPeriod {
        name_zh: tag.map_or_else(|| period.tag.clone(), |tag| tag.name_zh.clone()),
        name_en: tag.map_or_else(|| period.tag.clone(), |tag| tag.name_en.clone()),
        since: period.since,
        set: period.set_by.iter().filter_map(|place| mark(*place)).collect(),
        expires_at: period.expires_at,
        tag: period.tag,
        group: period.group,
        ended,
    }
}

fn mark_of(row: &EventRow) -> Mark {
    Mark {
        at: Instant(row.at),
        by: Recorder { kind: row.by_kind.clone(), id: row.by_id.clone(), name: row.by_name.clone() },
        surface: row.surface.clone(),
        note: row.note.clone(),
    }
}

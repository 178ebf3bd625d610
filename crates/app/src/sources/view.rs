//! Sources as they are shown, with what came from each.

use super::error::SourceError;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::identity::IdentifierType;
use perennial_domain::source::{SourceKind, SourceSettings, SourceState};
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::StoreError;
use perennial_store::sources::{self as table, SourceRow};
use perennial_store::tracking::{self, CountsRow};
use std::collections::HashMap;

/// Days of which the counts are shown one by one.
const DAYS_SHOWN: i64 = 30;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub id: String,
    pub settings: SourceSettings,
    /// The last characters of the write key.
    pub key_ending: String,
    /// An earlier key works until then.
    pub previous_key_until: Option<Instant>,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

/// Every message of a source is accepted, a duplicate, refused, held, or discarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Each is a fact, once; also those that were kept aside and then released.
    pub accepted: i64,
    pub duplicates: i64,
    pub refused: i64,
    /// Put aside, released and discarded, at any time: what is left of the first is kept aside now.
    pub put_aside: i64,
    pub released: i64,
    pub discarded: i64,
    /// Of the accepted ones, those that named somebody who was erased: they were dropped.
    pub erased: i64,
    pub last_at: Option<Instant>,
}

impl Counts {
    fn of(counts: &CountsRow, last_at: Instant) -> Self {
        let CountsRow { accepted, duplicates, refused, quarantined, released, discarded, erased } = *counts;
        let put_aside = quarantined;
        Self { accepted, duplicates, refused, put_aside, released, discarded, erased, last_at: Some(last_at) }
    }

    /// Kept aside now. Of one day alone it says nothing.
    pub fn held(&self) -> i64 {
        self.put_aside - self.released - self.discarded
    }

    /// What came and is no fact: refused, held or discarded.
    pub fn quarantined(&self) -> i64 {
        self.refused + self.put_aside - self.released
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayCounts {
    /// Days since 1970, in UTC.
    pub day: i64,
    pub counts: Counts,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceView {
    pub source: Source,
    pub totals: Counts,
    /// The last thirty days, the oldest first, without those on which nothing came; empty in lists.
    pub days: Vec<DayCounts>,
}

impl Source {
    pub(super) fn from_row(row: &SourceRow, now: Instant) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.clone(),
            settings: settings_of(row)?,
            key_ending: row.key_ending.clone(),
            previous_key_until: row.previous_key_until.filter(|until| *until > now),
            created_by: row.created_by.clone(),
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// What is stored is what this program wrote.
pub(crate) fn settings_of(row: &SourceRow) -> Result<SourceSettings, StoreError> {
    let wrong = |column| StoreError::Inconsistency { table: "sources", column, row: row.id.clone() };
    let rate_limit = row.rate_limit.map(u32::try_from).transpose().map_err(|_| wrong("rate_limit"))?;
    Ok(SourceSettings {
        name: row.name.clone(),
        kind: SourceKind::parse(&row.kind).ok_or_else(|| wrong("kind"))?,
        state: SourceState::parse(&row.state).ok_or_else(|| wrong("state"))?,
        user_id_type: IdentifierType::parse(&row.user_id_type).ok_or_else(|| wrong("user_id_type"))?,
        rate_limit,
    })
}

/// All sources, the oldest first.
pub async fn list_sources(app: &App, actor: &Actor) -> Result<Vec<SourceView>, SourceError> {
    require(actor, Right::SourcesRead)?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let totals: HashMap<String, Counts> = tracking::totals(&mut tx)
        .await?
        .into_iter()
        .map(|row| (row.source_id, Counts::of(&row.counts, row.last_at)))
        .collect();
    let mut views = Vec::new();
    for row in table::list(&mut tx).await? {
        let totals = totals.get(&row.id).copied().unwrap_or_default();
        views.push(SourceView { source: Source::from_row(&row, now)?, totals, days: Vec::new() });
    }
    Ok(views)
}

pub async fn get_source(app: &App, actor: &Actor, id: &str) -> Result<SourceView, SourceError> {
    require(actor, Right::SourcesRead)?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let row = table::get(&mut tx, id).await?.ok_or(SourceError::NotFound)?;
    let totals = tracking::totals(&mut tx).await?.into_iter().find(|one| one.source_id == id);
    let from_day = now.0.div_euclid(MICROS_PER_DAY) - DAYS_SHOWN + 1;
    let days = tracking::counts_by_day(&mut tx, id, from_day).await?;
    let days = days.into_iter().map(|row| DayCounts { day: row.day, counts: Counts::of(&row.counts, row.last_at) });
    let totals = totals.map(|row| Counts::of(&row.counts, row.last_at)).unwrap_or_default();
    Ok(SourceView { source: Source::from_row(&row, now)?, totals, days: days.collect() })
}

/// What all sources have sent altogether.
pub async fn facts_count(app: &App, actor: &Actor) -> Result<Counts, SourceError> {
    require(actor, Right::SourcesRead)?;
    let mut tx = app.store.read().await?;
    let mut sum = Counts::default();
    for row in tracking::totals(&mut tx).await? {
        sum.accepted += row.counts.accepted;
        sum.duplicates += row.counts.duplicates;
        sum.refused += row.counts.refused;
        sum.put_aside += row.counts.quarantined;
        sum.released += row.counts.released;
        sum.discarded += row.counts.discarded;
        sum.erased += row.counts.erased;
        sum.last_at = sum.last_at.max(Some(row.last_at));
    }
    Ok(sum)
}

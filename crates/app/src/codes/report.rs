//! What became of scans: counted from the rows, each number with the list behind it.
//!
//! Stated rules: a visitor is a profile that scanned the code in that time for the first time ever. What a customer did first
//! (followed, registered, ordered) belongs to the last code of that time that the customer had scanned before it, within
//! [`ATTRIBUTION_DAYS`]; so each counts once, and the codes add up. Who had followed before the first scan of a code is
//! counted there as having followed before.

use super::Code;
use super::error::CodeError;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::codes as table;
use std::collections::BTreeMap;

/// How long after a scan what somebody does first is put down to it.
pub const ATTRIBUTION_DAYS: i64 = 30;

/// From the one instant until before the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Instant,
    pub until: Instant,
}

impl Period {
    pub const ALL: Self = Self { from: Instant(0), until: Instant(i64::MAX) };
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeReport {
    pub code: Code,
    pub scans: i64,
    pub visitors: i64,
    pub followed: i64,
    pub followed_before: i64,
    pub registered: i64,
    pub ordered: i64,
    pub last_at: Option<Instant>,
}

/// Scans of one region and hour (UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourCount {
    /// Empty: unknown.
    pub region: String,
    pub hour: Instant,
    pub scans: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeScan {
    pub id: i64,
    pub at: Instant,
    pub region: String,
    pub is_first: bool,
    /// `None` where the person was erased.
    pub profile: Option<CustomerNumber>,
}

/// Of every code that exists, also those that nobody scanned; of one batch, or of all.
pub async fn report(
    app: &App,
    actor: &Actor,
    batch_id: Option<&str>,
    period: Period,
) -> Result<Vec<CodeReport>, CodeError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    let mut reports: BTreeMap<String, CodeReport> = BTreeMap::new();
    for row in table::list(&mut tx, batch_id, "", i64::MAX).await? {
        let code = Code::of(row)?;
        let report = CodeReport {
            scans: 0,
            visitors: 0,
            followed: 0,
            followed_before: 0,
            registered: 0,
            ordered: 0,
            last_at: None,
            code,
        };
        reports.insert(report.code.id.clone(), report);
    }
    for row in table::scan_counts(&mut tx, period.from, period.until).await? {
        if let Some(report) = reports.get_mut(&row.code_id) {
            (report.scans, report.visitors, report.last_at) = (row.scans, row.visitors, Some(row.last_at));
        }
    }
    let within = ATTRIBUTION_DAYS * MICROS_PER_DAY;
    for row in table::outcomes(&mut tx, period.from, period.until, within).await? {
        let Some(report) = reports.get_mut(&row.code_id) else { continue };
        match row.what.as_str() {
            "followed" => report.followed = row.customers,
            "registered" => report.registered = row.customers,
            "ordered" => report.ordered = row.customers,
            _ => report.followed_before = row.customers,
        }
    }
    Ok(reports.into_values().collect())
}

/// The scans of a code by region and hour: their sum is that of the report.
pub async fn code_hours(app: &App, actor: &Actor, id: &str, period: Period) -> Result<Vec<HourCount>, CodeError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    table::get(&mut tx, id).await?.ok_or(CodeError::NotFound)?;
    let rows = table::scans_by_hour(&mut tx, id, period.from, period.until).await?;
    let hour = |hour: i64| Instant(hour * perennial_domain::time::MICROS_PER_HOUR);
    Ok(rows.into_iter().map(|row| HourCount { region: row.region, hour: hour(row.hour), scans: row.scans }).collect())
}

/// The scans behind the numbers, in the order in which they were applied.
pub async fn code_scans(
    app: &App,
    actor: &Actor,
    id: &str,
    after: i64,
    limit: usize,
) -> Result<(Vec<CodeScan>, Option<i64>), CodeError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    table::get(&mut tx, id).await?.ok_or(CodeError::NotFound)?;
    let mut rows = table::scans(&mut tx, id, after, limit as i64 + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| row.id);
    let scans = rows.into_iter().map(|row| CodeScan {
        id: row.id,
        at: row.at,
        region: row.region,
        is_first: row.is_first,
        profile: row.part_number.and_then(CustomerNumber::from_stored),
    });
    Ok((scans.collect(), next))
}

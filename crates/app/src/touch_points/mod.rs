//! Touch-points: the registry, how many facts came through each, and who came in where.
//!
//! Tables: `touch_points`, `profile_firsts`; read: `touch_point_counts`, which `crate::tracking` adds to in the commit that
//! accepts facts. Invariants: a code never changes and is never given twice; archiving keeps what was counted; counts of all
//! touch-points and of facts that name none add up to what sources have accepted; every change stands in the audit log.

mod firsts;

pub(crate) use firsts::note_firsts;

use crate::access::idempotency::{AnsweredMeanwhile, Once};
use crate::access::{Actor, Forbidden, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use perennial_domain::touch_point::TouchPointSettings;
use perennial_store::touch_points::{self as table, TouchPointRow};
use perennial_store::{ReadTx, StoreError};
use serde_json::json;
use std::collections::BTreeMap;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum TouchPointError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("no such touch-point")]
    NotFound,
    #[error("there is a touch-point with this code already")]
    Taken,
    #[error("the touch-point was changed by somebody else")]
    VersionConflict,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchPoint {
    pub settings: TouchPointSettings,
    pub is_preset: bool,
    pub archived_at: Option<Instant>,
    pub created_at: Instant,
    pub version: i64,
}

impl From<TouchPointRow> for TouchPoint {
    fn from(row: TouchPointRow) -> Self {
        Self {
            settings: TouchPointSettings { code: row.code, name_zh: row.name_zh, name_en: row.name_en },
            is_preset: row.is_preset,
            archived_at: row.archived_at,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// What came through a touch-point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TouchPointCounts {
    pub facts: i64,
    /// By source.
    pub by_source: Vec<(String, i64)>,
    pub last_at: Option<Instant>,
    /// Customers who met the brand here first, followed, or registered.
    pub met: i64,
    pub followed: i64,
    pub registered: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchPoints {
    pub items: Vec<(TouchPoint, TouchPointCounts)>,
    /// Of facts that name no touch-point.
    pub without: TouchPointCounts,
    /// All accepted facts: the sum of the others.
    pub facts: i64,
}

/// The registry with what came through each, the preset ones first.
pub async fn list_touch_points(app: &App, actor: &Actor) -> Result<TouchPoints, TouchPointError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    let mut counts = all_counts(&mut tx).await?;
    let facts = counts.values().map(|one| one.facts).sum();
    let rows = table::list(&mut tx).await?;
    let items = rows.into_iter().map(|row| {
        let counts = counts.remove(&row.code).unwrap_or_default();
        (TouchPoint::from(row), counts)
    });
    let items = items.collect();
    Ok(TouchPoints { items, without: counts.remove("").unwrap_or_default(), facts })
}

async fn all_counts(tx: &mut ReadTx<'_>) -> Result<BTreeMap<String, TouchPointCounts>, StoreError> {
    let mut counts: BTreeMap<String, TouchPointCounts> = BTreeMap::new();
    for row in table::totals(tx).await? {
        let one = counts.entry(row.touch_point).or_default();
        one.facts += row.facts;
        one.by_source.push((row.source_id, row.facts));
        one.last_at = one.last_at.max(Some(row.last_at));
    }
    for row in table::customers_by_first(tx).await? {
        let one = counts.entry(row.touch_point).or_default();
        match row.what.as_str() {
            "followed" => one.followed = row.customers,
            "registered" => one.registered = row.customers,
            _ => one.met = row.customers,
        }
    }
    Ok(counts)
}

pub async fn create_touch_point(
    app: &App,
    actor: &Actor,
    settings: TouchPointSettings,
    once: &Once<'_, TouchPoint>,
) -> Result<TouchPoint, TouchPointError> {
    require(actor, Right::TouchPointsManage)?;
    let settings = checked(settings)?;
    let row = TouchPointRow {
        code: settings.code,
        name_zh: settings.name_zh,
        name_en: settings.name_en,
        is_preset: false,
        archived_at: None,
        created_by: actor.id().to_owned(),
        created_at: app.clock.now(),
        version: 1,
    };
    let mut tx = app.store.write().await?;
    once.claim::<TouchPointError>(app, &mut tx).await?;
    if !table::insert(&mut tx, &row).await? {
        return Err(TouchPointError::Taken);
    }
    audit::append(app, &mut tx, actor, "touch_point.created", &row.code, json!({})).await?;
    let touch_point = TouchPoint::from(row);
    once.keep(&mut tx, &touch_point).await?;
    tx.commit().await?;
    Ok(touch_point)
}

fn checked(settings: TouchPointSettings) -> Result<TouchPointSettings, TouchPointError> {
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(TouchPointError::Invalid(errors));
    }
    let (name_zh, name_en) = (settings.name_zh.trim().to_owned(), settings.name_en.trim().to_owned());
    Ok(TouchPointSettings { name_zh, name_en, ..settings })
}

/// What is made for a touch-point needs one that takes facts.
pub(crate) const NOT_OPEN: FieldError =
    FieldError { field: "touch_point", allowed: "a touch-point of the registry, not archived" };

/// Gives it other names, if `expected_version` is still the stored one. Its code stays.
pub async fn rename_touch_point(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    settings: TouchPointSettings,
) -> Result<TouchPoint, TouchPointError> {
    require(actor, Right::TouchPointsManage)?;
    let mut tx = app.store.write().await?;
    let before = table::get(&mut tx, &settings.code).await?.ok_or(TouchPointError::NotFound)?;
    if before.version != expected_version {
        return Err(TouchPointError::VersionConflict);
    }
    let settings = checked(settings)?;
    let after = TouchPointRow { name_zh: settings.name_zh, name_en: settings.name_en, ..before };
    save(app, tx, actor, after, "touch_point.renamed").await
}

/// Archives it, or takes it back; nothing happens where it is that already.
pub async fn archive_touch_point(
    app: &App,
    actor: &Actor,
    code: &str,
    archived: bool,
) -> Result<TouchPoint, TouchPointError> {
    require(actor, Right::TouchPointsManage)?;
    let mut tx = app.store.write().await?;
    let before = table::get(&mut tx, code).await?.ok_or(TouchPointError::NotFound)?;
    if before.archived_at.is_some() == archived {
        return Ok(before.into());
    }
    let after = TouchPointRow { archived_at: archived.then(|| app.clock.now()), ..before };
    let action = if archived { "touch_point.archived" } else { "touch_point.restored" };
    save(app, tx, actor, after, action).await
}

async fn save(
    app: &App,
    mut tx: perennial_store::WriteTx<'_>,
    actor: &Actor,
    after: TouchPointRow,
    action: &str,
) -> Result<TouchPoint, TouchPointError> {
    if !table::update(&mut tx, &after).await? {
        return Err(TouchPointError::VersionConflict);
    }
    audit::append(app, &mut tx, actor, action, &after.code, json!({})).await?;
    tx.commit().await?;
    Ok(TouchPointRow { version: after.version + 1, ..after }.into())
}

//! Plans as they are shown.

use super::error::PlanError;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::plan::{Change, Plan, PlanMode, changes};
use perennial_domain::time::Instant;
use perennial_store::plans::{self as table, PlanRow, PlanVersionRow};
use perennial_store::{ReadTx, StoreError, sources};

/// A version that never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenPlan {
    pub number: i64,
    pub plan: Plan,
    pub frozen_by: String,
    pub frozen_at: Instant,
}

/// The plan of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanView {
    pub source_id: String,
    pub mode: PlanMode,
    /// What may still be changed.
    pub draft: Option<Plan>,
    /// What facts are held against.
    pub frozen: Option<FrozenPlan>,
    /// What would be different if the draft were frozen.
    pub changes: Vec<Change>,
    pub changed_at: Option<Instant>,
    /// 0 before there is one.
    pub version: i64,
}

/// A version with what it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenView {
    pub frozen: FrozenPlan,
    pub changes: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionPage {
    /// The newest first.
    pub versions: Vec<FrozenView>,
    /// Before which number the next page begins; `None` at the end.
    pub next_before: Option<i64>,
}

pub async fn get_plan(app: &App, actor: &Actor, source_id: &str) -> Result<PlanView, PlanError> {
    require(actor, Right::SourcesRead)?;
    let mut tx = app.store.read().await?;
    must_exist(&mut tx, source_id).await?;
    let row = table::get(&mut tx, source_id).await?;
    view_of(&mut tx, source_id, row).await
}

pub async fn list_versions(
    app: &App,
    actor: &Actor,
    source_id: &str,
    before: Option<i64>,
    limit: usize,
) -> Result<VersionPage, PlanError> {
    require(actor, Right::SourcesRead)?;
    let mut tx = app.store.read().await?;
    must_exist(&mut tx, source_id).await?;
    // One more: what the oldest of the page changed needs the one before it.
    let rows = table::versions(&mut tx, source_id, before.unwrap_or(i64::MAX), limit as i64 + 1).await?;
    let all = rows.into_iter().map(|row| frozen_of(source_id, row)).collect::<Result<Vec<_>, _>>()?;
    let nothing = Plan::default();
    let mut versions = Vec::new();
    for (place, frozen) in all.iter().enumerate().take(limit) {
        let earlier = all.get(place + 1).map_or(&nothing, |earlier| &earlier.plan);
        versions.push(FrozenView { frozen: frozen.clone(), changes: changes(earlier, &frozen.plan) });
    }
    let next_before = if all.len() > limit { versions.last().map(|version| version.frozen.number) } else { None };
    Ok(VersionPage { versions, next_before })
}

pub(super) async fn must_exist(tx: &mut ReadTx<'_>, source_id: &str) -> Result<(), PlanError> {
    sources::get(tx, source_id).await?.map(drop).ok_or(PlanError::NoSource)
}

pub(super) async fn view_of(tx: &mut ReadTx<'_>, source_id: &str, row: Option<PlanRow>) -> Result<PlanView, PlanError> {
    let Some(row) = row else {
        return Ok(PlanView {
            source_id: source_id.to_owned(),
            mode: PlanMode::Flag,
            draft: None,
            frozen: None,
            changes: Vec::new(),
            changed_at: None,
            version: 0,
        });
    };
    let wrong = |column| StoreError::Inconsistency { table: "plans", column, row: source_id.to_owned() };
    let draft: Option<Plan> = row.draft.as_deref().map(serde_json::from_str).transpose().map_err(|_| wrong("draft"))?;
    let frozen = match row.frozen_number {
        None => None,
        Some(number) => {
            let version = table::frozen(tx, source_id, number).await?.ok_or_else(|| wrong("frozen_number"))?;
            Some(frozen_of(source_id, version)?)
        }
    };
    let nothing = Plan::default();
    let before = frozen.as_ref().map_or(&nothing, |frozen| &frozen.plan);
    let changes = draft.as_ref().map(|draft| changes(before, draft)).unwrap_or_default();
    Ok(PlanView {
        source_id: source_id.to_owned(),
        mode: PlanMode::parse(&row.mode).ok_or_else(|| wrong("mode"))?,
        draft,
        frozen,
        changes,
        changed_at: Some(row.changed_at),
        version: row.version,
    })
}

pub(super) fn frozen_of(source_id: &str, row: PlanVersionRow) -> Result<FrozenPlan, StoreError> {
    let wrong = |_| StoreError::Inconsistency {
        table: "plan_versions",
        column: "document",
        row: format!("{source_id} {}", row.number),
    };
    Ok(FrozenPlan {
        number: row.number,
        plan: serde_json::from_str(&row.document).map_err(wrong)?,
        frozen_by: row.frozen_by,
        frozen_at: row.frozen_at,
    })
}

//! Writing, changing and freezing a plan.

use super::error::PlanError;
use super::view::{PlanView, must_exist, view_of};
use crate::App;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::audit;
use perennial_domain::access::Right;
use perennial_domain::plan::{Plan, PlanMode};
use perennial_store::plans::{self as table, PlanRow, PlanVersionRow};
use perennial_store::{StoreError, WriteTx};
use serde_json::{Value, json};

/// Replaces mode and draft, if `expected_version` is still the stored one (0: there is no plan yet).
pub async fn update_plan(
    app: &App,
    actor: &Actor,
    source_id: &str,
    expected_version: i64,
    mode: PlanMode,
    draft: Option<Plan>,
) -> Result<PlanView, PlanError> {
    require(actor, Right::SourcesManage)?;
    let mut tx = app.store.write().await?;
    must_exist(&mut tx, source_id).await?;
    let before = table::get(&mut tx, source_id).await?;
    if before.as_ref().map_or(0, |row| row.version) != expected_version {
        return Err(PlanError::VersionConflict);
    }
    let draft = draft.map(checked).transpose()?.map(|draft| document_of(&draft)).transpose()?;
    let before = before.unwrap_or_else(|| empty(app, actor, source_id));
    let mode_before = before.mode.clone();
    let drafted = before.draft != draft;
    let after = PlanRow { mode: mode.code().to_owned(), draft, ..before };
    let mut detail = json!({ "draft_changed": drafted });
    if mode_before != after.mode {
        detail["mode"] = json!({ "from": mode_before, "to": after.mode });
    }
    let view = save(app, &mut tx, actor, after, ("plan.updated", detail)).await?;
    tx.commit().await?;
    Ok(view)
}

/// Makes the draft the version that facts are held against. `expected_version`: that of the plan that was looked at.
pub async fn freeze_plan(
    app: &App,
    actor: &Actor,
    source_id: &str,
    expected_version: Option<i64>,
    once: &Once<'_, PlanView>,
) -> Result<PlanView, PlanError> {
    require(actor, Right::SourcesManage)?;
    let mut tx = app.store.write().await?;
    once.claim::<PlanError>(app, &mut tx).await?;
    must_exist(&mut tx, source_id).await?;
    let before = table::get(&mut tx, source_id).await?;
    let version = before.as_ref().map_or(0, |row| row.version);
    if expected_version.is_some_and(|expected| expected != version) {
        return Err(PlanError::VersionConflict);
    }
    let before = before.ok_or(PlanError::NoDraft)?;
    let document = before.draft.clone().ok_or(PlanError::NoDraft)?;
    let draft: Plan = serde_json::from_str(&document).map_err(|_| unreadable(source_id))?;
    let draft = checked(draft)?;
    let number = before.frozen_number.unwrap_or(0) + 1;
    let frozen = PlanVersionRow { number, frozen_by: actor.id().to_owned(), frozen_at: app.clock.now(), document };
    table::insert_version(&mut tx, source_id, &frozen).await?;
    let after = PlanRow { draft: None, frozen_number: Some(number), ..before };
    let detail = json!({ "number": number, "events": draft.events.len() });
    let view = save(app, &mut tx, actor, after, ("plan.frozen", detail)).await?;
    once.keep(&mut tx, &view).await?;
    tx.commit().await?;
    Ok(view)
}

fn checked(plan: Plan) -> Result<Plan, PlanError> {
    let errors = plan.check();
    if errors.is_empty() { Ok(plan.sorted()) } else { Err(PlanError::Invalid(errors)) }
}

pub(super) fn document_of(plan: &Plan) -> Result<String, StoreError> {
    serde_json::to_string(plan).map_err(|_| unreadable("a draft"))
}

fn unreadable(row: &str) -> StoreError {
    StoreError::Inconsistency { table: "plans", column: "draft", row: row.to_owned() }
}

/// Before anybody has said anything: what is not as planned is flagged.
pub(super) fn empty(app: &App, actor: &Actor, source_id: &str) -> PlanRow {
    PlanRow {
        source_id: source_id.to_owned(),
        mode: PlanMode::Flag.code().to_owned(),
        draft: None,
        frozen_number: None,
        changed_by: actor.id().to_owned(),
        changed_at: app.clock.now(),
        version: 0,
    }
}

/// Writes the row, whose version is the one that was read, and the entry of the audit log.
pub(super) async fn save(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    row: PlanRow,
    (action, detail): (&str, Value),
) -> Result<PlanView, PlanError> {
    let row = PlanRow { changed_by: actor.id().to_owned(), changed_at: app.clock.now(), ..row };
    let written = if row.version == 0 { table::insert(tx, &row).await? } else { table::update(tx, &row).await? };
    if !written {
        return Err(PlanError::VersionConflict);
    }
    audit::append(app, tx, actor, action, &row.source_id, detail).await?;
    let source_id = row.source_id.clone();
    let after = PlanRow { version: row.version + 1, ..row };
    view_of(tx, &source_id, Some(after)).await
}

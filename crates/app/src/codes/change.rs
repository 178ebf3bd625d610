//! Making codes in bulk, and changing one.

use super::Code;
use super::error::CodeError;
use super::own_source::ensure_own_source;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::random::{Random, new_id};
use crate::touch_points::NOT_OPEN;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::code::{CODES_PER_BATCH_MAX, CodeSettings, CodeState, SLUG_CHARACTERS, slug_of};
use perennial_domain::settings::FieldError;
use perennial_store::codes::{self as table, CodeRow};
use perennial_store::{WriteTx, touch_points};
use serde_json::json;
use std::collections::BTreeSet;

/// All or none of them: the first that cannot be accepted says which and why.
pub async fn create_codes(
    app: &App,
    actor: &Actor,
    all: Vec<CodeSettings>,
    once: &Once<'_, Vec<Code>>,
) -> Result<Vec<Code>, CodeError> {
    require(actor, Right::TouchPointsManage)?;
    if !(1..=CODES_PER_BATCH_MAX).contains(&all.len()) {
        return Err(CodeError::Invalid(None, vec![FieldError { field: "codes", allowed: "1 to 1000 codes" }]));
    }
    let now = app.clock.now();
    let batch_id = new_id(app.random.as_ref(), "cob", now);
    let mut tx = app.store.write().await?;
    once.claim::<CodeError>(app, &mut tx).await?;
    let registered = touch_points::list(&mut tx).await?;
    let open: BTreeSet<&str> =
        registered.iter().filter(|row| row.archived_at.is_none()).map(|row| row.code.as_str()).collect();
    let mut rows = Vec::with_capacity(all.len());
    for (place, settings) in all.into_iter().enumerate() {
        let mut errors = settings.check();
        if errors.is_empty() && !open.contains(settings.touch_point.as_str()) {
            errors.push(NOT_OPEN);
        }
        if !errors.is_empty() {
            return Err(CodeError::Invalid(Some(("codes", place)), errors));
        }
        rows.push(CodeRow {
            id: new_id(app.random.as_ref(), "cod", now),
            slug: new_slug(app.random.as_ref()),
            batch_id: batch_id.clone(),
            name: settings.name.trim().to_owned(),
            touch_point: settings.touch_point,
            parameters: json!(settings.parameters).to_string(),
            target: settings.target,
            cost_minor: settings.cost_minor,
            state: CodeState::Active.code().to_owned(),
            created_by: actor.id().to_owned(),
            created_at: now,
            version: 1,
        });
    }
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    ensure_own_source(app, &mut tx, actor).await?;
    table::insert(&mut tx, &rows).await?;
    audit::append(app, &mut tx, actor, "codes.created", &batch_id, json!({ "codes": rows.len() })).await?;
    let codes = rows.into_iter().map(Code::of).collect::<Result<Vec<_>, _>>()?;
    once.keep(&mut tx, &codes).await?;
    tx.commit().await?;
    Ok(codes)
}

fn new_slug(random: &dyn Random) -> String {
    let mut bytes = [0; SLUG_CHARACTERS];
    random.fill(&mut bytes);
    slug_of(&bytes)
}

pub async fn get_code(app: &App, actor: &Actor, id: &str) -> Result<Code, CodeError> {
    require(actor, Right::TouchPointsRead)?;
    let row = table::get(&mut app.store.read().await?, id).await?.ok_or(CodeError::NotFound)?;
    Ok(Code::of(row)?)
}

/// Codes of one batch or of all after an id, and the id after which the next page begins.
pub async fn list_codes(
    app: &App,
    actor: &Actor,
    batch_id: Option<&str>,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Code>, Option<String>), CodeError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    let mut rows = table::list(&mut tx, batch_id, after.unwrap_or_default(), limit as i64 + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let codes = rows.into_iter().map(Code::of).collect::<Result<Vec<_>, _>>()?;
    let next = codes.last().filter(|_| more).map(|code| code.id.clone());
    Ok((codes, next))
}

/// What may change of a code that is printed already: its parameters are those of its earlier scans, and stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChange {
    pub name: String,
    pub target: String,
    pub cost_minor: i64,
}

pub async fn update_code(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    change: CodeChange,
) -> Result<Code, CodeError> {
    require(actor, Right::TouchPointsManage)?;
    let mut tx = app.store.write().await?;
    let before = Code::of(table::get(&mut tx, id).await?.ok_or(CodeError::NotFound)?)?;
    if before.version != expected_version {
        return Err(CodeError::VersionConflict);
    }
    let CodeChange { name, target, cost_minor } = change;
    let settings = CodeSettings { name: name.trim().to_owned(), target, cost_minor, ..before.settings.clone() };
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(CodeError::Invalid(None, errors));
    }
    save(app, tx, actor, Code { settings, ..before }, "code.updated").await
}

/// Pauses or resumes a code; nothing happens where it is in that state already.
pub async fn set_code_state(app: &App, actor: &Actor, id: &str, state: CodeState) -> Result<Code, CodeError> {
    require(actor, Right::TouchPointsManage)?;
    let mut tx = app.store.write().await?;
    let before = Code::of(table::get(&mut tx, id).await?.ok_or(CodeError::NotFound)?)?;
    if before.state == state {
        return Ok(before);
    }
    let action = match state {
        CodeState::Active => "code.resumed",
        CodeState::Paused => "code.paused",
    };
    save(app, tx, actor, Code { state, ..before }, action).await
}

async fn save(app: &App, mut tx: WriteTx<'_>, actor: &Actor, code: Code, action: &str) -> Result<Code, CodeError> {
    let row = CodeRow {
        id: code.id.clone(),
        slug: code.slug.clone(),
        batch_id: code.batch_id.clone(),
        name: code.settings.name.clone(),
        touch_point: code.settings.touch_point.clone(),
        parameters: json!(code.settings.parameters).to_string(),
        target: code.settings.target.clone(),
        cost_minor: code.settings.cost_minor,
        state: code.state.code().to_owned(),
        created_by: code.created_by.clone(),
        created_at: code.created_at,
        version: code.version,
    };
    if !table::update(&mut tx, &row).await? {
        return Err(CodeError::VersionConflict);
    }
    audit::append(app, &mut tx, actor, action, &code.id, json!({})).await?;
    tx.commit().await?;
    Ok(Code { version: code.version + 1, ..code })
}

//! Counters: the same form on a tablet of a store, for one clerk and with one code where somebody says so.

use super::error::FormError;
use super::register::{new_slug, wrong_code, wrong_place};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::form::{COUNTERS_MAX, CounterSettings, Wrong};
use perennial_domain::time::Instant;
use perennial_store::forms::{self as table, CounterRow};
use perennial_store::{ReadTx, clerks};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    pub id: String,
    /// What stands in the address of its page, behind that of its form.
    pub slug: String,
    pub form_id: String,
    pub settings: CounterSettings,
    pub created_by: String,
    pub created_at: Instant,
    pub archived_at: Option<Instant>,
    pub version: i64,
}

impl From<CounterRow> for Counter {
    fn from(row: CounterRow) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            form_id: row.form_id,
            settings: CounterSettings { name: row.name, place: row.place_id, clerk: row.clerk_id, code: row.code_id },
            created_by: row.created_by,
            created_at: row.created_at,
            archived_at: row.archived_at,
            version: row.version,
        }
    }
}

pub async fn create_counter(
    app: &App,
    actor: &Actor,
    form_id: &str,
    settings: CounterSettings,
    once: &Once<'_, Counter>,
) -> Result<Counter, FormError> {
    require(actor, Right::TouchPointsManage)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<FormError>(app, &mut tx).await?;
    table::get(&mut tx, form_id).await?.ok_or(FormError::NoForm)?;
    check(&mut tx, &settings).await?;
    if table::counters(&mut tx, form_id).await?.len() >= COUNTERS_MAX {
        return Err(FormError::field("", "at most 1000 counters of a form"));
    }
    let CounterSettings { name, place, clerk, code } = settings;
    let row = CounterRow {
        id: new_id(app.random.as_ref(), "fco", now),
        slug: new_slug(app.random.as_ref()),
        form_id: form_id.to_owned(),
        name: name.trim().to_owned(),
        place_id: place,
        clerk_id: clerk,
        code_id: code,
        created_by: actor.id().to_owned(),
        created_at: now,
        archived_at: None,
        version: 1,
    };
    table::insert_counter(&mut tx, &row).await?;
    let detail = json!({ "form": form_id, "place": row.place_id, "clerk": row.clerk_id, "code": row.code_id });
    audit::append(app, &mut tx, actor, "form_counter.created", &row.id, detail).await?;
    let counter = Counter::from(row);
    once.keep(&mut tx, &counter).await?;
    tx.commit().await?;
    Ok(counter)
}

/// Changes a counter, or archives it; what was filled in there before stays where it was.
pub async fn update_counter(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    settings: CounterSettings,
    is_archived: bool,
) -> Result<Counter, FormError> {
    require(actor, Right::TouchPointsManage)?;
    let mut tx = app.store.write().await?;
    let before = table::get_counter(&mut tx, id).await?.ok_or(FormError::NoCounter)?;
    check(&mut tx, &settings).await?;
    let archived_at = is_archived.then(|| before.archived_at.unwrap_or(app.clock.now()));
    let CounterSettings { name, place, clerk, code } = settings;
    let row = CounterRow {
        name: name.trim().to_owned(),
        place_id: place,
        clerk_id: clerk,
        code_id: code,
        archived_at,
        version: expected_version,
        ..before
    };
    if !table::update_counter(&mut tx, &row).await? {
        return Err(FormError::VersionConflict);
    }
    let detail =
        json!({ "place": row.place_id, "clerk": row.clerk_id, "code": row.code_id, "is_archived": is_archived });
    audit::append(app, &mut tx, actor, "form_counter.updated", id, detail).await?;
    tx.commit().await?;
    Ok(Counter { version: expected_version + 1, ..Counter::from(row) })
}

/// Of one form, by id, the archived ones too.
pub async fn list_counters(app: &App, actor: &Actor, form_id: &str) -> Result<Vec<Counter>, FormError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    table::get(&mut tx, form_id).await?.ok_or(FormError::NoForm)?;
    Ok(table::counters(&mut tx, form_id).await?.into_iter().map(Counter::from).collect())
}

async fn check(tx: &mut ReadTx<'_>, settings: &CounterSettings) -> Result<(), FormError> {
    let mut errors = settings.check();
    errors.extend(wrong_place(tx, Some(&settings.place)).await?);
    errors.extend(wrong_code(tx, settings.code.as_deref()).await?);
    if let Some(clerk) = &settings.clerk
        && clerks::get(tx, clerk).await?.is_none()
    {
        errors.push(Wrong::new("clerk", "the id of a clerk, or null"));
    }
    if errors.is_empty() { Ok(()) } else { Err(FormError::Invalid(errors)) }
}

//! Making and changing endpoints.

use super::error::WebhookError;
use super::secret::new_secret;
use super::view::{Endpoint, types_by_endpoint};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::random::new_id;
use crate::{App, audit};
use perennial_connect::webhook::Target;
use perennial_domain::access::Right;
use perennial_domain::settings::FieldError;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_domain::webhook::{
    ENDPOINTS_MAX, EndpointSettings, EndpointState, EventType, PausedReason, SECRET_OVERLAP_SECONDS_MAX,
};
use perennial_store::WriteTx;
use perennial_store::webhooks::{self as table, EndpointRow};
use serde_json::json;

/// So long an earlier secret signs too where nobody says otherwise.
pub const SECRET_OVERLAP_SECONDS_DEFAULT: u32 = 86_400;

/// An endpoint that was just made or got a new secret, which nobody can read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEndpoint {
    pub endpoint: Endpoint,
    pub secret: String,
}

/// `allow_private`: whether messages may go to networks that are not public, and without TLS.
pub async fn create_endpoint(
    app: &App,
    actor: &Actor,
    settings: EndpointSettings,
    allow_private: bool,
    once: &Once<'_, Endpoint>,
) -> Result<NewEndpoint, WebhookError> {
    require(actor, Right::WebhooksManage)?;
    let settings = checked(settings, allow_private)?;
    let now = app.clock.now();
    let id = new_id(app.random.as_ref(), "whk", now);
    let (secret, sealed) = new_secret(app, &id)?;
    let row = EndpointRow {
        id,
        url: settings.url.clone(),
        description: settings.description.clone(),
        with_imports: settings.with_imports,
        state: EndpointState::Active.code().to_owned(),
        paused_reason: None,
        paused_at: None,
        failing_since: None,
        secret: sealed,
        previous_secret: None,
        previous_secret_until: None,
        expired: 0,
        created_by: actor.id().to_owned(),
        created_at: now,
        version: 1,
    };
    let mut tx = app.store.write().await?;
    once.claim::<WebhookError>(app, &mut tx).await?;
    if table::list(&mut tx).await?.len() >= ENDPOINTS_MAX {
        return Err(WebhookError::TooMany);
    }
    table::insert(&mut tx, &row).await?;
    table::subscribe(&mut tx, &row.id, &codes(&settings)).await?;
    let detail = json!({ "event_types": codes(&settings) });
    audit::append(app, &mut tx, actor, "webhook.created", &row.id, detail).await?;
    let endpoint = shown(app, &mut tx, &row).await?;
    once.keep(&mut tx, &endpoint).await?;
    tx.commit().await?;
    Ok(NewEndpoint { endpoint, secret })
}

fn checked(settings: EndpointSettings, allow_private: bool) -> Result<EndpointSettings, WebhookError> {
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(WebhookError::Invalid(errors));
    }
    Target::parse(&settings.url, allow_private)?;
    let mut event_types = settings.event_types;
    event_types.sort_unstable();
    event_types.dedup();
    Ok(EndpointSettings { description: settings.description.trim().to_owned(), event_types, ..settings })
}

fn codes(settings: &EndpointSettings) -> Vec<&'static str> {
    settings.event_types.iter().map(|event_type| EventType::code(*event_type)).collect()
}

/// Replaces the settings, if `expected_version` is still the stored one. What waits goes to the new address.
pub async fn update_endpoint(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    settings: EndpointSettings,
    allow_private: bool,
) -> Result<Endpoint, WebhookError> {
    require(actor, Right::WebhooksManage)?;
    let mut tx = app.store.write().await?;
    let before = table::get(&mut tx, id).await?.ok_or(WebhookError::NotFound)?;
    if before.version != expected_version {
        return Err(WebhookError::VersionConflict);
    }
    let settings = checked(settings, allow_private)?;
    table::subscribe(&mut tx, id, &codes(&settings)).await?;
    let after = EndpointRow {
        url: settings.url.clone(),
        description: settings.description.clone(),
        with_imports: settings.with_imports,
        ..before
    };
    let after = save(&mut tx, after).await?;
    let detail = json!({ "event_types": codes(&settings) });
    audit::append(app, &mut tx, actor, "webhook.updated", id, detail).await?;
    let endpoint = shown(app, &mut tx, &after).await?;
    tx.commit().await?;
    Ok(endpoint)
}

/// Nothing is delivered until somebody resumes it; what happens meanwhile waits.
pub async fn pause_endpoint(app: &App, actor: &Actor, id: &str) -> Result<Endpoint, WebhookError> {
    require(actor, Right::WebhooksManage)?;
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or(WebhookError::NotFound)?;
    if row.state == EndpointState::Paused.code() {
        return shown(app, &mut tx, &row).await;
    }
    let after = pause_in_tx(app, &mut tx, actor, row, PausedReason::ByHand).await?;
    let endpoint = shown(app, &mut tx, &after).await?;
    tx.commit().await?;
    Ok(endpoint)
}

pub(super) async fn pause_in_tx(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    row: EndpointRow,
    reason: PausedReason,
) -> Result<EndpointRow, WebhookError> {
    let after = EndpointRow {
        state: EndpointState::Paused.code().to_owned(),
        paused_reason: Some(reason.code().to_owned()),
        paused_at: Some(app.clock.now()),
        ..row
    };
    let after = save(tx, after).await?;
    audit::append(app, tx, actor, "webhook.paused", &after.id, json!({ "reason": reason.code() })).await?;
    Ok(after)
}

/// What waits is due at once.
pub async fn resume_endpoint(app: &App, actor: &Actor, id: &str) -> Result<Endpoint, WebhookError> {
    require(actor, Right::WebhooksManage)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    table::lock_taker(&mut tx).await?;
    let row = table::get(&mut tx, id).await?.ok_or(WebhookError::NotFound)?;
    if row.state == EndpointState::Active.code() {
        return shown(app, &mut tx, &row).await;
    }
    let state = EndpointState::Active.code().to_owned();
    let after = EndpointRow { state, paused_reason: None, paused_at: None, failing_since: None, ..row };
    let after = save(&mut tx, after).await?;
    table::hurry(&mut tx, id, now).await?;
    audit::append(app, &mut tx, actor, "webhook.resumed", id, json!({})).await?;
    let endpoint = shown(app, &mut tx, &after).await?;
    tx.commit().await?;
    Ok(endpoint)
}

/// A new secret; for so many seconds more, messages are signed by the earlier one too.
pub async fn rotate_secret(
    app: &App,
    actor: &Actor,
    id: &str,
    keep_earlier_seconds: u32,
    once: &Once<'_, Endpoint>,
) -> Result<NewEndpoint, WebhookError> {
    require(actor, Right::WebhooksManage)?;
    if keep_earlier_seconds > SECRET_OVERLAP_SECONDS_MAX {
        let error = FieldError { field: "earlier_secret_valid_seconds", allowed: "0 to 604800" };
        return Err(WebhookError::Invalid(vec![error]));
    }
    let now = app.clock.now();
    let (secret, sealed) = new_secret(app, id)?;
    let mut tx = app.store.write().await?;
    once.claim::<WebhookError>(app, &mut tx).await?;
    let before = table::get(&mut tx, id).await?.ok_or(WebhookError::NotFound)?;
    let kept = keep_earlier_seconds > 0;
    let until = Instant(now.0 + i64::from(keep_earlier_seconds) * MICROS_PER_SECOND);
    let after = EndpointRow {
        previous_secret: kept.then(|| before.secret.clone()),
        previous_secret_until: kept.then_some(until),
        secret: sealed,
        ..before
    };
    let after = save(&mut tx, after).await?;
    let detail = json!({ "earlier_secret_valid_seconds": keep_earlier_seconds });
    audit::append(app, &mut tx, actor, "webhook.secret_rotated", id, detail).await?;
    let endpoint = shown(app, &mut tx, &after).await?;
    once.keep(&mut tx, &endpoint).await?;
    tx.commit().await?;
    Ok(NewEndpoint { endpoint, secret })
}

/// The endpoint goes with all that waits for it, and its log.
pub async fn delete_endpoint(app: &App, actor: &Actor, id: &str) -> Result<(), WebhookError> {
    require(actor, Right::WebhooksManage)?;
    let mut tx = app.store.write().await?;
    table::lock_taker(&mut tx).await?;
    if !table::remove(&mut tx, id).await? {
        return Err(WebhookError::NotFound);
    }
    audit::append(app, &mut tx, actor, "webhook.deleted", id, json!({})).await?;
    Ok(tx.commit().await?)
}

/// The row with its new version.
async fn save(tx: &mut WriteTx<'_>, row: EndpointRow) -> Result<EndpointRow, WebhookError> {
    if !table::update(tx, &row).await? {
        return Err(WebhookError::VersionConflict);
    }
    Ok(EndpointRow { version: row.version + 1, ..row })
}

async fn shown(app: &App, tx: &mut WriteTx<'_>, row: &EndpointRow) -> Result<Endpoint, WebhookError> {
    let types = types_by_endpoint(tx).await?;
    Ok(Endpoint::of(row, types.get(&row.id).map(Vec::as_slice).unwrap_or_default(), app.clock.now())?)
}

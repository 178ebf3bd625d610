//! Creating and changing sources.

use super::error::SourceError;
use super::key::new_write_key;
use super::view::{Source, settings_of};
use crate::App;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::audit;
use crate::random::new_id;
use perennial_domain::access::Right;
use perennial_domain::settings::FieldError;
use perennial_domain::source::{KEY_OVERLAP_SECONDS_MAX, SourceSettings, SourceState};
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_store::WriteTx;
use perennial_store::sources::{self as table, SourceRow};
use serde_json::{Value, json};

/// A source that was just made or got a new key, with the secret, which nobody can read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    pub source: Source,
    pub write_key: String,
}

pub async fn create_source(
    app: &App,
    actor: &Actor,
    settings: SourceSettings,
    once: &Once<'_, Source>,
) -> Result<NewSource, SourceError> {
    require(actor, Right::SourcesManage)?;
    let settings = checked(settings)?;
    let now = app.clock.now();
    let key = new_write_key(app.random.as_ref());
    let row = SourceRow {
        id: new_id(app.random.as_ref(), "src", now),
        name: settings.name.clone(),
        kind: settings.kind.code().to_owned(),
        state: settings.state.code().to_owned(),
        user_id_type: settings.user_id_type.code().to_owned(),
        rate_limit: settings.rate_limit.map(i64::from),
        key_hash: key.hash,
        key_ending: key.ending,
        previous_key_hash: None,
        previous_key_until: None,
        created_by: actor.id().to_owned(),
        created_at: now,
        version: 1,
    };
    let source = Source::from_row(&row, now)?;
    let mut tx = app.store.write().await?;
    once.claim::<SourceError>(app, &mut tx).await?;
    table::insert(&mut tx, &row).await?;
    let detail = json!({ "kind": row.kind, "user_id_type": row.user_id_type, "rate_limit": row.rate_limit });
    audit::append(app, &mut tx, actor, "source.created", &row.id, detail).await?;
    once.keep(&mut tx, &source).await?;
    tx.commit().await?;
    Ok(NewSource { source, write_key: key.secret })
}

fn checked(settings: SourceSettings) -> Result<SourceSettings, SourceError> {
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(SourceError::Invalid(errors));
    }
    Ok(SourceSettings { name: settings.name.trim().to_owned(), ..settings })
}

/// Replaces the settings of a source, if `expected_version` is still the stored one.
pub async fn update_source(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    settings: SourceSettings,
) -> Result<Source, SourceError> {
    require(actor, Right::SourcesManage)?;
    let mut tx = app.store.write().await?;
    let before = table::get(&mut tx, id).await?.ok_or(SourceError::NotFound)?;
    if before.version != expected_version {
        return Err(SourceError::VersionConflict);
    }
    let settings = checked(settings)?;
    let changed = changed_fields(&settings_of(&before)?, &settings);
    let after = with_settings(before, &settings);
    save(app, tx, actor, after, ("source.updated", json!({ "changed": changed })), &Once::unkeyed()).await
}

/// Pauses or resumes a source; nothing happens where it is in that state already.
pub async fn set_state(app: &App, actor: &Actor, id: &str, state: SourceState) -> Result<Source, SourceError> {
    require(actor, Right::SourcesManage)?;
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or(SourceError::NotFound)?;
    if row.state == state.code() {
        return Ok(Source::from_row(&row, app.clock.now())?);
    }
    let action = match state {
        SourceState::Active => "source.resumed",
        SourceState::Paused => "source.paused",
    };
    let after = SourceRow { state: state.code().to_owned(), ..row };
    save(app, tx, actor, after, (action, json!({})), &Once::unkeyed()).await
}

/// Gives a source a new write key; the earlier one works for so many seconds more.
pub async fn rotate_write_key(
    app: &App,
    actor: &Actor,
    id: &str,
    keep_earlier_seconds: u32,
    once: &Once<'_, Source>,
) -> Result<NewSource, SourceError> {
    require(actor, Right::SourcesManage)?;
    if keep_earlier_seconds > KEY_OVERLAP_SECONDS_MAX {
        let error = FieldError { field: "earlier_key_valid_seconds", allowed: "0 to 2592000" };
        return Err(SourceError::Invalid(vec![error]));
    }
    let now = app.clock.now();
    let key = new_write_key(app.random.as_ref());
    let mut tx = app.store.write().await?;
    once.claim::<SourceError>(app, &mut tx).await?;
    let before = table::get(&mut tx, id).await?.ok_or(SourceError::NotFound)?;
    let until = Instant(now.0 + i64::from(keep_earlier_seconds) * MICROS_PER_SECOND);
    let kept = keep_earlier_seconds > 0;
    let after = SourceRow {
        previous_key_hash: kept.then(|| before.key_hash.clone()),
        previous_key_until: kept.then_some(until),
        key_hash: key.hash,
        key_ending: key.ending,
        ..before
    };
    let detail = json!({ "earlier_key_valid_seconds": keep_earlier_seconds });
    let source = save(app, tx, actor, after, ("source.write_key_rotated", detail), once).await?;
    Ok(NewSource { source, write_key: key.secret })
}

async fn save(
    app: &App,
    mut tx: WriteTx<'_>,
    actor: &Actor,
    after: SourceRow,
    (action, detail): (&str, Value),
    once: &Once<'_, Source>,
) -> Result<Source, SourceError> {
    if !table::update(&mut tx, &after).await? {
        return Err(SourceError::VersionConflict);
    }
    audit::append(app, &mut tx, actor, action, &after.id, detail).await?;
    let after = SourceRow { version: after.version + 1, ..after };
    let source = Source::from_row(&after, app.clock.now())?;
    once.keep(&mut tx, &source).await?;
    tx.commit().await?;
    Ok(source)
}

fn with_settings(row: SourceRow, settings: &SourceSettings) -> SourceRow {
    let SourceSettings { name, kind, state, user_id_type, rate_limit } = settings;
    SourceRow {
        name: name.clone(),
        kind: kind.code().to_owned(),
        state: state.code().to_owned(),
        user_id_type: user_id_type.code().to_owned(),
        rate_limit: rate_limit.map(i64::from),
        ..row
    }
}

/// The names of the fields that differ. Taken apart fully, so that a new field is not forgotten.
fn changed_fields(before: &SourceSettings, after: &SourceSettings) -> Vec<&'static str> {
    let SourceSettings { name, kind, state, user_id_type, rate_limit } = after;
    let fields = [
        ("name", *name != before.name),
        ("kind", *kind != before.kind),
        ("state", *state != before.state),
        ("user_id_type", *user_id_type != before.user_id_type),
        ("rate_limit", *rate_limit != before.rate_limit),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;
    use crate::sources::key::{WRITE_KEY_PREFIX, hash_of};

    #[test]
    fn a_write_key_is_long_and_known_by_its_ending_and_its_hash() {
        let key = new_write_key(&SystemRandom);
        assert!(key.secret.starts_with(WRITE_KEY_PREFIX) && key.secret.len() == 46, "{}", key.secret.len());
        assert!(key.secret.ends_with(&key.ending) && key.ending.len() == 4);
        assert_eq!(key.hash, hash_of(&key.secret));
        assert_ne!(key.secret, new_write_key(&SystemRandom).secret);
    }
}

//! Which facts are of which stage of a journey: the default table, and a brand's own rules before it.
//!
//! A document beside the brand's settings, in the table `settings`. Invariants: only checked rules are stored; a change
//! names the version that it was made from, and stands in the audit log. The journey of a customer is
//! [`crate::customers::customer_journey`].

use crate::access::{Actor, Forbidden, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::settings::FieldError;
use perennial_domain::stages::{StageRule, StageTable, check};
use perennial_store::{ReadTx, StoreError, settings as table};
use serde_json::json;
use thiserror::Error;

const DOCUMENT: &str = "journey_stages";

#[derive(Debug, Error)]
pub enum StageError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("the stages were changed by somebody else")]
    VersionConflict,
}

/// The table that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionedStages {
    pub table: StageTable,
    /// 0 before the first change.
    pub version: i64,
}

pub(crate) async fn current(tx: &mut ReadTx<'_>) -> Result<StageTable, StoreError> {
    Ok(load(tx).await?.table)
}

async fn load(tx: &mut ReadTx<'_>) -> Result<VersionedStages, StoreError> {
    let Some((text, version)) = table::document(tx, DOCUMENT).await? else {
        return Ok(VersionedStages { table: StageTable::with(&[]), version: 0 });
    };
    let unreadable = |_| StoreError::Inconsistency { table: "settings", column: "value", row: DOCUMENT.to_owned() };
    let own: Vec<StageRule> = serde_json::from_str(&text).map_err(unreadable)?;
    Ok(VersionedStages { table: StageTable::with(&own), version })
}

pub async fn read_stages(app: &App, actor: &Actor) -> Result<VersionedStages, StageError> {
    require(actor, Right::SettingsRead)?;
    Ok(load(&mut app.store.read().await?).await?)
}

/// Replaces the brand's own rules, if `expected_version` is still the stored one. The default table stays behind them.
pub async fn put_stages(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    own: Vec<StageRule>,
) -> Result<VersionedStages, StageError> {
    require(actor, Right::SettingsWrite)?;
    let errors = check(&own);
    if !errors.is_empty() {
        return Err(StageError::Invalid(errors));
    }
    let text = serde_json::to_string(&own).unwrap_or_default();
    let mut tx = app.store.write().await?;
    let expected = (expected_version > 0).then_some(expected_version);
    if !table::put_document(&mut tx, DOCUMENT, &text, expected).await? {
        return Err(StageError::VersionConflict);
    }
    let version = expected_version + 1;
    let detail = json!({ "version": version, "rules": own.len() });
    audit::append(app, &mut tx, actor, "journey_stages.changed", "settings", detail).await?;
    tx.commit().await?;
    Ok(VersionedStages { table: StageTable::with(&own), version })
}

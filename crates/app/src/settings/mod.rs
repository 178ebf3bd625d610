//! The brand's settings: one versioned document, read by every figure.
//!
//! Table: `settings`, row `brand`. Invariants: only checked settings are stored; the currency is fixed
//! once there are facts, because amounts carry no currency of their own (one that was assumed can still be named,
//! where its amounts have as many decimals); a change names the version it
//! was made from, so that two people cannot overwrite each other.

mod system;

pub use system::{SystemError, SystemState, answers, system_state};

use crate::App;
use crate::access::{Actor, Forbidden, require};
use crate::audit;
use crate::jobs::{self, Job};
use perennial_domain::access::Right;
use perennial_domain::money::Currency;
use perennial_domain::settings::{FieldError, Settings};
use perennial_domain::time::Zone;
use perennial_store::{ReadTx, StoreError, WriteTx, journal, sequences, settings as table};
use serde_json::json;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum SettingsError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("the settings were changed by somebody else")]
    VersionConflict,
    #[error("the currency cannot change once there are orders")]
    CurrencyLocked,
}

/// Settings with what is needed to change them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionedSettings {
    pub settings: Settings,
    /// 0 before the first change.
    pub version: i64,
    /// There are facts already, whose amounts are in this currency.
    pub currency_locked: bool,
}

/// Until the end of the transaction, nobody changes the settings. Whoever accepts amounts calls this before it looks at
/// the currency, and whoever changes it before looking whether there are facts.
pub async fn lock(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    table::lock(tx).await
}

/// The settings as every use case needs them, inside a transaction of the caller.
pub async fn current(tx: &mut ReadTx<'_>) -> Result<Settings, StoreError> {
    Ok(load_in_tx(tx).await?.0)
}

/// Settings and version; the defaults and 0 before the first change.
pub async fn load_in_tx(tx: &mut ReadTx<'_>) -> Result<(Settings, i64), StoreError> {
    let Some((json, version)) = table::get(tx).await? else {
        return Ok((Settings::default(), 0));
    };
    let unreadable =
        |_| StoreError::Inconsistency { table: "settings", column: "value", row: format!("version {version}") };
    Ok((serde_json::from_str(&json).map_err(unreadable)?, version))
}

/// Writes the settings that were made from `version`, inside a transaction of the caller, who has looked at
/// rights and writes the audit entry.
pub async fn store_in_tx(tx: &mut WriteTx<'_>, settings: &Settings, version: i64) -> Result<(), SettingsError> {
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(SettingsError::Invalid(errors));
    }
    if replace(tx, settings, version).await? { Ok(()) } else { Err(SettingsError::VersionConflict) }
}

async fn replace(tx: &mut WriteTx<'_>, settings: &Settings, version: i64) -> Result<bool, StoreError> {
    let json = serde_json::to_string(settings).unwrap_or_default();
    // Version 0 means that nothing is stored yet.
    table::put(tx, &json, (version > 0).then_some(version)).await
}

/// Sets the currency inside a transaction of the caller: the first import with money decides it.
pub async fn set_currency(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    currency: Currency,
    assumed: bool,
) -> Result<(), StoreError> {
    let (mut settings, version) = load_in_tx(tx).await?;
    settings.currency = Some(currency);
    settings.currency_assumed = assumed;
    if !replace(tx, &settings, version).await? {
        // Read and written in one transaction: only another server's write in between can do this.
        return Err(StoreError::Busy("the settings were changed at the same time".to_owned()));
    }
    let detail = json!({ "changed": ["currency"], "currency": currency.code() });
    audit::append(app, tx, actor, "settings.updated", "settings", detail).await
}

/// The zone whose days all figures have.
pub async fn zone_of(app: &App) -> Result<Zone, StoreError> {
    Ok(current(&mut app.store.read().await?).await?.zone())
}

pub async fn read(app: &App, actor: &Actor) -> Result<VersionedSettings, SettingsError> {
    require(actor, Right::SettingsRead)?;
    let mut tx = app.store.read().await?;
    let (settings, version) = load_in_tx(&mut tx).await?;
    let currency_locked = is_locked(&settings, has_facts(&mut tx).await?);
    Ok(VersionedSettings { settings, version, currency_locked })
}

fn is_locked(settings: &Settings, facts: bool) -> bool {
    facts && settings.currency.is_some() && !settings.currency_assumed
}

/// An assumed currency is only a name, unless the other one counts in other units.
fn may_change(before: &Settings, after: &Settings, facts: bool) -> bool {
    let exponent = |settings: &Settings| settings.currency.map(Currency::exponent);
    let same = before.currency == after.currency;
    same || !facts || (!is_locked(before, facts) && (before.currency.is_none() || exponent(before) == exponent(after)))
}

/// Facts exist once one block was accepted: waiting, set aside, applied, or applied and handed over to the history.
pub(crate) async fn has_facts(tx: &mut ReadTx<'_>) -> Result<bool, StoreError> {
    if sequences::current(tx, sequences::APPLIED_SEQUENCE).await? > 0 {
        return Ok(true);
    }
    let counts = journal::counts(tx).await?;
    Ok(counts.accepted_facts + counts.set_aside_facts > 0)
}

/// Replaces the settings, if `expected_version` is still the stored one.
pub async fn update(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    mut settings: Settings,
) -> Result<VersionedSettings, SettingsError> {
    require(actor, Right::SettingsWrite)?;
    let mut tx = app.store.write().await?;
    lock(&mut tx).await?;
    let (before, version) = load_in_tx(&mut tx).await?;
    if version != expected_version {
        return Err(SettingsError::VersionConflict);
    }
    let facts = has_facts(&mut tx).await?;
    if !may_change(&before, &settings, facts) {
        return Err(SettingsError::CurrencyLocked);
    }
    settings.currency_assumed = before.currency_assumed && settings.currency == before.currency;
    store_in_tx(&mut tx, &settings, version).await?;
    let (settings, version) = load_in_tx(&mut tx).await?;
    let detail = json!({ "version": version, "changed": changed_fields(&before, &settings) });
    audit::append(app, &mut tx, actor, "settings.updated", "settings", detail).await?;
    if facts {
        enqueue_what_depends(app, &mut tx, &before, &settings).await?;
    }
    tx.commit().await?;
    let currency_locked = is_locked(&settings, facts);
    Ok(VersionedSettings { settings, version, currency_locked })
}

/// Figures that were made with the old settings are made again.
async fn enqueue_what_depends(
    app: &App,
    tx: &mut WriteTx<'_>,
    before: &Settings,
    after: &Settings,
) -> Result<(), StoreError> {
    if after.time_zone != before.time_zone {
        jobs::enqueue(app, tx, &Job::RecountMonths).await?;
    }
    let words_only = Settings {
        brand_name: after.brand_name.clone(),
        default_locale: after.default_locale.clone(),
        currency_assumed: after.currency_assumed,
        ..before.clone()
    };
    if *after != words_only {
        crate::value::enqueue_run(app, tx).await?;
    }
    Ok(())
}

/// The names of the fields that differ. Taken apart fully, so that a new field is not forgotten.
fn changed_fields(before: &Settings, after: &Settings) -> Vec<&'static str> {
    let Settings {
        brand_name,
        time_zone,
        currency,
        currency_assumed: _,
        margin_basis_points,
        discount_rate_annual_basis_points,
        horizon_days,
        current_window_days,
        default_locale,
    } = after;
    let fields = [
        ("brand_name", *brand_name != before.brand_name),
        ("time_zone", *time_zone != before.time_zone),
        ("currency", *currency != before.currency),
        ("margin_basis_points", *margin_basis_points != before.margin_basis_points),
        (
            "discount_rate_annual_basis_points",
            *discount_rate_annual_basis_points != before.discount_rate_annual_basis_points,
        ),
        ("horizon_days", *horizon_days != before.horizon_days),
        ("current_window_days", *current_window_days != before.current_window_days),
        ("default_locale", *default_locale != before.default_locale),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

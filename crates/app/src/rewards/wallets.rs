//! Wallets are defined and changed.

use super::book::wallet_of;
use super::error::RewardsError;
use crate::access::{Actor, require};
use crate::{App, audit, settings};
use perennial_domain::access::Right;
use perennial_domain::rewards::ledger::{
    Activation, ExcessClawback, ExpiredRefund, Expiry, LifeFrom, Wallet, WalletKind, WalletLimits, WalletZone,
};
use perennial_domain::settings::FieldError;
use perennial_domain::time::{Instant, Zone};
use perennial_store::wallets::{self as table, NewDefinition, WalletRow};
use perennial_store::{ReadTx, StoreError};
use serde_json::json;

/// What somebody says of a wallet.
#[derive(Clone, Debug)]
pub struct WalletDefinition {
    pub kind: WalletKind,
    /// None: that of the brand.
    pub zone: Option<Zone>,
    pub expiry: Expiry,
    pub life_from: LifeFrom,
    pub activation: Activation,
    pub hold_ttl_seconds: u32,
    pub excess_clawback: ExcessClawback,
    pub expired_refund: ExpiredRefund,
    pub reinstatement_days: u32,
    pub merge_undo_days: u32,
    pub is_transferable: bool,
    pub limits: WalletLimits,
}

impl WalletDefinition {
    /// What most wallets of a kind are like: a claw-back of more than is there is a debt, returned points expire again, an
    /// expiry and a merge can be taken back for thirty days, and a hold waits for a quarter of an hour.
    pub fn usual(kind: WalletKind, expiry: Expiry) -> Self {
        Self {
            kind,
            zone: None,
            expiry,
            life_from: LifeFrom::default(),
            activation: Activation::default(),
            hold_ttl_seconds: 900,
            excess_clawback: ExcessClawback::Debt,
            expired_refund: ExpiredRefund::ReExpire,
            reinstatement_days: 30,
            merge_undo_days: 30,
            is_transferable: false,
            limits: WalletLimits::default(),
        }
    }
}

impl From<&Wallet> for WalletDefinition {
    fn from(wallet: &Wallet) -> Self {
        Self {
            kind: wallet.kind,
            zone: Some(wallet.zone.0.clone()),
            expiry: wallet.expiry,
            life_from: wallet.life_from,
            activation: wallet.activation.clone(),
            hold_ttl_seconds: wallet.hold_ttl_seconds,
            excess_clawback: wallet.excess_clawback,
            expired_refund: wallet.expired_refund,
            reinstatement_days: wallet.reinstatement_days,
            merge_undo_days: wallet.merge_undo_days,
            is_transferable: wallet.is_transferable,
            limits: wallet.limits,
        }
    }
}

#[derive(Clone, Debug)]
pub struct DefinedWallet {
    pub wallet: Wallet,
    pub created_by: String,
    pub created_at: Instant,
    pub changed_by: String,
    pub changed_at: Instant,
}

/// Defines a wallet, or changes it if `expected_version` is still its own. What is there already keeps what it was given by
/// earlier versions; where nothing is different, nothing happens.
pub async fn define_wallet(
    app: &App,
    actor: &Actor,
    code: &str,
    expected_version: Option<i64>,
    definition: WalletDefinition,
) -> Result<DefinedWallet, RewardsError> {
    require(actor, Right::WalletsManage)?;
    let mut tx = app.store.write().await?;
    let before = row_of(&mut tx, code).await?;
    let version = match (&before, expected_version) {
        (None, None) => 1,
        (None, Some(_)) => return Err(RewardsError::NoWallet),
        (Some(_), None) => return Err(RewardsError::VersionNeeded),
        (Some(row), Some(expected)) if row.version != expected => return Err(RewardsError::VersionConflict),
        (Some(row), Some(_)) => row.version + 1,
    };
    let zone = match definition.zone {
        Some(zone) => zone,
        None => settings::current(&mut tx).await?.zone(),
    };
    let wallet = Wallet {
        code: code.to_owned(),
        version: u32::try_from(version).unwrap_or(u32::MAX),
        kind: definition.kind,
        zone: WalletZone(zone),
        expiry: definition.expiry,
        life_from: definition.life_from,
        activation: definition.activation,
        hold_ttl_seconds: definition.hold_ttl_seconds,
        excess_clawback: definition.excess_clawback,
        expired_refund: definition.expired_refund,
        reinstatement_days: definition.reinstatement_days,
        merge_undo_days: definition.merge_undo_days,
        is_transferable: definition.is_transferable,
        limits: definition.limits,
    };
    let mut wrong = wallet.check();
    let earlier = before.as_ref().map(wallet_of).transpose()?;
    if earlier.as_ref().is_some_and(|earlier| earlier.kind != wallet.kind) {
        wrong.push(FieldError { field: "kind", allowed: "the kind that the wallet has: it is not changed" });
    }
    if !wrong.is_empty() {
        return Err(RewardsError::Invalid(wrong));
    }
    let as_before = |earlier: &Wallet| text_of(&Wallet { version: wallet.version, ..earlier.clone() });
    if let (Some(earlier), Some(row)) = (&earlier, &before)
        && as_before(earlier) == text_of(&wallet)
    {
        return defined(row);
    }
    let text = text_of(&wallet);
    let new = NewDefinition { code, definition: &text, by: actor.name(), at: app.clock.now() };
    let (action, is_saved) = match &before {
        None => ("wallet.created", table::insert(&mut tx, new).await?),
        Some(row) => ("wallet.updated", table::advance(&mut tx, row.version, new).await?),
    };
    if !is_saved {
        return Err(RewardsError::VersionConflict);
    }
    let detail = json!({ "version": version, "definition": { "from": earlier, "to": wallet } });
    audit::append(app, &mut tx, actor, action, code, detail).await?;
    let saved = row_of(&mut tx, code).await?.ok_or(RewardsError::NoWallet)?;
    tx.commit().await?;
    defined(&saved)
}

/// All of them, by code.
pub async fn list_wallets(app: &App, actor: &Actor) -> Result<Vec<DefinedWallet>, RewardsError> {
    require(actor, Right::PointsRead)?;
    table::all(&mut app.store.read().await?).await?.iter().map(defined).collect()
}

pub async fn get_wallet(app: &App, actor: &Actor, code: &str) -> Result<DefinedWallet, RewardsError> {
    require(actor, Right::PointsRead)?;
    defined(&row_of(&mut app.store.read().await?, code).await?.ok_or(RewardsError::NoWallet)?)
}

async fn row_of(tx: &mut ReadTx<'_>, code: &str) -> Result<Option<WalletRow>, StoreError> {
    Ok(table::all(tx).await?.into_iter().find(|row| row.code == code))
}

fn defined(row: &WalletRow) -> Result<DefinedWallet, RewardsError> {
    Ok(DefinedWallet {
        wallet: wallet_of(row)?,
        created_by: row.created_by.clone(),
        created_at: row.created_at,
        changed_by: row.changed_by.clone(),
        changed_at: row.changed_at,
    })
}

/// A definition always has a text.
fn text_of(wallet: &Wallet) -> String {
    serde_json::to_string(wallet).unwrap_or_default()
}

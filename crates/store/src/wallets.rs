//! Wallets: what a programme keeps for each member, with all versions of each definition.
//!
//! Tables: `wallets`, `wallet_versions`. Invariants: versions are only added, by who knows the newest; a wallet's number is
//! given once, and stands in the ids of its accounts. Definitions are the domain's JSON and opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use perennial_domain::time::Instant;

/// A wallet with its newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletRow {
    pub code: String,
    /// Dense; the first is 1.
    pub number: i64,
    pub version: i64,
    pub created_by: String,
    pub created_at: Instant,
    /// JSON.
    pub definition: String,
    pub changed_by: String,
    pub changed_at: Instant,
}

/// What somebody says of a wallet.
#[derive(Clone, Copy, Debug)]
pub struct NewDefinition<'a> {
    pub code: &'a str,
    pub definition: &'a str,
    pub by: &'a str,
    pub at: Instant,
}

/// With its first version; false where the code is taken.
pub async fn insert(tx: &mut WriteTx<'_>, new: NewDefinition<'_>) -> Result<bool> {
    let binds = vec![new.code.into(), new.by.into(), new.at.into()];
    if exec::execute(tx, "wallets.insert", binds).await? != 1 {
        return Ok(false);
    }
    add_version(tx, 1, new).await?;
    Ok(true)
}

/// Adds the version behind `version`; false where that is not the stored one any more.
pub async fn advance(tx: &mut WriteTx<'_>, version: i64, new: NewDefinition<'_>) -> Result<bool> {
    if exec::execute(tx, "wallets.advance", vec![new.code.into(), version.into()]).await? != 1 {
        return Ok(false);
    }
    add_version(tx, version + 1, new).await?;
    Ok(true)
}

async fn add_version(tx: &mut WriteTx<'_>, version: i64, new: NewDefinition<'_>) -> Result<()> {
    let binds = vec![new.code.into(), version.into(), new.definition.into(), new.by.into(), new.at.into()];
    exec::execute_exactly(tx, 1, "wallets.add_version", binds).await
}

/// By code.
pub async fn all(tx: &mut ReadTx<'_>) -> Result<Vec<WalletRow>> {
    exec::all(tx, "wallets.all", vec![], |row| {
        Ok(WalletRow {
            code: row.text(0)?,
            number: row.i64(1)?,
            version: row.i64(2)?,
            created_by: row.text(3)?,
            created_at: row.instant(4)?,
            definition: row.text(5)?,
            changed_by: row.text(6)?,
            changed_at: row.instant(7)?,
        })
    })
    .await
}

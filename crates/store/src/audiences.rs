//! Files of third parties that were matched with customers.
//!
//! Tables: `audiences`; `audience_matches`, profiles that wait for their tag. Invariants: no hash and no number is kept;
//! a file has ended when nobody waits, or with why they wait no more.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Row;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceRow {
    pub id: String,
    pub name: String,
    pub provider: String,
    pub purpose: String,
    pub tag: String,
    /// Different ones in the file.
    pub hashes: i64,
    /// Of which somebody is known.
    pub matched: i64,
    /// Lines that were none.
    pub refused: i64,
    pub customers: i64,
    pub expires_at: i64,
    pub created_by: String,
    pub created_at: i64,
    /// When everybody had the tag, or it ended otherwise.
    pub done_at: Option<i64>,
    /// Why it ended otherwise: a code.
    pub failure: Option<String>,
}

/// A phone number and whom it finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneRow {
    pub phone: String,
    /// The profile.
    pub part_number: i64,
    /// The customer that the profile is part of.
    pub customer_number: i64,
}

pub async fn insert(tx: &mut WriteTx<'_>, row: &AudienceRow) -> Result<()> {
    let binds = vec![
        (&row.id).into(),
        (&row.name).into(),
        (&row.provider).into(),
        (&row.purpose).into(),
        (&row.tag).into(),
        row.hashes.into(),
        row.matched.into(),
        row.refused.into(),
        row.customers.into(),
        row.expires_at.into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    exec::execute_exactly(tx, 1, "audiences.insert", binds).await
}

fn read(row: &Row<'_>) -> Result<AudienceRow> {
    Ok(AudienceRow {
        id: row.text(0)?,
        name: row.text(1)?,
        provider: row.text(2)?,
        purpose: row.text(3)?,
        tag: row.text(4)?,
        hashes: row.i64(5)?,
        matched: row.i64(6)?,
        refused: row.i64(7)?,
        customers: row.i64(8)?,
        expires_at: row.i64(9)?,
        created_by: row.text(10)?,
        created_at: row.i64(11)?,
        done_at: row.opt_i64(12)?,
        failure: row.opt_text(13)?,
    })
}

/// The newest first.
pub async fn list(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<AudienceRow>> {
    exec::all(tx, "audiences.list", vec![limit.into()], read).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<AudienceRow>> {
    exec::optional(tx, "audiences.get", vec![id.into()], read).await
}

/// It has ended: everybody has the tag, or nobody goes on for this reason.
pub async fn finish(tx: &mut WriteTx<'_>, id: &str, at: i64, failure: Option<&str>) -> Result<()> {
    exec::execute_exactly(tx, 1, "audiences.finish", vec![id.into(), at.into(), failure.into()]).await
}

/// Each profile once.
pub async fn add_matches(tx: &mut WriteTx<'_>, id: &str, parts: &[i64]) -> Result<()> {
    let touched = exec::bulk(tx, "audiences.add_matches", parts, |part, binder| {
        binder.text(id);
        binder.i64(*part);
    })
    .await?;
    exec::expect_rows("audiences.add_matches", parts.len(), touched)
}

/// Who waits for the tag, by number.
pub async fn matches(tx: &mut ReadTx<'_>, id: &str, limit: i64) -> Result<Vec<i64>> {
    exec::all(tx, "audiences.matches", vec![id.into(), limit.into()], |row| row.i64(0)).await
}

/// Those up to this number wait no longer.
pub async fn remove_matches(tx: &mut WriteTx<'_>, id: &str, until: i64) -> Result<u64> {
    exec::execute(tx, "audiences.remove_matches", vec![id.into(), until.into()]).await
}

pub async fn remove_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "audiences.remove_parts", parts, |part, binder| binder.i64(*part)).await
}

/// Phone numbers behind one, by their text.
pub async fn phones(tx: &mut ReadTx<'_>, after: &str, limit: i64) -> Result<Vec<PhoneRow>> {
    exec::all(tx, "audiences.phones", vec![after.into(), limit.into()], |row| {
        Ok(PhoneRow { phone: row.text(0)?, part_number: row.i64(1)?, customer_number: row.i64(2)? })
    })
    .await
}

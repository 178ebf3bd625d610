//! Sources: the touch-points that send facts as they happen.
//!
//! Table: `sources`. Invariants: of a write key only the hash is stored, and an ending by which a person knows it
//! again; an earlier key is known until its instant, the one before it no more; a source is changed by version, so
//! that two changes at once cannot overwrite each other.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Row};
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    pub id: String,
    pub name: String,
    pub kind: String,
    /// `active` or `paused`.
    pub state: String,
    pub user_id_type: String,
    /// Facts in a second.
    pub rate_limit: Option<i64>,
    pub key_hash: Vec<u8>,
    pub key_ending: String,
    pub previous_key_hash: Option<Vec<u8>>,
    pub previous_key_until: Option<Instant>,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

/// False where a source of this id is there already.
pub async fn insert(tx: &mut WriteTx<'_>, row: &SourceRow) -> Result<bool> {
    let binds = vec![
        (&row.id).into(),
        (&row.name).into(),
        (&row.kind).into(),
        (&row.state).into(),
        (&row.user_id_type).into(),
        row.rate_limit.into(),
        row.key_hash.as_slice().into(),
        (&row.key_ending).into(),
        Bind::Bytes(row.previous_key_hash.clone()),
        row.previous_key_until.into(),
        (&row.created_by).into(),
        row.created_at.into(),
        row.version.into(),
    ];
    Ok(exec::execute(tx, "sources.insert", binds).await? == 1)
}

/// All of them, the oldest first.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<SourceRow>> {
    exec::all(tx, "sources.list", vec![], read).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<SourceRow>> {
    exec::optional(tx, "sources.get", vec![id.into()], read).await
}

/// Replaces what can be changed of the source and raises its version; `false` where `row.version` is not the stored
/// one any more.
pub async fn update(tx: &mut WriteTx<'_>, row: &SourceRow) -> Result<bool> {
    let binds = vec![
        (&row.id).into(),
        row.version.into(),
        (&row.name).into(),
        (&row.kind).into(),
        (&row.state).into(),
        (&row.user_id_type).into(),
        row.rate_limit.into(),
        row.key_hash.as_slice().into(),
        (&row.key_ending).into(),
        Bind::Bytes(row.previous_key_hash.clone()),
        row.previous_key_until.into(),
    ];
    Ok(exec::execute(tx, "sources.update", binds).await? == 1)
}

fn read(row: &Row<'_>) -> Result<SourceRow> {
    Ok(SourceRow {
        id: row.text(0)?,
        name: row.text(1)?,
        kind: row.text(2)?,
        state: row.text(3)?,
        user_id_type: row.text(4)?,
        rate_limit: row.opt_i64(5)?,
        key_hash: row.bytes(6)?,
        key_ending: row.text(7)?,
        previous_key_hash: row.opt_bytes(8)?,
        previous_key_until: row.opt_instant(9)?,
        created_by: row.text(10)?,
        created_at: row.instant(11)?,
        version: row.i64(12)?,
    })
}

//! Who said that two profiles are one, and who took it back.
//!
//! Table: `merges`. A row is never removed: one that was undone says that the two are to be kept apart. The sequence
//! `merges` grows with each change, so that whoever read many customers sees that some are others now.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::row::{Binder, Row};
use crate::{exec, sequences};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeRow {
    pub id: String,
    /// The two profiles.
    pub one_part: i64,
    pub other_part: i64,
    /// By whose number the customer went on, and whose was no longer one.
    pub survivor: i64,
    pub absorbed: i64,
    /// `evidence` or `hand`.
    pub how: String,
    /// A JSON object.
    pub detail: String,
    /// Who did it: the name of a person, or the source of the evidence.
    pub created_by: String,
    pub created_at: i64,
    pub undone_by: Option<String>,
    pub undone_at: Option<i64>,
}

/// Writes a merge down; one that is written is not undone.
pub async fn insert(tx: &mut WriteTx<'_>, row: &MergeRow) -> Result<()> {
    let binds = vec![
        (&row.id).into(),
        row.one_part.into(),
        row.other_part.into(),
        row.survivor.into(),
        row.absorbed.into(),
        (&row.how).into(),
        (&row.detail).into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    exec::execute_exactly(tx, 1, "merges.insert", binds).await?;
    sequences::reserve(tx, sequences::MERGES, 1).await.map(|_| ())
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<MergeRow>> {
    exec::optional(tx, "merges.get", vec![id.into()], read).await
}

/// The merge that stands by which this customer went on under another number.
pub async fn of_absorbed(tx: &mut ReadTx<'_>, customer: i64) -> Result<Option<MergeRow>> {
    exec::optional(tx, "merges.of_absorbed", vec![customer.into()], read).await
}

/// Merges that were made or taken back at that instant or later.
pub async fn since(tx: &mut ReadTx<'_>, at: i64) -> Result<Vec<MergeRow>> {
    exec::all(tx, "merges.since", vec![at.into()], read).await
}

/// Every merge of one of these profiles with another, also those that were undone; the newest first.
pub async fn of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<MergeRow>> {
    let bind = |number: &i64, binder: &mut Binder| binder.i64(*number);
    let mut rows = exec::lookup(tx, "merges.by_one_part", &[], parts, bind, read).await?;
    rows.extend(exec::lookup(tx, "merges.by_other_part", &[], parts, bind, read).await?);
    rows.sort_unstable_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
    rows.dedup_by(|later, kept| later.id == kept.id);
    Ok(rows)
}

/// False where it is not there or was undone before: nothing changes then.
pub async fn undo(tx: &mut WriteTx<'_>, id: &str, by: &str, at: i64) -> Result<bool> {
    let undone = exec::execute(tx, "merges.undo", vec![id.into(), by.into(), at.into()]).await? == 1;
    if undone {
        sequences::reserve(tx, sequences::MERGES, 1).await?;
    }
    Ok(undone)
}

/// When anybody was last merged or parted.
pub async fn last_change(tx: &mut ReadTx<'_>) -> Result<Option<i64>> {
    let newest = |row: &Row<'_>| Ok(row.opt_i64(0)?.max(row.opt_i64(1)?).max(row.opt_i64(2)?));
    exec::one(tx, "merges.last_change", vec![], newest).await
}

/// Grows with each merge and un-merge; 0 where there never was one.
pub async fn version(tx: &mut ReadTx<'_>) -> Result<i64> {
    sequences::current(tx, sequences::MERGES).await
}

fn read(row: &Row<'_>) -> Result<MergeRow> {
    Ok(MergeRow {
        id: row.text(0)?,
        one_part: row.i64(1)?,
        other_part: row.i64(2)?,
        survivor: row.i64(3)?,
        absorbed: row.i64(4)?,
        how: row.text(5)?,
        detail: row.text(6)?,
        created_by: row.text(7)?,
        created_at: row.i64(8)?,
        undone_by: row.opt_text(9)?,
        undone_at: row.opt_i64(10)?,
    })
}

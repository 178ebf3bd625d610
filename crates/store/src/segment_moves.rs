//! Who came into a segment and who left it, and now and then everybody who was in it.
//!
//! Tables: `segment_moves`, in the order in which they were written; `segment_marks`. Invariants: positions are taken from a
//! sequence whose row stays locked until the commit; a mark is of everybody when the move at its position had been written;
//! instants never go back along positions. The people of a mark are opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Row;
use crate::sequences::{self, SEGMENT_MOVES};
use perennial_domain::time::Instant;

/// Somebody came in, or left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveRow {
    /// Given as it is added.
    pub position: i64,
    pub segment: String,
    /// Of the rule.
    pub version: i64,
    pub customer_number: i64,
    pub has_entered: bool,
    pub at: Instant,
    pub cause: String,
    /// The key of the fact that was the cause.
    pub fact: Option<String>,
    /// False where nobody came or left, and another number stands for somebody.
    pub is_told: bool,
}

/// Everybody who was in a segment; with version 0, that nothing is kept from there on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkRow {
    pub segment: String,
    pub position: i64,
    pub version: i64,
    pub at: Instant,
    /// A Roaring bitmap.
    pub people: Vec<u8>,
}

/// At the next positions; the rows' are not looked at.
pub async fn add(tx: &mut WriteTx<'_>, rows: &[MoveRow]) -> Result<()> {
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let first = sequences::reserve(tx, SEGMENT_MOVES, count).await?;
    let numbered: Vec<(i64, &MoveRow)> = (first..).zip(rows).collect();
    let touched = exec::bulk(tx, "segment_moves.add", &numbered, |(position, row), binder| {
        binder.i64(*position);
        binder.text(&row.segment);
        binder.i64(row.version);
        binder.i64(row.customer_number);
        binder.bool(row.has_entered);
        binder.i64(row.at.0);
        binder.text(&row.cause);
        binder.opt_text(row.fact.as_deref());
        binder.bool(row.is_told);
    })
    .await?;
    exec::expect_rows("segment_moves.add", rows.len(), touched)
}

/// Moves of a segment that are told, before a position, the newest first.
pub async fn of_segment(tx: &mut ReadTx<'_>, segment: &str, before: i64, limit: i64) -> Result<Vec<MoveRow>> {
    let binds = vec![segment.into(), before.into(), limit.into()];
    exec::all(tx, "segment_moves.of_segment", binds, read).await
}

/// All moves of these customers, in no particular order.
pub async fn of_customers(tx: &mut ReadTx<'_>, customers: &[i64]) -> Result<Vec<MoveRow>> {
    exec::lookup(tx, "segment_moves.of_customers", &[], customers, |number, binder| binder.i64(*number), read).await
}

fn read(row: &Row<'_>) -> Result<MoveRow> {
    Ok(MoveRow {
        position: row.i64(0)?,
        segment: row.text(1)?,
        version: row.i64(2)?,
        customer_number: row.i64(3)?,
        has_entered: row.bool(4)?,
        at: row.instant(5)?,
        cause: row.text(6)?,
        fact: row.opt_text(7)?,
        is_told: row.bool(8)?,
    })
}

/// A move, for whoever works out who was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub customer_number: i64,
    pub has_entered: bool,
    pub version: i64,
    pub at: Instant,
}

/// All behind a mark and until an instant, in their order; those that are not told too.
pub async fn between(tx: &mut ReadTx<'_>, segment: &str, mark: i64, until: Instant) -> Result<Vec<Step>> {
    let binds = vec![segment.into(), mark.into(), until.into(), i64::MAX.into()];
    exec::all(tx, "segment_moves.between", binds, |row| {
        Ok(Step { customer_number: row.i64(0)?, has_entered: row.bool(1)?, version: row.i64(2)?, at: row.instant(3)? })
    })
    .await
}

/// Returns how many there were.
pub async fn remove_of_customers(tx: &mut WriteTx<'_>, customers: &[i64]) -> Result<u64> {
    exec::bulk(tx, "segment_moves.remove_of_customers", customers, |number, binder| binder.i64(*number)).await
}

/// Removes at most so many that are older and that an older mark knows already; returns how many.
pub async fn remove_before(tx: &mut WriteTx<'_>, before: Instant, limit: i64) -> Result<u64> {
    exec::execute(tx, "segment_moves.remove_before", vec![before.into(), limit.into()]).await
}

/// At positions of their own, behind all moves that are there; the rows' are not looked at.
pub async fn add_marks(tx: &mut WriteTx<'_>, rows: &[MarkRow]) -> Result<()> {
    let first = sequences::reserve(tx, SEGMENT_MOVES, i64::try_from(rows.len()).unwrap_or(i64::MAX)).await?;
    for (position, row) in (first..).zip(rows) {
        let binds = vec![
            (&row.segment).into(),
            position.into(),
            row.version.into(),
            row.at.into(),
            row.people.as_slice().into(),
        ];
        exec::execute_exactly(tx, 1, "segment_moves.add_mark", binds).await?;
    }
    Ok(())
}

/// The last mark that is not later.
pub async fn mark_at(tx: &mut ReadTx<'_>, segment: &str, at: Instant) -> Result<Option<MarkRow>> {
    exec::optional(tx, "segment_moves.mark_at", vec![segment.into(), at.into()], |row| {
        Ok(MarkRow {
            segment: row.text(0)?,
            position: row.i64(1)?,
            version: row.i64(2)?,
            at: row.instant(3)?,
            people: row.bytes(4)?,
        })
    })
    .await
}

/// Since when moves of a segment are kept.
pub async fn first_mark(tx: &mut ReadTx<'_>, segment: &str) -> Result<Option<Instant>> {
    exec::one(tx, "segment_moves.first_mark", vec![segment.into()], |row| row.opt_instant(0)).await
}

/// Removes older marks but the last of each segment that is older: moves behind it stand on it.
pub async fn remove_marks_before(tx: &mut WriteTx<'_>, before: Instant) -> Result<u64> {
    exec::execute(tx, "segment_moves.remove_marks_before", vec![before.into()]).await
}

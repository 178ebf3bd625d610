//! Promises of contact, and who looks after whom.
//!
//! Tables: `contact_promises` (one of a segment at most), `customer_owners` (by segment and profile). Invariants: a promise is changed
//! by who knows its version; a segment stands for those overdue of one promise at most. JSON is opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseRow {
    pub segment: String,
    pub days: i64,
    /// JSON: a list of users' ids.
    pub owners: String,
    pub overdue_segment: String,
    pub version: i64,
    pub changed_by: String,
    pub changed_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRow {
    /// The customer that the profile is part of, where a segment was asked for; else the profile.
    pub customer_number: i64,
    pub segment: String,
    pub part_number: i64,
    /// The id of a user.
    pub owner: String,
    pub since: i64,
}

/// By segment.
pub async fn promises(tx: &mut ReadTx<'_>) -> Result<Vec<PromiseRow>> {
    exec::all(tx, "key_customers.promises", vec![], read_promise).await
}

pub async fn promise(tx: &mut ReadTx<'_>, segment: &str) -> Result<Option<PromiseRow>> {
    exec::optional(tx, "key_customers.promise", vec![segment.into()], read_promise).await
}

/// To whose segment those in this one were promised contact, where it stands for the overdue.
pub async fn promise_of_overdue(tx: &mut ReadTx<'_>, overdue_segment: &str) -> Result<Option<String>> {
    exec::optional(tx, "key_customers.promise_of_overdue", vec![overdue_segment.into()], |row| row.text(0)).await
}

/// False where the segment has a promise.
pub async fn insert_promise(tx: &mut WriteTx<'_>, row: &PromiseRow) -> Result<bool> {
    let binds = vec![
        (&row.segment).into(),
        row.days.into(),
        (&row.owners).into(),
        (&row.overdue_segment).into(),
        (&row.changed_by).into(),
        row.changed_at.into(),
    ];
    Ok(exec::execute(tx, "key_customers.insert_promise", binds).await? == 1)
}

/// Changes days and owners of the version in `row`; false where that is not the stored one any more.
pub async fn replace_promise(tx: &mut WriteTx<'_>, row: &PromiseRow) -> Result<bool> {
    let binds = vec![
        (&row.segment).into(),
        row.version.into(),
        row.days.into(),
        (&row.owners).into(),
        (&row.changed_by).into(),
        row.changed_at.into(),
    ];
    Ok(exec::execute(tx, "key_customers.replace_promise", binds).await? == 1)
}

/// Whoever changes a promise or owners of its customers does so alone, until the caller's transaction ends. False where there is
/// no promise.
pub async fn lock_promise(tx: &mut WriteTx<'_>, segment: &str) -> Result<bool> {
    Ok(exec::execute(tx, "key_customers.lock_promise", vec![segment.into()]).await? == 1)
}

/// With the owners of its customers.
pub async fn remove_promise(tx: &mut WriteTx<'_>, segment: &str) -> Result<()> {
    exec::execute_exactly(tx, 1, "key_customers.remove_promise", vec![segment.into()]).await?;
    exec::execute(tx, "key_customers.remove_owners", vec![segment.into()]).await.map(|_| ())
}

/// Of a segment, in no particular order.
pub async fn owners(tx: &mut ReadTx<'_>, segment: &str) -> Result<Vec<OwnerRow>> {
    exec::all(tx, "key_customers.owners", vec![segment.into()], read_owner).await
}

/// Of all segments, by segment and profile.
pub async fn owners_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<OwnerRow>> {
    let mut rows = exec::lookup(tx, "key_customers.owners_of_parts", &[], parts, bind_part, read_owner).await?;
    rows.sort_by(|one, other| (&one.segment, one.part_number).cmp(&(&other.segment, other.part_number)));
    Ok(rows)
}

/// In the place of whoever looked after these profiles before. A key may stand only once in `rows`.
pub async fn set_owners(tx: &mut WriteTx<'_>, rows: &[OwnerRow]) -> Result<()> {
    exec::bulk(tx, "key_customers.set_owners", rows, |row, binder| {
        binder.text(&row.segment);
        binder.i64(row.part_number);
        binder.text(&row.owner);
        binder.i64(row.since);
    })
    .await
    .map(|_| ())
}

/// Returns how many there were.
pub async fn remove_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "key_customers.remove_of_parts", parts, bind_part).await
}

fn bind_part(part: &i64, binder: &mut Binder) {
    binder.i64(*part);
}

fn read_promise(row: &Row<'_>) -> Result<PromiseRow> {
    Ok(PromiseRow {
        segment: row.text(0)?,
        days: row.i64(1)?,
        owners: row.text(2)?,
        overdue_segment: row.text(3)?,
        version: row.i64(4)?,
        changed_by: row.text(5)?,
        changed_at: row.instant(6)?,
    })
}

fn read_owner(row: &Row<'_>) -> Result<OwnerRow> {
    Ok(OwnerRow {
        customer_number: row.i64(0)?,
        segment: row.text(1)?,
        part_number: row.i64(2)?,
        owner: row.text(3)?,
        since: row.i64(4)?,
    })
}

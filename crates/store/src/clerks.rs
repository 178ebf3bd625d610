//! Clerks, where each worked from when to when, whom they signed up and which orders they sold.
//!
//! Tables: `clerks`, `clerk_assignments`, `sign_ups`, `clerk_orders`. Invariants: a user is one clerk; a clerk is in one store
//! at a time, and spans of time do not overlap; a profile is signed up once and an order has one clerk, those told first.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClerkRow {
    pub id: String,
    pub user_id: String,
    /// That of the user; ignored when a clerk is made.
    pub name: String,
    pub code: String,
    pub created_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentRow {
    pub clerk_id: String,
    pub from: Instant,
    pub to: Option<Instant>,
    pub place_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUpRow {
    pub part_number: i64,
    pub clerk_id: String,
    pub at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesRow {
    pub clerk_id: String,
    /// None where the clerk was in no store.
    pub place_id: Option<String>,
    pub orders: i64,
    pub net_minor: i64,
}

pub async fn insert(tx: &mut WriteTx<'_>, row: &ClerkRow) -> Result<()> {
    let binds = vec![(&row.id).into(), (&row.user_id).into(), (&row.code).into(), row.created_at.into()];
    exec::execute_exactly(tx, 1, "clerks.insert", binds).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<ClerkRow>> {
    exec::optional(tx, "clerks.get", vec![id.into()], read).await
}

pub async fn of_user(tx: &mut ReadTx<'_>, user_id: &str) -> Result<Option<ClerkRow>> {
    exec::optional(tx, "clerks.of_user", vec![user_id.into()], read).await
}

/// The oldest first.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<ClerkRow>> {
    exec::all(tx, "clerks.list", vec![], read).await
}

/// Code and id of those of the codes that there are.
pub async fn by_codes(tx: &mut ReadTx<'_>, codes: &[String]) -> Result<Vec<(String, String)>> {
    let bind = |code: &String, binder: &mut Binder| binder.text(code);
    exec::lookup(tx, "clerks.by_codes", &[], codes, bind, |row| Ok((row.text(0)?, row.text(1)?))).await
}

/// Of all clerks, the oldest of each first.
pub async fn assignments(tx: &mut ReadTx<'_>) -> Result<Vec<AssignmentRow>> {
    exec::all(tx, "clerks.assignments", vec![], read_assignment).await
}

/// The oldest first.
pub async fn assignments_of(tx: &mut ReadTx<'_>, clerk_id: &str) -> Result<Vec<AssignmentRow>> {
    exec::all(tx, "clerks.assignments_of", vec![clerk_id.into()], read_assignment).await
}

/// Ends the current assignment; `false` where there is none that began before.
pub async fn leave(tx: &mut WriteTx<'_>, clerk_id: &str, at: Instant) -> Result<bool> {
    Ok(exec::execute(tx, "clerks.leave", vec![clerk_id.into(), at.into()]).await? == 1)
}

/// For a clerk who is in no store from then on.
pub async fn assign(tx: &mut WriteTx<'_>, clerk_id: &str, place: i64, from: Instant) -> Result<()> {
    exec::execute_exactly(tx, 1, "clerks.assign", vec![clerk_id.into(), from.into(), place.into()]).await
}

/// `false` where the profile was signed up before.
pub async fn sign_up(tx: &mut WriteTx<'_>, row: &SignUpRow, place: i64) -> Result<bool> {
    let binds = vec![row.part_number.into(), (&row.clerk_id).into(), place.into(), row.at.into()];
    Ok(exec::execute(tx, "clerks.sign_up", binds).await? == 1)
}

/// Whether anybody was ever signed up by a clerk, and is still there.
pub async fn has_sign_ups(tx: &mut ReadTx<'_>) -> Result<bool> {
    exec::one(tx, "clerks.count_some_sign_ups", vec![], |row| row.i64(0)).await.map(|some| some > 0)
}

pub async fn sign_ups_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<SignUpRow>> {
    let bind = |number: &i64, binder: &mut Binder| binder.i64(*number);
    exec::lookup(tx, "clerks.sign_ups_of_parts", &[], parts, bind, read_sign_up).await
}

/// From an instant up to another one, without it; the newest first.
pub async fn sign_ups_of_clerk(
    tx: &mut ReadTx<'_>,
    clerk_id: &str,
    (from, to): (Instant, Instant),
    limit: i64,
) -> Result<Vec<SignUpRow>> {
    let binds = vec![clerk_id.into(), from.into(), to.into(), limit.into()];
    exec::all(tx, "clerks.sign_ups_of_clerk", binds, read_sign_up).await
}

/// For each clerk with any.
pub async fn count_sign_ups(tx: &mut ReadTx<'_>, (from, to): (Instant, Instant)) -> Result<Vec<(String, i64)>> {
    let binds = vec![from.into(), to.into()];
    exec::all(tx, "clerks.count_sign_ups", binds, |row| Ok((row.text(0)?, row.i64(1)?))).await
}

/// Customer, order and clerk; an order that has a clerk keeps it.
pub async fn note_orders(tx: &mut WriteTx<'_>, rows: &[(i64, [u8; 16], String)]) -> Result<()> {
    exec::bulk(tx, "clerks.note_orders", rows, |(customer, key, clerk), binder| {
        binder.i64(*customer);
        binder.bytes(key);
        binder.text(clerk);
    })
    .await
    .map(|_| ())
}

/// What each clerk sold in which store, by the instants of the orders.
pub async fn sales(tx: &mut ReadTx<'_>, (from, to): (Instant, Instant)) -> Result<Vec<SalesRow>> {
    let binds = vec![from.into(), to.into()];
    exec::all(tx, "clerks.sales", binds, |row| {
        Ok(SalesRow { clerk_id: row.text(0)?, place_id: row.opt_text(1)?, orders: row.i64(2)?, net_minor: row.i64(3)? })
    })
    .await
}

/// Returns how many there were.
pub async fn remove_sign_ups(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "clerks.remove_sign_ups", parts, |number, binder| binder.i64(*number)).await
}

/// Returns how many there were.
pub async fn remove_orders(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "clerks.remove_orders", parts, |number, binder| binder.i64(*number)).await
}

fn read(row: &Row<'_>) -> Result<ClerkRow> {
    Ok(ClerkRow {
        id: row.text(0)?,
        user_id: row.text(1)?,
        name: row.text(2)?,
        code: row.text(3)?,
        created_at: row.instant(4)?,
    })
}

fn read_assignment(row: &Row<'_>) -> Result<AssignmentRow> {
    Ok(AssignmentRow { clerk_id: row.text(0)?, from: row.instant(1)?, to: row.opt_instant(2)?, place_id: row.text(3)? })
}

fn read_sign_up(row: &Row<'_>) -> Result<SignUpRow> {
    Ok(SignUpRow { part_number: row.i64(0)?, clerk_id: row.text(1)?, at: row.instant(2)? })
}

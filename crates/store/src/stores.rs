//! The tree of regions and stores, who sees which part of it, and which store each profile belongs to.
//!
//! Tables: `places`, `place_moves`, `place_bindings`, `part_stores`. Invariants: a code is of one store; paths follow
//! parents (the caller calls [`set_paths`] with each move); a profile has one store, that of the smallest claim; a store that
//! is not known came with an order, and keeps its customers when somebody enters it.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};
use crate::scope::Scope;
use perennial_domain::access::Role;
use perennial_domain::stores::path_end;
use perennial_domain::time::Instant;

/// Dense numbers of places; the first is 1.
pub const NUMBERS: &str = "place_number";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceRow {
    pub number: i64,
    pub id: String,
    /// `region` or `store`.
    pub kind: String,
    pub code: Option<String>,
    pub name: String,
    pub parent: Option<i64>,
    pub path: String,
    pub is_known: bool,
    pub created_at: Instant,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveRow {
    /// The id of the place above.
    pub from: Option<String>,
    pub to: Option<String>,
    pub moved_by: String,
    pub at: Instant,
}

/// Something that speaks for a store as that of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimRow {
    pub part_number: i64,
    pub place: i64,
    pub rank: i64,
    pub at: i64,
}

/// The store of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartStoreRow {
    pub part_number: i64,
    pub place_id: String,
    pub rank: i64,
    pub at: i64,
}

/// The version of a new place is 1.
pub async fn insert(tx: &mut WriteTx<'_>, row: &PlaceRow) -> Result<()> {
    let binds = vec![
        row.number.into(),
        (&row.id).into(),
        (&row.kind).into(),
        (&row.code).into(),
        (&row.name).into(),
        row.parent.into(),
        (&row.path).into(),
        row.is_known.into(),
        row.created_at.into(),
    ];
    exec::execute_exactly(tx, 1, "stores.insert", binds).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<PlaceRow>> {
    exec::optional(tx, "stores.get", vec![id.into()], read).await
}

/// All of them; what is above comes before what is below.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<PlaceRow>> {
    exec::all(tx, "stores.list", vec![], read).await
}

/// Code and number of those of the codes that there are.
pub async fn by_codes(tx: &mut ReadTx<'_>, codes: &[String]) -> Result<Vec<(String, i64)>> {
    let bind = |code: &String, binder: &mut Binder| binder.text(code);
    exec::lookup(tx, "stores.by_codes", &[], codes, bind, |row| Ok((row.text(0)?, row.i64(1)?))).await
}

pub async fn name_of_code(tx: &mut ReadTx<'_>, code: &str) -> Result<Option<String>> {
    exec::optional(tx, "stores.name_of_code", vec![code.into()], |row| row.text(0)).await
}

/// Changes code, name, parent and whether it is known, if `row.version` is still the stored one; false where it is not.
pub async fn update(tx: &mut WriteTx<'_>, row: &PlaceRow) -> Result<bool> {
    let binds = vec![
        (&row.id).into(),
        row.version.into(),
        (&row.code).into(),
        (&row.name).into(),
        row.parent.into(),
        row.is_known.into(),
    ];
    Ok(exec::execute(tx, "stores.update", binds).await? == 1)
}

/// What is below the path comes below the other one; returns how many places that are, itself among them.
pub async fn set_paths(tx: &mut WriteTx<'_>, path: &str, new_path: &str) -> Result<u64> {
    let behind = i64::try_from(path.len()).unwrap_or(i64::MAX) + 1;
    let binds = vec![path.into(), path_end(path).into(), behind.into(), new_path.into()];
    exec::execute(tx, "stores.set_paths", binds).await
}

pub async fn insert_move(
    tx: &mut WriteTx<'_>,
    place: i64,
    parents: (Option<i64>, Option<i64>),
    moved_by: &str,
    at: Instant,
) -> Result<()> {
    let binds = vec![place.into(), parents.0.into(), parents.1.into(), moved_by.into(), at.into()];
    exec::execute_exactly(tx, 1, "stores.insert_move", binds).await
}

/// The oldest first.
pub async fn moves(tx: &mut ReadTx<'_>, place: i64) -> Result<Vec<MoveRow>> {
    exec::all(tx, "stores.moves", vec![place.into()], |row| {
        Ok(MoveRow { from: row.opt_text(0)?, to: row.opt_text(1)?, moved_by: row.text(2)?, at: row.instant(3)? })
    })
    .await
}

/// The user sees what is below this place only, or everybody where there is none; takes the place of an earlier binding.
pub async fn bind(tx: &mut WriteTx<'_>, user_id: &str, place: Option<i64>) -> Result<()> {
    exec::execute_exactly(tx, 1, "stores.bind", vec![user_id.into(), place.into()]).await
}

/// `false` where the user was not bound.
pub async fn unbind(tx: &mut WriteTx<'_>, user_id: &str) -> Result<bool> {
    Ok(exec::execute(tx, "stores.unbind", vec![user_id.into()]).await? == 1)
}

/// Users with the id of the place that each is bound to; none: the user sees everybody, by an administrator's word.
pub async fn bindings(tx: &mut ReadTx<'_>) -> Result<Vec<(String, Option<String>)>> {
    exec::all(tx, "stores.bindings", vec![], |row| Ok((row.text(0)?, row.opt_text(1)?))).await
}

/// Whom a user sees: an administrator everyone, whatever they were before; else what is below the place of a binding, or everyone by a binding that says so; else, of a clerk, the
/// customers of the store that the clerk is in now, and nobody where that is none; else everyone. A clerk is who has the
/// role, registered or not, and who is registered as one, whatever the role is now.
pub async fn seen_by(tx: &mut ReadTx<'_>, user_id: &str) -> Result<Scope> {
    let binds = vec![user_id.into(), Role::Clerk.code().into(), Role::Administrator.code().into()];
    exec::one(tx, "stores.seen_by", binds, |row| {
        let is_administrator = row.opt_text(0)?.is_some();
        let (is_bound, bound_to) = (row.opt_text(1)?.is_some(), row.opt_text(2)?);
        let (is_clerk, works_in) = (row.opt_text(3)?.is_some(), row.opt_text(4)?);
        Ok(match (is_bound, is_clerk) {
            _ if is_administrator => Scope::Everyone,
            (true, _) => bound_to.map_or(Scope::Everyone, Scope::Below),
            (false, true) => works_in.map_or(Scope::Nobody, Scope::Below),
            (false, false) => Scope::Everyone,
        })
    })
    .await
}

/// Of all claims to a profile the smallest of (rank, instant, place) holds. A profile may stand only once in `rows`.
pub async fn claim(tx: &mut WriteTx<'_>, rows: &[ClaimRow]) -> Result<()> {
    exec::bulk(tx, "stores.claim", rows, |row, binder| {
        binder.i64(row.part_number);
        binder.i64(row.place);
        binder.i64(row.rank);
        binder.i64(row.at);
    })
    .await
    .map(|_| ())
}

pub async fn of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<PartStoreRow>> {
    let bind = |number: &i64, binder: &mut Binder| binder.i64(*number);
    exec::lookup(tx, "stores.of_parts", &[], parts, bind, |row| {
        Ok(PartStoreRow { part_number: row.i64(0)?, place_id: row.text(1)?, rank: row.i64(2)?, at: row.i64(3)? })
    })
    .await
}

/// How many customers each store has that has any. A customer of several profiles counts in the store of each.
pub async fn count_customers(tx: &mut ReadTx<'_>) -> Result<Vec<(i64, i64)>> {
    exec::all(tx, "stores.count_customers", vec![], |row| Ok((row.i64(0)?, row.i64(1)?))).await
}

/// Returns how many there were.
pub async fn remove_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "stores.remove_parts", parts, |number, binder| binder.i64(*number)).await
}

fn read(row: &Row<'_>) -> Result<PlaceRow> {
    Ok(PlaceRow {
        number: row.i64(0)?,
        id: row.text(1)?,
        kind: row.text(2)?,
        code: row.opt_text(3)?,
        name: row.text(4)?,
        parent: row.opt_i64(5)?,
        path: row.text(6)?,
        is_known: row.bool(7)?,
        created_at: row.instant(8)?,
        version: row.i64(9)?,
    })
}

//! Who invited or shared to whom, as it was told.
//!
//! Tables: `shares` (whose each is), `relations` (by whom a profile came: an identifier or a share, with the first time
//! that it was told). Which word holds, and whom it leads to, is worked out when it is asked for, so that nothing
//! depends on the order of arrival or on merges. A row names an identifier of another person: it goes with either.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShareRow {
    pub share_id: String,
    pub part_number: i64,
    pub at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelationRow {
    pub part_number: i64,
    /// A type of identifiers, or `share`.
    pub inviter_kind: String,
    pub inviter_value: String,
    pub at: i64,
    pub source: String,
}

fn bind_number(number: &i64, binder: &mut Binder) {
    binder.i64(*number);
}

fn bind_key(key: &(&str, &str), binder: &mut Binder) {
    binder.text(key.0);
    binder.text(key.1);
}

/// A share may stand only once in `rows`.
pub async fn note_shares(tx: &mut WriteTx<'_>, rows: &[ShareRow]) -> Result<()> {
    exec::bulk(tx, "relations.note_shares", rows, |row, binder| {
        binder.text(&row.share_id);
        binder.i64(row.part_number);
        binder.i64(row.at);
    })
    .await
    .map(|_| ())
}

/// A profile and inviter may stand only once in `rows`.
pub async fn note(tx: &mut WriteTx<'_>, rows: &[RelationRow]) -> Result<()> {
    exec::bulk(tx, "relations.note", rows, |row, binder| {
        binder.i64(row.part_number);
        binder.text(&row.inviter_kind);
        binder.text(&row.inviter_value);
        binder.i64(row.at);
        binder.text(&row.source);
    })
    .await
    .map(|_| ())
}

fn read(row: &Row<'_>) -> Result<RelationRow> {
    Ok(RelationRow {
        part_number: row.i64(0)?,
        inviter_kind: row.text(1)?,
        inviter_value: row.text(2)?,
        at: row.i64(3)?,
        source: row.text(4)?,
    })
}

fn read_share(row: &Row<'_>) -> Result<ShareRow> {
    Ok(ShareRow { share_id: row.text(0)?, part_number: row.i64(1)?, at: row.i64(2)? })
}

/// What was told of these profiles.
pub async fn of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<RelationRow>> {
    exec::lookup(tx, "relations.of_parts", &[], parts, bind_number, read).await
}

/// What names one of these inviters, by kind and value.
pub async fn naming(tx: &mut ReadTx<'_>, inviters: &[(&str, &str)]) -> Result<Vec<RelationRow>> {
    exec::lookup(tx, "relations.naming", &[], inviters, bind_key, read).await
}

pub async fn shares(tx: &mut ReadTx<'_>, ids: &[&str]) -> Result<Vec<ShareRow>> {
    exec::lookup(tx, "relations.shares", &[], ids, |id, binder| binder.text(id), read_share).await
}

pub async fn shares_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<ShareRow>> {
    exec::lookup(tx, "relations.shares_of_parts", &[], parts, bind_number, read_share).await
}

/// Customers with how many others came by them from the one instant until before the other, ascending. Reads all that was
/// told.
pub async fn readers(tx: &mut ReadTx<'_>, from: i64, until: i64) -> Result<Vec<(i64, i64)>> {
    exec::all(tx, "relations.readers", vec![from.into(), until.into()], read_pair).await
}

/// Of the customers who came by somebody, those who registered first from the one instant until before the other, with when;
/// ascending. Reads all that was told.
pub async fn registered(tx: &mut ReadTx<'_>, from: i64, until: i64) -> Result<Vec<(i64, i64)>> {
    exec::all(tx, "relations.registered", vec![from.into(), until.into()], read_pair).await
}

fn read_pair(row: &Row<'_>) -> Result<(i64, i64)> {
    Ok((row.i64(0)?, row.i64(1)?))
}

/// Removes what was told of these profiles, and their shares; returns how many rows there were.
pub async fn remove_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    let relations = exec::bulk(tx, "relations.remove", parts, bind_number).await?;
    Ok(relations + exec::bulk(tx, "relations.remove_shares", parts, bind_number).await?)
}

/// Removes what names these inviters; returns how many rows there were.
pub async fn remove_naming(tx: &mut WriteTx<'_>, inviters: &[(&str, &str)]) -> Result<u64> {
    exec::bulk(tx, "relations.remove_naming", inviters, bind_key).await
}

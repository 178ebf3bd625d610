//! The preference centre: the register of topics, and what profiles picked.
//!
//! Tables: `topics`, `topic_picks` (by profile; rows are only added, and go with their profile). Which pick holds is
//! worked out by the domain. JSON is opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicRow {
    pub code: String,
    pub name: String,
    pub description: String,
    pub is_archived: bool,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickRow {
    /// Made of the fact's key: a fact adds one row.
    pub id: String,
    pub part_number: i64,
    /// JSON: a list of codes.
    pub topics: String,
    pub at: i64,
    pub recorded_at: i64,
    pub source: String,
}

/// False where the code is taken.
pub async fn insert(tx: &mut WriteTx<'_>, row: &TopicRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        (&row.name).into(),
        (&row.description).into(),
        row.is_archived.into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    Ok(exec::execute(tx, "topics.insert", binds).await? == 1)
}

/// Writes all but who made it, of the version in `row`; false where that is not the stored one any more.
pub async fn replace(tx: &mut WriteTx<'_>, row: &TopicRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        (&row.name).into(),
        (&row.description).into(),
        row.is_archived.into(),
        row.version.into(),
    ];
    Ok(exec::execute(tx, "topics.replace", binds).await? == 1)
}

/// By code.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<TopicRow>> {
    exec::all(tx, "topics.list", vec![], |row| {
        Ok(TopicRow {
            code: row.text(0)?,
            name: row.text(1)?,
            description: row.text(2)?,
            is_archived: row.bool(3)?,
            created_by: row.text(4)?,
            created_at: row.instant(5)?,
            version: row.i64(6)?,
        })
    })
    .await
}

/// What is there already stays as it is; returns how many were new.
pub async fn add_picks(tx: &mut WriteTx<'_>, rows: &[PickRow]) -> Result<u64> {
    exec::bulk(tx, "topics.add_picks", rows, |row, binder| {
        binder.text(&row.id);
        binder.i64(row.part_number);
        binder.text(&row.topics);
        binder.i64(row.at);
        binder.i64(row.recorded_at);
        binder.text(&row.source);
    })
    .await
}

/// The newest first.
pub async fn picks_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<PickRow>> {
    let bind = |part: &i64, binder: &mut crate::row::Binder| binder.i64(*part);
    let mut rows = exec::lookup(tx, "topics.picks_of_parts", &[], parts, bind, |row| {
        Ok(PickRow {
            id: row.text(0)?,
            part_number: row.i64(1)?,
            topics: row.text(2)?,
            at: row.i64(3)?,
            recorded_at: row.i64(4)?,
            source: row.text(5)?,
        })
    })
    .await?;
    rows.sort_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
    Ok(rows)
}

/// Removes what these profiles picked; returns how many rows there were.
pub async fn remove_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "topics.remove_picks", parts, |part, binder| binder.i64(*part)).await
}

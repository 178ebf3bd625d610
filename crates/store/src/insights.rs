//! The register of innovation tests, and attributes with importance and satisfaction.
//!
//! Tables: `innovation_tests`, `attributes`. Invariant: a test that is closed never changes again. JSON is opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Row};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestRow {
    pub id: String,
    pub name: String,
    pub innovation: String,
    pub hypothesis: String,
    pub started_on: i64,
    /// JSON.
    pub arms: String,
    /// `running` or `closed`.
    pub state: String,
    pub closing: Option<ClosingRow>,
    pub created_by: String,
    pub created_at: i64,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingRow {
    pub verdict: String,
    pub note: String,
    /// JSON.
    pub comparisons: String,
    pub by: String,
    pub at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeRow {
    pub id: String,
    pub name: String,
    /// In hundredths.
    pub importance: i64,
    pub satisfaction: i64,
    pub ratings: i64,
    pub owner_id: String,
    pub due_on: i64,
    pub note: String,
    pub is_done: bool,
    pub created_at: i64,
    pub version: i64,
}

/// In state `running`, version 1.
pub async fn insert_test(tx: &mut WriteTx<'_>, row: &TestRow) -> Result<()> {
    let mut binds = vec![(&row.id).into()];
    binds.extend(said_of(row));
    binds.extend([(&row.created_by).into(), row.created_at.into()]);
    exec::execute_exactly(tx, 1, "insights.insert_test", binds).await
}

fn said_of(row: &TestRow) -> [Bind; 5] {
    [(&row.name).into(), (&row.innovation).into(), (&row.hypothesis).into(), row.started_on.into(), (&row.arms).into()]
}

/// The newest first.
pub async fn tests(tx: &mut ReadTx<'_>) -> Result<Vec<TestRow>> {
    exec::all(tx, "insights.tests", vec![], read_test).await
}

pub async fn test(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<TestRow>> {
    exec::optional(tx, "insights.test", vec![id.into()], read_test).await
}

fn read_test(row: &Row<'_>) -> Result<TestRow> {
    let closing = match (row.opt_text(7)?, row.opt_i64(11)?) {
        (Some(verdict), Some(at)) => Some(ClosingRow {
            verdict,
            note: row.opt_text(8)?.unwrap_or_default(),
            comparisons: row.opt_text(9)?.unwrap_or_default(),
            by: row.opt_text(10)?.unwrap_or_default(),
            at,
        }),
        _ => None,
    };
    Ok(TestRow {
        id: row.text(0)?,
        name: row.text(1)?,
        innovation: row.text(2)?,
        hypothesis: row.text(3)?,
        started_on: row.i64(4)?,
        arms: row.text(5)?,
        state: row.text(6)?,
        closing,
        created_by: row.text(12)?,
        created_at: row.i64(13)?,
        version: row.i64(14)?,
    })
}

/// What a person says of it, of the version in `row`; false where that is not the stored one any more, or it is closed.
pub async fn update_test(tx: &mut WriteTx<'_>, row: &TestRow) -> Result<bool> {
    let mut binds = vec![(&row.id).into(), row.version.into()];
    binds.extend(said_of(row));
    Ok(exec::execute(tx, "insights.update_test", binds).await? == 1)
}

/// False where `version` is not the stored one any more, or it is closed.
pub async fn close_test(tx: &mut WriteTx<'_>, id: &str, version: i64, closing: &ClosingRow) -> Result<bool> {
    let binds = vec![
        id.into(),
        version.into(),
        (&closing.verdict).into(),
        (&closing.note).into(),
        (&closing.comparisons).into(),
        (&closing.by).into(),
        closing.at.into(),
    ];
    Ok(exec::execute(tx, "insights.close_test", binds).await? == 1)
}

pub async fn insert_attribute(tx: &mut WriteTx<'_>, row: &AttributeRow) -> Result<()> {
    let mut binds = vec![(&row.id).into()];
    binds.extend(attribute_said(row));
    binds.push(row.created_at.into());
    exec::execute_exactly(tx, 1, "insights.insert_attribute", binds).await
}

fn attribute_said(row: &AttributeRow) -> [Bind; 8] {
    [
        (&row.name).into(),
        row.importance.into(),
        row.satisfaction.into(),
        row.ratings.into(),
        (&row.owner_id).into(),
        row.due_on.into(),
        (&row.note).into(),
        row.is_done.into(),
    ]
}

/// The oldest first.
pub async fn attributes(tx: &mut ReadTx<'_>) -> Result<Vec<AttributeRow>> {
    exec::all(tx, "insights.attributes", vec![], |row| {
        Ok(AttributeRow {
            id: row.text(0)?,
            name: row.text(1)?,
            importance: row.i64(2)?,
            satisfaction: row.i64(3)?,
            ratings: row.i64(4)?,
            owner_id: row.text(5)?,
            due_on: row.i64(6)?,
            note: row.text(7)?,
            is_done: row.bool(8)?,
            created_at: row.i64(9)?,
            version: row.i64(10)?,
        })
    })
    .await
}

/// Of the version in `row`; false where that is not the stored one any more.
pub async fn update_attribute(tx: &mut WriteTx<'_>, row: &AttributeRow) -> Result<bool> {
    let mut binds = vec![(&row.id).into(), row.version.into()];
    binds.extend(attribute_said(row));
    Ok(exec::execute(tx, "insights.update_attribute", binds).await? == 1)
}

/// False where there is none.
pub async fn remove_attribute(tx: &mut WriteTx<'_>, id: &str) -> Result<bool> {
    Ok(exec::execute(tx, "insights.remove_attribute", vec![id.into()]).await? == 1)
}

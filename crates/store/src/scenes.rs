//! The journey map: what was counted of each scene, by UTC day.
//!
//! Table: `scene_counts`. Counts name nobody, so that they stay when somebody is erased; they are added to in the commit that
//! applies the facts, once for each.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use perennial_domain::scenes::SceneCounts;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRow {
    /// Days since 1970, in UTC.
    pub day: i64,
    pub counts: SceneCounts,
}

/// All scenes of which anything was counted, by name.
pub async fn known(tx: &mut ReadTx<'_>) -> Result<Vec<String>> {
    exec::all(tx, "scenes.known", vec![], |row| row.text(0)).await
}

/// Adds to what is there; a scene and day may stand only once in `rows`.
pub async fn add(tx: &mut WriteTx<'_>, rows: &[DayRow]) -> Result<()> {
    let touched = exec::bulk(tx, "scenes.add", rows, |row, binder| {
        binder.text(&row.counts.scene);
        binder.i64(row.day);
        binder.i64(row.counts.entered);
        binder.i64(row.counts.completed);
        binder.i64(row.counts.rated);
        binder.i64(row.counts.satisfied);
    })
    .await?;
    exec::expect_rows("scenes.add", rows.len(), touched)
}

/// By scene, over these days, the first and the last among them.
pub async fn counts(tx: &mut ReadTx<'_>, first_day: i64, last_day: i64) -> Result<Vec<SceneCounts>> {
    exec::all(tx, "scenes.counts", vec![first_day.into(), last_day.into()], |row| {
        Ok(SceneCounts {
            scene: row.text(0)?,
            entered: row.i64(1)?,
            completed: row.i64(2)?,
            rated: row.i64(3)?,
            satisfied: row.i64(4)?,
        })
    })
    .await
}

//! Layers by the names of their stages, without their rules: for whoever speaks of stages and does not ask who is in them.

use perennial_store::layers as table;
use perennial_store::{ReadTx, StoreError};
use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedLayer {
    pub code: String,
    pub name: String,
    /// Then nobody is in its stages.
    pub is_archived: bool,
    /// In their order.
    pub stages: Vec<NamedStage>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct NamedStage {
    /// Of its segment.
    pub code: String,
    pub name: String,
}

impl NamedLayer {
    pub(crate) fn codes(&self) -> Vec<&str> {
        self.stages.iter().map(|stage| stage.code.as_str()).collect()
    }
}

/// By code, the archived ones too.
pub(crate) async fn named_layers(tx: &mut ReadTx<'_>) -> Result<Vec<NamedLayer>, StoreError> {
    let rows = table::all(tx).await?.into_iter().map(|row| {
        let wrong = |_| StoreError::Inconsistency { table: "layer_versions", column: "stages", row: row.code.clone() };
        Ok(NamedLayer {
            stages: serde_json::from_str(&row.newest.stages).map_err(wrong)?,
            name: row.newest.name,
            is_archived: row.archived_at.is_some(),
            code: row.code,
        })
    });
    rows.collect()
}

//! What was found, as it is kept: one JSON document.

use super::ClusteringError;
use perennial_domain::cluster::{Driver, Model, Portrait, Tried};
use serde::{Deserialize, Serialize};

pub const RESULT_VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusteringResult {
    pub version: u32,
    pub model: Model,
    pub tried: Vec<Tried>,
    /// Customers by whom the silhouettes were computed.
    pub judged_by: u64,
    /// Of density: of so many who were looked at (the second), so many lie in no dense place.
    pub left_out: Option<(u64, u64)>,
    pub features: Vec<FeatureResult>,
    /// Whom it divides, as of the last time that everybody was placed.
    pub people: u64,
    /// Of them, those who are in no cluster.
    pub unplaced: u64,
    pub placed_at: i64,
    pub clusters: Vec<Portrait>,
    pub active: u64,
    pub inactive: u64,
    pub drivers: Vec<Driver>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeatureResult {
    pub name_zh: String,
    pub name_en: String,
    /// Figures are minor units.
    pub is_money: bool,
    /// Of all of whom it is known, in natural units.
    pub mean: Option<f64>,
    /// Of how many it is not known: they count as the median.
    pub missing: u64,
}

impl ClusteringResult {
    pub fn read(text: &str) -> Result<Self, ClusteringError> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let version = serde_json::from_str::<Version>(text).map_err(|_| ClusteringError::OtherVersion)?;
        if version.version != RESULT_VERSION {
            return Err(ClusteringError::OtherVersion);
        }
        serde_json::from_str(text).map_err(|_| ClusteringError::OtherVersion)
    }

    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

//! How many are in each stage of a layer, now.

use super::error::LayerError;
use super::register::{Layer, layer_in_tx};
use crate::App;
use crate::access::{Actor, require};
use crate::segments::live::{Live, segment_sets};
use perennial_domain::access::Right;
use perennial_domain::time::Instant;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageCounts {
    pub layer: Layer,
    /// In the order of the stages.
    pub counts: Vec<u64>,
    /// Who is in none of them.
    pub outside: u64,
    pub everybody: u64,
    pub as_of: Instant,
}

/// Of the customers whom the actor sees. An archived layer has nobody.
pub async fn count_stages(app: &App, live: &Arc<Live>, actor: &Actor, code: &str) -> Result<StageCounts, LayerError> {
    require(actor, Right::CustomersRead)?;
    let layer = layer_in_tx(&mut app.store.read().await?, code).await?;
    let codes: Vec<&str> = layer.newest.stages.iter().map(|one| one.code.as_str()).collect();
    let found = segment_sets(app, live, actor, &codes).await?;
    let counts: Vec<u64> = found.sets.iter().map(|set| set.len()).collect();
    let outside = found.everybody.len() - counts.iter().sum::<u64>().min(found.everybody.len());
    Ok(StageCounts { counts, outside, everybody: found.everybody.len(), as_of: found.as_of, layer })
}

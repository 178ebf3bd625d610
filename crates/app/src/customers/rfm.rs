//! How many customers stand in each RFM cell.

use super::error::CustomerError;
use crate::App;
use perennial_store::values;
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RfmCell {
    pub r: i64,
    pub f: i64,
    pub m: i64,
    pub customers: i64,
    pub revenue_minor: i64,
}

/// All 125 cells, also the empty ones, in the order of their digits.
pub async fn rfm_cells(app: &App) -> Result<Vec<RfmCell>, CustomerError> {
    const SCORES: std::ops::RangeInclusive<i64> = 1..=5;
    let mut tx = app.store.read().await?;
    let counts = values::cell_counts(&mut tx).await?;
    let by_cell: HashMap<_, _> = counts.into_iter().map(|count| ((count.r, count.f, count.m), count)).collect();
    let mut cells = Vec::with_capacity(125);
    for r in SCORES {
        for f in SCORES {
            for m in SCORES {
                let count = by_cell.get(&(r, f, m));
                let customers = count.map_or(0, |count| count.customers);
                let revenue_minor = count.map_or(0, |count| count.monetary_minor);
                cells.push(RfmCell { r, f, m, customers, revenue_minor });
            }
        }
    }
    Ok(cells)
}

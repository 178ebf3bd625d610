//! What the home page shows beside the last value run: freshness, waiting work.

use crate::App;
use crate::imports::{self, ImportView};
use crate::value::{self, ValueResult};
use perennial_domain::settings::Settings;
use perennial_store::{customers, imports as import_table, jobs, journal};

#[derive(Debug, thiserror::Error)]
pub enum OverviewError {
    #[error(transparent)]
    Store(#[from] perennial_store::StoreError),
    #[error(transparent)]
    Value(#[from] value::ValueError),
    #[error(transparent)]
    Import(#[from] imports::ImportError),
}

pub struct Overview {
    pub settings: Settings,
    pub customers: i64,
    pub buyers: i64,
    /// Instant of the last purchase of a known customer, µs UTC.
    pub last_purchase_at: Option<i64>,
    pub last_import: Option<ImportView>,
    pub value: Option<ValueResult>,
    /// Accepted facts that are not in history yet.
    pub waiting_facts: i64,
    /// What customers bought has changed since the last value run looked at it.
    pub stale: bool,
    pub jobs_running: i64,
    pub jobs_dead: i64,
    pub imports_unfinished: usize,
}

pub async fn overview(app: &App) -> Result<Overview, OverviewError> {
    let value = value::latest(app).await?;
    let mut tx = app.store.read().await?;
    let settings = crate::settings::current(&mut tx).await?;
    let last_import = import_table::latest_done(&mut tx).await?.map(|row| imports::view_or_failure(&row));
    let waiting = journal::counts(&mut tx).await?;
    let queue = jobs::counts(&mut tx).await?;
    Ok(Overview {
        customers: customers::count_all(&mut tx).await?,
        buyers: customers::buyers(&mut tx).await?,
        last_purchase_at: customers::purchase_span(&mut tx).await?.map(|(_, last)| last),
        stale: value::is_stale(&mut tx).await?,
        waiting_facts: waiting.accepted_facts + waiting.set_aside_facts + waiting.applied_facts,
        jobs_running: queue.running,
        jobs_dead: queue.dead,
        imports_unfinished: import_table::unfinished(&mut tx).await?.len(),
        settings,
        last_import,
        value,
    })
}

//! What the home page shows beside the last value run: freshness, waiting work.

use crate::App;
use crate::access::Actor;
use crate::imports::{self, ImportView};
use crate::value::{self, ValueResult};
use perennial_domain::settings::Settings;
use perennial_store::customers::CustomerFilter;
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

/// For somebody who sees a part of the customers only: their number and what they did; what is of the whole workspace, such
/// as values and files, is left out.
pub async fn overview(app: &App, actor: &Actor) -> Result<Overview, OverviewError> {
    let scope = actor.scope();
    let value = if scope.is_everyone() { value::latest(app).await? } else { None };
    let mut tx = app.store.read().await?;
    let settings = crate::settings::current(&mut tx).await?;
    let last_import = import_table::latest_done(&mut tx).await?.filter(|_| scope.is_everyone());
    let last_import = last_import.map(|row| imports::view_or_failure(&row));
    let waiting = journal::counts(&mut tx).await?;
    let queue = jobs::counts(&mut tx).await?;
    Ok(Overview {
        customers: customers::count(&mut tx, scope, &CustomerFilter::default()).await?,
        buyers: customers::buyers(&mut tx, scope).await?,
        last_purchase_at: customers::last_purchase(&mut tx, scope).await?,
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

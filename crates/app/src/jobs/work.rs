//! From a job to the use case that does it.

use super::{Job, JobError};
use crate::App;
use crate::pace::usual_or_small;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_history::HistoryError;

pub async fn run(app: &App, job: &Job) -> Result<(), JobError> {
    match job {
        Job::Import { import_id } => crate::imports::run_job(app, import_id).await,
        Job::ValueRun { run_id } => crate::value::run_job(app, run_id).await,
        Job::Compact => compact(app).await.map_err(|error| JobError::Retry(error.to_string())),
        Job::Scores => crate::scores::run_job(app).await,
        Job::CleanUp => crate::clean_up::clean_up(app).await.map_err(|error| JobError::Retry(error.to_string())),
        Job::Erase { erasure_id } => crate::privacy::run_job(app, erasure_id).await,
        Job::Withdraw { withdrawal_id } => crate::consent::run_job(app, withdrawal_id).await,
        Job::Cluster { clustering_id } => crate::clusters::run_job(app, clustering_id).await,
        Job::AssignClusters { clustering_id } => crate::clusters::assign_job(app, clustering_id).await,
        Job::TagAudience { audience_id } => crate::audiences::run_job(app, audience_id).await,
        Job::ProveLedger => crate::rewards::run_job(app).await,
        Job::RenameCustomers => {
            crate::fields::rename_customers(app).await.map(drop).map_err(|error| JobError::Retry(error.to_string()))
        }
        Job::RecountMonths => {
            crate::pipeline::recount_months(app).await.map(drop).map_err(|error| JobError::Retry(error.to_string()))
        }
    }
}

/// A bucket with more files than this is worth rewriting.
const COMPACT_FILES_MIN: usize = 8;
/// Readers that began before a compaction have this long to end: no value run takes hours.
const REPLACED_FILES_KEPT_MICROS: i64 = MICROS_PER_DAY;

async fn compact(app: &App) -> Result<(), HistoryError> {
    app.history.compact(usual_or_small(COMPACT_FILES_MIN, 1)).await?;
    app.history.vacuum_orphans(Instant(app.clock.now().0 - REPLACED_FILES_KEPT_MICROS)).await?;
    Ok(())
}

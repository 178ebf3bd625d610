//! From a job to the use case that does it.

use super::{Job, JobError};
use crate::App;

pub async fn run(app: &App, job: &Job) -> Result<(), JobError> {
    match job {
        Job::Import { import_id } => crate::imports::run_job(app, import_id).await,
        Job::ValueRun { run_id } => crate::value::run_job(app, run_id).await,
        Job::Compact => {
            app.history.compact(COMPACT_FILES_MIN).await.map(drop).map_err(|error| JobError::Retry(error.to_string()))
        }
        Job::RecountMonths => {
            crate::pipeline::recount_months(app).await.map(drop).map_err(|error| JobError::Retry(error.to_string()))
        }
    }
}

/// A bucket with more files than this is worth rewriting.
const COMPACT_FILES_MIN: usize = 8;

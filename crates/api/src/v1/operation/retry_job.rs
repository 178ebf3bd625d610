//! Another try for a dead job.

use crate::auth::{Allowed, JobsManage};
use crate::extract::ApiPath;
use crate::problem::{Code, Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::jobs::{self, RetryOutcome};

/// Puts a dead job back in the queue.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/retry", operation_id = "retry_job", tag = "operation",
    security(("session" = ["jobs.manage"]), ("token" = ["jobs.manage"])),
    params(("id" = String, Path, example = "job_1c9f0x3abcdefghjk")),
    responses(
        (status = 202),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: there is no dead job with this id, or the same job waits already"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<JobsManage>,
    ApiPath(id): ApiPath,
) -> Result<StatusCode, Problem> {
    match jobs::retry_dead(&state.app, &actor, &id).await.map_err(crate::problem_of_store)? {
        RetryOutcome::Queued => Ok(StatusCode::ACCEPTED),
        RetryOutcome::NotDead => Err(Problem::new(Code::Conflict, "there is no dead job with this id")),
        RetryOutcome::SameJobWaits => Err(Problem::new(Code::Conflict, "the same job waits or runs already")),
    }
}

//! Background jobs.

use crate::auth::{Allowed, JobsManage};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::jobs;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "jobs";
const STATES: [&str; 4] = ["waiting", "running", "done", "dead"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct JobParams {
    /// `waiting`, `running`, `done` or `dead`.
    pub state: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct JobPage {
    pub items: Vec<JobDto>,
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct JobDto {
    #[schema(example = "job_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "value_run")]
    pub name: String,
    #[schema(example = "dead")]
    pub state: String,
    pub attempt: i64,
    pub max_attempts: i64,
    #[schema(format = DateTime)]
    pub run_at: String,
    pub last_error: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// Background jobs, the newest first.
#[utoipa::path(
    get, path = "/api/v1/jobs", operation_id = "list_jobs", tag = "operation",
    security(("session" = ["jobs.manage"]), ("token" = ["jobs.manage"])), params(JobParams),
    responses(
        (status = 200, body = JobPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    _: Allowed<JobsManage>,
    ApiQuery(params): ApiQuery<JobParams>,
) -> Result<Json<JobPage>, Problem> {
    let wanted = params.state.as_deref();
    if wanted.is_some_and(|wanted| !STATES.contains(&wanted)) {
        return Err(Problem::invalid(vec![ProblemField::new("state", "unknown_value", STATES.join(", "))]));
    }
    let limit = page::checked_limit(params.limit)?;
    let after = params.cursor.as_deref().map(|cursor| page::decode(LIST, cursor)).transpose()?;
    let mut rows =
        jobs::list(&state.app, wanted, after.as_deref(), limit as i64 + 1).await.map_err(crate::problem_of_store)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = if more { rows.last().map(|row| page::encode(LIST, &row.id)) } else { None };
    let items = rows.into_iter().map(|row| JobDto {
        id: row.id,
        name: row.name,
        state: row.state,
        attempt: row.attempt,
        max_attempts: row.max_attempts,
        run_at: Instant(row.run_at).rfc3339(),
        last_error: row.last_error,
        created_at: Instant(row.created_at).rfc3339(),
    });
    Ok(Json(JobPage { items: items.collect(), next_cursor }))
}

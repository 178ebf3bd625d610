//! Value runs.

use super::problem_of_value;
use super::run_dto::ValueRunDto;
use crate::auth::{Allowed, ValueRead};
use crate::extract::ApiQuery;
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::value;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const LIST: &str = "value_runs";

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ValueRunPage {
    pub items: Vec<ValueRunDto>,
    pub next_cursor: Option<String>,
}

/// Value runs, the newest first.
#[utoipa::path(
    get, path = "/api/v1/value/runs", operation_id = "list_value_runs", tag = "value",
    security(("session" = ["value.read"]), ("token" = ["value.read"])), params(PageParams),
    responses(
        (status = 200, body = ValueRunPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    _: Allowed<ValueRead>,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<ValueRunPage>, Problem> {
    let (limit, after) = (params.limit()?, params.after(LIST)?);
    let mut runs = value::list_runs(&state.app, after.as_deref(), limit as i64 + 1).await.map_err(problem_of_value)?;
    let more = runs.len() > limit;
    runs.truncate(limit);
    let next_cursor = if more { runs.last().map(|run| page::encode(LIST, &run.id)) } else { None };
    Ok(Json(ValueRunPage { items: runs.into_iter().map(ValueRunDto::from).collect(), next_cursor }))
}

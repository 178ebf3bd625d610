//! All paths, and how many have gone them.

use super::path_dto::PathsDto;
use super::{days_of, problem_of_paths, today};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::paths;
use perennial_app::settings;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PathsParams {
    /// The first day, in the brand's zone; a year up to the last when absent.
    #[param(example = "2026-11-01")]
    pub from: Option<String>,
    /// The last day; today when absent.
    #[param(example = "2026-11-30")]
    pub until: Option<String>,
}

/// The preset paths and the brand's own, each with its steps, how many customers have completed it within the days and by
/// month, and how many have come how far. Of customers whom you see.
#[utoipa::path(
    get, path = "/api/v1/paths", operation_id = "get_paths", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(PathsParams),
    responses(
        (status = 200, body = PathsDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<PathsParams>,
) -> Result<impl IntoResponse, Problem> {
    let zone = settings::zone_of(&state.app).await.map_err(crate::problem_of_store)?;
    let (from, until) = days_of(params.from.as_deref(), params.until.as_deref(), today(&state, &zone))?;
    let found = paths::path_figures(&state.app, &actor, from, until, &state.paths).await;
    let found = found.map_err(problem_of_paths)?;
    Ok((AppendHeaders(etag(found.version)), Json(PathsDto::from(found))))
}

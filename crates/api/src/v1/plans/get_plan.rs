//! The tracking plan of a source.

use super::plan_dto::PlanDto;
use super::problem_of_plans;
use crate::auth::{Allowed, SourcesRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::plans;

/// The draft and the frozen version of a source's plan. A source without one has an empty plan of version 0.
#[utoipa::path(
    get, path = "/api/v1/sources/{id}/plan", operation_id = "get_plan", tag = "sources",
    security(("session" = ["sources.read"]), ("token" = ["sources.read"])),
    params(("id" = String, Path, example = "src_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = PlanDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesRead>,
    ApiPath(id): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let plan = plans::get_plan(&state.app, &actor, &id).await.map_err(problem_of_plans)?;
    Ok((AppendHeaders(etag(plan.version)), Json(PlanDto::from(plan))))
}

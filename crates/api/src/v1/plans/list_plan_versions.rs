//! The frozen versions of a source's plan.

use super::plan_dto::PlanVersionDto;
use super::problem_of_plans;
use crate::auth::{Allowed, SourcesRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::plans;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const LIST: &str = "plan_versions";

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlanVersionPage {
    /// The newest first.
    pub items: Vec<PlanVersionDto>,
    pub next_cursor: Option<String>,
}

/// The frozen versions, each with what it changed.
#[utoipa::path(
    get, path = "/api/v1/sources/{id}/plan/versions", operation_id = "list_plan_versions", tag = "sources",
    security(("session" = ["sources.read"]), ("token" = ["sources.read"])),
    params(("id" = String, Path, example = "src_1c9f0x3abcdefghjk"), PageParams),
    responses(
        (status = 200, body = PlanVersionPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_request; invalid_cursor"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<PlanVersionPage>, Problem> {
    let before = params.after(LIST)?.map(|key| key.parse().map_err(|_| page::invalid_cursor())).transpose()?;
    let limit = params.limit()?;
    let found = plans::list_versions(&state.app, &actor, &id, before, limit).await.map_err(problem_of_plans)?;
    Ok(Json(PlanVersionPage {
        items: found.versions.into_iter().map(PlanVersionDto::from).collect(),
        next_cursor: found.next_before.map(|number| page::encode(LIST, &number.to_string())),
    }))
}

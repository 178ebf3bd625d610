//! How a segment would be shared out over groups.

use super::community_dto::CommunityPreviewDto;
use super::problem_of_communities;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::communities;
use perennial_domain::community::SIZE_DEFAULT;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CommunityPreviewParams {
    /// So many are in a group at most, 2 to 500; 200 when absent.
    #[param(minimum = 2, maximum = 500, default = 200)]
    pub size_max: Option<i64>,
    /// Only who agreed to this purpose is invited.
    #[param(example = "marketing")]
    pub purpose: Option<String>,
}

/// How many are in a segment, how many groups they need, and how many would be in each. Nothing is written down.
#[utoipa::path(
    get, path = "/api/v1/segments/{id}/community-preview", operation_id = "preview_community", tag = "communities",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("id" = String, Path, description = "The code of the segment", example = "pour_over_lovers"), CommunityPreviewParams),
    responses(
        (status = 200, body = CommunityPreviewDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the segment is archived"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(segment): ApiPath,
    ApiQuery(params): ApiQuery<CommunityPreviewParams>,
) -> Result<Json<CommunityPreviewDto>, Problem> {
    let size_max = params.size_max.unwrap_or(SIZE_DEFAULT);
    let purpose = params.purpose.as_deref();
    let preview = communities::preview_community(&state.app, &state.live, &actor, &segment, size_max, purpose).await;
    Ok(Json(preview.map_err(problem_of_communities)?.into()))
}

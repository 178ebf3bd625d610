//! Lets a tag follow a segment.

use super::automatic_tag_dto::AutomaticTagDto;
use super::problem_of_segments;
use crate::auth::{Allowed, TagsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AutomaticTagBody {
    /// The code of a segment that is not archived.
    #[schema(example = "care_liquid_buyers")]
    pub segment: String,
}

/// From now on whoever is in the segment has the tag, and nobody else; it is not set by hand any more.
/// The tag's group must let a customer have several of its tags.
#[utoipa::path(
    put, path = "/api/v1/automatic-tags/{tag}", operation_id = "put_automatic_tag", tag = "segments",
    security(("session" = ["tags.manage"]), ("token" = ["tags.manage"])),
    params(("tag" = String, Path, example = "care_liquid")),
    request_body = AutomaticTagBody,
    responses(
        (status = 200, body = AutomaticTagDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: no such tag or segment, or an archived one"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_request: the group is exclusive, or the segment looks at the tag"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TagsManage>,
    ApiPath(tag): ApiPath,
    ApiJson(body): ApiJson<AutomaticTagBody>,
) -> Result<Json<AutomaticTagDto>, Problem> {
    let put = segments::put_automatic_tag(&state.app, &actor, &tag, &body.segment).await;
    Ok(Json(put.map_err(problem_of_segments)?.into()))
}

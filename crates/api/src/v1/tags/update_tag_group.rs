//! A group of tags as it is to be.

use super::problem_of_tags;
use super::tag_dto::{TagGroupBody, TagGroupDto};
use crate::auth::{Allowed, TagsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::expected_version;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use perennial_app::tags;
use perennial_domain::tag::GroupSettings;

/// Changes a group, or archives it, if it is still of the version that If-Match names. Tags that stand keep the rules by
/// which they were set.
#[utoipa::path(
    put, path = "/api/v1/tag-groups/{id}", operation_id = "update_tag_group", tag = "tags",
    security(("session" = ["tags.manage"]), ("token" = ["tags.manage"])),
    params(
        ("id" = String, Path, example = "pregnancy"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = TagGroupBody,
    responses(
        (status = 200, body = TagGroupDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TagsManage>,
    ApiPath(code): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<TagGroupBody>,
) -> Result<Json<TagGroupDto>, Problem> {
    let expected = expected_version(&headers)?;
    let TagGroupBody { name_zh, name_en, exclusive, valid_days, archived } = body;
    let settings = GroupSettings { code, name_zh, name_en, is_exclusive: exclusive, valid_days, is_archived: archived };
    let updated = tags::update_group(&state.app, &actor, expected, settings).await;
    Ok(Json(updated.map_err(problem_of_tags)?.into()))
}

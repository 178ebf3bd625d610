//! A tag as it is to be.

use super::problem_of_tags;
use super::tag_dto::{TagBody, TagDto};
use crate::auth::{Allowed, TagsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::expected_version;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use perennial_app::tags;
use perennial_domain::tag::TagSettings;

/// Gives a tag other names, or archives it, if it is still of the version that If-Match names.
#[utoipa::path(
    put, path = "/api/v1/tags/{id}", operation_id = "update_tag", tag = "tags",
    security(("session" = ["tags.manage"]), ("token" = ["tags.manage"])),
    params(
        ("id" = String, Path, example = "early_pregnancy"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = TagBody,
    responses(
        (status = 200, body = TagDto),
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
    ApiJson(body): ApiJson<TagBody>,
) -> Result<Json<TagDto>, Problem> {
    let expected = expected_version(&headers)?;
    let TagBody { name_zh, name_en, archived } = body;
    let settings = TagSettings { code, name_zh, name_en, is_archived: archived };
    let updated = tags::update_tag(&state.app, &actor, expected, settings).await;
    Ok(Json(updated.map_err(problem_of_tags)?.into()))
}

//! A tag in a group.

use super::problem_of_tags;
use super::tag_dto::{NewTag, TagDto};
use crate::auth::{Allowed, TagsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::tags::{self, Tag};
use perennial_domain::tag::TagSettings;

/// Adds a tag to a group.
#[utoipa::path(
    post, path = "/api/v1/tag-groups/{id}/tags", operation_id = "create_tag", tag = "tags",
    security(("session" = ["tags.manage"]), ("token" = ["tags.manage"])),
    params(
        ("id" = String, Path, example = "pregnancy"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = NewTag,
    responses(
        (status = 201, body = TagDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "conflict"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TagsManage>,
    ApiPath(group): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<NewTag>,
) -> Result<(StatusCode, Json<TagDto>), Problem> {
    let answer = |tag: &Tag| kept(StatusCode::CREATED, &TagDto::from(tag.clone()));
    let NewTag { code, name_zh, name_en } = body;
    let settings = TagSettings { code, name_zh, name_en, is_archived: false };
    let created = tags::create_tag(&state.app, &actor, &group, settings, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_tags)?.into())))
}

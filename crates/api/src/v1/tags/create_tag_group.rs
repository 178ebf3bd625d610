//! A group of tags.

use super::problem_of_tags;
use super::tag_dto::{NewTagGroup, TagGroupDto};
use crate::auth::{Allowed, TagsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::tags::{self, Group};
use perennial_domain::tag::GroupSettings;

/// Adds a group of tags.
#[utoipa::path(
    post, path = "/api/v1/tag-groups", operation_id = "create_tag_group", tag = "tags",
    security(("session" = ["tags.manage"]), ("token" = ["tags.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewTagGroup,
    responses(
        (status = 201, body = TagGroupDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "conflict"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TagsManage>,
    key: Key,
    ApiJson(body): ApiJson<NewTagGroup>,
) -> Result<(StatusCode, Json<TagGroupDto>), Problem> {
    let answer = |group: &Group| kept(StatusCode::CREATED, &TagGroupDto::from(group.clone()));
    let NewTagGroup { code, name_zh, name_en, exclusive, valid_days } = body;
    let settings = GroupSettings { code, name_zh, name_en, is_exclusive: exclusive, valid_days, is_archived: false };
    let created = tags::create_group(&state.app, &actor, settings, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_tags)?.into())))
}

//! Change of a source.

use super::problem_of_sources;
use super::source_dto::{SourceDto, SourceSettingsBody};
use crate::auth::{Allowed, SourcesManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::sources;

/// Replaces the settings of a source, if it is still that of the ETag. What is absent gets its usual value.
#[utoipa::path(
    put, path = "/api/v1/sources/{id}", operation_id = "update_source", tag = "sources",
    security(("session" = ["sources.manage"]), ("token" = ["sources.manage"])),
    params(
        ("id" = String, Path, example = "src_1c9f0x3abcdefghjk"),
        ("If-Match" = String, Header, description = "The ETag of GET /api/v1/sources/{id}", example = "\"1\""),
    ),
    request_body = SourceSettingsBody,
    responses(
        (status = 200, body = SourceDto, headers(("ETag" = String, description = "for If-Match"))),
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
    Allowed(actor, _): Allowed<SourcesManage>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<SourceSettingsBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let source = sources::update_source(&state.app, &actor, &id, expected, body.settings()?)
        .await
        .map_err(problem_of_sources)?;
    state.intake.forget_sources();
    Ok((AppendHeaders(etag(source.version)), Json(SourceDto::from(source))))
}

//! A purpose is registered or changed.

use super::problem_of_consent;
use super::purpose_dto::{PurposeBody, PurposeDto};
use crate::auth::{Allowed, PrivacyManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, version_if_sent};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::consent;

/// Registers a purpose, or changes it, where it still has the version that was read.
#[utoipa::path(
    put, path = "/api/v1/consent-purposes/{id}", operation_id = "put_purpose", tag = "privacy",
    security(("session" = ["privacy.manage"]), ("token" = ["privacy.manage"])),
    params(
        ("id" = String, Path, example = "wechat.profile"),
        ("If-Match" = Option<String>, Header, description = "The ETag: the version in quotes; absent to register it",
            example = "\"1\""),
    ),
    request_body = PurposeBody,
    responses(
        (status = 200, body = PurposeDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: it is registered already, and If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PrivacyManage>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<PurposeBody>,
) -> Result<impl IntoResponse, Problem> {
    let version = version_if_sent(&headers)?;
    let purpose = consent::put_purpose(&state.app, &actor, &id, version, body.read()?).await;
    let purpose = purpose.map_err(problem_of_consent)?;
    Ok((AppendHeaders(etag(purpose.version)), Json(PurposeDto::from(&purpose))))
}

//! A purpose is registered or changed.

use super::problem_of_consent;
use super::purpose_dto::{PurposeBody, PurposeDto};
use crate::auth::{Allowed, PrivacyManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::consent;

/// Registers a purpose, or changes it, where it still has the version that was read.
#[utoipa::path(
    put, path = "/api/v1/consent-purposes/{id}", operation_id = "put_purpose", tag = "privacy",
    security(("session" = ["privacy.manage"]), ("token" = ["privacy.manage"])),
    params(("id" = String, Path, example = "wechat.profile")),
    request_body = PurposeBody,
    responses(
        (status = 200, body = PurposeDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: somebody else has changed it, or it is registered already"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PrivacyManage>,
    ApiPath(id): ApiPath,
    ApiJson(body): ApiJson<PurposeBody>,
) -> Result<Json<PurposeDto>, Problem> {
    let (version, settings) = body.read()?;
    let purpose = consent::put_purpose(&state.app, &actor, &id, version, settings).await.map_err(problem_of_consent)?;
    Ok(Json(PurposeDto::from(&purpose)))
}

//! A brand's own paths.

use super::path_dto::{OwnPaths, SavedPaths};
use super::problem_of_paths;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::paths;

/// Replaces the brand's own paths, if they are still those of the ETag. They hold at once, for all facts that there are:
/// `GET /api/v1/paths` counts anew.
#[utoipa::path(
    put, path = "/api/v1/paths", operation_id = "put_paths", tag = "customers",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("If-Match" = String, Header, description = "The ETag of GET /api/v1/paths", example = "\"0\"")),
    request_body = OwnPaths,
    responses(
        (status = 200, body = SavedPaths, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed them"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<OwnPaths>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let saved = paths::put_paths(&state.app, &actor, expected, body.read()?).await.map_err(problem_of_paths)?;
    Ok((AppendHeaders(etag(saved.version)), Json(SavedPaths::from(saved))))
}

//! Change of a code.

use super::code_dto::CodeDto;
use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::codes::{self, CodeChange};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeChangeBody {
    #[schema(example = "Shelf 3, leaflet")]
    name: String,
    #[schema(example = "https://shop.example.com/join")]
    target: String,
    #[schema(example = 12_000)]
    cost_minor: i64,
}

/// Replaces name, target and cost of a code, if it is still that of the ETag. Its parameters are those of earlier scans, and stay.
#[utoipa::path(
    put, path = "/api/v1/codes/{id}", operation_id = "update_code", tag = "codes",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(
        ("id" = String, Path, example = "cod_1c9f0x3abcdefghjk"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = CodeChangeBody,
    responses(
        (status = 200, body = CodeDto, headers(("ETag" = String, description = "for If-Match"))),
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
    Allowed(actor, _): Allowed<TouchPointsManage>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<CodeChangeBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let change = CodeChange { name: body.name, target: body.target, cost_minor: body.cost_minor };
    let code = codes::update_code(&state.app, &actor, &id, expected, change).await.map_err(problem_of_codes)?;
    Ok((AppendHeaders(etag(code.version)), Json(CodeDto::from(code))))
}

//! A field as it is to be.

use super::field_dto::{FieldBody, ProfileFieldDto};
use super::problem_of_fields;
use crate::auth::{Allowed, FieldsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::expected_version;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use perennial_app::fields;

/// Changes a field, or archives it, if it is still of the version that If-Match names. Name and type stay, and so do values
/// that are there.
#[utoipa::path(
    put, path = "/api/v1/fields/{id}", operation_id = "update_field", tag = "fields",
    security(("session" = ["fields.manage"]), ("token" = ["fields.manage"])),
    params(
        ("id" = String, Path, description = "The name of the field", example = "skin_type"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = FieldBody,
    responses(
        (status = 200, body = ProfileFieldDto),
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
    Allowed(actor, _): Allowed<FieldsManage>,
    ApiPath(name): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<FieldBody>,
) -> Result<Json<ProfileFieldDto>, Problem> {
    let expected = expected_version(&headers)?;
    let updated = fields::update_field(&state.app, &actor, expected, body.settings(name)?).await;
    Ok(Json(updated.map_err(problem_of_fields)?.into()))
}

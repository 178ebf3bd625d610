//! Which sources are to be believed.

use super::field_dto::{FieldSourcesBody, FieldSourcesDto};
use super::problem_of_fields;
use crate::auth::{Allowed, FieldsManage};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::expected_version;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use perennial_app::fields;

/// Says in which order origins are believed, and where sources come from, if it is still of the version that If-Match
/// names. Profiles and lists follow at once, the names of customers soon after.
#[utoipa::path(
    put, path = "/api/v1/field-sources", operation_id = "put_field_sources", tag = "fields",
    security(("session" = ["fields.manage"]), ("token" = ["fields.manage"])),
    params(("If-Match" = String, Header, description = "The version as it was read", example = "\"0\"")),
    request_body = FieldSourcesBody,
    responses(
        (status = 200, body = FieldSourcesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
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
    headers: HeaderMap,
    ApiJson(body): ApiJson<FieldSourcesBody>,
) -> Result<Json<FieldSourcesDto>, Problem> {
    let expected = expected_version(&headers)?;
    let updated = fields::update_sources(&state.app, &actor, expected, body.settings()?).await;
    Ok(Json(updated.map_err(problem_of_fields)?.into()))
}

//! No contact is promised any more.

use super::problem_of_key_customers;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::expected_version;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use perennial_app::key_customers;

/// Takes a promise of contact back: nobody of the segment has an owner any more, and the segment of those overdue is archived. What was
/// said to customers stays on their timelines.
#[utoipa::path(
    delete, path = "/api/v1/segments/{id}/contact-promise", operation_id = "remove_contact_promise", tag = "key-customers",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, description = "The code of the segment", example = "key_customers"),
        ("If-Match" = String, Header, description = "The ETag: the version in quotes", example = "\"1\""),
    ),
    responses(
        (status = 204, description = "no contact is promised any more"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: other segments stand on the one of those overdue"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(segment): ApiPath,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let version = expected_version(&headers)?;
    let removed = key_customers::remove_promise(&state.app, &actor, &segment, version).await;
    removed.map_err(problem_of_key_customers)?;
    Ok(StatusCode::NO_CONTENT)
}

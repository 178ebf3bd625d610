//! Contact is promised to those in a segment.

use super::key_customer_dto::{ContactPromiseBody, ContactPromiseDto};
use super::problem_of_key_customers;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, version_if_sent};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::key_customers;

/// Gives each customer of a segment an owner and a promise of contact, or changes that. Whoever has no owner goes to the one who has the
/// fewest, within a second or two. In the same commit there is a segment of those overdue.
#[utoipa::path(
    put, path = "/api/v1/segments/{id}/contact-promise", operation_id = "put_contact_promise", tag = "key-customers",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, description = "The code of the segment", example = "key_customers"),
        ("If-Match" = Option<String>, Header, description = "The ETag: the version in quotes; absent to make it",
            example = "\"1\""),
    ),
    request_body = ContactPromiseBody,
    responses(
        (status = 200, body = ContactPromiseDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: another segment has the code of the one of those overdue"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: contact is promised already, and If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(segment): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<ContactPromiseBody>,
) -> Result<impl IntoResponse, Problem> {
    let version = version_if_sent(&headers)?;
    let ContactPromiseBody { days, owners } = body;
    let put = key_customers::put_promise(&state.app, &actor, &segment, version, days, owners).await;
    let promise = put.map_err(problem_of_key_customers)?;
    Ok((AppendHeaders(etag(promise.version)), Json(ContactPromiseDto::from(promise))))
}

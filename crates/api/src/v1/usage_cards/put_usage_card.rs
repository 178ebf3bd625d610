//! A usage card is registered or changed.

use super::problem_of_usage_cards;
use super::usage_card_dto::{UsageCardBody, UsageCardDto};
use crate::auth::{Allowed, FieldsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, version_if_sent};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::usage_cards;

/// Registers a usage card, or changes it, where it still has the version that was read. Its code stays. Who is due follows
/// at once, also of deliveries that were before; tickets that were opened stay.
#[utoipa::path(
    put, path = "/api/v1/usage-cards/{id}", operation_id = "put_usage_card", tag = "usage-cards",
    security(("session" = ["fields.manage"]), ("token" = ["fields.manage"])),
    params(
        ("id" = String, Path, description = "a to z, 0 to 9 and _, 1 to 40, a letter first", example = "seven_days"),
        ("If-Match" = Option<String>, Header, description = "The ETag: the version in quotes; absent to register it",
            example = "\"1\""),
    ),
    request_body = UsageCardBody,
    responses(
        (status = 200, body = UsageCardDto, headers(("ETag" = String, description = "for If-Match"))),
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
    Allowed(actor, _): Allowed<FieldsManage>,
    ApiPath(code): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<UsageCardBody>,
) -> Result<impl IntoResponse, Problem> {
    let version = version_if_sent(&headers)?;
    let card = usage_cards::put_card(&state.app, &actor, &code, version, body.read()).await;
    let card = card.map_err(problem_of_usage_cards)?;
    Ok((AppendHeaders(etag(card.version)), Json(UsageCardDto::from(card))))
}

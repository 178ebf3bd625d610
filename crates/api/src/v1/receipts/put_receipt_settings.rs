//! Changing what holds for all receipts.

use super::problem_of_receipts;
use super::settings_dto::{ReceiptSettingsBody, ReceiptSettingsDto};
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::receipts;

/// Replaces them, if they are still those of the ETag. Codes that are printed keep their end.
#[utoipa::path(
    put, path = "/api/v1/receipt-settings", operation_id = "put_receipt_settings", tag = "receipts",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("If-Match" = String, Header, description = "The ETag of GET /api/v1/receipt-settings", example = "\"0\"")),
    request_body = ReceiptSettingsBody,
    responses(
        (status = 200, body = ReceiptSettingsDto, headers(("ETag" = String, description = "for If-Match"))),
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
    ApiJson(body): ApiJson<ReceiptSettingsBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let stored = receipts::put_receipt_settings(&state.app, &actor, expected, body.into()).await;
    let stored = stored.map_err(problem_of_receipts)?;
    Ok((AppendHeaders(etag(stored.version)), Json(ReceiptSettingsDto::from(stored))))
}

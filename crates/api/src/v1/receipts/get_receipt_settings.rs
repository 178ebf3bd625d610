//! What holds for all receipts.

use super::problem_of_receipts;
use super::settings_dto::ReceiptSettingsDto;
use crate::auth::{Allowed, TouchPointsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::receipts;

/// How long receipts are open, and what their page asks somebody to agree to.
#[utoipa::path(
    get, path = "/api/v1/receipt-settings", operation_id = "get_receipt_settings", tag = "receipts",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    responses(
        (status = 200, body = ReceiptSettingsDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
) -> Result<impl IntoResponse, Problem> {
    let found = receipts::receipt_settings(&state.app, &actor).await.map_err(problem_of_receipts)?;
    Ok((AppendHeaders(etag(found.version)), Json(ReceiptSettingsDto::from(found))))
}

//! An order of nobody, and a code for its receipt.

use super::problem_of_receipts;
use super::receipt_dto::{IssuedReceipt, NewReceipt, issued};
use crate::auth::{Allowed, FactsWrite};
use crate::extract::{ApiJson, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::codes::base_of;
use crate::v1::upserts::{SourceParams, source_of, told};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use perennial_app::receipts;

/// Tells an order of a store of which nobody knows who bought, and makes a code for its receipt: whoever scans it and signs
/// up has the order. Asked again for the same order, it gives another code in the place of the one before, until somebody has
/// claimed it.
#[utoipa::path(
    put, path = "/api/v1/receipts", operation_id = "put_receipt", tag = "receipts",
    security(("session" = ["facts.write"]), ("token" = ["facts.write"])),
    params(SourceParams),
    request_body = NewReceipt,
    responses(
        (status = 200, body = IssuedReceipt, description = "The order is on disk, and is applied within a second"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the order has its customer already"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<FactsWrite>,
    ApiQuery(params): ApiQuery<SourceParams>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<NewReceipt>,
) -> Result<Json<IssuedReceipt>, Problem> {
    let source = source_of(params.source.as_deref());
    let made = receipts::issue(&state.app, &actor, source, told(body.order), body.valid_hours).await;
    let made = made.map_err(problem_of_receipts)?;
    state.intake.forget_sources();
    Ok(Json(issued(made, base_of(&state, &headers).ok().as_deref())))
}

//! One order, as a program tells it.

use super::order_dto::{OrderBody, told};
use super::problem_of_upserts;
use super::told_dto::{SourceParams, ToldOne, one, source_of};
use crate::auth::{Allowed, FactsWrite};
use crate::extract::{ApiJson, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::access::idempotency::Once;
use perennial_app::upserts;

/// Tells one order: who bought, its lines, what was given back, whether it was cancelled.
#[utoipa::path(
    put, path = "/api/v1/orders", operation_id = "put_order", tag = "upserts",
    security(("session" = ["facts.write"]), ("token" = ["facts.write"])),
    params(SourceParams),
    request_body = OrderBody,
    responses(
        (status = 200, body = ToldOne, description = "It is on disk, and is applied within a second"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<FactsWrite>,
    ApiQuery(params): ApiQuery<SourceParams>,
    ApiJson(body): ApiJson<OrderBody>,
) -> Result<Json<ToldOne>, Problem> {
    let source = source_of(params.source.as_deref());
    let told = upserts::tell_orders(&state.app, &actor, source, &[told(body)], &Once::unkeyed()).await;
    Ok(Json(one(&told.map_err(problem_of_upserts)?)?))
}

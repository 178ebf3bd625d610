//! Several orders, as a program tells them.

use super::order_dto::{OrderBody, told};
use super::problem_of_upserts;
use super::told_dto::{ToldAnswer, items_of, source_of};
use crate::auth::{Allowed, FactsWrite};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::upserts::{self, Told};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrdersBody {
    /// 1 to 1000. Each is accepted or refused by itself.
    #[schema(value_type = Vec<OrderBody>)]
    orders: Vec<Value>,
    /// Where they come from, part of what makes an order number unique; absent: `file`, as of imports.
    #[schema(example = "file")]
    source: Option<String>,
}

/// Tells several orders; good ones are accepted also where others are refused.
#[utoipa::path(
    post, path = "/api/v1/orders", operation_id = "create_orders", tag = "upserts",
    security(("session" = ["facts.write"]), ("token" = ["facts.write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = OrdersBody,
    responses(
        (status = 200, body = ToldAnswer, description = "What was accepted is on disk, and is applied within a second"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json", description = "too_large"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<FactsWrite>,
    key: Key,
    ApiJson(body): ApiJson<OrdersBody>,
) -> Result<Json<ToldAnswer>, Problem> {
    let items = items_of::<OrderBody, _>("orders", body.orders, told)?;
    let answer = |told: &Told| kept(StatusCode::OK, &ToldAnswer::from(told));
    let source = source_of(body.source.as_deref());
    let told = upserts::tell_orders(&state.app, &actor, source, &items, &key.once(&answer)).await;
    Ok(Json(ToldAnswer::from(&told.map_err(problem_of_upserts)?)))
}

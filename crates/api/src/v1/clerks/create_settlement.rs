//! Closing a period.

use super::days::day;
use super::incentive_dto::SettlementDto;
use super::problem_of_clerks;
use crate::auth::{Allowed, StoresManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::clerks::{self, Settlement};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettlementBody {
    /// The last day of the period, in the brand's zone: one that is over.
    #[schema(format = Date, example = "2026-05-31")]
    through: String,
}

/// Closes the period that ends with a day, once: it pays all lines that none has paid. What is taken back later is taken
/// off the next.
#[utoipa::path(
    post, path = "/api/v1/settlements", operation_id = "create_settlement", tag = "clerks",
    security(("session" = ["stores.manage"]), ("token" = ["stores.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = SettlementBody,
    responses(
        (status = 201, body = SettlementDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "conflict"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresManage>,
    key: Key,
    ApiJson(body): ApiJson<SettlementBody>,
) -> Result<(StatusCode, Json<SettlementDto>), Problem> {
    let answer = |settlement: &Settlement| kept(StatusCode::CREATED, &SettlementDto::from(settlement.clone()));
    let through = day("/through", &body.through)?;
    let closed = clerks::settle(&state.app, &actor, through, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(closed.map_err(problem_of_clerks)?.into())))
}

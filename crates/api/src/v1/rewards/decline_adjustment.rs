//! An adjustment is declined.

use super::points_dto::{AdjustmentDecisionBody, PointsAnswer, PointsTransactionDto, answer_of};
use super::problem_of_rewards;
use crate::auth::{Allowed, PointsAdjust};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::LedgerKey;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::extract::State;
use perennial_app::rewards::{self, Wish};

/// Closes a request without an effect.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/points/decline", operation_id = "decline_adjustment", tag = "rewards",
    security(("session" = ["points.adjust"]), ("token" = ["points.adjust"])),
    params(
        ("id" = String, Path, example = "cus_7k2m9qx4"),
        ("Idempotency-Key" = String, Header,
            description = "Needed. The same request of the same caller has one effect and one answer, for good"),
    ),
    request_body = AdjustmentDecisionBody,
    responses(
        (status = 201, body = PointsTransactionDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: the customer, or the wallet"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "refused: `errors` has the reason; idempotency_mismatch"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PointsAdjust>,
    ApiPath(id): ApiPath,
    LedgerKey(key): LedgerKey,
    ApiJson(body): ApiJson<AdjustmentDecisionBody>,
) -> Result<PointsAnswer, Problem> {
    let member = customer_number(&id)?;
    let ask = body.ask(key, |request| Wish::Decline { request })?;
    let posted = rewards::ask_at(&state.app, &state.desk, &actor, member, ask).await;
    answer_of(posted.map_err(problem_of_rewards)?)
}

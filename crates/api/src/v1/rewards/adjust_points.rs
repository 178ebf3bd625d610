//! Points are changed by hand.

use super::points_dto::{AdjustBody, PointsAnswer, PointsTransactionDto, Why, answer_of};
use super::problem_of_rewards;
use crate::auth::{Allowed, PointsAdjust};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::LedgerKey;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::extract::State;
use perennial_app::rewards::{self, Wish};

/// Gives or takes points by hand, with a reason and what proves it. Above the wallet's threshold it is a request (`request_adjustment`), which changes nothing before somebody else approves it.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/points/adjust", operation_id = "adjust_points", tag = "rewards",
    security(("session" = ["points.adjust"]), ("token" = ["points.adjust"])),
    params(
        ("id" = String, Path, example = "cus_7k2m9qx4"),
        ("Idempotency-Key" = String, Header,
            description = "Needed. The same request of the same caller has one effect and one answer, for good"),
    ),
    request_body = AdjustBody,
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
    ApiJson(body): ApiJson<AdjustBody>,
) -> Result<PointsAnswer, Problem> {
    let member = customer_number(&id)?;
    let AdjustBody { wallet, reason, reference, amount } = body;
    let why = Why { wallet, reason, reference: Some(reference) };
    let ask = why.ask(key, Wish::Adjust { amount });
    let posted = rewards::ask_at(&state.app, &state.desk, &actor, member, ask).await;
    answer_of(posted.map_err(problem_of_rewards)?)
}

//! Points that were put aside are free again.

use super::points_dto::{PointsAnswer, PointsTransactionDto, ReleaseBody, Why, answer_of, entry_of};
use super::problem_of_rewards;
use crate::auth::{Allowed, PointsWrite};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::LedgerKey;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::extract::State;
use perennial_app::rewards::{self, Wish};

/// Frees all that a hold has, once.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/points/release", operation_id = "release_points", tag = "rewards",
    security(("session" = ["points.write"]), ("token" = ["points.write"])),
    params(
        ("id" = String, Path, example = "cus_7k2m9qx4"),
        ("Idempotency-Key" = String, Header,
            description = "Needed. The same request of the same caller has one effect and one answer, for good"),
    ),
    request_body = ReleaseBody,
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
    Allowed(actor, _): Allowed<PointsWrite>,
    ApiPath(id): ApiPath,
    LedgerKey(key): LedgerKey,
    ApiJson(body): ApiJson<ReleaseBody>,
) -> Result<PointsAnswer, Problem> {
    let member = customer_number(&id)?;
    let ReleaseBody { wallet, reason, reference, hold } = body;
    let hold = entry_of(&hold, "/hold")?;
    let ask = Why { wallet, reason, reference }.ask(key, Wish::Release { hold });
    let posted = rewards::ask_at(&state.app, &state.desk, &actor, member, ask).await;
    answer_of(posted.map_err(problem_of_rewards)?)
}

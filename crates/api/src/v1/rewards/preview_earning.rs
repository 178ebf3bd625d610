//! What an order would earn.

use super::earning_preview_dto::{EarningPreviewBody, EarningPreviewDto, EarningPreviewRuleDto};
use super::problem_of_rewards;
use crate::auth::{Allowed, PointsRead};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::rewards::earning;

/// What an order would earn by which rules, with the arithmetic. Nothing is written down.
#[utoipa::path(
    post, path = "/api/v1/earning-rules/preview", operation_id = "preview_earning", tag = "rewards",
    security(("session" = ["points.read"]), ("token" = ["points.read"])),
    request_body = EarningPreviewBody,
    responses(
        (status = 200, body = EarningPreviewDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: the customer"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PointsRead>,
    ApiJson(body): ApiJson<EarningPreviewBody>,
) -> Result<Json<EarningPreviewDto>, Problem> {
    let order = body.read()?;
    let has_member = order.member.is_some();
    let previewed = earning::preview(&state.app, &actor, order).await.map_err(problem_of_rewards)?;
    let rules = previewed.into_iter().map(|one| EarningPreviewRuleDto::of(one, has_member)).collect();
    Ok(Json(EarningPreviewDto { rules }))
}

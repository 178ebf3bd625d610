//! What a member has.

use super::points_dto::PointsBalanceDto;
use super::problem_of_rewards;
use crate::auth::{Allowed, PointsRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::rewards;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PointsBalanceParams {
    /// The code of the wallet.
    #[param(example = "points")]
    pub wallet: String,
}

/// What a member has of a wallet at this instant, with the lots that it consists of. What is due by now counts, whether it is
/// posted yet or not.
#[utoipa::path(
    get, path = "/api/v1/members/{id}/points/balance", operation_id = "get_points_balance", tag = "rewards",
    security(("session" = ["points.read"]), ("token" = ["points.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4"), PointsBalanceParams),
    responses(
        (status = 200, body = PointsBalanceDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: the customer, or the wallet"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PointsRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<PointsBalanceParams>,
) -> Result<Json<PointsBalanceDto>, Problem> {
    let member = customer_number(&id)?;
    let found = rewards::balance(&state.app, &actor, member, &params.wallet).await;
    Ok(Json(found.map_err(problem_of_rewards)?.into()))
}

//! How it came that a member has so much.

use super::points_dto::PointsTransactionDto;
use super::problem_of_rewards;
use crate::auth::{Allowed, PointsRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::rewards;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PointsStatementParams {
    /// The code of the wallet.
    #[param(example = "points")]
    pub wallet: String,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PointsStatementPage {
    pub items: Vec<PointsTransactionDto>,
    pub next_cursor: Option<String>,
}

/// All that happened to a member's account, the newest first, requests that were refused too.
#[utoipa::path(
    get, path = "/api/v1/members/{id}/points/statement", operation_id = "list_points_transactions", tag = "rewards",
    security(("session" = ["points.read"]), ("token" = ["points.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4"), PointsStatementParams),
    responses(
        (status = 200, body = PointsStatementPage),
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
    ApiQuery(params): ApiQuery<PointsStatementParams>,
) -> Result<Json<PointsStatementPage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let member = customer_number(&id)?;
    let list = format!("points/{}/{}", member.0, params.wallet.replace('/', "%2F"));
    let before = page::number_before(&list, params.cursor.as_deref())?.map(i64::cast_unsigned);
    let found = rewards::statement(&state.app, &actor, member, &params.wallet, before, limit).await;
    let (rows, next) = found.map_err(problem_of_rewards)?;
    let items = rows.into_iter().map(PointsTransactionDto::from).collect();
    Ok(Json(PointsStatementPage { items, next_cursor: next.map(|before| page::encode(&list, &before.to_string())) }))
}

//! One wallet.

use super::problem_of_rewards;
use super::wallet_dto::WalletDto;
use crate::auth::{Allowed, PointsRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::rewards;

/// The wallet as it is defined now.
#[utoipa::path(
    get, path = "/api/v1/wallets/{id}", operation_id = "get_wallet", tag = "rewards",
    security(("session" = ["points.read"]), ("token" = ["points.read"])),
    params(("id" = String, Path, example = "points")),
    responses(
        (status = 200, body = WalletDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PointsRead>,
    ApiPath(code): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let wallet = rewards::get_wallet(&state.app, &actor, &code).await.map_err(problem_of_rewards)?;
    Ok((AppendHeaders(etag(i64::from(wallet.wallet.version))), Json(WalletDto::from(wallet))))
}

//! All wallets.

use super::problem_of_rewards;
use super::wallet_dto::WalletDto;
use crate::auth::{Allowed, PointsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::rewards;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct WalletsPage {
    pub items: Vec<WalletDto>,
    /// Always null: there are few wallets.
    pub next_cursor: Option<String>,
}

/// What the programme keeps for each member, by code.
#[utoipa::path(
    get, path = "/api/v1/wallets", operation_id = "list_wallets", tag = "rewards",
    security(("session" = ["points.read"]), ("token" = ["points.read"])),
    responses(
        (status = 200, body = WalletsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PointsRead>,
) -> Result<Json<WalletsPage>, Problem> {
    let found = rewards::list_wallets(&state.app, &actor).await.map_err(problem_of_rewards)?;
    Ok(Json(WalletsPage { items: found.into_iter().map(WalletDto::from).collect(), next_cursor: None }))
}

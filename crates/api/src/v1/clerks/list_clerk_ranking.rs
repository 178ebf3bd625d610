//! The ranking.

use super::clerk_dto::RankingRowDto;
use super::days::Days;
use super::problem_of_clerks;
use crate::auth::{Allowed, StoresRead};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clerks;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClerkRanking {
    /// Who signed up most comes first, then who sold most.
    pub items: Vec<RankingRowDto>,
}

/// What each clerk did in these days: sign-ups, sales by store, earnings.
#[utoipa::path(
    get, path = "/api/v1/clerk-ranking", operation_id = "list_clerk_ranking", tag = "clerks",
    security(("session" = ["stores.read"]), ("token" = ["stores.read"])),
    params(Days),
    responses(
        (status = 200, body = ClerkRanking),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresRead>,
    ApiQuery(days): ApiQuery<Days>,
) -> Result<Json<ClerkRanking>, Problem> {
    let (from, to) = days.read()?;
    let (rows, currency) = clerks::ranking(&state.app, &actor, from, to).await.map_err(problem_of_clerks)?;
    Ok(Json(ClerkRanking { items: rows.into_iter().map(|row| RankingRowDto::of(row, currency)).collect() }))
}

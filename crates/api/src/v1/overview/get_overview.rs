//! What the home page shows.

use super::overview_dto::{ATTENTION_MAX, OverviewDto};
use super::problem_of_overview;
use crate::auth::{Narrowed, ValueRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::problem_of_customers;
use axum::Json;
use axum::extract::State;
use perennial_app::{customers, overview};

/// Freshness of the data, total customer value and what moved it, groups, trend, and whom to look at. Whoever sees a part
/// of the customers only hears how many those are, and nothing of the whole.
#[utoipa::path(
    get, path = "/api/v1/overview", operation_id = "get_overview", tag = "home",
    security(("session" = ["value.read"]), ("token" = ["value.read"])),
    responses(
        (status = 200, body = OverviewDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Narrowed(actor, _): Narrowed<ValueRead>,
) -> Result<Json<OverviewDto>, Problem> {
    let overview = overview::overview(&state.app, &actor).await.map_err(problem_of_overview)?;
    let attention = overview.value.iter().flat_map(|value| &value.attention).take(ATTENTION_MAX);
    let numbers: Vec<i64> = attention.map(|one| i64::from(one.customer_number)).collect();
    let items = customers::items_of(&state.app, &actor, &numbers).await.map_err(problem_of_customers)?;
    Ok(Json(OverviewDto::of(&overview, &items)))
}

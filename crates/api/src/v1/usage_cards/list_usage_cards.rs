//! The register.

use super::problem_of_usage_cards;
use super::usage_card_dto::UsageCardDto;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::usage_cards;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UsageCardList {
    pub items: Vec<UsageCardDto>,
}

/// All usage cards by code, the archived ones too: at most a hundred.
#[utoipa::path(
    get, path = "/api/v1/usage-cards", operation_id = "list_usage_cards", tag = "usage-cards",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = UsageCardList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<UsageCardList>, Problem> {
    let cards = usage_cards::list_cards(&state.app, &actor).await.map_err(problem_of_usage_cards)?;
    Ok(Json(UsageCardList { items: cards.into_iter().map(UsageCardDto::from).collect() }))
}

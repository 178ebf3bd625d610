//! Who is due a usage card.

use super::problem_of_usage_cards;
use super::usage_card_dto::DueUsageCardDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::usage_cards;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "due_usage_cards";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DueUsageCardsParams {
    /// Of this card only, by its code.
    #[param(example = "seven_days")]
    pub card: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DueUsageCardsPage {
    pub items: Vec<DueUsageCardDto>,
    pub next_cursor: Option<String>,
}

/// Customers to whom it was delivered long enough ago, and who have not answered: card by card, the oldest delivery first.
/// Nothing is sent by itself: whoever asks them begins here.
#[utoipa::path(
    get, path = "/api/v1/usage-cards/due", operation_id = "list_due_usage_cards", tag = "usage-cards",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(DueUsageCardsParams),
    responses(
        (status = 200, body = DueUsageCardsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<DueUsageCardsParams>,
) -> Result<Json<DueUsageCardsPage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    // A page of one card goes on in that card only.
    let list = params.card.as_deref().map_or_else(|| LIST.to_owned(), |card| format!("{LIST}/{card}"));
    let after = params.cursor.as_deref().map(|cursor| page::decode(&list, cursor)).transpose()?;
    let found = usage_cards::due_cards(&state.app, &actor, params.card.as_deref(), after.as_deref(), limit).await;
    let found = found.map_err(problem_of_usage_cards)?;
    let items = found.items.into_iter().map(DueUsageCardDto::from).collect();
    Ok(Json(DueUsageCardsPage { items, next_cursor: found.next.map(|key| page::encode(&list, &key)) }))
}

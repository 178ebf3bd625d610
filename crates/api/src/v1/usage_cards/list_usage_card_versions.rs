//! What a usage card asked before.

use super::problem_of_usage_cards;
use super::usage_card_dto::UsageCardVersionDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::usage_cards;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UsageCardVersionsPage {
    pub items: Vec<UsageCardVersionDto>,
    pub next_cursor: Option<String>,
}

/// The versions of a usage card, the newest first, which is the one that holds.
#[utoipa::path(
    get, path = "/api/v1/usage-cards/{id}/versions", operation_id = "list_usage_card_versions", tag = "usage-cards",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "seven_days"), PageParams),
    responses(
        (status = 200, body = UsageCardVersionsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<UsageCardVersionsPage>, Problem> {
    let limit = params.limit()?;
    let list = format!("usage-card-versions/{code}");
    let before = page::number_before(&list, params.cursor.as_deref())?;
    let found = usage_cards::card_versions(&state.app, &actor, &code, before, limit).await;
    let (versions, next) = found.map_err(problem_of_usage_cards)?;
    let items = versions.into_iter().map(UsageCardVersionDto::from).collect();
    Ok(Json(UsageCardVersionsPage {
        items,
        next_cursor: next.map(|version| page::encode(&list, &version.to_string())),
    }))
}

//! Receipts, the newest first.

use super::problem_of_receipts;
use super::receipt_dto::ReceiptDto;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::receipts;
use perennial_domain::receipt::ReceiptState;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "receipts";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReceiptsParams {
    /// `open`, `claimed` or `expired`; absent: all.
    #[param(example = "claimed")]
    pub state: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ReceiptsPage {
    pub items: Vec<ReceiptDto>,
    pub next_cursor: Option<String>,
}

/// Receipts with a code, the newest first. Tokens are not kept, and not here.
#[utoipa::path(
    get, path = "/api/v1/receipts", operation_id = "list_receipts", tag = "receipts",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(ReceiptsParams),
    responses(
        (status = 200, body = ReceiptsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<ReceiptsParams>,
) -> Result<Json<ReceiptsPage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let of = match params.state.as_deref() {
        None => None,
        Some(text) => Some(ReceiptState::parse(text).ok_or_else(|| {
            let allowed = ReceiptState::ALL.map(ReceiptState::code).join(", ");
            Problem::invalid(vec![ProblemField::new("state", "unknown_value", allowed)])
        })?),
    };
    let after = match &params.cursor {
        None => None,
        Some(cursor) => {
            let key = page::decode(LIST, cursor)?;
            let (at, id) = key.split_once(':').ok_or_else(page::invalid_cursor)?;
            Some((Instant(at.parse().map_err(|_| page::invalid_cursor())?), id.to_owned()))
        }
    };
    let found = receipts::list_receipts(&state.app, &actor, of, after, limit).await;
    let (items, next) = found.map_err(problem_of_receipts)?;
    let next_cursor = next.map(|(at, id)| page::encode(LIST, &format!("{}:{id}", at.0)));
    Ok(Json(ReceiptsPage { items: items.into_iter().map(ReceiptDto::from).collect(), next_cursor }))
}

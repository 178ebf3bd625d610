//! All codes.

use super::code_dto::CodeDto;
use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::codes;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "codes";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CodesParams {
    /// Only those that were made together.
    #[param(example = "cob_1c9f0x3abcdefghjk")]
    pub batch: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CodesPage {
    pub items: Vec<CodeDto>,
    pub next_cursor: Option<String>,
}

/// Codes of one batch or of all, by id.
#[utoipa::path(
    get, path = "/api/v1/codes", operation_id = "list_codes", tag = "codes",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(CodesParams),
    responses(
        (status = 200, body = CodesPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<CodesParams>,
) -> Result<Json<CodesPage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let after = params.cursor.as_deref().map(|cursor| page::decode(LIST, cursor)).transpose()?;
    let found = codes::list_codes(&state.app, &actor, params.batch.as_deref(), after.as_deref(), limit).await;
    let (codes, next) = found.map_err(problem_of_codes)?;
    let items = codes.into_iter().map(CodeDto::from).collect();
    Ok(Json(CodesPage { items, next_cursor: next.map(|id| page::encode(LIST, &id)) }))
}

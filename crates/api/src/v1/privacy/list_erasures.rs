//! All erasures.

use super::erasure_dto::ErasureDto;
use super::problem_of_privacy;
use crate::auth::{Allowed, PrivacyRead};
use crate::extract::ApiQuery;
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::privacy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const LIST: &str = "erasures";

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ErasurePage {
    pub items: Vec<ErasureDto>,
    pub next_cursor: Option<String>,
}

/// Erasures, the newest first.
#[utoipa::path(
    get, path = "/api/v1/erasures", operation_id = "list_erasures", tag = "privacy",
    security(("session" = ["privacy.read"]), ("token" = ["privacy.read"])), params(PageParams),
    responses(
        (status = 200, body = ErasurePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_cursor"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PrivacyRead>,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<ErasurePage>, Problem> {
    let (limit, after) = (params.limit()?, params.after(LIST)?);
    let found = privacy::erasures(&state.app, &actor, after.as_deref(), limit as i64 + 1).await;
    let mut views = found.map_err(problem_of_privacy)?;
    let more = views.len() > limit;
    views.truncate(limit);
    let next_cursor = if more { views.last().map(|view| page::encode(LIST, &view.id)) } else { None };
    Ok(Json(ErasurePage { items: views.iter().map(ErasureDto::from).collect(), next_cursor }))
}

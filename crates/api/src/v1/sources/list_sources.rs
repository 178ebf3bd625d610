//! All sources.

use super::problem_of_sources;
use super::source_dto::SourceItem;
use crate::auth::{Allowed, SourcesRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::sources;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SourceList {
    pub items: Vec<SourceItem>,
}

/// All sources with what came from each, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/sources", operation_id = "list_sources", tag = "sources",
    security(("session" = ["sources.read"]), ("token" = ["sources.read"])),
    responses(
        (status = 200, body = SourceList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesRead>,
) -> Result<Json<SourceList>, Problem> {
    let views = sources::list_sources(&state.app, &actor).await.map_err(problem_of_sources)?;
    Ok(Json(SourceList { items: views.into_iter().map(SourceItem::from).collect() }))
}

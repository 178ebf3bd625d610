//! Tags that follow a segment.

use super::automatic_tag_dto::AutomaticTagDto;
use super::problem_of_segments;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AutomaticTagList {
    /// By tag.
    pub items: Vec<AutomaticTagDto>,
}

/// All tags that follow a segment.
#[utoipa::path(
    get, path = "/api/v1/automatic-tags", operation_id = "list_automatic_tags", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = AutomaticTagList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<AutomaticTagList>, Problem> {
    let found = segments::list_automatic_tags(&state.app, &actor).await.map_err(problem_of_segments)?;
    Ok(Json(AutomaticTagList { items: found.into_iter().map(AutomaticTagDto::from).collect() }))
}

//! All groups of tags.

use super::problem_of_tags;
use super::tag_dto::TagGroupItem;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::tags;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TagGroupList {
    pub items: Vec<TagGroupItem>,
}

/// All groups with their tags, and how many customers have each.
#[utoipa::path(
    get, path = "/api/v1/tag-groups", operation_id = "list_tag_groups", tag = "tags",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = TagGroupList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<TagGroupList>, Problem> {
    let groups = tags::list_groups(&state.app, &actor).await.map_err(problem_of_tags)?;
    Ok(Json(TagGroupList { items: groups.into_iter().map(TagGroupItem::from).collect() }))
}

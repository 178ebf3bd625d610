//! Who may do something about an attribute.

use super::problem_of_insights;
use crate::auth::{Allowed, SegmentsManage};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::insights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AttributeOwnerDto {
    #[schema(example = "usr_1c9f0x3kq2m7z8w4p")]
    pub user_id: String,
    #[schema(example = "Li")]
    pub name: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AttributeOwnerList {
    pub items: Vec<AttributeOwnerDto>,
}

/// Users who may sign in, by name: each can be the owner of an attribute.
#[utoipa::path(
    get, path = "/api/v1/attribute-owners", operation_id = "list_attribute_owners", tag = "insights",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    responses(
        (status = 200, body = AttributeOwnerList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
) -> Result<Json<AttributeOwnerList>, Problem> {
    let owners = insights::attribute_owners(&state.app, &actor).await.map_err(problem_of_insights)?;
    let items = owners.into_iter().map(|(user_id, name)| AttributeOwnerDto { user_id, name }).collect();
    Ok(Json(AttributeOwnerList { items }))
}

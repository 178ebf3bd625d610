//! All attributes with their quadrants, the oldest first: at most two hundred.

use super::attribute_dto::AttributeDto;
use super::problem_of_insights;
use crate::auth::{Allowed, ValueRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::insights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AttributeList {
    pub items: Vec<AttributeDto>,
}

/// All attributes with their quadrants, the oldest first: at most two hundred.
#[utoipa::path(
    get, path = "/api/v1/attributes", operation_id = "list_attributes", tag = "insights",
    security(("session" = ["value.read"]), ("token" = ["value.read"])),
    responses(
        (status = 200, body = AttributeList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ValueRead>,
) -> Result<Json<AttributeList>, Problem> {
    let found = insights::list_attributes(&state.app, &actor).await.map_err(problem_of_insights)?;
    Ok(Json(AttributeList { items: found.into_iter().map(Into::into).collect() }))
}

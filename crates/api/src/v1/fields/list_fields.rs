//! All fields.

use super::field_dto::FieldItem;
use super::problem_of_fields;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::fields;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct FieldList {
    pub items: Vec<FieldItem>,
}

/// All fields with how many values were refused of each: the preset ones first, the heaviest first.
#[utoipa::path(
    get, path = "/api/v1/fields", operation_id = "list_fields", tag = "fields",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = FieldList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<FieldList>, Problem> {
    let fields = fields::list_fields(&state.app, &actor).await.map_err(problem_of_fields)?;
    Ok(Json(FieldList { items: fields.into_iter().map(FieldItem::from).collect() }))
}

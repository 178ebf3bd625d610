//! The register.

use super::problem_of_consent;
use super::purpose_dto::PurposeDto;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::consent;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PurposeList {
    /// By code.
    pub items: Vec<PurposeDto>,
}

/// All purposes that consent is asked for, with their texts.
#[utoipa::path(
    get, path = "/api/v1/consent-purposes", operation_id = "list_purposes", tag = "privacy",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = PurposeList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<PurposeList>, Problem> {
    let purposes = consent::list_purposes(&state.app, &actor).await.map_err(problem_of_consent)?;
    Ok(Json(PurposeList { items: purposes.iter().map(PurposeDto::from).collect() }))
}

//! All innovation tests, the newest first: at most a thousand.

use super::innovation_test_dto::InnovationTestDto;
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
pub struct InnovationTestList {
    pub items: Vec<InnovationTestDto>,
}

/// All innovation tests, the newest first: at most a thousand.
#[utoipa::path(
    get, path = "/api/v1/innovation-tests", operation_id = "list_innovation_tests", tag = "insights",
    security(("session" = ["value.read"]), ("token" = ["value.read"])),
    responses(
        (status = 200, body = InnovationTestList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ValueRead>,
) -> Result<Json<InnovationTestList>, Problem> {
    let found = insights::list_tests(&state.app, &actor).await.map_err(problem_of_insights)?;
    Ok(Json(InnovationTestList { items: found.into_iter().map(Into::into).collect() }))
}

//! A clerk goes to another store.

use super::clerk_dto::ClerkDto;
use super::days::instant;
use super::problem_of_clerks;
use crate::auth::{Allowed, StoresManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clerks;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentBody {
    /// The id of a store; null: in none.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    store: Option<String>,
    /// Since when; absent: now. Behind the begin of the clerk's last time in a store.
    #[schema(format = DateTime)]
    from: Option<String>,
}

/// Puts a clerk into a store from then on. What the clerk sold and signed up before stays with the store before.
#[utoipa::path(
    put, path = "/api/v1/clerks/{id}/store", operation_id = "move_clerk", tag = "clerks",
    security(("session" = ["stores.manage"]), ("token" = ["stores.manage"])),
    params(("id" = String, Path, example = "clk_1c9f0x3abcdefghjk")),
    request_body = AssignmentBody,
    responses(
        (status = 200, body = ClerkDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresManage>,
    ApiPath(id): ApiPath,
    ApiJson(body): ApiJson<AssignmentBody>,
) -> Result<Json<ClerkDto>, Problem> {
    let from = instant("/from", body.from.as_deref())?;
    let moved = clerks::move_clerk(&state.app, &actor, &id, body.store.as_deref(), from).await;
    Ok(Json(moved.map_err(problem_of_clerks)?.into()))
}

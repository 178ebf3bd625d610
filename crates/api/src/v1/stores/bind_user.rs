//! Who sees only what is below a place.

use super::problem_of_stores;
use crate::auth::{AccessManage, Allowed};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::stores;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BindingBody {
    /// The id of a region or store; null: the user sees everybody, or of a clerk the customers of the clerk's store.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    place: Option<String>,
}

/// Binds a user to a region or store: lists, counts, files and pages have only its customers from the next request on.
#[utoipa::path(
    put, path = "/api/v1/users/{id}/place", operation_id = "bind_user", tag = "stores",
    security(("session" = ["access.manage"]), ("token" = ["access.manage"])),
    params(("id" = String, Path, example = "usr_1c9f0x3abcdefghjk")),
    request_body = BindingBody,
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<AccessManage>,
    ApiPath(id): ApiPath,
    ApiJson(body): ApiJson<BindingBody>,
) -> Result<StatusCode, Problem> {
    stores::bind_user(&state.app, &actor, &id, body.place.as_deref()).await.map_err(problem_of_stores)?;
    Ok(StatusCode::NO_CONTENT)
}

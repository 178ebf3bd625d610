//! Who sees only what is below a place, and who sees everybody by an administrator's word.

use super::problem_of_stores;
use crate::auth::{AccessManage, Allowed};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::stores::{self, Binding};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BindingBody {
    /// The id of a region or store; null: what the role says. A clerk then sees the customers of the clerk's store, and
    /// nobody while in none; all others see everybody.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    place: Option<String>,
    /// True, and no place: the user sees everybody, also a clerk.
    #[serde(default)]
    everyone: bool,
}

/// Binds a user to a region or store: lists, counts, files and pages have only its customers from the next request on. Or
/// lets a user see everybody whom the role alone does not show them all.
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
    let binding = match (body.place.as_deref(), body.everyone) {
        (Some(_), true) => {
            let field = ProblemField::new("/everyone", "out_of_range", "false beside a place");
            return Err(Problem::invalid(vec![field]));
        }
        (Some(place), false) => Binding::Place(place),
        (None, true) => Binding::Everyone,
        (None, false) => Binding::None,
    };
    stores::bind_user(&state.app, &actor, &id, binding).await.map_err(problem_of_stores)?;
    Ok(StatusCode::NO_CONTENT)
}

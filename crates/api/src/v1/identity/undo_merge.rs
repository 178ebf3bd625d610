//! A merge is taken back.

use super::dto::MergeDto;
use super::problem_of_identity;
use crate::auth::{Allowed, CustomersMerge};
use crate::extract::ApiPath;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::identity::{self, Merge};

/// Takes a merge back, whoever merged: each side has what it had, and what came to it since. Messages do not merge the
/// two again.
#[utoipa::path(
    post, path = "/api/v1/merges/{id}/undo", operation_id = "undo_merge", tag = "identity",
    security(("session" = ["customers.merge"]), ("token" = ["customers.merge"])),
    params(
        ("id" = String, Path, example = "mrg_1c9f0x3abcdefghjk"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")
    ),
    responses(
        (status = 200, body = MergeDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it has been taken back already"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersMerge>,
    ApiPath(id): ApiPath,
    key: Key,
) -> Result<Json<MergeDto>, Problem> {
    let answer = |merge: &Merge| kept(StatusCode::OK, &MergeDto::from(merge));
    let merge = identity::unmerge(&state.app, &actor, &id, &key.once(&answer)).await.map_err(problem_of_identity)?;
    Ok(Json(MergeDto::from(&merge)))
}

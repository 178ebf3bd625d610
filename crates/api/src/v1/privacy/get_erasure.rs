//! One erasure.

use super::erasure_dto::ErasureDto;
use super::problem_of_privacy;
use crate::auth::{Allowed, PrivacyRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::privacy;

/// How far an erasure is, with its receipt once it is done.
#[utoipa::path(
    get, path = "/api/v1/erasures/{id}", operation_id = "get_erasure", tag = "privacy",
    security(("session" = ["privacy.read"]), ("token" = ["privacy.read"])),
    params(("id" = String, Path, example = "era_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = ErasureDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PrivacyRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<ErasureDto>, Problem> {
    let erasure = privacy::erasure(&state.app, &actor, &id).await.map_err(problem_of_privacy)?;
    Ok(Json(ErasureDto::from(&erasure)))
}

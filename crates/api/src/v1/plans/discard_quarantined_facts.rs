//! The end of what is kept aside and nobody wants.

use super::decision_dto::{DecisionBody, DecisionResult};
use super::problem_of_plans;
use crate::auth::{Allowed, SourcesManage};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::plans::{self, Decided, Decision};

/// Discards facts that are kept aside, for good.
#[utoipa::path(
    post, path = "/api/v1/sources/{id}/quarantine/discard", operation_id = "discard_quarantined_facts", tag = "sources",
    security(("session" = ["sources.manage"]), ("token" = ["sources.manage"])),
    params(
        ("id" = String, Path, example = "src_1c9f0x3abcdefghjk"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = DecisionBody,
    responses(
        (status = 200, body = DecisionResult),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesManage>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<DecisionBody>,
) -> Result<Json<DecisionResult>, Problem> {
    let which = body.which()?;
    let answer = |decided: &Decided| kept(StatusCode::OK, &DecisionResult::from(decided));
    let decided = plans::decide(&state.app, &actor, &id, &which, Decision::Discard, &key.once(&answer)).await;
    Ok(Json(DecisionResult::from(&decided.map_err(problem_of_plans)?)))
}

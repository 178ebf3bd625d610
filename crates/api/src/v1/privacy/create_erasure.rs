//! A person is erased.

use super::erasure_dto::ErasureDto;
use super::problem_of_privacy;
use crate::auth::{Allowed, PrivacyManage};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::privacy::{self, Erasure};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasureBody {
    /// Why, for the receipt: 1 to 500 characters, such as the number of the request. No personal data.
    #[schema(example = "request 2026-114")]
    pub reason: String,
}

/// Erases a customer, all profiles of it, for good. When this answers, nobody finds the person any more and no fact of
/// theirs is taken in; what lies in history, files and queues is removed within 24 hours, and then there is a signed
/// receipt. It cannot be undone.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/erasure", operation_id = "create_erasure", tag = "privacy",
    security(("session" = ["privacy.manage"]), ("token" = ["privacy.manage"])),
    params(
        ("id" = String, Path, example = "cus_7k2m9qx4"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")
    ),
    request_body = ErasureBody,
    responses(
        (status = 202, body = ErasureDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PrivacyManage>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<ErasureBody>,
) -> Result<(StatusCode, Json<ErasureDto>), Problem> {
    let customer = customer_number(&id)?;
    let answer = |erasure: &Erasure| kept(StatusCode::ACCEPTED, &ErasureDto::from(erasure));
    let begun = privacy::begin_erasure(&state.app, &actor, customer, &body.reason, &key.once(&answer)).await;
    Ok((StatusCode::ACCEPTED, Json(ErasureDto::from(&begun.map_err(problem_of_privacy)?))))
}

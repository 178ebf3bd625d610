//! Is this receipt ours?

use super::erasure_dto::VerdictDto;
use super::problem_of_privacy;
use crate::auth::{Allowed, PrivacyRead};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::privacy;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptBody {
    /// As it was given out.
    #[schema(value_type = Object)]
    pub receipt: Value,
    /// Whose signature it is to be; absent: that of this workspace.
    pub public_key: Option<String>,
}

/// Looks whether a receipt is whole and signed.
#[utoipa::path(
    post, path = "/api/v1/erasures/verify", operation_id = "verify_receipt", tag = "privacy",
    security(("session" = ["privacy.read"]), ("token" = ["privacy.read"])),
    request_body = ReceiptBody,
    responses(
        (status = 200, body = VerdictDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    _: Allowed<PrivacyRead>,
    ApiJson(body): ApiJson<ReceiptBody>,
) -> Result<Json<VerdictDto>, Problem> {
    let text = body.receipt.to_string();
    let verdict = privacy::verify_receipt(&state.app, &text, body.public_key.as_deref()).await;
    Ok(Json(VerdictDto::from(verdict.map_err(problem_of_privacy)?)))
}

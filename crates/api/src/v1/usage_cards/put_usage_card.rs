//! A usage card is registered or changed.

use super::problem_of_usage_cards;
use super::usage_card_dto::{UsageCardBody, UsageCardDto};
use crate::auth::{Allowed, FieldsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::usage_cards;

/// Registers a usage card, or changes it, where it still has the version that was read. Its code stays. Who is due follows
/// at once, also of deliveries that were before; tickets that were opened stay.
#[utoipa::path(
    put, path = "/api/v1/usage-cards/{id}", operation_id = "put_usage_card", tag = "usage-cards",
    security(("session" = ["fields.manage"]), ("token" = ["fields.manage"])),
    params(("id" = String, Path, description = "a to z, 0 to 9 and _, 1 to 40, a letter first", example = "seven_days")),
    request_body = UsageCardBody,
    responses(
        (status = 200, body = UsageCardDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: somebody else has changed it, or it is registered already"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<FieldsManage>,
    ApiPath(code): ApiPath,
    ApiJson(body): ApiJson<UsageCardBody>,
) -> Result<Json<UsageCardDto>, Problem> {
    let (version, settings) = body.read();
    let card = usage_cards::put_card(&state.app, &actor, &code, version, settings).await;
    Ok(Json(card.map_err(problem_of_usage_cards)?.into()))
}

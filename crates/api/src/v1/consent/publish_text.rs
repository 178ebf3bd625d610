//! The words of a purpose.

use super::problem_of_consent;
use super::purpose_dto::ConsentTextDto;
use crate::auth::{Allowed, PrivacyManage};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::consent::{self, ConsentText, NewText};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextBody {
    #[schema(example = "3")]
    pub version: String,
    #[schema(example = "zh-CN")]
    pub locale: String,
    pub text: String,
}

/// Publishes a version of the words that people agree to. It is never changed.
#[utoipa::path(
    post, path = "/api/v1/consent-purposes/{id}/texts", operation_id = "publish_text", tag = "privacy",
    security(("session" = ["privacy.manage"]), ("token" = ["privacy.manage"])),
    params(
        ("id" = String, Path, example = "wechat.profile"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")
    ),
    request_body = TextBody,
    responses(
        (status = 201, body = ConsentTextDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: there is a text of that version"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PrivacyManage>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<TextBody>,
) -> Result<(StatusCode, Json<ConsentTextDto>), Problem> {
    let new = NewText { version: body.version, locale: body.locale, text: body.text };
    let answer = |text: &ConsentText| kept(StatusCode::CREATED, &ConsentTextDto::from(text));
    let text = consent::publish_text(&state.app, &actor, &id, new, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(ConsentTextDto::from(&text.map_err(problem_of_consent)?))))
}

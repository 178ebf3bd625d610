//! Codes in bulk.

use super::code_dto::{CodeDto, NewCode};
use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::codes::{self, Code};
use perennial_domain::code::CodeSettings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCodes {
    /// 1 to 1000.
    codes: Vec<NewCode>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CreatedCodes {
    pub items: Vec<CodeDto>,
}

impl CreatedCodes {
    fn of(codes: &[Code]) -> Self {
        Self { items: codes.iter().cloned().map(CodeDto::from).collect() }
    }
}

/// Makes codes, all or none of them: one for each place, material or member of staff.
#[utoipa::path(
    post, path = "/api/v1/codes", operation_id = "create_codes", tag = "codes",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewCodes,
    responses(
        (status = 201, body = CreatedCodes),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    key: Key,
    ApiJson(body): ApiJson<NewCodes>,
) -> Result<(StatusCode, Json<CreatedCodes>), Problem> {
    let answer = |codes: &Vec<Code>| kept(StatusCode::CREATED, &CreatedCodes::of(codes));
    let all: Vec<CodeSettings> = body.codes.into_iter().map(CodeSettings::from).collect();
    let created = codes::create_codes(&state.app, &actor, all, &key.once(&answer)).await.map_err(problem_of_codes)?;
    state.intake.forget_sources();
    Ok((StatusCode::CREATED, Json(CreatedCodes::of(&created))))
}

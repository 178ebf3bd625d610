//! A new clerk.

use super::clerk_dto::ClerkDto;
use super::days::instant;
use super::problem_of_clerks;
use crate::auth::{Allowed, StoresManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::clerks::{self, Clerk, NewClerk};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClerkBody {
    /// A user with the role clerk.
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    user_id: String,
    /// The id of a store; absent: in no store yet, and sees nobody.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    store: Option<String>,
    /// Since when; absent: now.
    #[schema(format = DateTime)]
    from: Option<String>,
}

/// Makes a user a clerk, with a code of the clerk's own. A clerk sees the customers of the store that the clerk is in.
#[utoipa::path(
    post, path = "/api/v1/clerks", operation_id = "create_clerk", tag = "clerks",
    security(("session" = ["stores.manage"]), ("token" = ["stores.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewClerkBody,
    responses(
        (status = 201, body = ClerkDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "conflict"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresManage>,
    key: Key,
    ApiJson(body): ApiJson<NewClerkBody>,
) -> Result<(StatusCode, Json<ClerkDto>), Problem> {
    let answer = |clerk: &Clerk| kept(StatusCode::CREATED, &ClerkDto::from(clerk.clone()));
    let from = instant("/from", body.from.as_deref())?;
    let new = NewClerk { user_id: body.user_id, store: body.store, from };
    let created = clerks::create_clerk(&state.app, &actor, new, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_clerks)?.into())))
}

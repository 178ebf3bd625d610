//! All API tokens.

use super::dto::TokenDto;
use super::problem_of_access;
use crate::auth::{AccessManage, Allowed};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::access;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TokenList {
    pub items: Vec<TokenDto>,
}

/// All tokens that were not revoked, the oldest first; expired ones too.
#[utoipa::path(
    get, path = "/api/v1/tokens", operation_id = "list_tokens", tag = "access",
    security(("session" = ["access.manage"]), ("token" = ["access.manage"])),
    responses(
        (status = 200, body = TokenList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<AccessManage>,
) -> Result<Json<TokenList>, Problem> {
    let tokens = access::list_tokens(&state.app, &actor).await.map_err(problem_of_access)?;
    Ok(Json(TokenList { items: tokens.into_iter().map(TokenDto::from).collect() }))
}

//! The audit log.

use super::problem_of_audit;
use crate::auth::{Allowed, AuditRead};
use crate::extract::ApiQuery;
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::audit::{self, AuditEntry};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const LIST: &str = "audit";

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    pub items: Vec<AuditEntryDto>,
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AuditEntryDto {
    pub id: i64,
    #[schema(format = DateTime)]
    pub at: String,
    pub actor: AuditActor,
    #[schema(example = "user.created")]
    pub action: String,
    /// The id of what was changed.
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub subject: String,
    /// More about it, different for every action.
    #[schema(value_type = Object, additional_properties, example = json!({ "role": "clerk" }))]
    pub detail: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AuditActor {
    /// `user`, `token` or `system`.
    #[schema(example = "user")]
    pub kind: String,
    pub id: String,
    pub name: String,
}

impl From<AuditEntry> for AuditEntryDto {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: entry.at.rfc3339(),
            actor: AuditActor { kind: entry.actor_kind, id: entry.actor_id, name: entry.actor_name },
            action: entry.action,
            subject: entry.subject,
            detail: entry.detail,
        }
    }
}

/// Who changed what, the newest first.
#[utoipa::path(
    get, path = "/api/v1/audit", operation_id = "list_audit_entries", tag = "access",
    security(("session" = ["audit.read"]), ("token" = ["audit.read"])), params(PageParams),
    responses(
        (status = 200, body = AuditPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_cursor"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<AuditRead>,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<AuditPage>, Problem> {
    let after = params.after(LIST)?;
    let before = after.map(|key| key.parse::<i64>().map_err(|_| page::invalid_cursor())).transpose()?;
    let (entries, next) = audit::list(&state.app, &actor, before, params.limit()?).await.map_err(problem_of_audit)?;
    Ok(Json(AuditPage {
        items: entries.into_iter().map(AuditEntryDto::from).collect(),
        next_cursor: next.map(|id| page::encode(LIST, &id.to_string())),
    }))
}

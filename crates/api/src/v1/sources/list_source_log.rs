//! The live debugger of a source: what arrives, what was refused and why.

use super::problem_of_sources;
use crate::auth::{Allowed, SourcesRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::sources::{self, LogEntry, LogQuery, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "source_log";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SourceLogParams {
    /// `accepted`, `duplicate`, `refused` or `quarantined`; absent: all.
    #[param(example = "refused")]
    pub outcome: Option<String>,
    /// Only entries with a greater `id`: for whoever looks on. The first look has none.
    #[param(example = 4711)]
    pub after: Option<i64>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before: older entries.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SourceLogPage {
    /// The newest first. The last 200 of each outcome are kept; of a flood of accepted messages, a few of each commit.
    pub items: Vec<SourceLogEntry>,
    pub next_cursor: Option<String>,
}

/// A message without its values.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SourceLogEntry {
    pub id: i64,
    #[schema(format = DateTime)]
    pub at: String,
    /// `accepted`, `duplicate`, `refused` or `quarantined`.
    #[schema(example = "refused")]
    pub outcome: String,
    /// `track`, `identify`, `page`, `screen`, `group` or `alias`.
    #[serde(rename = "type")]
    #[schema(example = "track")]
    pub kind: Option<String>,
    /// Of the event, the page or the screen.
    #[schema(example = "Product Viewed")]
    pub name: Option<String>,
    pub message_id: Option<String>,
    /// Why it was refused or kept aside, or what is to be known of one that was accepted; `docs/tracking.md` lists the codes.
    #[schema(example = "no_user_anon_id")]
    pub reason: Option<String>,
    /// Names and types of a refused message, or what of another is not as planned; never its values.
    #[schema(example = "{type: text, event: text, properties: {total: number}}")]
    pub shape: Option<String>,
}

impl From<LogEntry> for SourceLogEntry {
    fn from(entry: LogEntry) -> Self {
        Self {
            id: entry.id,
            at: entry.at.rfc3339(),
            outcome: entry.outcome.code().to_owned(),
            kind: entry.kind,
            name: entry.name,
            message_id: entry.message_id,
            reason: entry.reason,
            shape: entry.shape,
        }
    }
}

/// What arrived at a source last, the newest first.
#[utoipa::path(
    get, path = "/api/v1/sources/{id}/debugger", operation_id = "list_source_log", tag = "sources",
    security(("session" = ["sources.read"]), ("token" = ["sources.read"])),
    params(("id" = String, Path, example = "src_1c9f0x3abcdefghjk"), SourceLogParams),
    responses(
        (status = 200, body = SourceLogPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_request; invalid_cursor"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<SourceLogParams>,
) -> Result<Json<SourceLogPage>, Problem> {
    let outcome = params.outcome.as_deref().map(outcome_of).transpose()?;
    let before = params.cursor.as_deref().map(|cursor| page::decode(LIST, cursor)).transpose()?;
    let before = before.map(|key| key.parse::<i64>().map_err(|_| page::invalid_cursor())).transpose()?;
    let limit = page::checked_limit(params.limit)?;
    let query = LogQuery { outcome, after: params.after, before };
    let log = sources::source_log(&state.app, &actor, &id, query, limit).await.map_err(problem_of_sources)?;
    Ok(Json(SourceLogPage {
        items: log.entries.into_iter().map(SourceLogEntry::from).collect(),
        next_cursor: log.next_before.map(|id| page::encode(LIST, &id.to_string())),
    }))
}

fn outcome_of(code: &str) -> Result<Outcome, Problem> {
    let allowed = || Outcome::ALL.map(Outcome::code).join(", ");
    Outcome::parse(code).ok_or_else(|| Problem::invalid(vec![ProblemField::new("outcome", "unknown_value", allowed())]))
}

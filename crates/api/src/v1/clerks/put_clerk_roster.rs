//! The clerks of a staff system at once.

use super::days::instant;
use super::problem_of_clerks;
use crate::auth::{AccessManage, Allowed};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clerks::{self, RosterEntry, RosterOutcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RosterBody {
    /// 1 to 500. Who is not in it stays where they are.
    clerks: Vec<RosterEntryBody>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RosterEntryBody {
    /// Finds the user: whoever is not there yet is added, with the role clerk.
    #[schema(example = "li.na@example.com")]
    email: String,
    /// Of whoever is added.
    #[schema(example = "Li Na")]
    name: String,
    /// The code of a store; null: in no store.
    #[schema(example = "S12")]
    store: Option<String>,
    /// Since when; absent: now. It counts for those who are made or moved.
    #[schema(format = DateTime)]
    from: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RosterAnswer {
    #[schema(example = 1_200)]
    pub created: usize,
    pub moved: usize,
    pub unchanged: usize,
    pub refused: usize,
    /// In the order of the request.
    pub items: Vec<RosterItem>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RosterItem {
    /// `created`, `moved`, `unchanged` or `refused`.
    #[schema(example = "created")]
    pub outcome: String,
    /// Null where it was refused.
    #[schema(example = "clk_1c9f0x3abcdefghjk")]
    pub clerk_id: Option<String>,
    /// The clerk's own, which orders and forms name.
    #[schema(example = "7KQ2MX9D")]
    pub code: Option<String>,
    /// What is wrong with it: the pointer is into the item.
    pub error: Option<ProblemField>,
}

impl From<RosterOutcome> for RosterItem {
    fn from(outcome: RosterOutcome) -> Self {
        let done = |outcome: &str, clerk_id, code| Self {
            outcome: outcome.to_owned(),
            clerk_id: Some(clerk_id),
            code: Some(code),
            error: None,
        };
        match outcome {
            RosterOutcome::Created { clerk_id, code } => done("created", clerk_id, code),
            RosterOutcome::Moved { clerk_id, code } => done("moved", clerk_id, code),
            RosterOutcome::Unchanged { clerk_id, code } => done("unchanged", clerk_id, code),
            RosterOutcome::Refused(wrong) => Self {
                outcome: "refused".to_owned(),
                clerk_id: None,
                code: None,
                error: Some(ProblemField::new(format!("/{}", wrong.field), "out_of_range", wrong.allowed)),
            },
        }
    }
}

/// Makes clerks of those who are missing and moves those who work elsewhere. The same roster twice changes nothing.
#[utoipa::path(
    put, path = "/api/v1/clerk-roster", operation_id = "put_clerk_roster", tag = "clerks",
    security(("session" = ["access.manage"]), ("token" = ["access.manage"])),
    request_body = RosterBody,
    responses(
        (status = 200, body = RosterAnswer),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<AccessManage>,
    ApiJson(body): ApiJson<RosterBody>,
) -> Result<Json<RosterAnswer>, Problem> {
    let mut entries = Vec::with_capacity(body.clerks.len());
    for (place, RosterEntryBody { email, name, store, from }) in body.clerks.into_iter().enumerate() {
        let from = instant(&format!("/clerks/{place}/from"), from.as_deref())?;
        entries.push(RosterEntry { email, name, store, from });
    }
    let outcomes = clerks::put_roster(&state.app, &actor, &entries).await.map_err(problem_of_clerks)?;
    let items: Vec<RosterItem> = outcomes.into_iter().map(RosterItem::from).collect();
    let count = |outcome: &str| items.iter().filter(|item| item.outcome == outcome).count();
    let [created, moved, unchanged, refused] = ["created", "moved", "unchanged", "refused"].map(count);
    Ok(Json(RosterAnswer { created, moved, unchanged, refused, items }))
}

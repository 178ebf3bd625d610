//! Trials of contents with offers.

use crate::auth::{Allowed, ValueRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::segments::problem_of_segments;
use axum::Json;
use axum::extract::State;
use perennial_app::scores;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TrialsDto {
    /// When they were counted; null before the first daily run.
    #[schema(format = DateTime)]
    pub as_of: Option<String>,
    /// By code.
    pub items: Vec<TrialDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TrialDto {
    #[schema(example = "spring_letter")]
    pub code: String,
    /// By content and offer.
    pub arms: Vec<TrialArmDto>,
}

/// A content with an offer. One person counts in the arm that they saw first.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct TrialArmDto {
    #[schema(example = "story")]
    pub content: String,
    #[schema(example = "tenth_off")]
    pub offer: String,
    #[schema(example = 500)]
    pub shown: i64,
    #[schema(example = 109)]
    pub responded: i64,
}

/// All trials that facts of the last 365 days tell of, as of the last daily run.
#[utoipa::path(
    get, path = "/api/v1/trials", operation_id = "list_trials", tag = "insights",
    security(("session" = ["value.read"]), ("token" = ["value.read"])),
    responses(
        (status = 200, body = TrialsDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ValueRead>,
) -> Result<Json<TrialsDto>, Problem> {
    let (rows, as_of) = scores::list_trial_arms(&state.app, &actor).await.map_err(problem_of_segments)?;
    let mut items: Vec<TrialDto> = Vec::new();
    for row in rows {
        let arm = TrialArmDto { content: row.content, offer: row.offer, shown: row.shown, responded: row.responded };
        match items.last_mut().filter(|trial| trial.code == row.trial) {
            Some(trial) => trial.arms.push(arm),
            None => items.push(TrialDto { code: row.trial, arms: vec![arm] }),
        }
    }
    Ok(Json(TrialsDto { as_of: as_of.map(Instant::rfc3339), items }))
}

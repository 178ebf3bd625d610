//! How many answered, where, and who followed.

use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::codes::period_of;
use axum::Json;
use axum::extract::State;
use perennial_app::codes::ATTRIBUTION_DAYS;
use perennial_app::forms::{self, FollowRate, Results, SpotResults};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FormResultsParams {
    /// Filled in from this instant on; absent: from the first.
    #[param(format = DateTime, example = "2026-05-01T00:00:00Z")]
    pub from: Option<String>,
    /// Filled in until before this instant; absent: all.
    #[param(format = DateTime, example = "2026-06-01T00:00:00Z")]
    pub until: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FollowRateDto {
    /// Answers after which the channel code was shown.
    #[schema(example = 100)]
    pub codes_shown: i64,
    /// Customers who followed for the first time after that, and at no later one.
    #[schema(example = 38)]
    pub followed: i64,
    /// Customers who had followed before.
    #[schema(example = 12)]
    pub followed_before: i64,
    /// `followed` by `codes_shown`, in hundredths of a percent; null where none was shown.
    #[schema(example = 3_800)]
    pub rate_basis_points: Option<i64>,
}

impl From<FollowRate> for FollowRateDto {
    fn from(follow: FollowRate) -> Self {
        let FollowRate { codes_shown, followed, followed_before } = follow;
        Self { codes_shown, followed, followed_before, rate_basis_points: follow.basis_points() }
    }
}

/// Null stands for none; `counter_id` of the form's own page.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FormSpotDto {
    #[schema(example = "fco_1c9f0x3abcdefghjk")]
    pub counter_id: Option<String>,
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    pub place_id: Option<String>,
    #[schema(example = "clk_1c9f0x3abcdefghjk")]
    pub clerk_id: Option<String>,
    #[schema(example = "cod_1c9f0x3abcdefghjk")]
    pub code_id: Option<String>,
    #[schema(example = 100)]
    pub submissions: i64,
    pub follow: FollowRateDto,
    #[schema(format = DateTime)]
    pub last_at: String,
}

impl From<SpotResults> for FormSpotDto {
    fn from(spot: SpotResults) -> Self {
        let SpotResults { counter_id, place_id, clerk_id, code_id, submissions, follow, last_at } = spot;
        let (follow, last_at) = (follow.into(), last_at.rfc3339());
        Self { counter_id, place_id, clerk_id, code_id, submissions, follow, last_at }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FormRefusalDto {
    /// `invalid`, `closed`, `id_taken` or `trap` (a robot).
    #[schema(example = "invalid")]
    pub reason: String,
    #[schema(example = 7)]
    pub refused: i64,
    #[schema(format = DateTime)]
    pub last_at: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FormResultsDto {
    /// The sum of `by_spot`.
    #[schema(example = 100)]
    pub submissions: i64,
    /// How many customers they are of now; erased people, and answers that are not applied yet, are nobody's.
    #[schema(example = 97)]
    pub customers: i64,
    pub follow: FollowRateDto,
    pub by_spot: Vec<FormSpotDto>,
    /// Of all time.
    pub refusals: Vec<FormRefusalDto>,
    /// So long after a code was shown following is put down to it.
    #[schema(example = 30)]
    pub attribution_days: i64,
}

impl From<Results> for FormResultsDto {
    fn from(results: Results) -> Self {
        let refusal = |one: forms::Refusal| FormRefusalDto {
            reason: one.reason,
            refused: one.refused,
            last_at: one.last_at.rfc3339(),
        };
        Self {
            submissions: results.submissions,
            customers: results.customers,
            follow: results.follow.into(),
            by_spot: results.by_spot.into_iter().map(FormSpotDto::from).collect(),
            refusals: results.refusals.into_iter().map(refusal).collect(),
            attribution_days: ATTRIBUTION_DAYS,
        }
    }
}

/// Answers by counter, store, clerk and code, with who followed, and what was refused.
#[utoipa::path(
    get, path = "/api/v1/forms/{id}/results", operation_id = "get_form_results", tag = "forms",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(("id" = String, Path, example = "frm_1c9f0x3abcdefghjk"), FormResultsParams),
    responses(
        (status = 200, body = FormResultsDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<FormResultsParams>,
) -> Result<Json<FormResultsDto>, Problem> {
    let period = period_of(params.from.as_deref(), params.until.as_deref())?;
    let results = forms::results(&state.app, &actor, &id, period).await.map_err(problem_of_forms)?;
    Ok(Json(results.into()))
}

//! How well each scene goes.

use super::problem_of_scenes;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::scenes;
use perennial_domain::scenes::{SAMPLE_MIN, SceneQuality};
use perennial_domain::time::Day;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SceneParams {
    /// The first day, in UTC; all when absent.
    #[param(example = "2026-11-01")]
    pub from: Option<String>,
    /// The last day, in UTC.
    #[param(example = "2026-11-30")]
    pub until: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SceneMap {
    /// By name.
    pub scenes: Vec<SceneDto>,
    /// Scenes with fewer ratings are never the worst.
    #[schema(example = 30)]
    pub sample_min: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SceneDto {
    /// `…` is all further ones, where there are more than a hundred.
    #[schema(example = "退换货")]
    pub scene: String,
    pub entered: i64,
    pub completed: i64,
    /// Of those who entered, the share without a completion, in hundredths of a percent.
    #[schema(example = 2_150)]
    pub drop_off_basis_points: Option<i64>,
    /// Ratings: the size of the sample.
    #[schema(example = 100)]
    pub rated: i64,
    /// The share of ratings of 4 or 5, in hundredths of a percent.
    #[schema(example = 6_100)]
    pub satisfaction_basis_points: Option<i64>,
    /// The lowest satisfaction of all scenes with enough ratings.
    pub is_worst: bool,
}

impl From<SceneQuality> for SceneDto {
    fn from(one: SceneQuality) -> Self {
        let counts = one.counts;
        Self {
            scene: counts.scene,
            entered: counts.entered,
            completed: counts.completed,
            drop_off_basis_points: one.drop_off_basis_points,
            rated: counts.rated,
            satisfaction_basis_points: one.satisfaction_basis_points,
            is_worst: one.is_worst,
        }
    }
}

fn day(text: Option<&str>, field: &'static str) -> Result<Option<Day>, Problem> {
    let wrong = || Problem::invalid(vec![ProblemField::new(field, "malformed", "a day such as 2026-11-22")]);
    text.map(|text| Day::parse_iso(text).ok_or_else(wrong)).transpose()
}

/// The journey map: each scene with drop-off, satisfaction and the size of the sample; the worst is flagged.
#[utoipa::path(
    get, path = "/api/v1/scenes", operation_id = "get_scene_map", tag = "touch-points",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(SceneParams),
    responses(
        (status = 200, body = SceneMap),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<SceneParams>,
) -> Result<Json<SceneMap>, Problem> {
    let (from, until) = (day(params.from.as_deref(), "from")?, day(params.until.as_deref(), "until")?);
    let map = scenes::scene_map(&state.app, &actor, from, until).await.map_err(problem_of_scenes)?;
    Ok(Json(SceneMap { scenes: map.into_iter().map(SceneDto::from).collect(), sample_min: SAMPLE_MIN }))
}

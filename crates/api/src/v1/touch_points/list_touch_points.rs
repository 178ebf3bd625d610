//! All touch-points.

use super::problem_of_touch_points;
use super::touch_point_dto::{TouchPointCountsDto, TouchPointItem};
use crate::auth::{Allowed, TouchPointsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::touch_points;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TouchPointList {
    pub items: Vec<TouchPointItem>,
    /// Of facts that name no touch-point.
    pub without: TouchPointCountsDto,
    /// All accepted facts: those of all items and those without.
    #[schema(example = 9_963)]
    pub facts: i64,
}

/// All touch-points with what came through each, the preset ones first.
#[utoipa::path(
    get, path = "/api/v1/touch-points", operation_id = "list_touch_points", tag = "touch-points",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    responses(
        (status = 200, body = TouchPointList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
) -> Result<Json<TouchPointList>, Problem> {
    let all = touch_points::list_touch_points(&state.app, &actor).await.map_err(problem_of_touch_points)?;
    let item = |(touch_point, counts): (touch_points::TouchPoint, touch_points::TouchPointCounts)| TouchPointItem {
        touch_point: touch_point.into(),
        counts: counts.into(),
    };
    let items = all.items.into_iter().map(item).collect();
    Ok(Json(TouchPointList { items, without: all.without.into(), facts: all.facts }))
}

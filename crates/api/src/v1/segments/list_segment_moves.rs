//! Who came into a segment, and who left it.

use super::problem_of_segments;
use super::segment_move_dto::SegmentMoveCause;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::dto::CustomerRow;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentMovesPage {
    pub items: Vec<SegmentMoveDto>,
    /// Where the caller sees a part of the customers only, a page may be shorter than asked for, and more may follow.
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentMoveDto {
    #[schema(format = DateTime)]
    pub at: String,
    /// To whom it belongs today.
    pub customer: CustomerRow,
    /// Came in; otherwise left.
    pub has_entered: bool,
    pub cause: SegmentMoveCause,
    /// The key of the fact that was the cause; the timeline has it.
    pub fact: Option<String>,
    /// Of the segment's rule.
    #[schema(example = 1)]
    pub version: i64,
}

/// Who came into a segment and who left it, the newest first, each once; of the customers whom the caller sees.
#[utoipa::path(
    get, path = "/api/v1/segments/{id}/moves", operation_id = "list_segment_moves", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "champions"), PageParams),
    responses(
        (status = 200, body = SegmentMovesPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<SegmentMovesPage>, Problem> {
    let limit = params.limit()?;
    let list = format!("segment-moves/{code}");
    let before = page::number_before(&list, params.cursor.as_deref())?;
    let found = live::moves_of_segment(&state.app, &actor, &code, before, limit).await;
    let (moves, next) = found.map_err(problem_of_segments)?;
    let dto = |one: &live::Moved| SegmentMoveDto {
        at: one.row.at.rfc3339(),
        customer: CustomerRow::from(&one.customer),
        has_entered: one.row.has_entered,
        cause: SegmentMoveCause::of(&one.row.cause),
        fact: one.row.fact.clone(),
        version: one.row.version,
    };
    let next_cursor = next.map(|before| page::encode(&list, &before.to_string()));
    Ok(Json(SegmentMovesPage { items: moves.iter().map(dto).collect(), next_cursor }))
}

//! Which segments a customer came into and left.

use super::problem_of_segments;
use super::segment_move_dto::SegmentMoveCause;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerSegmentMoves {
    /// The newest first.
    pub items: Vec<CustomerSegmentMove>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerSegmentMove {
    #[schema(example = "champions")]
    pub segment: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// Came in; otherwise left.
    pub has_entered: bool,
    pub cause: SegmentMoveCause,
    /// The key of the fact that was the cause; the timeline has it.
    pub fact: Option<String>,
    #[schema(example = 1)]
    pub version: i64,
}

/// Which segments a customer, with all profiles, came into and left in the last 400 days; the last thousand.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/segment-moves", operation_id = "list_customer_segment_moves", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = CustomerSegmentMoves),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<CustomerSegmentMoves>, Problem> {
    let moves =
        live::moves_of_customer(&state.app, &actor, customer_number(&id)?).await.map_err(problem_of_segments)?;
    let item = |row: live::SegmentMove| CustomerSegmentMove {
        at: row.at.rfc3339(),
        has_entered: row.has_entered,
        cause: SegmentMoveCause::of(&row.cause),
        segment: row.segment,
        fact: row.fact,
        version: row.version,
    };
    Ok(Json(CustomerSegmentMoves { items: moves.into_iter().map(item).collect() }))
}

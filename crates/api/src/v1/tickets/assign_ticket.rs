//! Who looks after a ticket.

use super::problem_of_tickets;
use super::ticket_dto::{AssigneeBody, TicketDto};
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::tickets;

/// Says who looks after an open ticket: oneself, somebody else who sees its customer, or nobody any more.
#[utoipa::path(
    put, path = "/api/v1/tickets/{id}/assignee", operation_id = "assign_ticket", tag = "tickets",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(
        ("id" = String, Path, example = "tkt_1c9f0x3abcdefghjk"),
        ("If-Match" = String, Header, description = "The ETag of the ticket: its version in quotes", example = "\"1\""),
    ),
    request_body = AssigneeBody,
    responses(
        (status = 200, body = TicketDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it is closed"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it, such as who took it a moment before"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<AssigneeBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let assigned = tickets::assign_ticket(&state.app, &actor, &id, expected, body.user_id.as_deref()).await;
    let assigned = assigned.map_err(problem_of_tickets)?;
    Ok((AppendHeaders(etag(assigned.version)), Json(TicketDto::from(assigned))))
}

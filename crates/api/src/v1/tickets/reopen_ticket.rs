//! A ticket is opened again.

use super::problem_of_tickets;
use super::ticket_dto::{TicketDto, TicketNoteBody};
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::tickets;

/// Opens a closed ticket again, with a note that says why. It stands on the customer's timeline and in the audit log; the note
/// of the closing stays on the timeline.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/reopen", operation_id = "reopen_ticket", tag = "tickets",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(("id" = String, Path, example = "tkt_1c9f0x3abcdefghjk")),
    request_body = TicketNoteBody,
    responses(
        (status = 200, body = TicketDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it is open"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    ApiPath(id): ApiPath,
    ApiJson(body): ApiJson<TicketNoteBody>,
) -> Result<Json<TicketDto>, Problem> {
    let reopened = tickets::reopen_ticket(&state.app, &actor, &id, &body.note).await;
    Ok(Json(reopened.map_err(problem_of_tickets)?.into()))
}

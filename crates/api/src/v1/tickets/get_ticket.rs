//! One ticket.

use super::problem_of_tickets;
use super::ticket_dto::TicketDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::tickets;

/// A ticket of a customer whom the caller sees.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}", operation_id = "get_ticket", tag = "tickets",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "tkt_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = TicketDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let found = tickets::ticket(&state.app, &actor, &id).await.map_err(problem_of_tickets)?;
    Ok((AppendHeaders(etag(found.version)), Json(TicketDto::from(found))))
}

//! Who may look after a ticket.

use super::problem_of_tickets;
use super::ticket_dto::TicketAssigneeDto;
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::tickets::{self, Assignee};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TicketAssignees {
    pub items: Vec<TicketAssigneeDto>,
}

/// Active users who see the ticket's customer and may write about customers, by name.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/assignees", operation_id = "list_assignees", tag = "tickets",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(("id" = String, Path, example = "tkt_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = TicketAssignees),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    ApiPath(id): ApiPath,
) -> Result<Json<TicketAssignees>, Problem> {
    let found = tickets::assignees(&state.app, &actor, &id).await.map_err(problem_of_tickets)?;
    let one = |Assignee { user_id, name }: Assignee| TicketAssigneeDto { user_id, name };
    Ok(Json(TicketAssignees { items: found.into_iter().map(one).collect() }))
}

//! Service tickets: the list, one of them, who looks after it, closing and opening again.

mod assign_ticket;
mod close_ticket;
mod get_ticket;
mod list_assignees;
mod list_tickets;
mod reopen_ticket;
mod ticket_dto;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::tickets::TicketError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_tickets::handler))
        .routes(routes!(get_ticket::handler))
        .routes(routes!(close_ticket::handler))
        .routes(routes!(reopen_ticket::handler))
        .routes(routes!(assign_ticket::handler))
        .routes(routes!(list_assignees::handler))
}

fn problem_of_tickets(error: TicketError) -> Problem {
    match error {
        TicketError::Store(error) => crate::problem_of_store(error),
        TicketError::Pipeline(error) => Problem::internal(&error),
        TicketError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        TicketError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        TicketError::NoTicket => Problem::not_found("ticket"),
        TicketError::NoCustomer => Problem::not_found("customer"),
        TicketError::Closed | TicketError::Open => Problem::new(Code::Conflict, error.to_string()),
        TicketError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        TicketError::CursorMismatch => crate::page::invalid_cursor(),
    }
}

//! Service tickets: the list, one of them, and closing.

mod close_ticket;
mod get_ticket;
mod list_tickets;
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
        TicketError::Closed => Problem::new(Code::Conflict, error.to_string()),
        TicketError::CursorMismatch => crate::page::invalid_cursor(),
    }
}

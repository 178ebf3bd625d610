//! The list that is worked off.

use super::problem_of_tickets;
use super::ticket_dto::TicketDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::tickets::{self, AssignedTo, TicketQuery};
use perennial_domain::ticket::TicketState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TicketsParams {
    /// `open` or `closed`; absent: all.
    #[param(example = "open")]
    pub state: Option<String>,
    /// By who looks after them: the id of a user, `me` (whoever asks), or `nobody`; absent: all.
    #[param(example = "me")]
    pub assignee: Option<String>,
    /// Of this customer only.
    #[param(example = "cus_7k2m9qx4")]
    pub customer: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TicketsPage {
    pub items: Vec<TicketDto>,
    pub next_cursor: Option<String>,
}

/// Tickets of customers whom the caller sees, the last opened first.
#[utoipa::path(
    get, path = "/api/v1/tickets", operation_id = "list_tickets", tag = "tickets",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(TicketsParams),
    responses(
        (status = 200, body = TicketsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<TicketsParams>,
) -> Result<Json<TicketsPage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let wrong = || Problem::invalid(vec![ProblemField::new("state", "invalid_value", "open or closed")]);
    let asked = params.state.as_deref().map(|code| TicketState::parse(code).ok_or_else(wrong)).transpose()?;
    let customer = params.customer.as_deref().map(customer_number).transpose()?;
    let assigned = params.assignee.as_deref().map(|who| match who {
        "nobody" => AssignedTo::Nobody,
        "me" => AssignedTo::User(actor.id().to_owned()),
        id => AssignedTo::User(id.to_owned()),
    });
    let [state_of, of, who] =
        [params.state, params.customer, params.assignee].map(|one| one.unwrap_or_default().replace('/', "%2F"));
    let list = format!("tickets/{state_of}/{of}/{who}");
    let after = params.cursor.as_deref().map(|cursor| page::decode(&list, cursor)).transpose()?;
    let query = TicketQuery { state: asked, customer, assigned };
    let found = tickets::list_tickets(&state.app, &actor, query, after.as_deref(), limit).await;
    let (tickets, next) = found.map_err(problem_of_tickets)?;
    let items = tickets.into_iter().map(TicketDto::from).collect();
    Ok(Json(TicketsPage { items, next_cursor: next.map(|key| page::encode(&list, &key)) }))
}

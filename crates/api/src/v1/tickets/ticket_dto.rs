//! Tickets in JSON.

use perennial_app::tickets::Ticket;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TicketDto {
    #[schema(example = "tkt_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: String,
    /// `open` or `closed`.
    #[schema(example = "open")]
    pub state: String,
    /// What opened it: `usage_card`.
    #[schema(example = "usage_card")]
    pub cause: String,
    /// Of a usage card: `card` and `order_no` (may be null). The judgement stands with the customer's fields.
    #[schema(value_type = Object, additional_properties, example = json!({ "card": "seven_days", "order_no": "A-1001" }))]
    pub detail: Value,
    /// When what opened it happened.
    #[schema(format = DateTime)]
    pub happened_at: String,
    #[schema(format = DateTime)]
    pub opened_at: String,
    /// Who looks after it; null: nobody.
    pub assigned: Option<TicketAssignmentDto>,
    /// When it was opened again, the last time.
    #[schema(format = DateTime)]
    pub reopened_at: Option<String>,
    /// Null while it is open.
    pub closed: Option<TicketClosingDto>,
    /// Grows by one with each change: its ETag in quotes.
    #[schema(example = 1)]
    pub version: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TicketAssignmentDto {
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub user_id: String,
    /// The name of then.
    #[schema(example = "Li")]
    pub name: String,
    #[schema(format = DateTime)]
    pub at: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TicketAssigneeDto {
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub user_id: String,
    #[schema(example = "Li")]
    pub name: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TicketClosingDto {
    #[schema(format = DateTime)]
    pub at: String,
    /// Who closed it.
    #[schema(example = "Li")]
    pub by: String,
    /// What was done.
    #[schema(example = "sent a new one")]
    pub note: String,
}

impl From<Ticket> for TicketDto {
    fn from(ticket: Ticket) -> Self {
        let closing = ticket.closed.map(|closing| TicketClosingDto {
            at: closing.at.rfc3339(),
            by: closing.by,
            note: closing.note,
        });
        let assigned = ticket.assigned.map(|one| TicketAssignmentDto {
            user_id: one.user_id,
            name: one.name,
            at: one.at.rfc3339(),
        });
        Self {
            id: ticket.id,
            customer_id: ticket.customer.public_id(),
            state: ticket.state.code().to_owned(),
            cause: ticket.cause.code().to_owned(),
            detail: ticket.detail,
            happened_at: ticket.happened_at.rfc3339(),
            opened_at: ticket.opened_at.rfc3339(),
            assigned,
            reopened_at: ticket.reopened_at.map(Instant::rfc3339),
            closed: closing,
            version: ticket.version,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketNoteBody {
    /// What was done, or why it is open again, 1 to 1000 characters.
    #[schema(example = "sent a new one")]
    pub note: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssigneeBody {
    /// Who looks after it from now on; null: nobody.
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub user_id: Option<String>,
}

//! Tickets in JSON.

use perennial_app::tickets::Ticket;
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
    /// Null while it is open.
    pub closed: Option<TicketClosingDto>,
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
        Self {
            id: ticket.id,
            customer_id: ticket.customer.public_id(),
            state: ticket.state.code().to_owned(),
            cause: ticket.cause.code().to_owned(),
            detail: ticket.detail,
            happened_at: ticket.happened_at.rfc3339(),
            opened_at: ticket.opened_at.rfc3339(),
            closed: closing,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosingBody {
    /// What was done, 1 to 1000 characters.
    #[schema(example = "sent a new one")]
    pub note: String,
}

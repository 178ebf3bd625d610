//! An order in JSON, as a program tells it.

use super::told_dto::{IdentifierBody, traits_of};
use perennial_app::upserts::Read;
use perennial_domain::upsert::{ItemError, LineTold, OrderStatus, OrderTold};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An order as it is now. Told again it changes nothing; further lines add to it, another total takes the place of the
/// one before.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderBody {
    /// By it the order is known again, within its source and customer.
    #[schema(example = "A-1001")]
    order_no: String,
    #[schema(format = DateTime, example = "2026-11-20T02:00:00Z")]
    ordered_at: String,
    /// `paid`, `unpaid`, `cancelled` or `refunded`; absent: `paid`. Without lines and total, the last two take back all
    /// that was counted of the order.
    #[schema(example = "paid")]
    status: Option<String>,
    /// ISO 4217; absent: the workspace's. All amounts are in its smallest unit.
    #[schema(example = "CNY")]
    currency: Option<String>,
    /// Of the customer; empty for a guest.
    #[serde(default)]
    identifiers: Vec<IdentifierBody>,
    /// At most 1000.
    #[serde(default)]
    lines: Vec<LineBody>,
    /// What the whole order came to. Where lines have amounts it must be their sum.
    #[schema(example = 12_900)]
    total_minor: Option<i64>,
    /// What of the whole order was paid back so far.
    #[schema(example = 0)]
    refund_minor: Option<i64>,
    #[schema(example = "Nanjing Road")]
    store: Option<String>,
    #[schema(example = "mini program")]
    channel: Option<String>,
    /// Texts, numbers and truth values that the order says of its customer, at most 100.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>)]
    traits: BTreeMap<String, Value>,
}

/// A line of an order. No amount is negative.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    #[schema(example = "TEA-01")]
    sku: Option<String>,
    #[schema(example = "Spring tea")]
    name: Option<String>,
    /// A decimal as number or text; absent: 1.
    #[schema(value_type = Option<f64>, example = 2)]
    quantity: Option<Value>,
    #[schema(example = 4_500)]
    unit_price_minor: Option<i64>,
    /// What the line came to; absent: quantity × unit price.
    #[schema(example = 9_000)]
    amount_minor: Option<i64>,
    /// Taken off the amount.
    #[schema(example = 0)]
    discount_minor: Option<i64>,
    /// What of the line was paid back so far.
    #[schema(example = 0)]
    refund_minor: Option<i64>,
}

pub fn told(body: OrderBody) -> Read<OrderTold> {
    let mut errors = Vec::new();
    let status = body.status.as_deref().map_or(Some(OrderStatus::Paid), OrderStatus::parse);
    if status.is_none() {
        errors.push(ItemError::new("/status", "unknown_value", OrderStatus::ALL.map(OrderStatus::code).join(", ")));
    }
    let traits = traits_of(body.traits).unwrap_or_else(|wrong| {
        errors.extend(wrong);
        Vec::new()
    });
    let mut lines = Vec::with_capacity(body.lines.len());
    for (place, line) in body.lines.into_iter().enumerate() {
        let quantity = match line.quantity {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(_) => {
                errors.push(ItemError::new(format!("/lines/{place}/quantity"), "malformed", "a decimal such as 1.5"));
                None
            }
        };
        lines.push(LineTold {
            sku: line.sku,
            name: line.name,
            quantity,
            unit_price_minor: line.unit_price_minor,
            amount_minor: line.amount_minor,
            discount_minor: line.discount_minor,
            refund_minor: line.refund_minor,
        });
    }
    let (true, Some(status)) = (errors.is_empty(), status) else { return Err(errors) };
    Ok(OrderTold {
        order_no: body.order_no,
        ordered_at: body.ordered_at,
        status,
        currency: body.currency,
        identifiers: body.identifiers.into_iter().map(Into::into).collect(),
        lines,
        total_minor: body.total_minor,
        refund_minor: body.refund_minor,
        store: body.store,
        channel: body.channel,
        traits,
    })
}

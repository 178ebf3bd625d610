//! What a block makes happen, as webhooks tell it.
//!
//! Facts belong to profiles; what happened is told of the customer that the profile is part of when the block is applied.

use super::resolve::Resolved;
use crate::as_json::money;
use crate::webhooks::{Happened, Subscribers};
use perennial_domain::fact::{AppliedBlock, AppliedFact, Fact, FactKey, FactKind, Line};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::{Currency, format_decimal};
use perennial_domain::time::Instant;
use perennial_domain::webhook::EventType;
use perennial_store::orders::GUEST;
use serde_json::{Value, json};

/// Lines of an order that one message has; it says how many there are.
const LINES_TOLD_MAX: usize = 50;

/// Customers that did not exist before.
pub fn of_customers(subscribers: &Subscribers, resolved: &Resolved, block: &AppliedBlock) -> Vec<Happened> {
    let of_import = block.import_id.is_some();
    if !subscribers.want(EventType::CustomerCreated, of_import) {
        return Vec::new();
    }
    let created = resolved.created.iter().map(|(number, first_seen)| {
        let data = json!({
            "customer_id": number.public_id(),
            "first_fact_at": Instant(*first_seen).rfc3339(),
            "source": block.source,
            "import_id": block.import_id,
        });
        let lane = Some(i64::from(number.0));
        Happened { of_import, ..Happened::new(EventType::CustomerCreated, lane, data) }
    });
    created.collect()
}

/// Orders that are new or others than before, and what came back of them.
pub fn of_orders(subscribers: &Subscribers, resolved: &Resolved, block: &AppliedBlock) -> Vec<Happened> {
    let of_import = block.import_id.is_some();
    let mut happened = Vec::new();
    for applied in &block.facts {
        let Some(event_type) = type_of(&block.source, applied) else { continue };
        if !subscribers.want(event_type, of_import) {
            continue;
        }
        let customer = applied.customer.map(|part| resolved.customer_of(part));
        let lane = customer.map_or_else(|| lane_of_guest(&block.source, &applied.fact), |number| i64::from(number.0));
        let data = data_of(block, &applied.fact, event_type, customer);
        happened.push(Happened { of_import, ..Happened::new(event_type, Some(lane), data) });
    }
    happened
}

fn type_of(source: &str, applied: &AppliedFact) -> Option<EventType> {
    match applied.fact.kind {
        FactKind::Order if applied.first => Some(EventType::OrderCreated),
        FactKind::Order => Some(EventType::OrderChanged),
        // A cancellation that gives something back is a refund under a key of its own.
        FactKind::Refund if is_cancellation(source, &applied.fact) => Some(EventType::OrderCancelled),
        FactKind::Refund => Some(EventType::OrderRefunded),
        FactKind::Gift
        | FactKind::Cancelled
        | FactKind::Adjustment
        | FactKind::CustomerUpdate
        | FactKind::Unpaid
        | FactKind::Event
        | FactKind::Page
        | FactKind::Screen
        | FactKind::Identify
        | FactKind::Group
        | FactKind::Alias => None,
    }
}

fn is_cancellation(source: &str, fact: &Fact) -> bool {
    let order_no = fact.order_no.as_deref();
    order_no.is_some_and(|order_no| FactKey::of(&[source, FactKind::Cancelled.code(), order_no]) == fact.key)
}

/// What happens to one order of a guest stays in its order: a number that is no customer's.
fn lane_of_guest(source: &str, fact: &Fact) -> i64 {
    let key = fact.order_no.as_deref().map_or(fact.key, |order_no| FactKey::of(&[source, "order", order_no]));
    GUEST - 1 - ((key.0 >> 66) as i64)
}

fn data_of(block: &AppliedBlock, fact: &Fact, event_type: EventType, customer: Option<CustomerNumber>) -> Value {
    let back = matches!(event_type, EventType::OrderRefunded | EventType::OrderCancelled);
    let lines: Vec<Value> = fact.lines.iter().take(LINES_TOLD_MAX).map(|line| line_of(line, block.currency)).collect();
    let minor = fact.amount_minor().map(|minor| if back { minor.saturating_neg() } else { minor });
    json!({
        "customer_id": customer.map(CustomerNumber::public_id),
        "order_no": fact.order_no,
        "source": block.source,
        "import_id": block.import_id,
        "at": fact.at.rfc3339(),
        // Of what is new: the whole order at first, what was added to it, or what was given back.
        "amount": minor.map(|minor| money(minor, block.currency)),
        "lines": lines,
        "lines_count": fact.lines.len(),
    })
}

fn line_of(line: &Line, currency: Currency) -> Value {
    json!({
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity_milli.map(|milli| quantity(milli.abs())),
        "amount": line.amount_minor.map(|minor| money(minor.abs(), currency)),
    })
}

fn quantity(milli: i64) -> String {
    let text = format_decimal(milli, 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refund(class: &str) -> Fact {
        Fact {
            kind: FactKind::Refund,
            key: FactKey::of(&["file", class, "A-1"]),
            at: Instant(0),
            identifiers: Vec::new(),
            order_no: Some("A-1".to_owned()),
            lines: Vec::new(),
            traits: Vec::new(),
            tracked: None,
        }
    }

    #[test]
    fn a_cancellation_is_told_from_a_refund_by_its_key() {
        let told = |class: &str| type_of("file", &AppliedFact { customer: None, first: true, fact: refund(class) });
        assert_eq!(told("cancelled"), Some(EventType::OrderCancelled));
        assert_eq!(told("refund"), Some(EventType::OrderRefunded));
    }

    #[test]
    fn a_guests_order_has_one_lane_which_is_no_customers() {
        let lanes = ["cancelled", "refund", "order"].map(|class| lane_of_guest("file", &refund(class)));
        assert!(lanes[0] < 0 && lanes.iter().all(|lane| *lane == lanes[0]), "{lanes:?}");
        assert_ne!(lane_of_guest("till", &refund("order")), lanes[0]);
    }

    #[test]
    fn quantities_are_written_as_people_do() {
        assert_eq!([2_000, 500, 1_250, 0, 10_000].map(quantity), ["2", "0.5", "1.25", "0", "10"]);
    }
}

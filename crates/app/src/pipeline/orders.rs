//! What of an order is new: exact de-duplication by order and, inside an order, by line.
//!
//! An order is known by its customer and its key. Its lines are a multiset of fingerprints; a line that
//! is told again is a duplicate, a line that was not there before is added. So the same file twice
//! changes nothing, and a file that brings the missing lines of known orders adds just those. A total of the whole
//! order that differs from the one told before takes its place, where the order is of the same instant: otherwise it
//! may be another order under the same number, and adds.
//!
//! A guest's order that is told again with its customer is one order, and the customer's from then on, with what was given
//! back of it (`given_back`). One that somebody has claimed by a receipt is a duplicate when it is told with anybody else.

use super::given_back;
use perennial_domain::fact::{Fact, FactKey, FactKind, settle_total};
use perennial_domain::ids::CustomerNumber;
use perennial_store::orders::{GUEST, OrderRow};
use std::collections::HashMap;

pub type OrderId = (i64, [u8; 16]);

pub fn order_id(customer: Option<CustomerNumber>, fact: &Fact) -> OrderId {
    (customer.map_or(0, |number| i64::from(number.0)), fact.key.0.to_be_bytes())
}

/// The kind of a guest's order whose customer is known by now. Its row stays, so that the guest's file still tells
/// nothing new; it counts as no order.
pub(crate) const CLAIMED: &str = "claimed";

/// The row under which this order of a customer stands if it was a guest's before: same source, same number.
pub fn guests_order(source: &str, customer: Option<CustomerNumber>, fact: &Fact) -> Option<OrderId> {
    let order_no = fact.order_no.as_deref().filter(|_| customer.is_some() && fact.kind == FactKind::Order)?;
    Some((GUEST, FactKey::of(&[source, "order", order_no]).0.to_be_bytes()))
}

/// Takes the guest's order for its customer's. The caller writes the row that this returns.
pub fn claim(known: &mut HashMap<OrderId, OrderRow>, guests_order: Option<OrderId>) -> Option<OrderId> {
    let id = guests_order?;
    let row = known.get_mut(&id).filter(|row| row.kind == FactKind::Order.code())?;
    CLAIMED.clone_into(&mut row.kind);
    Some(id)
}

/// What one fact changes in the table of orders.
pub enum Outcome {
    Duplicate,
    New { fact: Fact, first: bool, duplicate_lines: usize },
}

/// Compares a fact with what is known of its order and updates `known` so that later facts of the same
/// block see it. A fact that is known counts again where it `has_news` beside its lines, such as a trait that went
/// back to an earlier value. The caller writes the changed rows.
pub fn compare(known: &mut HashMap<OrderId, OrderRow>, id: OrderId, mut fact: Fact, has_news: bool) -> Outcome {
    let total_lines = fact.lines.len();
    let before = known.get(&id);
    // What was known as a mere gift is an order from its first paid line on.
    let was_order = before.is_some_and(|row| row.kind == FactKind::Order.code());
    let is_claimed = before.is_some_and(|row| row.kind == CLAIMED);
    // A cancellation gives back from now on: what it named before was given to nobody.
    let starts = fact.kind == FactKind::Refund && before.is_some_and(|row| row.kind == FactKind::Cancelled.code());
    let first = before.is_none() || starts || (fact.kind == FactKind::Order && !was_order && !is_claimed);
    let mut stock = before.map(|row| fingerprints(&row.line_hashes)).unwrap_or_default();
    let mut left = before.map(line_counts).unwrap_or_default();
    let mut fresh = Vec::new();
    for line in fact.lines {
        let fingerprint = line.fingerprint();
        match left.get_mut(&fingerprint) {
            Some(count) if *count > 0 => *count -= 1,
            _ => {
                stock.push(fingerprint);
                fresh.push(line);
            }
        }
    }
    if let Some(row) = before.filter(|row| row.at == fact.at.0 && is_same_class(&row.kind, fact.kind)) {
        fresh = settle_total(fresh, &mut left, row.amount_minor);
    }
    if fresh.is_empty() && before.is_some() && !has_news {
        return Outcome::Duplicate;
    }
    let duplicate_lines = total_lines - fresh.len();
    fact.lines = fresh;
    stock.sort_unstable();
    let added = fact.amount_minor();
    let amount_minor = match (before.filter(|_| !starts).and_then(|row| row.amount_minor), added) {
        (None, None) => None,
        (old, new) => Some(old.unwrap_or(0).saturating_add(new.unwrap_or(0))),
    };
    let at = before.map_or(fact.at.0, |row| row.at.min(fact.at.0));
    let line_hashes = given_back::pack(&stock, before, &fact);
    // A cancellation that gave something back stays one that did, whatever else it names later.
    let gave_back = before.is_some_and(|row| row.kind == FactKind::Refund.code());
    let kind = match fact.kind {
        _ if is_claimed => CLAIMED,
        _ if was_order => FactKind::Order.code(),
        _ if gave_back => FactKind::Refund.code(),
        kind => kind.code(),
    };
    known.insert(
        id,
        OrderRow {
            customer_number: id.0,
            order_key: id.1,
            order_no: fact.order_no.clone(),
            kind: kind.to_owned(),
            at,
            amount_minor,
            line_hashes,
        },
    );
    Outcome::New { fact, first, duplicate_lines }
}

/// Whether the amount that is known was told by the same kind of fact. A cancellation that takes an order back is
/// kept as a refund, and is one only where something was counted.
fn is_same_class(known: &str, told: FactKind) -> bool {
    let is_purchase = |kind: &str| kind == FactKind::Order.code() || kind == FactKind::Gift.code() || kind == CLAIMED;
    known == told.code() || is_purchase(known) && is_purchase(told.code())
}

/// How many lines are known of an order.
pub fn lines_known(row: &OrderRow) -> usize {
    fingerprints(&row.line_hashes).len()
}

/// How often the order has each line, by fingerprint.
pub fn line_counts(row: &OrderRow) -> HashMap<u64, usize> {
    let mut counts = HashMap::new();
    for fingerprint in fingerprints(&row.line_hashes) {
        *counts.entry(fingerprint).or_default() += 1;
    }
    counts
}

pub fn fingerprints(bytes: &[u8]) -> Vec<u64> {
    let (bytes, _) = given_back::unpack(bytes);
    bytes.chunks_exact(8).map(|chunk| u64::from_be_bytes(chunk.try_into().unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::fact::{FactKey, Line};
    use perennial_domain::time::Instant;

    fn order(amounts: &[i64]) -> Fact {
        let lines = amounts.iter().map(|amount| Line { amount_minor: Some(*amount), ..Line::default() }).collect();
        Fact {
            kind: FactKind::Order,
            key: FactKey::of(&["file", "order", "1"]),
            at: Instant(5),
            identifiers: vec![],
            order_no: Some("1".into()),
            lines,
            traits: vec![],
            tracked: None,
        }
    }

    #[test]
    fn the_same_order_again_is_a_duplicate_and_further_lines_are_added() {
        let mut known = HashMap::new();
        let id = (7, [1; 16]);
        assert!(matches!(
            compare(&mut known, id, order(&[100, 100]), false),
            Outcome::New { first: true, duplicate_lines: 0, .. }
        ));
        assert!(matches!(compare(&mut known, id, order(&[100, 100]), false), Outcome::Duplicate));
        let Outcome::New { fact, first, duplicate_lines } = compare(&mut known, id, order(&[100, 100, 100, 5]), false)
        else {
            panic!("two lines are new");
        };
        assert_eq!((first, duplicate_lines), (false, 2));
        assert_eq!(fact.amount_minor(), Some(105));
        assert_eq!(known[&id].amount_minor, Some(305));
    }

    /// An order of one product whose file states what the whole order came to.
    fn whole(total: i64, at: i64) -> Fact {
        let mut fact = order(&[total]);
        (fact.at, fact.lines[0].sku, fact.lines[0].is_total) = (Instant(at), Some("A".into()), true);
        fact
    }

    #[test]
    fn a_total_that_is_corrected_later_takes_the_place_of_the_first() {
        let mut known = HashMap::new();
        let id = (7, [1; 16]);
        compare(&mut known, id, whole(5_000, 5), false);
        // January's file, February's with two corrections, January's again: what was told is not told again.
        let told = [(5_000, None), (5_500, Some(500)), (4_500, Some(-1_000)), (5_000, None), (4_500, None)];
        for (total, difference) in told {
            match compare(&mut known, id, whole(total, 5), false) {
                Outcome::Duplicate => assert_eq!(difference, None, "{total}"),
                Outcome::New { fact, first, duplicate_lines } => {
                    assert_eq!((fact.amount_minor(), first, duplicate_lines), (difference, false, 0), "{total}");
                    assert_eq!(fact.lines[0].sku, None, "the product is no news");
                }
            }
        }
        assert_eq!(known[&id].amount_minor, Some(4_500));
        // The same number at another instant may be another order.
        assert!(matches!(compare(&mut known, id, whole(3_000, 6), false), Outcome::New { first: false, .. }));
        assert_eq!(known[&id].amount_minor, Some(7_500));
    }

    #[test]
    fn a_guests_order_is_its_customers_once_that_is_known() {
        let mut known = HashMap::new();
        let fact = order(&[100]);
        let guest = order_id(None, &fact);
        compare(&mut known, guest, fact.clone(), false);
        let twin = guests_order("file", Some(CustomerNumber(7)), &fact);
        assert_eq!((twin, guests_order("file", None, &fact)), (Some(guest), None));
        assert_ne!(guests_order("till", Some(CustomerNumber(7)), &fact), Some(guest), "another source");
        assert_eq!(claim(&mut known, twin), Some(guest));
        assert_eq!(claim(&mut known, twin), None, "once");
        let own = order_id(Some(CustomerNumber(7)), &fact);
        assert!(matches!(compare(&mut known, own, fact.clone(), false), Outcome::New { first: true, .. }));
        assert!(matches!(compare(&mut known, guest, fact, false), Outcome::Duplicate), "the guest's file again");
        assert!(matches!(compare(&mut known, guest, order(&[100, 5]), false), Outcome::New { first: false, .. }));
        assert_eq!(known.values().filter(|row| row.kind == "order").count(), 1);
    }

    #[test]
    fn an_order_known_by_its_gift_counts_once_its_paid_line_comes() {
        let mut known = HashMap::new();
        let id = (7, [1; 16]);
        let gift = Fact { kind: FactKind::Gift, ..order(&[0]) };
        assert!(matches!(compare(&mut known, id, gift.clone(), false), Outcome::New { first: true, .. }));
        assert!(matches!(compare(&mut known, id, order(&[0, 500]), false), Outcome::New { first: true, .. }));
        assert!(matches!(compare(&mut known, id, gift, false), Outcome::Duplicate));
        assert!(matches!(compare(&mut known, id, order(&[0, 500, 9]), false), Outcome::New { first: false, .. }));
        assert_eq!(known[&id].kind, "order");
    }
}

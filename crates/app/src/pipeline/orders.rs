//! What of an order is new: exact de-duplication by order and, inside an order, by line.
//!
//! An order is known by its customer and its key. Its lines are a multiset of fingerprints; a line that
//! is told again is a duplicate, a line that was not there before is added. So the same file twice
//! changes nothing, and a file that brings the missing lines of known orders adds just those.

use super::given_back;
use perennial_domain::fact::{Fact, FactKind};
use perennial_domain::ids::CustomerNumber;
use perennial_store::orders::OrderRow;
use std::collections::HashMap;

pub type OrderId = (i64, [u8; 16]);

pub fn order_id(customer: Option<CustomerNumber>, fact: &Fact) -> OrderId {
    (customer.map_or(0, |number| i64::from(number.0)), fact.key.0.to_be_bytes())
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
    let first = before.is_none() || (fact.kind == FactKind::Order && !was_order);
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
    if fresh.is_empty() && before.is_some() && !has_news {
        return Outcome::Duplicate;
    }
    let duplicate_lines = total_lines - fresh.len();
    fact.lines = fresh;
    stock.sort_unstable();
    let added = fact.amount_minor();
    let amount_minor = match (before.and_then(|row| row.amount_minor), added) {
        (None, None) => None,
        (old, new) => Some(old.unwrap_or(0).saturating_add(new.unwrap_or(0))),
    };
    let at = before.map_or(fact.at.0, |row| row.at.min(fact.at.0));
    let line_hashes = given_back::pack(&stock, before, &fact);
    // A cancellation that gave something back stays one that did, whatever else it names later.
    let gave_back = before.is_some_and(|row| row.kind == FactKind::Refund.code());
    let kind = match fact.kind {
        _ if was_order => FactKind::Order,
        _ if gave_back => FactKind::Refund,
        kind => kind,
    };
    known.insert(
        id,
        OrderRow {
            customer_number: id.0,
            order_key: id.1,
            order_no: fact.order_no.clone(),
            kind: kind.code().to_owned(),
            at,
            amount_minor,
            line_hashes,
        },
    );
    Outcome::New { fact, first, duplicate_lines }
}

/// How often the order has each line, by fingerprint.
pub fn line_counts(row: &OrderRow) -> HashMap<u64, usize> {
    let mut counts = HashMap::new();
    for fingerprint in fingerprints(&row.line_hashes) {
        *counts.entry(fingerprint).or_default() += 1;
    }
    counts
}

fn fingerprints(bytes: &[u8]) -> Vec<u64> {
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

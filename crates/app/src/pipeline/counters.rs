//! The live counters of a customer: what each applied fact does to them.
//!
//! Invariants: integers only; the result does not depend on the order in which facts arrive.

use perennial_domain::fact::{AppliedFact, FactKind};
use perennial_domain::time::{Instant, Zone};
use perennial_store::customers::CustomerCounters;

/// Months that are remembered one by one after the month of the first purchase.
pub const ACTIVE_MONTHS_MAX: i64 = 62;

pub fn count(counters: &mut CustomerCounters, applied: &AppliedFact, zone: &Zone) {
    let fact = &applied.fact;
    let amount = fact.amount_minor().unwrap_or(0);
    match fact.kind {
        FactKind::Order => {
            counters.orders += i64::from(applied.first);
            counters.gross_minor = counters.gross_minor.saturating_add(amount);
            note_purchase(counters, fact.at, zone);
        }
        FactKind::Refund => {
            counters.refund_count += i64::from(applied.first);
            counters.refunds_minor = counters.refunds_minor.saturating_sub(amount);
        }
        FactKind::Gift | FactKind::Cancelled | FactKind::Adjustment | FactKind::CustomerUpdate => {}
    }
    counters.net_minor = counters.gross_minor.saturating_sub(counters.refunds_minor);
}

fn note_purchase(counters: &mut CustomerCounters, at: Instant, zone: &Zone) {
    counters.first_at = Some(counters.first_at.map_or(at.0, |first| first.min(at.0)));
    counters.last_at = Some(counters.last_at.map_or(at.0, |last| last.max(at.0)));
    note_month(counters, i64::from(zone.day_of(at).month().0));
}

/// Counts a purchase in this month of the brand's zone.
pub fn note_month(counters: &mut CustomerCounters, month: i64) {
    let first_month = counters.first_month.unwrap_or(month);
    if month < first_month {
        counters.active_months = shift_later(counters.active_months, first_month - month);
    }
    let first_month = first_month.min(month);
    counters.first_month = Some(first_month);
    let place = month - first_month;
    if place <= ACTIVE_MONTHS_MAX {
        counters.active_months |= 1i64 << place;
    }
}

/// Moves the months when an earlier first purchase arrives late; what falls off the end is forgotten.
fn shift_later(months: i64, by: i64) -> i64 {
    if by > ACTIVE_MONTHS_MAX {
        return 0;
    }
    ((months as u64) << by & (u64::MAX >> 1)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::fact::{Fact, FactKey, Line};

    fn applied(kind: FactKind, day: &str, amount: i64) -> AppliedFact {
        let at = Instant::parse_rfc3339(&format!("{day}T10:00:00Z")).unwrap();
        let lines = vec![Line { amount_minor: Some(amount), ..Line::default() }];
        let fact = Fact { kind, key: FactKey(1), at, identifiers: vec![], order_no: None, lines, traits: vec![] };
        AppliedFact { customer: None, first: true, fact }
    }

    #[test]
    fn counters_do_not_depend_on_the_order_of_arrival() {
        let facts = [
            applied(FactKind::Order, "2011-03-05", 1_000),
            applied(FactKind::Order, "2010-12-31", 500),
            applied(FactKind::Refund, "2011-03-09", -200),
            applied(FactKind::Gift, "2009-01-01", 0),
        ];
        let mut forward = CustomerCounters::new(1, 0);
        let mut backward = CustomerCounters::new(1, 0);
        facts.iter().for_each(|fact| count(&mut forward, fact, &Zone::utc()));
        facts.iter().rev().for_each(|fact| count(&mut backward, fact, &Zone::utc()));
        assert_eq!(forward, backward);
        assert_eq!(
            (forward.orders, forward.gross_minor, forward.refunds_minor, forward.net_minor),
            (2, 1_500, 200, 1_300)
        );
        assert_eq!(forward.active_months, 0b1001);
        assert_eq!(forward.first_month, Some(2010 * 12 + 11));
    }
}

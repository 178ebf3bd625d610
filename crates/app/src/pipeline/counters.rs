//! The live counters of a customer: what each applied fact does to them.
//!
//! Invariants: integers only; the result does not depend on the order in which facts arrive.

use perennial_domain::fact::{AppliedFact, FactKind};
use perennial_domain::time::{Instant, Zone};
use perennial_store::customers::CustomerCounters;

/// Bits of `active_months`, and of `active_months_later` again: the sign of neither is used.
const MONTHS_PER_WORD: u32 = 63;
/// Months that are remembered one by one, from that of the first purchase on: ten years and a half.
const MONTHS_MAX: i64 = 2 * MONTHS_PER_WORD as i64;

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
        FactKind::Gift | FactKind::Cancelled | FactKind::Unpaid | FactKind::Adjustment | FactKind::CustomerUpdate => {}
        // Messages are counted on their own: `perennial_store::activity`.
        FactKind::Event
        | FactKind::Page
        | FactKind::Screen
        | FactKind::Identify
        | FactKind::Group
        | FactKind::Alias => {}
    }
    counters.net_minor = counters.gross_minor.saturating_sub(counters.refunds_minor);
}

fn note_purchase(counters: &mut CustomerCounters, at: Instant, zone: &Zone) {
    counters.first_at = Some(counters.first_at.map_or(at.0, |first| first.min(at.0)));
    counters.last_at = Some(counters.last_at.map_or(at.0, |last| last.max(at.0)));
    note_month(counters, i64::from(zone.day_of(at).month().0));
}

/// What profiles count together, as one customer. The name is not counted: see `traits`.
pub fn combine(number: i64, parts: &[&CustomerCounters]) -> CustomerCounters {
    let created_at = parts.iter().map(|part| part.created_at).min().unwrap_or_default();
    let mut sum = CustomerCounters::new(number, created_at);
    sum.first_month = parts.iter().filter_map(|part| part.first_month).min();
    let mut months = 0;
    for part in parts {
        sum.orders += part.orders;
        sum.gross_minor = sum.gross_minor.saturating_add(part.gross_minor);
        sum.refunds_minor = sum.refunds_minor.saturating_add(part.refunds_minor);
        sum.refund_count += part.refund_count;
        sum.first_at = [sum.first_at, part.first_at].into_iter().flatten().min();
        sum.last_at = sum.last_at.max(part.last_at);
        sum.updated_at = sum.updated_at.max(part.updated_at);
        if let (Some(first), Some(own)) = (sum.first_month, part.first_month) {
            months |= shift_later(months_of(part), own - first);
        }
    }
    set_months(&mut sum, months);
    sum.net_minor = sum.gross_minor.saturating_sub(sum.refunds_minor);
    sum
}

/// Counts a purchase in this month of the brand's zone.
pub fn note_month(counters: &mut CustomerCounters, month: i64) {
    let first_month = counters.first_month.unwrap_or(month);
    let mut months = months_of(counters);
    if month < first_month {
        months = shift_later(months, first_month - month);
    }
    let first_month = first_month.min(month);
    counters.first_month = Some(first_month);
    let place = month - first_month;
    if place < MONTHS_MAX {
        months |= 1 << place;
    }
    set_months(counters, months);
}

/// Both words as one: bit k is the month `first_month + k`.
fn months_of(counters: &CustomerCounters) -> u128 {
    u128::from(counters.active_months_later as u64) << MONTHS_PER_WORD | u128::from(counters.active_months as u64)
}

fn set_months(counters: &mut CustomerCounters, months: u128) {
    let word = |months: u128| (months & u128::from(i64::MAX as u64)) as i64;
    counters.active_months = word(months);
    counters.active_months_later = word(months >> MONTHS_PER_WORD);
}

/// Moves the months when an earlier first purchase arrives late; what falls off the end is forgotten.
fn shift_later(months: u128, by: i64) -> u128 {
    const ALL: u128 = (1 << MONTHS_MAX) - 1;
    if by < MONTHS_MAX { months << by & ALL } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::fact::{Fact, FactKey, Line};

    fn applied(kind: FactKind, day: &str, amount: i64) -> AppliedFact {
        let at = Instant::parse_rfc3339(&format!("{day}T10:00:00Z")).unwrap();
        let lines = vec![Line { amount_minor: Some(amount), ..Line::default() }];
        let fact = Fact {
            kind,
            key: FactKey(1),
            at,
            identifiers: vec![],
            order_no: None,
            lines,
            traits: vec![],
            tracked: None,
        };
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

    #[test]
    fn profiles_together_count_what_one_customer_would() {
        let facts = [
            applied(FactKind::Order, "2011-03-05", 1_000),
            applied(FactKind::Order, "2010-12-31", 500),
            applied(FactKind::Refund, "2011-03-09", -200),
            applied(FactKind::Order, "2020-06-01", 70),
            applied(FactKind::Order, "2024-01-01", 30),
        ];
        let of = |facts: &[AppliedFact]| {
            let mut counters = CustomerCounters::new(1, 0);
            facts.iter().for_each(|fact| count(&mut counters, fact, &Zone::utc()));
            counters
        };
        for cut in 0..=facts.len() {
            let (left, right) = facts.split_at(cut);
            assert_eq!(combine(1, &[&of(left), &of(right)]), of(&facts), "{cut}");
            assert_eq!(combine(1, &[&of(right), &of(left)]), of(&facts), "{cut}");
        }
        assert_eq!(combine(1, &[&of(&facts)]), of(&facts));
    }

    /// The months that are remembered, counted from the first.
    fn places(months: &[i64]) -> Vec<u32> {
        let mut counters = CustomerCounters::new(1, 0);
        months.iter().for_each(|month| note_month(&mut counters, *month));
        assert!(counters.active_months >= 0 && counters.active_months_later >= 0, "{counters:?}");
        assert_eq!(counters.first_month, months.iter().min().copied());
        (0..128).filter(|place| months_of(&counters) >> place & 1 == 1).collect()
    }

    #[test]
    fn months_do_not_depend_on_the_order_of_arrival() {
        const FIRST: i64 = 2010 * 12;
        // The first, the last of the first word, both ends of the second, and the first that is forgotten.
        let mut months = [0, 1, 62, 63, 125, 126].map(|place| FIRST + place);
        for _ in 0..months.len() {
            months.rotate_left(1);
            assert_eq!(places(&months), [0, 1, 62, 63, 125]);
            months.reverse();
            assert_eq!(places(&months), [0, 1, 62, 63, 125]);
            months.reverse();
        }
    }

    #[test]
    fn a_purchase_a_hundred_months_later_is_remembered() {
        assert_eq!(places(&[24_000, 24_100]), [0, 100]);
        assert_eq!(places(&[24_100, 24_000]), [0, 100]);
        assert_eq!(places(&[24_200, 24_100, 24_000]), [0, 100]);
        assert_eq!(places(&[24_000, 26_000]), [0]);
        assert_eq!(places(&[26_000, 24_000]), [0]);
    }
}

//! Refunds against the purchases that they most likely undo.
//!
//! Shops seldom say which order a credit note belongs to. What came back was bought before, and most often
//! lately: a refund is taken from the latest purchases up to its day, back to the first, none of which falls
//! below zero. Money that no purchase covers (a deposit, an order from before the file) is left over.
//!
//! Used for what a customer is expected to spend. The models themselves are fitted to gross amounts, as
//! their published figures are, and refunds are never visits.

use super::fold::Occasion;
use super::spend::SpendHistory;
use std::collections::BTreeMap;

/// The customer's repeat purchases from after the first day up to and with `until`, net of the refunds up
/// to that day. `purchases` ascend by day; refunds are (day, positive amount in minor units) in any order, a negative
/// one corrects the others of its day.
pub fn net_spend(purchases: &[Occasion], refunds: &[(i32, i64)], x: u32, until: i32) -> SpendHistory {
    let Some(first_day) = purchases.iter().find(|one| one.orders > 0).map(|one| one.day) else {
        return SpendHistory::default();
    };
    let mut amounts: Vec<(i32, i64)> =
        purchases.iter().take_while(|one| one.day <= until).map(|one| (one.day, one.amount_minor)).collect();
    let mut by_day: BTreeMap<i32, i64> = BTreeMap::new();
    for (day, refund) in refunds.iter().filter(|(day, _)| *day <= until) {
        let sum = by_day.entry(*day).or_default();
        *sum = sum.saturating_add(*refund);
    }
    for (day, refund) in by_day {
        take_back(&mut amounts, day, refund);
    }
    let repeats = amounts.iter().filter(|(day, _)| *day > first_day).map(|(_, amount)| *amount);
    SpendHistory { x, total_minor: repeats.fold(0, i64::saturating_add) }
}

fn take_back(amounts: &mut [(i32, i64)], day: i32, refund: i64) {
    let mut left = refund;
    for (_, amount) in amounts.iter_mut().rev().filter(|(bought, _)| *bought <= day) {
        let part = left.min(*amount).max(0);
        *amount -= part;
        left -= part;
        if left <= 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bought(day: i32, amount_minor: i64) -> Occasion {
        Occasion { day, amount_minor, orders: 1 }
    }

    #[test]
    fn a_refund_is_taken_from_the_latest_purchases_before_it() {
        let purchases = [bought(0, 290), bought(10, 5_000), bought(20, 700), bought(30, 9_000)];
        let cases: [(&[(i32, i64)], i64); 8] = [
            (&[], 14_700),
            (&[(30, 9_000)], 5_700),
            (&[(25, 700)], 14_000),
            // More than the latest has: the rest comes from the one before.
            (&[(25, 1_000)], 13_700),
            // The first purchase is no repeat; what it gives back lowers nothing.
            (&[(5, 290)], 14_700),
            // Two refunds do not take the same money twice, told in any order.
            (&[(40, 9_000), (31, 9_000)], 0),
            // A refund of which a later file said that it was smaller.
            (&[(31, 9_000), (31, -8_000)], 13_700),
            // Beyond everything that was bought.
            (&[(40, 1_000_000)], 0),
        ];
        for (refunds, total_minor) in cases {
            let net = net_spend(&purchases, refunds, 3, 40);
            assert_eq!(net, SpendHistory { x: 3, total_minor }, "{refunds:?}");
        }
    }

    #[test]
    fn what_comes_after_the_day_is_not_known_yet() {
        let purchases = [bought(0, 100), bought(10, 200), bought(20, 400)];
        assert_eq!(net_spend(&purchases, &[(15, 50)], 1, 10).total_minor, 200);
        assert_eq!(net_spend(&purchases, &[(15, 50)], 1, 15).total_minor, 150);
        assert_eq!(net_spend(&[], &[(1, 5)], 0, 10), SpendHistory::default());
    }
}

//! What a customer gets back who returns some of what was bought with a discount.
//!
//! Invariants: what is due back depends on all that has been returned by now, and not on how many times it was returned in; a
//! refund is that, less what was refunded before, and never negative; who returns everything has all that was paid for the
//! goods back. Shipping is not refunded here: that is the shop's terms.

use super::arithmetic::portion;
use super::cart::{Cart, Line, merged};
use super::quote::{Gift, Problem, Quote, QuotedLine, Rounding, Snapshot};
use serde::{Deserialize, Serialize};

/// What happens where a return takes the rest below a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnPolicy {
    /// Nothing: each unit gives back what was paid for it.
    Keep,
    /// The rest is computed anew with the incentives of then: what it then costs less than what was paid is due back.
    ReRate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// What is to be refunded now.
    pub amount_minor: i64,
    /// What is due back of all that has been returned by now. Below zero: the rest is worth more than what was paid.
    pub due_back_minor: i64,
    /// The same by merged line: sums to it. Under [`ReturnPolicy::ReRate`] also of lines that nothing was returned of.
    pub lines: Vec<i64>,
    /// What was refunded before beyond what is due back, or what is due back is below zero: it is not asked back.
    pub shortfall_minor: i64,
    /// Gifts that the rest would not have brought. Empty under [`ReturnPolicy::Keep`].
    pub gifts_lost: Vec<Gift>,
}

/// `returned`: how many units of each merged line have come back by now, all returns together. `refunded_minor`: what was
/// refunded of this order before.
pub fn refund(sold: &Snapshot, returned: &[u32], refunded_minor: i64, policy: ReturnPolicy) -> Result<Refund, Problem> {
    let quote = sold.quote();
    let refuse = |at: usize, allowed| Problem { place: format!("returned[{at}]"), allowed };
    if returned.len() != quote.lines.len() {
        return Err(Problem { place: "returned".to_owned(), allowed: "a number of units for each merged line" });
    }
    if let Some(at) = quote.lines.iter().zip(returned).position(|(line, units)| *units > line.quantity) {
        return Err(refuse(at, "at most as many units as were bought"));
    }
    let paid: i64 = quote.lines.iter().map(|line| line.due_minor).sum();
    if !(0..=paid).contains(&refunded_minor) {
        return Err(Problem { place: "refunded_minor".to_owned(), allowed: "0 to what was paid for the goods" });
    }
    let (lines, gifts_lost) = match policy {
        ReturnPolicy::Keep => (paid_for(&quote, returned), Vec::new()),
        ReturnPolicy::ReRate => {
            let rest = Snapshot { cart: rest_of(&sold.cart, returned), ..sold.clone() }.quote();
            let still_given = |gift: &Gift| rest.gifts.contains(gift);
            let lost = quote.gifts.iter().filter(|gift| !still_given(gift)).cloned().collect();
            (no_longer_due(&quote, &rest), lost)
        }
    };
    let due_back_minor: i64 = lines.iter().sum();
    let amount_minor = (due_back_minor - refunded_minor).max(0);
    let shortfall_minor = (refunded_minor - due_back_minor).max(0);
    Ok(Refund { amount_minor, due_back_minor, lines, shortfall_minor, gifts_lost })
}

/// Of each line the part of what was paid for it; rounded down, so that the last unit brings the rest.
fn paid_for(quote: &Quote, returned: &[u32]) -> Vec<i64> {
    let part = |(line, units): (&QuotedLine, &u32)| {
        portion(line.due_minor, i64::from(*units), i64::from(line.quantity), Rounding::Down)
    };
    quote.lines.iter().zip(returned).map(part).collect()
}

fn no_longer_due(quote: &Quote, rest: &Quote) -> Vec<i64> {
    let due_in_rest = |line: &QuotedLine| {
        let same = rest.lines.iter().find(|one| one.sku == line.sku && one.unit_minor == line.unit_minor);
        same.map_or(0, |one| one.due_minor)
    };
    quote.lines.iter().map(|line| line.due_minor - due_in_rest(line)).collect()
}

/// The cart with what has not come back.
fn rest_of(cart: &Cart, returned: &[u32]) -> Cart {
    let left = merged(cart).into_iter().zip(returned).filter_map(|(line, returned)| {
        let quantity = line.quantity - returned;
        (quantity > 0).then_some(Line {
            sku: line.sku,
            category: line.category,
            brand: line.brand,
            tags: line.tags,
            unit_minor: line.unit_minor,
            quantity,
        })
    });
    Cart { lines: left.collect(), ..cart.clone() }
}

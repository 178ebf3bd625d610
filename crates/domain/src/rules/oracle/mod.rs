//! The oracle: what a rule says of one customer at one instant. Pure, slow, and the definition of what is right: the live
//! index and the plan over history must agree with it, for every rule and every history.
//!
//! Invariants: the answer depends on the rule, the history as a set, and the [`View`] only; the order in which facts arrived
//! plays no part, for facts are taken by their time, those of one instant by key. What is later than `now` has not happened.
//! Between `now` and the instant that [`next_flip`] names the answer does not change unless something new is told.

mod clause;
mod explain;
mod facts;
mod history;
mod quantity;
mod sequence;
mod test;

pub use explain::{Explanation, FACTS_SHOWN_MAX, explain};
pub use history::{Happened, History, Kind, Named, State};
pub use quantity::{Found, Quantity};

use super::reads::QuantileKey;
use super::tree::Rule;
use super::value::{Number, ONE, Value};
use crate::time::{Instant, Zone};
use std::collections::BTreeMap;

/// From where a customer is looked at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub now: Instant,
    /// Of the workspace.
    pub zone: &'a Zone,
    pub thresholds: &'a Thresholds,
}

/// The values that part the top or the bottom of all customers from the others, as some run found them. They stay until
/// the next run, whatever happens to single customers. Where there is none nobody is in that part.
pub type Thresholds = BTreeMap<QuantileKey, Value>;

/// The threshold of a part of all who have a value: the smallest one in the top part, or the largest one in the bottom
/// part. Of `n` values the part has `n` × share of them, rounded up, and whoever ties with the last. `None` of nobody.
pub fn threshold(values: &mut [i64], is_top: bool, share: Number) -> Option<i64> {
    values.sort_unstable();
    if is_top {
        values.reverse();
    }
    let (count, one) = (values.len() as i128, i128::from(ONE));
    let part = (count * i128::from(share.0) + one - 1) / one;
    values.get(usize::try_from(part - 1).ok()?).copied()
}

pub fn holds(rule: &Rule, history: &History, view: View<'_>) -> bool {
    rule.holds(&|one| clause::answer(one, history, view).holds)
}

/// Of how many instants an answer is asked before one is named at which it may stay as it is.
const LOOKS_MAX: usize = 400;

/// The next instant at which the answer becomes another one by passing of time alone, where nothing new is told; `None`
/// where it stays for good. A rule in which much changes and whose answer stays is asked of the next few hundred changes:
/// then the instant is one at which to look again.
pub fn next_flip(rule: &Rule, history: &History, view: View<'_>) -> Option<Instant> {
    let first = explain(rule, history, view);
    let mut at = first.may_flip_at?;
    for _ in 0..LOOKS_MAX {
        let seen = explain(rule, history, View { now: at, ..view });
        if seen.holds != first.holds {
            return Some(at);
        }
        at = seen.may_flip_at?;
    }
    Some(at)
}

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

pub use clause::{Judged, Measured, judge_clause, judge_field, judge_measure, measured};
pub use explain::{Explanation, FACTS_SHOWN_MAX};
pub use facts::{Item, matching};
pub use history::{Happened, History, Kind, Named, State, first_of, text_of};
pub use quantity::{Found, Quantity, Unit};

use super::catalogue::Properties;
use super::reads::{QuantileKey, reads};
use super::tree::Rule;
use super::value::{Money, Number, ONE, Value};
use crate::time::{Instant, Zone};
use std::collections::BTreeMap;
use std::fmt;

/// From where a customer is looked at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub now: Instant,
    /// Of the workspace.
    pub zone: &'a Zone,
    pub thresholds: &'a Thresholds,
    /// What lines have ([`super::catalogue::Catalogue::lines`]): a line never takes such a thing of its order.
    pub line_names: &'a Properties,
}

/// The values that part the top or the bottom of all customers from the others, as some run found them. They stay until
/// the next run, whatever happens to single customers. Where a run found nobody with a value it says so with `None`, and
/// nobody is in that part. A rule of whose thresholds one was never looked for cannot be answered.
pub type Thresholds = BTreeMap<QuantileKey, Option<Value>>;

/// No run has looked for a threshold that the rule stands on, so there is no answer: neither yes nor no would be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoThreshold(pub QuantileKey);

impl fmt::Display for NoThreshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no run has worked out {} so far", self.0.as_str())
    }
}

impl std::error::Error for NoThreshold {}

impl View<'_> {
    /// All thresholds that the rule stands on are known here.
    fn answers(self, rule: &Rule) -> Result<(), NoThreshold> {
        let unknown = reads(rule).quantiles.into_keys().find(|key| !self.thresholds.contains_key(key));
        unknown.map_or(Ok(()), |key| Err(NoThreshold(key)))
    }
}

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

/// [`threshold`] of values as they are shown, each of a customer: of amounts where there is one among them, else of numbers.
pub fn threshold_among(values: &[Value], is_top: bool, share: Number) -> Option<Value> {
    let unit = Unit::of_all(values.iter())?;
    let is_of_unit = |value: &&Value| Unit::of_all(std::iter::once(*value)) == Some(unit);
    let mut units: Vec<i64> = values.iter().filter(is_of_unit).filter_map(Value::units).collect();
    let units = threshold(&mut units, is_top, share)?;
    Some(match unit {
        Unit::Minor(currency) => Value::Money(Money { minor: units, currency }),
        Unit::Millionths => Value::Number(Number(units)),
    })
}

pub fn holds(rule: &Rule, history: &History, view: View<'_>) -> Result<bool, NoThreshold> {
    view.answers(rule)?;
    Ok(rule.holds(&|one| clause::answer(one, history, view).holds))
}

/// Why a rule holds or does not.
pub fn explain<'r>(rule: &'r Rule, history: &History, view: View<'_>) -> Result<Explanation<'r>, NoThreshold> {
    view.answers(rule)?;
    Ok(explain::explain(rule, history, view))
}

/// Of how many instants an answer is asked before one is named at which it may stay as it is.
const LOOKS_MAX: usize = 400;

/// What passing of time alone does next to an answer, where nothing new is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flip {
    /// It becomes the other one here, and stays as it is until then.
    TurnsAt(Instant),
    /// Before this instant it stays as it is; whether it turns then is not known. So it is with a rule in which much changes
    /// and whose answer stays: it is asked of the next few hundred changes only.
    LookAgainAt(Instant),
}

impl Flip {
    /// When the answer must be asked for again.
    pub fn at(self) -> Instant {
        match self {
            Self::TurnsAt(at) | Self::LookAgainAt(at) => at,
        }
    }
}

/// `None` where the answer stays for good.
pub fn next_flip(rule: &Rule, history: &History, view: View<'_>) -> Result<Option<Flip>, NoThreshold> {
    view.answers(rule)?;
    let first = explain::explain(rule, history, view);
    let mut next = first.may_flip_at;
    for _ in 0..LOOKS_MAX {
        let Some(at) = next else { return Ok(None) };
        let seen = explain::explain(rule, history, View { now: at, ..view });
        if seen.holds != first.holds {
            return Ok(Some(Flip::TurnsAt(at)));
        }
        next = seen.may_flip_at;
    }
    Ok(next.map(Flip::LookAgainAt))
}

//! Whether a value passes a test.

use super::View;
use super::quantity::Found;
use crate::rules::calendar::{Interval, anniversaries, relative};
use crate::rules::reads::{Operand, quantile};
use crate::rules::tree::{Bound, Test};
use crate::rules::value::{Value, lower};
use crate::time::Instant;
use std::cmp::Ordering;

/// Whether a value of a fact passes. Tests that look at the clock or at other customers are none of a fact's.
pub(super) fn passes(test: &Test, values: &[Value]) -> bool {
    values.iter().any(|value| is_of(test, value))
}

fn is_of(test: &Test, value: &Value) -> bool {
    match (test, value) {
        (Test::Exists, _) => true,
        (Test::Is(wanted), _) => wanted.contains(value),
        (Test::Contains(part), Value::Text(text)) => lower(text).contains(&lower(part)),
        (Test::StartsWith(part), Value::Text(text)) => lower(text).starts_with(&lower(part)),
        (Test::Range { from, to }, _) => is_between(from.as_ref(), to.as_ref(), |bound| value.compare(bound)),
        _ => false,
    }
}

fn is_between(from: Option<&Bound>, to: Option<&Bound>, compare: impl Fn(&Value) -> Option<Ordering>) -> bool {
    let meets = |bound: Option<&Bound>, side: Ordering| {
        bound.is_none_or(|bound| {
            let found = compare(&bound.value);
            found == Some(side) || (bound.is_inclusive && found == Some(Ordering::Equal))
        })
    };
    (from.is_some() || to.is_some()) && meets(from, Ordering::Greater) && meets(to, Ordering::Less)
}

/// Whether what a customer has passes, seen from here.
pub(super) fn passes_now(test: &Test, found: &Found, operand: &dyn Fn() -> Operand, view: View<'_>) -> bool {
    match (test, found) {
        (Test::Top(_), _) => is_in_part(test, found, operand, view, Ordering::Greater),
        (Test::Bottom(_), _) => is_in_part(test, found, operand, view, Ordering::Less),
        (Test::Within(_) | Test::Anniversary(_), _) => {
            intervals(test, found, view).iter().any(|interval| interval.contains(view.now))
        }
        (_, Found::Values(values)) => passes(test, values),
        (Test::Exists, Found::Quantity(_)) => true,
        (Test::Is(wanted), Found::Quantity(quantity)) => {
            wanted.iter().any(|value| quantity.compare(value) == Some(Ordering::Equal))
        }
        (Test::Range { from, to }, Found::Quantity(quantity)) => {
            is_between(from.as_ref(), to.as_ref(), |bound| quantity.compare(bound))
        }
        (Test::Contains(_) | Test::StartsWith(_), Found::Quantity(_)) => false,
    }
}

/// A threshold is a rounded value of some customer, so it is a rounded one that is compared with it: whoever is shown the
/// same as that customer is in the same part.
fn is_in_part(test: &Test, found: &Found, operand: &dyn Fn() -> Operand, view: View<'_>, side: Ordering) -> bool {
    let Some(threshold) = quantile(&operand(), test).and_then(|(key, _)| view.thresholds.get(&key)?.as_ref()) else {
        return false;
    };
    let is_there = |one: &Value| one.compare(threshold).is_some_and(|found| found == side || found.is_eq());
    found.shown().iter().any(is_there)
}

/// When next the clock alone may change the answer about the same value.
pub(super) fn next_change(test: &Test, found: &Found, view: View<'_>) -> Option<Instant> {
    intervals(test, found, view).into_iter().filter_map(|interval| interval.next_change(view.now)).min()
}

fn intervals(test: &Test, found: &Found, view: View<'_>) -> Vec<Interval> {
    let Found::Values(values) = found else { return Vec::new() };
    let of = |value: &Value| match test {
        Test::Within(seen) => relative(value, *seen, view.zone).into_iter().collect(),
        Test::Anniversary(seen) => anniversaries(value, *seen, view.now, view.zone),
        _ => Vec::new(),
    };
    values.iter().flat_map(of).collect()
}

//! What an order earns by a rule, and what it would have earned had it been what remains of it.

use super::attribution::attribute;
use super::rate::{EarnError, Rate, Rounding};
use crate::money::AMOUNT_MINOR_MAX;
use crate::rewards::ledger::RuleVersion;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A version of a rule: what it gives. Which lines it is about is said by the rule language, before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarnRule {
    pub rule: RuleVersion,
    pub rate: Rate,
    #[serde(default)]
    pub rounding: Rounding,
    /// An order of less earns nothing.
    #[serde(default)]
    pub amount_min_minor: i64,
    /// The most that one order earns.
    #[serde(default)]
    pub order_max: Option<i64>,
}

/// An order as it was, with the lines that the rule is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSnapshot {
    pub lines: Vec<OrderLine>,
    /// What the member's level and the day multiply by, at the time of the order.
    pub multiplier: Rate,
}

/// What was paid for a line, net of discounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    pub line: String,
    pub amount_minor: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    pub total: i64,
    /// In the order of the lines; they sum to the total.
    pub lines: Vec<LineEarned>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineEarned {
    pub line: String,
    pub amount: i64,
}

/// Both numbers that an operator sees, and their difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReRating {
    /// What was granted.
    pub original: i64,
    /// What the remaining order earns by the original rule, at most what was granted.
    pub remaining: i64,
    /// What is to be back in all: the total of a claw-back.
    pub total_back: i64,
}

pub fn earn(rule: &EarnRule, order: &OrderSnapshot) -> Result<Earned, EarnError> {
    let mut weights: BTreeMap<&str, i64> = BTreeMap::new();
    let mut sum_minor: i64 = 0;
    for line in &order.lines {
        if !(0..=AMOUNT_MINOR_MAX).contains(&line.amount_minor) {
            return Err(EarnError::Amount);
        }
        if weights.insert(&line.line, line.amount_minor).is_some() {
            return Err(EarnError::LineTwice(line.line.clone()));
        }
        sum_minor = sum_minor.checked_add(line.amount_minor).ok_or(EarnError::Overflow)?;
    }
    let is_enough = sum_minor > 0 && sum_minor >= rule.amount_min_minor;
    let exact = if is_enough { rule.rate.apply(sum_minor, order.multiplier, rule.rounding)? } else { 0 };
    let total = rule.order_max.map_or(exact, |max| exact.min(max.max(0)));
    let weights: Vec<(&str, i64)> = order.lines.iter().map(|line| (line.line.as_str(), line.amount_minor)).collect();
    let parts = attribute(total, &weights).into_iter().zip(&order.lines);
    Ok(Earned { total, lines: parts.map(|(amount, line)| LineEarned { line: line.line.clone(), amount }).collect() })
}

/// What is to be back after returns, from all that remains by now. It does not depend on the steps that led there, and rounding
/// happens once. `granted` is what the order got, after caps.
pub fn re_rate(
    rule: &EarnRule,
    original: &OrderSnapshot,
    remaining: &[OrderLine],
    granted: i64,
) -> Result<ReRating, EarnError> {
    let before: BTreeMap<&str, i64> =
        original.lines.iter().map(|line| (line.line.as_str(), line.amount_minor)).collect();
    for line in remaining {
        if before.get(line.line.as_str()).is_none_or(|amount_minor| line.amount_minor > *amount_minor) {
            return Err(EarnError::Remaining(line.line.clone()));
        }
    }
    let rest = OrderSnapshot { lines: remaining.to_vec(), multiplier: original.multiplier };
    let remaining = earn(rule, &rest)?.total.min(granted);
    Ok(ReRating { original: granted, remaining, total_back: granted - remaining })
}

//! A rule by which orders earn, as a brand defines it, in versions.
//!
//! Invariant: the version that held when an order was placed decides, for good (L25): a later version never alters what an order
//! earned, nor what is taken back of it.

use super::cap::Cap;
use super::filter::Filter;
use super::order::EarnRule;
use super::rate::{Rate, Rounding};
use crate::money::AMOUNT_MINOR_MAX;
use crate::rewards::ledger::limits::{AMOUNT_MAX, CODE_BYTES_MAX, TAGS_MAX};
use crate::rewards::ledger::{ACTIVATION_ALLOWED, Activation, RuleVersion};
use crate::settings::FieldError;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const NAME_CHARACTERS_MAX: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarningRule {
    pub name: String,
    /// The code of the wallet that it gives to.
    pub wallet: String,
    /// So many units for so many minor units of the brand's currency.
    pub rate: Rate,
    #[serde(default)]
    pub rounding: Rounding,
    /// What the lines have to come to together.
    #[serde(default)]
    pub amount_min_minor: i64,
    /// The most that one order earns.
    #[serde(default)]
    pub order_max: Option<i64>,
    /// Which orders; none: all.
    #[serde(default)]
    pub orders: Option<Filter>,
    /// Which of their lines; none: all.
    #[serde(default)]
    pub lines: Option<Filter>,
    /// Of each member.
    #[serde(default)]
    pub cap: Option<Cap>,
    /// Orders from this instant on.
    #[serde(default)]
    pub from: Option<Instant>,
    /// Orders before this instant.
    #[serde(default)]
    pub until: Option<Instant>,
    /// None: as the wallet says.
    #[serde(default)]
    pub activation: Option<Activation>,
    /// Of its lots: smaller ones are spent first.
    #[serde(default)]
    pub priority: i16,
    #[serde(default)]
    pub tags: Vec<String>,
    /// The code that stands with what it gave.
    pub reason: String,
}

impl EarningRule {
    /// All that is out of range; empty where it can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut demand = |holds: bool, field, allowed| {
            if !holds {
                errors.push(FieldError { field, allowed });
            }
        };
        let is_short = |text: &str| (1..=CODE_BYTES_MAX).contains(&text.len());
        let is_tags = self.tags.len() <= TAGS_MAX && self.tags.iter().all(|tag| is_short(tag));
        let is_window = self.from.zip(self.until).is_none_or(|(from, until)| from < until);
        let characters = self.name.chars().count();
        demand((1..=NAME_CHARACTERS_MAX).contains(&characters), "name", "1 to 100 characters");
        demand(self.rate.units > 0, "rate.units", "1 or more");
        demand(self.rate.per > 0, "rate.per", "1 or more");
        demand((0..=AMOUNT_MINOR_MAX).contains(&self.amount_min_minor), "amount_min_minor", "0 to 1000000000000");
        demand(self.order_max.is_none_or(is_amount), "order_max", AMOUNT_ALLOWED);
        demand(self.cap.is_none_or(|cap| is_amount(cap.max)), "cap.max", AMOUNT_ALLOWED);
        demand(is_window, "until", "later than from");
        demand(self.activation.as_ref().is_none_or(Activation::is_allowed), "activation", ACTIVATION_ALLOWED);
        demand(is_tags, "tags", "at most 20 of 1 to 100 bytes");
        demand(is_short(&self.reason), "reason", "1 to 100 bytes");
        errors
    }

    pub fn is_open_at(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// What it gives for an order.
    pub fn earn_rule(&self, version: &RuleVersion) -> EarnRule {
        EarnRule {
            rule: version.clone(),
            rate: self.rate,
            rounding: self.rounding,
            amount_min_minor: self.amount_min_minor,
            order_max: self.order_max,
        }
    }
}

const AMOUNT_ALLOWED: &str = "1 to 1000000000000";

fn is_amount(amount: i64) -> bool {
    (1..=AMOUNT_MAX).contains(&amount)
}

/// A version of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    pub id: RuleVersion,
    pub since: Instant,
    pub rule: EarningRule,
    /// From then on it gives nothing, until there is another version.
    pub is_archived: bool,
}

/// Of each rule the version that held at an instant, where it gave anything then; by code. Of versions of one instant the last.
pub fn holding_at(versions: &[Versioned], at: Instant) -> Vec<&Versioned> {
    let mut holding: BTreeMap<&str, &Versioned> = BTreeMap::new();
    for one in versions.iter().filter(|one| one.since <= at) {
        let held = holding.entry(&one.id.rule).or_insert(one);
        if held.id.version < one.id.version {
            *held = one;
        }
    }
    holding.into_values().filter(|one| !one.is_archived && one.rule.is_open_at(at)).collect()
}

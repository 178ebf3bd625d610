//! The terms of a campaign's coupons: what they give, when, and how often.
//!
//! A [`Counter`] is what a limit is compared with: one for each thing that it is a limit of and for each period of the
//! zone. Stored with each redemption, so later versions read these shapes.

use super::validity::Validity;
use crate::ids::CustomerNumber;
use crate::money::AMOUNT_MINOR_MAX;
use crate::rewards::discounts::Incentive;
use crate::settings::FieldError;
use crate::time::{Day, Instant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const LOCK_SECONDS_MAX: u32 = 86_400;

/// What a limit is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitOf {
    Code,
    CodeAndMember,
    Campaign,
    CampaignAndMember,
}

/// In which time its uses count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitPeriod {
    Ever,
    Day,
    /// From Monday on.
    Week,
    Month,
}

impl LimitPeriod {
    /// The first day of the period that a day is in.
    fn first_day(self, day: Day) -> Option<Day> {
        match self {
            Self::Ever => None,
            Self::Day => Some(day),
            Self::Week => Some(Day(day.0 - i32::from(day.civil().weekday().to_monday_zero_offset()))),
            Self::Month => Some(day.month().first_day()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Limit {
    pub of: LimitOf,
    pub period: LimitPeriod,
    pub uses: u32,
}

/// What happens where less is left than would be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenShort {
    Reject,
    /// What is left is granted.
    Partial,
}

/// What all coupons of the campaign may take off together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    pub minor: i64,
    pub when_short: WhenShort,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub campaign: String,
    /// Counts up with each edit.
    pub version: u32,
    pub incentive: Incentive,
    pub validity: Validity,
    pub limits: Vec<Limit>,
    pub budget: Option<Budget>,
    /// How long a lock lasts.
    pub lock_seconds: u32,
}

impl Terms {
    /// All that is out of range; empty where they can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = self.validity.check();
        let mut refuse = |field, allowed| errors.push(FieldError { field, allowed });
        if !self.incentive.check().is_empty() {
            refuse("incentive", "an incentive without problems");
        }
        let kinds: BTreeSet<(LimitOf, LimitPeriod)> =
            self.limits.iter().map(|limit| (limit.of, limit.period)).collect();
        if kinds.len() < self.limits.len() || self.limits.iter().any(|limit| limit.uses == 0) {
            refuse("limits", "each kind and period once, with 1 use or more");
        }
        if self.budget.is_some_and(|budget| !(1..=AMOUNT_MINOR_MAX).contains(&budget.minor)) {
            refuse("budget.minor", "1 to 1000000000000, or no budget");
        }
        if !(1..=LOCK_SECONDS_MAX).contains(&self.lock_seconds) {
            refuse("lock_seconds", "1 to 86400");
        }
        errors
    }

    /// The counter of a limit for a use at an instant.
    pub fn counter(&self, limit: Limit, code: &str, member: CustomerNumber, at: Instant) -> Counter {
        let (of_code, of_member) = match limit.of {
            LimitOf::Code => (true, false),
            LimitOf::CodeAndMember => (true, true),
            LimitOf::Campaign => (false, false),
            LimitOf::CampaignAndMember => (false, true),
        };
        let day = self.validity.zone().day_and_minute_of(at).0;
        Counter {
            campaign: self.campaign.clone(),
            code: of_code.then(|| code.to_owned()),
            member: of_member.then_some(member),
            period: limit.period,
            first_day: limit.period.first_day(day),
        }
    }
}

/// What counts the uses of something in a period: live locks and standing redemptions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Counter {
    pub campaign: String,
    pub code: Option<String>,
    pub member: Option<CustomerNumber>,
    pub period: LimitPeriod,
    pub first_day: Option<Day>,
}

/// The counters that a lock or a redemption was counted in, each once.
pub type Counts = Vec<Counter>;

//! Shapes of what an order would earn.

use super::earning_rule_dto::{CapDto, RateDto, RoundingDto, instant};
use crate::problem::Problem;
use crate::v1::customers::customer_number;
use perennial_app::rewards::earning::{Previewed, SuppliedLine, SuppliedOrder, WhyNot};
use perennial_domain::rewards::earning::LineEarned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An order that is made up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarningPreviewBody {
    /// Who buys: caps count what they earned before. Absent: somebody who has earned nothing.
    #[schema(example = "cus_7k2m9qx4")]
    pub member: Option<String>,
    /// When; now when absent.
    #[schema(example = "2026-11-11T09:00:00+08:00")]
    pub at: Option<String>,
    /// What conditions of orders ask for beside amount and quantity, as texts.
    #[serde(default)]
    #[schema(example = json!({ "store": "S1" }))]
    pub properties: BTreeMap<String, String>,
    /// 1 to 500.
    pub lines: Vec<EarningPreviewLineBody>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarningPreviewLineBody {
    #[schema(example = "LENS-30")]
    pub sku: Option<String>,
    pub name: Option<String>,
    #[schema(example = "lens")]
    pub category: Option<String>,
    pub quantity: Option<i64>,
    /// What was paid for it, in minor units.
    #[schema(example = 12_990)]
    pub amount_minor: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct EarningPreviewDto {
    /// By each rule that holds at that instant, by code.
    pub rules: Vec<EarningPreviewRuleDto>,
}

/// What an order would earn by a rule: `base_minor × rate.units ÷ rate.per`, rounded once, at most `order_max`, and within the cap.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct EarningPreviewRuleDto {
    #[schema(example = "base")]
    pub code: String,
    #[schema(example = 2)]
    pub version: u32,
    pub name: String,
    #[schema(example = "points")]
    pub wallet: String,
    /// What the lines come to that the rule is about.
    #[schema(example = 12_990)]
    pub base_minor: i64,
    pub rate: RateDto,
    pub rounding: RoundingDto,
    pub order_max: Option<i64>,
    /// Before the cap.
    #[schema(example = 129)]
    pub earned: i64,
    pub cap: Option<CapDto>,
    /// What the period of the cap has used before; null without a member or a cap.
    pub cap_used: Option<i64>,
    /// What would be given.
    #[schema(example = 129)]
    pub granted: i64,
    /// How much of what is earned comes from which line; they sum to it.
    pub lines: Vec<EarningPreviewLineDto>,
    /// Why nothing would be given; null where something is.
    pub why_not: Option<WhyNotDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct EarningPreviewLineDto {
    /// Its place in the request; the first is 1.
    #[schema(example = 1)]
    pub line: usize,
    #[schema(example = 129)]
    pub earned: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyNotDto {
    /// It is not of the orders that the rule is about.
    Orders,
    /// It has no line that the rule is about.
    Lines,
    /// The lines come to less than the rule asks for.
    BelowMinimum,
    /// The rate gives less than one unit.
    TooLittle,
    /// The period allows nothing more.
    Cap,
}

impl EarningPreviewBody {
    pub fn read(self) -> Result<SuppliedOrder, Problem> {
        let line = |one: EarningPreviewLineBody| SuppliedLine {
            sku: one.sku,
            name: one.name,
            category: one.category,
            quantity: one.quantity,
            amount_minor: one.amount_minor,
        };
        Ok(SuppliedOrder {
            member: self.member.as_deref().map(customer_number).transpose()?,
            at: instant("at", self.at.as_deref())?,
            properties: self.properties,
            lines: self.lines.into_iter().map(line).collect(),
        })
    }
}

impl EarningPreviewRuleDto {
    /// `has_member`: what the period has used is theirs.
    pub fn of(previewed: Previewed, has_member: bool) -> Self {
        let Previewed { id, rule, base_minor, earned, cap, granted, why_not } = previewed;
        let line =
            |one: LineEarned| EarningPreviewLineDto { line: one.line.parse().unwrap_or_default(), earned: one.amount };
        Self {
            code: id.rule,
            version: id.version,
            name: rule.name,
            wallet: rule.wallet,
            base_minor,
            rate: rule.rate.into(),
            rounding: rule.rounding.into(),
            order_max: rule.order_max,
            earned: earned.total,
            cap: cap.map(|(cap, _)| cap.into()),
            cap_used: cap.filter(|_| has_member).map(|(_, used)| used),
            granted: granted.granted,
            lines: earned.lines.into_iter().map(line).collect(),
            why_not: why_not.map(WhyNotDto::from),
        }
    }
}

impl From<WhyNot> for WhyNotDto {
    fn from(why: WhyNot) -> Self {
        match why {
            WhyNot::Orders => Self::Orders,
            WhyNot::Lines => Self::Lines,
            WhyNot::BelowMinimum => Self::BelowMinimum,
            WhyNot::TooLittle => Self::TooLittle,
            WhyNot::Cap => Self::Cap,
        }
    }
}

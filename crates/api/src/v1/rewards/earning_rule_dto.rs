//! Shapes of rules by which orders earn.

use super::wallet_dto::ActivationDto;
use crate::problem::{Problem, ProblemField};
use crate::v1::segments::rule_dto::{RuleDto, told};
use perennial_app::rewards::earning::{DefinedRule, RuleSettings};
use perennial_app::segments::RuleText;
use perennial_domain::rewards::earning::{Cap, CapPeriod, Filter, Rate, Rounding};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct EarningRuleDto {
    #[schema(example = "base")]
    pub code: String,
    /// Grows with each change; the ETag.
    #[schema(example = 1)]
    pub version: i64,
    #[serde(flatten)]
    pub definition: EarningDefinitionDto,
    #[schema(example = "Ada")]
    pub changed_by: String,
    #[schema(format = DateTime)]
    pub changed_at: String,
    /// Orders from then on earn nothing by it.
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
}

/// What a version of a rule gives, and for what.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct EarningDefinitionDto {
    #[schema(example = "A point for each euro")]
    pub name: String,
    #[schema(example = "points")]
    pub wallet: String,
    pub rate: RateDto,
    pub rounding: RoundingDto,
    pub amount_min_minor: i64,
    pub order_max: Option<i64>,
    /// Which orders; null: all.
    pub orders: Option<ConditionDto>,
    /// Which of their lines; null: all.
    pub lines: Option<ConditionDto>,
    pub cap: Option<CapDto>,
    #[schema(format = DateTime)]
    pub from: Option<String>,
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// Null: as the wallet says.
    pub activation: Option<ActivationDto>,
    pub priority: i16,
    pub tags: Vec<String>,
    #[schema(example = "order")]
    pub reason: String,
}

/// A rule as somebody says it: all of it each time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarningRuleBody {
    /// 1 to 100 characters.
    #[schema(example = "A point for each euro")]
    pub name: String,
    /// The code of the wallet that it gives to.
    #[schema(example = "points")]
    pub wallet: String,
    pub rate: RateDto,
    /// Once for an order; `down` when absent.
    #[serde(default)]
    pub rounding: RoundingDto,
    /// What the lines have to come to together, in minor units; 0 when absent.
    #[serde(default)]
    pub amount_min_minor: i64,
    /// The most that one order earns.
    pub order_max: Option<i64>,
    /// Which orders: a condition as in the brackets of `orders[…]`; all when absent.
    pub orders: Option<ConditionBody>,
    /// Which of their lines: a condition as in the brackets of `lines[…]`; all when absent.
    pub lines: Option<ConditionBody>,
    /// The most that a member earns by it in a period.
    pub cap: Option<CapDto>,
    /// Orders from this instant on.
    #[schema(example = "2026-11-11T00:00:00+08:00")]
    pub from: Option<String>,
    /// Orders before this instant.
    #[schema(example = "2026-11-12T00:00:00+08:00")]
    pub until: Option<String>,
    /// As the wallet says when absent.
    pub activation: Option<ActivationDto>,
    /// Of what it gives: smaller ones are spent first; 0 when absent.
    #[serde(default)]
    pub priority: i16,
    /// They stand with what it gives, at most 20.
    #[serde(default)]
    pub tags: Vec<String>,
    /// A code that stands with what it gives; `order` when absent.
    #[schema(example = "order")]
    pub reason: Option<String>,
}

/// So many units for so many minor units of money: `{"units": 1, "per": 100}` is one for each euro.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RateDto {
    #[schema(example = 1)]
    pub units: u32,
    #[schema(example = 100)]
    pub per: u32,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundingDto {
    #[default]
    Down,
    /// To the nearest; a half goes up.
    HalfUp,
    /// To the nearest; a half goes to the even neighbour.
    HalfEven,
    Up,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapDto {
    pub period: CapPeriodDto,
    #[schema(example = 500)]
    pub max: i64,
}

/// Of the brand's calendar; weeks begin on Monday.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CapPeriodDto {
    Day,
    Week,
    Month,
    Year,
    Ever,
}

/// A condition in both forms.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ConditionDto {
    #[schema(example = "category is \"lens\"")]
    pub text: String,
    pub rule: RuleDto,
}

/// A condition as text or as JSON: one of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionBody {
    #[schema(example = "category is \"lens\"")]
    pub text: Option<String>,
    pub rule: Option<RuleDto>,
}

impl EarningRuleBody {
    pub fn read(self) -> Result<RuleSettings, Problem> {
        let orders = self.orders.map(|one| one.told("orders")).transpose()?;
        let lines = self.lines.map(|one| one.told("lines")).transpose()?;
        Ok(RuleSettings {
            name: self.name,
            wallet: self.wallet,
            rate: Rate { units: self.rate.units, per: self.rate.per },
            rounding: self.rounding.into(),
            amount_min_minor: self.amount_min_minor,
            order_max: self.order_max,
            orders,
            lines,
            cap: self.cap.map(Cap::from),
            from: instant("from", self.from.as_deref())?,
            until: instant("until", self.until.as_deref())?,
            activation: self.activation.map(Into::into),
            priority: self.priority,
            tags: self.tags,
            reason: self.reason.unwrap_or_else(|| "order".to_owned()),
        })
    }
}

impl ConditionBody {
    fn told(self, field: &str) -> Result<RuleText, Problem> {
        let one_of =
            |_| Problem::invalid(vec![ProblemField::new(format!("/{field}/text"), "malformed", "one of text or rule")]);
        told(self.text, self.rule).map_err(one_of)
    }
}

pub(super) fn instant(field: &str, text: Option<&str>) -> Result<Option<Instant>, Problem> {
    let allowed = "an instant such as 2026-11-11T00:00:00+08:00";
    let wrong = || Problem::invalid(vec![ProblemField::new(format!("/{field}"), "malformed", allowed)]);
    text.map(|text| Instant::parse_rfc3339(text).ok_or_else(wrong)).transpose()
}

impl From<RoundingDto> for Rounding {
    fn from(told: RoundingDto) -> Self {
        match told {
            RoundingDto::Down => Self::Down,
            RoundingDto::HalfUp => Self::HalfUp,
            RoundingDto::HalfEven => Self::HalfEven,
            RoundingDto::Up => Self::Up,
        }
    }
}

impl From<Rounding> for RoundingDto {
    fn from(rounding: Rounding) -> Self {
        match rounding {
            Rounding::Down => Self::Down,
            Rounding::HalfUp => Self::HalfUp,
            Rounding::HalfEven => Self::HalfEven,
            Rounding::Up => Self::Up,
        }
    }
}

impl From<CapDto> for Cap {
    fn from(told: CapDto) -> Self {
        let period = match told.period {
            CapPeriodDto::Day => CapPeriod::Day,
            CapPeriodDto::Week => CapPeriod::Week,
            CapPeriodDto::Month => CapPeriod::Month,
            CapPeriodDto::Year => CapPeriod::Year,
            CapPeriodDto::Ever => CapPeriod::Ever,
        };
        Self { period, max: told.max }
    }
}

impl From<Cap> for CapDto {
    fn from(cap: Cap) -> Self {
        let period = match cap.period {
            CapPeriod::Day => CapPeriodDto::Day,
            CapPeriod::Week => CapPeriodDto::Week,
            CapPeriod::Month => CapPeriodDto::Month,
            CapPeriod::Year => CapPeriodDto::Year,
            CapPeriod::Ever => CapPeriodDto::Ever,
        };
        Self { period, max: cap.max }
    }
}

impl From<&Filter> for ConditionDto {
    fn from(filter: &Filter) -> Self {
        Self { text: filter.text(), rule: RuleDto(filter.json()) }
    }
}

impl From<Rate> for RateDto {
    fn from(rate: Rate) -> Self {
        Self { units: rate.units, per: rate.per }
    }
}

impl From<DefinedRule> for EarningRuleDto {
    fn from(defined: DefinedRule) -> Self {
        let DefinedRule { code, version, rule, changed_by, changed_at, archived_at } = defined;
        let definition = EarningDefinitionDto {
            orders: rule.orders.as_ref().map(ConditionDto::from),
            lines: rule.lines.as_ref().map(ConditionDto::from),
            name: rule.name,
            wallet: rule.wallet,
            rate: rule.rate.into(),
            rounding: rule.rounding.into(),
            amount_min_minor: rule.amount_min_minor,
            order_max: rule.order_max,
            cap: rule.cap.map(CapDto::from),
            from: rule.from.map(Instant::rfc3339),
            until: rule.until.map(Instant::rfc3339),
            activation: rule.activation.map(ActivationDto::from),
            priority: rule.priority,
            tags: rule.tags,
            reason: rule.reason,
        };
        Self {
            code,
            version,
            definition,
            changed_by,
            changed_at: changed_at.rfc3339(),
            archived_at: archived_at.map(Instant::rfc3339),
        }
    }
}

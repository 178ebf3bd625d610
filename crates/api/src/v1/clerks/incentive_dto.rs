//! What clerks earn, in JSON.

use crate::money::Money;
use perennial_app::clerks::{Rule, Settlement, Statement, StatementLine};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct IncentiveRuleDto {
    #[schema(example = "rul_1c9f0x3abcdefghjk")]
    pub id: String,
    /// `sign_up` or `first_order`.
    #[schema(example = "sign_up")]
    pub kind: String,
    /// In the smallest unit of the brand's currency.
    #[schema(example = 500)]
    pub amount_minor: i64,
    /// Of a sign-up: so long the event takes it back. Of a first order: within so long after the sign-up it earns.
    #[schema(example = 7)]
    pub days: i64,
    /// The name of the event that takes a sign-up back.
    #[schema(example = "Unfollowed")]
    pub event: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// From then on it earns nothing.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
}

impl From<Rule> for IncentiveRuleDto {
    fn from(rule: Rule) -> Self {
        Self {
            id: rule.id,
            kind: rule.kind.code().to_owned(),
            amount_minor: rule.amount_minor,
            days: rule.days,
            event: rule.event,
            created_at: rule.created_at.rfc3339(),
            ended_at: rule.ended_at.map(Instant::rfc3339),
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct StatementLineDto {
    #[schema(example = "lin_0f3a")]
    pub id: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// What it is by.
    pub rule: IncentiveRuleDto,
    /// Who was signed up.
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: Option<String>,
    /// Of a first order.
    #[schema(example = "A-1001")]
    pub order_no: Option<String>,
    /// Negative where it takes something back.
    pub amount: Money,
    /// The line that it takes back.
    #[schema(example = "lin_0f3a")]
    pub reverses: Option<String>,
    /// The settlement that paid it.
    #[schema(example = "stl_1c9f0x3abcdefghjk")]
    pub settlement_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct StatementDto {
    #[schema(example = "clk_1c9f0x3abcdefghjk")]
    pub clerk_id: String,
    /// Lines that earn something.
    #[schema(example = 40)]
    pub awards: i64,
    /// Lines that take something back.
    #[schema(example = 6)]
    pub reversals: i64,
    /// What all lines come to.
    pub amount: Money,
    /// The oldest first; at most 1000.
    pub lines: Vec<StatementLineDto>,
}

impl From<Statement> for StatementDto {
    fn from(statement: Statement) -> Self {
        let currency = statement.currency;
        let line = |line: StatementLine| StatementLineDto {
            id: line.id,
            at: line.at.rfc3339(),
            rule: line.rule.into(),
            customer_id: line.customer.map(CustomerNumber::public_id),
            order_no: line.order_no,
            amount: Money::of(line.amount_minor, currency),
            reverses: line.reverses,
            settlement_id: line.settlement_id,
        };
        Self {
            clerk_id: statement.clerk_id,
            awards: statement.sums.awards,
            reversals: statement.sums.reversals,
            amount: Money::of(statement.sums.amount_minor, currency),
            lines: statement.lines.into_iter().map(line).collect(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SettledClerkDto {
    #[schema(example = "clk_1c9f0x3abcdefghjk")]
    pub clerk_id: String,
    #[schema(example = "Li Na")]
    pub name: String,
    #[schema(example = 40)]
    pub awards: i64,
    #[schema(example = 6)]
    pub reversals: i64,
    /// Negative where more was taken back than earned.
    pub amount: Money,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SettlementDto {
    #[schema(example = "stl_1c9f0x3abcdefghjk")]
    pub id: String,
    /// Where the period before ended; null of the first.
    #[schema(format = DateTime)]
    pub from: Option<String>,
    /// The end of the period, without this instant.
    #[schema(format = DateTime)]
    pub until: String,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub closed_by: String,
    #[schema(format = DateTime)]
    pub closed_at: String,
    pub clerks: Vec<SettledClerkDto>,
}

impl From<Settlement> for SettlementDto {
    fn from(settlement: Settlement) -> Self {
        let currency: Option<Currency> = settlement.currency;
        let clerks = settlement.clerks.into_iter().map(|(sums, name)| SettledClerkDto {
            clerk_id: sums.clerk_id,
            name,
            awards: sums.awards,
            reversals: sums.reversals,
            amount: Money::of(sums.amount_minor, currency),
        });
        Self {
            clerks: clerks.collect(),
            id: settlement.id,
            from: settlement.from.map(Instant::rfc3339),
            until: settlement.until.rfc3339(),
            closed_by: settlement.closed_by,
            closed_at: settlement.closed_at.rfc3339(),
        }
    }
}

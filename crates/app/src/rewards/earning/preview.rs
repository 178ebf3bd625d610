//! What an order would earn, by which rules, and by which arithmetic.
//!
//! The order is made up, the rules are those that hold; what is answered is reckoned by what posts.

use super::register::versions;
use super::settle::{Used, Whose};
use crate::App;
use crate::access::{Actor, require};
use crate::rewards::error::RewardsError;
use crate::rewards::points::seen_member;
use crate::settings;
use perennial_domain::access::Right;
use perennial_domain::fact::FactKey;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::{AMOUNT_MINOR_MAX, Currency};
use perennial_domain::rewards::earning::{Bought, Cap, EarnRule, Earned, EarningRule, Granted, earn, holding_at};
use perennial_domain::rewards::ledger::RuleVersion;
use perennial_domain::rules::oracle::{Happened, Kind, Named};
use perennial_domain::rules::value::{Money, Number, Value};
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use perennial_store::ReadTx;
use std::collections::BTreeMap;

const LINES_MAX: usize = 500;
const PROPERTIES_MAX: usize = 50;

/// An order as somebody makes it up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuppliedOrder {
    /// Who buys; none: anybody, who has used nothing of a cap.
    pub member: Option<CustomerNumber>,
    /// When; none: now.
    pub at: Option<Instant>,
    /// What conditions of orders ask for beside the amount, such as `store`: texts.
    pub properties: BTreeMap<String, String>,
    pub lines: Vec<SuppliedLine>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuppliedLine {
    pub sku: Option<String>,
    pub name: Option<String>,
    pub category: Option<String>,
    pub quantity: Option<i64>,
    /// What was paid for it.
    pub amount_minor: i64,
}

/// What an order would earn by a rule, and how that comes about: `base_minor` times the rate, rounded once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previewed {
    pub id: RuleVersion,
    pub rule: EarningRule,
    /// What the lines come to that the rule is about.
    pub base_minor: i64,
    pub earned: Earned,
    /// The cap, and what its period has used before this order.
    pub cap: Option<(Cap, i64)>,
    pub granted: Granted,
    /// None where it earns something.
    pub why_not: Option<WhyNot>,
}

/// Why an order earns nothing by a rule that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
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

/// By each rule that holds when the order is placed, by code. The lines of an answer are those of the order, by their number.
pub async fn preview(app: &App, actor: &Actor, order: SuppliedOrder) -> Result<Vec<Previewed>, RewardsError> {
    require(actor, Right::PointsRead)?;
    let mut tx = app.store.read().await?;
    let settings = settings::current(&mut tx).await?;
    check(&order)?;
    let used = match order.member {
        Some(member) => Some(used_by(&mut tx, actor, member).await?),
        None => None,
    };
    let at = order.at.unwrap_or_else(|| app.clock.now());
    let day = i64::from(settings.zone().day_of(at).0);
    let bought = Bought::of(happened(&order, at, settings.currency.unwrap_or(Currency::NONE)), &[]);
    let versions = versions(&mut tx).await?;
    let mut previewed = Vec::new();
    for one in holding_at(&versions, at) {
        let used = |cap| used.as_ref().map_or(0, |(member, used)| used.in_period(*member, &one.id.rule, cap, day));
        let cap = one.rule.cap.map(|cap| (cap, used(cap)));
        previewed.push(preview_one(&one.id, &one.rule, &bought, cap)?);
    }
    Ok(previewed)
}

async fn used_by(
    tx: &mut ReadTx<'_>,
    actor: &Actor,
    member: CustomerNumber,
) -> Result<(CustomerNumber, Used), RewardsError> {
    let member = seen_member(tx, actor, member).await?;
    let whose = Whose::load(tx, vec![i64::from(member.0)]).await?;
    Ok((member, Used::load(tx, &whose).await?))
}

fn check(order: &SuppliedOrder) -> Result<(), RewardsError> {
    let mut wrong = Vec::new();
    let mut demand = |holds: bool, field, allowed| {
        if !holds {
            wrong.push(FieldError { field, allowed });
        }
    };
    let is_amount = |line: &SuppliedLine| (0..=AMOUNT_MINOR_MAX).contains(&line.amount_minor);
    demand((1..=LINES_MAX).contains(&order.lines.len()), "lines", "1 to 500");
    demand(order.lines.iter().all(is_amount), "lines", "amounts of 0 to 1000000000000");
    demand(order.properties.len() <= PROPERTIES_MAX, "properties", "at most 50");
    if wrong.is_empty() { Ok(()) } else { Err(RewardsError::Invalid(wrong)) }
}

/// The order as rules see it.
fn happened(order: &SuppliedOrder, at: Instant, currency: Currency) -> Happened {
    let money = |minor| vec![Value::Money(Money { minor, currency })];
    let line = |line: &SuppliedLine| {
        let texts = [("sku", &line.sku), ("name", &line.name), ("category", &line.category)];
        let told =
            texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), vec![Value::text(text.as_ref()?)])));
        let mut named: Named = told.collect();
        named.extend(
            line.quantity.map(|quantity| ("quantity".to_owned(), vec![Value::Number(Number::whole(quantity))])),
        );
        named.insert("amount".to_owned(), money(line.amount_minor));
        named
    };
    let texts = order.properties.iter().map(|(name, text)| (name.clone(), vec![Value::text(text)]));
    let mut properties: Named = texts.collect();
    let amount = order.lines.iter().fold(0, |sum: i64, line| sum.saturating_add(line.amount_minor));
    properties.insert("amount".to_owned(), money(amount));
    let quantity = order.lines.iter().filter_map(|line| line.quantity).reduce(i64::saturating_add);
    properties.extend(quantity.map(|all| ("quantity".to_owned(), vec![Value::Number(Number::whole(all))])));
    Happened { key: FactKey(0), at, kind: Kind::Order, properties, lines: order.lines.iter().map(line).collect() }
}

fn preview_one(
    id: &RuleVersion,
    rule: &EarningRule,
    bought: &Bought,
    cap: Option<(Cap, i64)>,
) -> Result<Previewed, RewardsError> {
    let basket = bought.basket(rule);
    let lines = &basket.original.lines;
    let base_minor = lines.iter().fold(0, |sum: i64, line| sum.saturating_add(line.amount_minor));
    let earn_rule: EarnRule = rule.earn_rule(id);
    let beyond = |_| {
        RewardsError::Invalid(vec![FieldError { field: "lines", allowed: "less: what they earn is beyond 64 bits" }])
    };
    let earned = earn(&earn_rule, &basket.original).map_err(beyond)?;
    let all = Granted { granted: earned.total, capped: 0 };
    let granted = cap.map_or(all, |(cap, used)| cap.grant(used, earned.total));
    let is_meant = rule.orders.as_ref().is_none_or(|orders| orders.lets_through(bought.order()));
    let reasons = [
        (!is_meant, WhyNot::Orders),
        (base_minor == 0, WhyNot::Lines),
        (base_minor < rule.amount_min_minor, WhyNot::BelowMinimum),
        (earned.total == 0, WhyNot::TooLittle),
        (granted.granted == 0, WhyNot::Cap),
    ];
    let why_not = reasons.into_iter().find(|(is_so, _)| *is_so).map(|(_, reason)| reason);
    Ok(Previewed { id: id.clone(), rule: rule.clone(), base_minor, earned, cap, granted, why_not })
}

//! One customer's value, taken apart: what each part is, how it was made, and from which figures.
//!
//! The words are the console's; here are the codes of the formulas and their inputs.

use crate::value::ValueResult;
use perennial_domain::fact::FactKind;
use perennial_domain::money::Currency;
use perennial_domain::time::{Day, Zone};
use perennial_domain::value::{
    DiscountRate, Fit, History, Horizon, INTERVAL_LEVEL, Model, Occasion, Outcome, Span, SpendHistory, Summary,
    TimeUnit, net_spend,
};
use perennial_history::HistoryFact;
use perennial_store::values::CustomerValue;
use std::collections::BTreeMap;

/// "How likely is a purchase within …" for these spans, in days.
const LOOK_AHEAD_DAYS: [u32; 3] = [30, 60, 90];

#[derive(Clone, Debug, PartialEq)]
pub struct CustomerValueView {
    pub as_of: Day,
    pub unit: TimeUnit,
    pub horizon_days: u32,
    pub currency: Option<Currency>,
    pub discount_rate_annual_basis_points: u32,
    pub margin_basis_points: u32,
    pub margin_is_set: bool,
    pub model: Model,
    pub parts: Vec<ValuePart>,
    /// The exact sum of the parts; `None` where nothing can be expected for want of data.
    pub lifetime_minor: Option<i64>,
    /// Level, low and high end of the lifetime value.
    pub interval: Option<(f64, i64, i64)>,
    pub current_rank_percentile: f64,
    pub probability_active: Option<f64>,
    pub expected_orders: Option<f64>,
    pub next_purchases: Vec<NextPurchase>,
    pub next_purchase_on: Option<Day>,
    pub warnings: Vec<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NextPurchase {
    pub days: u32,
    pub probability: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValuePartKind {
    Historical,
    Current,
    Potential,
}

impl ValuePartKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Historical => "historical",
            Self::Current => "current",
            Self::Potential => "potential",
        }
    }

    /// The formula, as a code that the console has words for.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Historical => "net_revenue_before_window_times_margin",
            Self::Current => "net_revenue_in_window_times_margin",
            Self::Potential => "expected_orders_times_amount_times_margin_discounted",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ValuePart {
    pub kind: ValuePartKind,
    /// `None` where there is too little data.
    pub amount_minor: Option<i64>,
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub inputs: PartInputs,
}

/// What stands in the formula; each part uses some.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartInputs {
    pub orders: Option<u64>,
    pub gross_sales_minor: Option<i64>,
    pub refunds_minor: Option<i64>,
    pub net_revenue_minor: Option<i64>,
    pub margin_basis_points: Option<u32>,
    pub window_days: Option<u32>,
    pub horizon_days: Option<u32>,
    pub discount_rate_annual_basis_points: Option<u32>,
    pub probability_active: Option<f64>,
    pub expected_orders: Option<f64>,
    pub discounted_orders: Option<f64>,
    pub expected_amount_minor: Option<i64>,
    pub low_minor: Option<i64>,
    pub high_minor: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    orders: u64,
    gross_minor: i64,
    refunds_minor: i64,
}

/// The customer's purchases up to the day of the values.
#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    before: Sums,
    within: Sums,
    /// What was bought on each day. As for the models, only days with an order that was new are visits: lines that
    /// joined an order later count as money.
    days: BTreeMap<Day, Occasion>,
    /// Day and positive amount.
    refunds: Vec<(i32, i64)>,
}

impl Life {
    pub fn of(facts: &[HistoryFact], zone: &Zone, as_of: Day, window_days: u32) -> Self {
        let window_from = window_start(as_of, window_days);
        let mut life = Self::default();
        for fact in facts {
            let day = zone.day_of(fact.at);
            if day > as_of {
                continue;
            }
            let sums = if day >= window_from { &mut life.within } else { &mut life.before };
            let amount = fact.amount_minor.unwrap_or(0);
            if fact.kind == FactKind::Refund {
                sums.refunds_minor = sums.refunds_minor.saturating_sub(amount);
                life.refunds.push((day.0, -amount));
            } else {
                sums.orders += u64::from(fact.first);
                sums.gross_minor = sums.gross_minor.saturating_add(amount);
                let bought = life.days.entry(day).or_insert(Occasion { day: day.0, amount_minor: 0, orders: 0 });
                bought.amount_minor = bought.amount_minor.saturating_add(amount);
                bought.orders += u32::from(fact.first);
            }
        }
        life
    }

    fn first_day(&self) -> Option<Day> {
        self.visits().next()
    }

    fn visits(&self) -> impl DoubleEndedIterator<Item = Day> {
        self.days.iter().filter(|(_, bought)| bought.orders > 0).map(|(day, _)| *day)
    }

    fn repeats(&self) -> u32 {
        u32::try_from(self.visits().count().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// What the frequency model knows of the customer.
    fn summary(&self, as_of: Day) -> Option<Summary> {
        let (first, last) = (self.first_day()?, self.visits().next_back()?);
        let days = |from: Day, to: Day| u32::try_from(to.0 - from.0).unwrap_or(0);
        Some(Summary { x: self.repeats(), t_x: days(first, last), t: days(first, as_of) })
    }

    /// What the spend model knows: the repeat occasions, net of refunds.
    fn spend(&self, as_of: Day) -> SpendHistory {
        let purchases: Vec<Occasion> = self.days.values().copied().collect();
        net_spend(&purchases, &self.refunds, self.repeats(), as_of.0)
    }
}

fn window_start(as_of: Day, window_days: u32) -> Day {
    Day(as_of.0 - i32::try_from(window_days).unwrap_or(i32::MAX).saturating_sub(1))
}

pub(super) fn value_view(value: &CustomerValue, result: &ValueResult, life: &Life) -> CustomerValueView {
    let definition = &result.definition;
    let realised = value.historical_minor.saturating_add(value.current_minor);
    let ends = value.potential_low_minor.zip(value.potential_high_minor);
    let interval =
        ends.map(|(low, high)| (INTERVAL_LEVEL, realised.saturating_add(low), realised.saturating_add(high)));
    CustomerValueView {
        as_of: result.as_of,
        unit: definition.unit,
        horizon_days: definition.horizon_days,
        currency: definition.currency,
        discount_rate_annual_basis_points: definition.discount_rate_annual_basis_points,
        margin_basis_points: definition.margin_basis_points,
        margin_is_set: definition.margin_is_set,
        model: result.default_model,
        parts: vec![
            realised_part(ValuePartKind::Historical, value, result, life),
            realised_part(ValuePartKind::Current, value, result, life),
            potential_part(value, result, life),
        ],
        lifetime_minor: value.lifetime_minor,
        interval,
        current_rank_percentile: value.current_percentile,
        probability_active: value.probability_active,
        expected_orders: value.expected_orders,
        next_purchases: next_purchases(result, life),
        next_purchase_on: value.next_purchase_day.and_then(|day| i32::try_from(day).ok()).map(Day),
        warnings: warnings(result, definition.margin_is_set),
    }
}

fn realised_part(kind: ValuePartKind, value: &CustomerValue, result: &ValueResult, life: &Life) -> ValuePart {
    let definition = &result.definition;
    let window_from = window_start(result.as_of, definition.current_window_days);
    let (sums, amount_minor, from, to) = match kind {
        ValuePartKind::Current => (life.within, value.current_minor, Some(window_from), Some(result.as_of)),
        ValuePartKind::Historical | ValuePartKind::Potential => {
            let from = life.first_day().filter(|first| *first < window_from);
            (life.before, value.historical_minor, from, from.map(|_| Day(window_from.0 - 1)))
        }
    };
    let inputs = PartInputs {
        orders: Some(sums.orders),
        gross_sales_minor: Some(sums.gross_minor),
        refunds_minor: Some(sums.refunds_minor),
        net_revenue_minor: Some(sums.gross_minor.saturating_sub(sums.refunds_minor)),
        margin_basis_points: Some(definition.margin_basis_points),
        window_days: Some(definition.current_window_days),
        ..PartInputs::default()
    };
    ValuePart { kind, amount_minor: Some(amount_minor), from, to, inputs }
}

fn potential_part(value: &CustomerValue, result: &ValueResult, life: &Life) -> ValuePart {
    let definition = &result.definition;
    let horizon_days = i32::try_from(definition.horizon_days).unwrap_or(i32::MAX);
    let mut inputs = PartInputs {
        margin_basis_points: Some(definition.margin_basis_points),
        horizon_days: Some(definition.horizon_days),
        discount_rate_annual_basis_points: Some(definition.discount_rate_annual_basis_points),
        probability_active: value.probability_active,
        expected_orders: value.expected_orders,
        ..PartInputs::default()
    };
    if value.potential_minor.is_some() {
        inputs.low_minor = value.potential_low_minor;
        inputs.high_minor = value.potential_high_minor;
        inputs.discounted_orders = discounted_orders(result, life);
        let spend = result.spend_model.fitted();
        inputs.expected_amount_minor = spend.map(|spend| spend.expected_minor(life.spend(result.as_of)).round() as i64);
    }
    let from = Day(result.as_of.0.saturating_add(1));
    let to = Day(result.as_of.0.saturating_add(horizon_days));
    ValuePart {
        kind: ValuePartKind::Potential,
        amount_minor: value.potential_minor,
        from: Some(from),
        to: Some(to),
        inputs,
    }
}

fn discounted_orders(result: &ValueResult, life: &Life) -> Option<f64> {
    let (fit, summary) = (result.default_fit()?, life.summary(result.as_of)?);
    let annual = f64::from(result.definition.discount_rate_annual_basis_points) / 10_000.0;
    let rate = DiscountRate::from_annual(annual).unwrap_or(DiscountRate::NONE);
    let horizon = Horizon::days(result.definition.horizon_days);
    Some(fit.frequency.discounted_purchases(History::from(summary), horizon, rate))
}

fn next_purchases(result: &ValueResult, life: &Life) -> Vec<NextPurchase> {
    let (Some(fit), Some(summary)) = (result.default_fit(), life.summary(result.as_of)) else {
        return Vec::new();
    };
    let within = |days: u32| fit.frequency.p_active(History::from(summary), Span::days(f64::from(days)));
    LOOK_AHEAD_DAYS.map(|days| NextPurchase { days, probability: within(days) }).to_vec()
}

fn warnings(result: &ValueResult, margin_is_set: bool) -> Vec<&'static str> {
    let mut codes = Vec::new();
    if let Some(reason) = result.why_no_forecast() {
        codes.push(reason.code());
    }
    if !margin_is_set {
        codes.push("margin_not_set");
    }
    let of_fit = |fit: &Fit| fit.warnings.iter().map(|warning| warning.code()).collect::<Vec<_>>();
    codes.extend(result.default_fit().map(of_fit).unwrap_or_default());
    if let Outcome::Fitted(spend) = &result.spend_model {
        codes.extend(spend.warnings.iter().map(|warning| warning.code()));
    }
    codes.dedup();
    codes
}

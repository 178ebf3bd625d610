//! The shapes of a value run's result: stored as JSON, read by the API and the command line.
//!
//! Amounts are integers in minor units of `currency`. Stored shapes are read by later versions: new
//! fields get a default.

use perennial_domain::money::Currency;
use perennial_domain::time::{Day, Month};
use perennial_domain::value::{
    Backtest, Cohorts, Concentration, Fit, Insufficiency, Model, Outcome, RfmResult, SpendFit, TimeUnit,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ValueResult {
    pub version: u32,
    pub run_id: String,
    pub as_of: Day,
    pub started_at: i64,
    pub finished_at: i64,
    pub definition: Definition,
    pub customers: u64,
    pub default_model: Model,
    pub models: Vec<ModelFit>,
    pub spend_model: Outcome<SpendFit>,
    pub backtest: Option<BacktestResult>,
    pub totals: Totals,
    /// Movement over the last [`CHANGE_DAYS`] days; `None` where the history is shorter.
    pub change: Option<Change>,
    pub groups: Vec<GroupValue>,
    pub rfm: RfmResult,
    pub cohorts: Cohorts,
    pub concentration: Concentration,
    /// Share of the top 20 %'s profit that repeat customers bring.
    pub top_repeat_share: Option<f64>,
    pub distributions: Vec<Distribution>,
    pub trend: Vec<MonthTotals>,
    pub attention: Vec<Attention>,
}

pub const RESULT_VERSION: u32 = 2;
/// The span of the movement that the home page explains.
pub const CHANGE_DAYS: i32 = 30;

/// What belongs to every figure of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    pub currency: Option<Currency>,
    pub time_zone: String,
    pub unit: TimeUnit,
    pub horizon_days: u32,
    pub current_window_days: u32,
    pub discount_rate_annual_basis_points: u32,
    pub margin_basis_points: u32,
    /// False: no margin is set, so revenue counts as value.
    pub margin_is_set: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ModelFit {
    pub model: Model,
    pub outcome: Outcome<Fit>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BacktestResult {
    pub fit_until: Day,
    pub until: Day,
    pub result: Backtest,
}

/// Sums over all customers that bought. `None`: the models had too little data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub historical_minor: i64,
    pub current_minor: i64,
    pub potential_minor: Option<i64>,
    pub potential_low_minor: Option<i64>,
    pub potential_high_minor: Option<i64>,
    pub lifetime_minor: Option<i64>,
    pub revenue_minor: i64,
    pub gross_minor: i64,
    pub refunds_minor: i64,
    pub orders: u64,
}

/// What moved the brand's total customer value; the drivers add to the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub since: Day,
    pub total_minor: i64,
    /// The whole lifetime value of customers whose first purchase lies in the span.
    pub new_customers_minor: i64,
    /// Margin of the others' purchases.
    pub purchases_minor: i64,
    /// Margin that refunds to the others took.
    pub refunds_minor: i64,
    /// Change of what is expected of the others.
    pub expectation_minor: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupValue {
    pub group: perennial_domain::value::RfmGroup,
    pub customers: u64,
    /// `None`: there is no forecast.
    pub lifetime_minor: Option<i64>,
    pub revenue_minor: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Lifetime,
    Potential,
    Historical,
    Current,
}

impl Measure {
    pub const ALL: [Self; 4] = [Self::Lifetime, Self::Potential, Self::Historical, Self::Current];
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    pub measure: Measure,
    pub bins: Vec<Bin>,
    /// Ten parts of equal size, the best customers first.
    pub deciles: Vec<Decile>,
}

/// Customers whose value is at least `from_minor` and less than `to_minor`; the last bin is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    pub from_minor: Option<i64>,
    pub to_minor: Option<i64>,
    pub customers: u64,
    pub amount_minor: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decile {
    pub decile: u32,
    /// The smallest value in it.
    pub from_minor: i64,
    /// The largest value in it.
    pub to_minor: i64,
    pub customers: u64,
    pub amount_minor: i64,
    /// Of the sum over all customers; `None` when that is not positive.
    pub share: Option<f64>,
}

/// A calendar month of the whole brand, known customers only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthTotals {
    pub month: i32,
    pub gross_minor: i64,
    pub refunds_minor: i64,
    pub orders: u64,
    pub buyers: u64,
    pub new_buyers: u64,
    /// The data end inside this month.
    pub partial: bool,
}

impl MonthTotals {
    pub fn month(&self) -> Month {
        Month(self.month)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttentionReason {
    /// Their usual interval has passed without a purchase.
    Overdue,
    /// Worth much so far, and little more is expected.
    HighValueFading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    pub customer_number: u32,
    pub reason: AttentionReason,
    pub due: Option<Day>,
    /// `None`: there is no forecast.
    pub potential_minor: Option<i64>,
}

impl ValueResult {
    /// The fit behind the customers' figures, if there is one.
    pub fn default_fit(&self) -> Option<&Fit> {
        self.fit_of(self.default_model).and_then(Outcome::fitted)
    }

    pub fn fit_of(&self, model: Model) -> Option<&Outcome<Fit>> {
        self.models.iter().find(|fit| fit.model == model).map(|fit| &fit.outcome)
    }

    /// Why there is no forecast, where there is none.
    pub fn why_no_forecast(&self) -> Option<Insufficiency> {
        match self.fit_of(self.default_model)? {
            Outcome::Fitted(_) => match &self.spend_model {
                Outcome::Fitted(_) => None,
                Outcome::Insufficient(reason) => Some(*reason),
            },
            Outcome::Insufficient(reason) => Some(*reason),
        }
    }
}

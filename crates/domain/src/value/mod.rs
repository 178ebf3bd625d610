//! Lifetime value: frequency and spend models, forecasts with intervals, RFM, cohorts, back-tests.
//!
//! | step | module |
//! |---|---|
//! | units of time and money rates | `unit` |
//! | one customer's history, grouping into cells | `summary`, `cells` |
//! | fitting Pareto/NBD, BG/NBD, MBG/NBD, NBD | `fit` (on `design`, `estimate`, one file per model) |
//! | asking a fitted model about one customer | `frequency` (on `alive`) |
//! | forecasting all cells, tracking curves | `forecast`, `curve` |
//! | spend, potential value, intervals, value parts | `spend`, `valuation` |
//! | hold-out errors, choice of the default model | `backtest` |
//! | RFM, cohorts, concentration of profit | `rfm`, `cohort`, `concentration` |
//! | from purchase days to all of these inputs | `fold`, `refund` |
//!
//! Invariants: pure (no I/O, clock, randomness); times and amounts carry their units by type;
//! money is integer minor units outside of the formulas; the same bits for any order of
//! customers and any number of threads; legitimate data never give NaN, a panic or an error.

mod alive;
mod backtest;
mod bg_nbd;
mod cells;
mod cohort;
mod concentration;
mod curve;
mod design;
mod estimate;
mod fit;
mod fold;
mod forecast;
mod frequency;
mod nbd;
mod numeric;
mod pareto_nbd;
mod refund;
mod rfm;
mod spend;
mod summary;
mod unit;
mod valuation;
mod warning;

pub use backtest::{Backtest, CLASSES, ClassResult, DEFAULT_MARGIN, ModelResult, WeekResult, run_backtest};
pub use cells::{Cell, Cells};
pub use cohort::{Cohort, CohortMonth, Cohorts, Month, REPEAT_WINDOWS_DAYS, RepeatRate};
pub use concentration::{Concentration, LORENZ_POINTS, measure_concentration};
pub use curve::actual_histogram;
pub use fit::{Fit, NamedValue, fit_frequency, log_likelihood};
pub use fold::{CustomerAggregate, CustomerFold, FoldSettings, Occasion, WeeklyRepeats};
pub use forecast::{CellForecast, Forecast, WAIT_DAYS_MAX};
pub use frequency::{Frequency, History, Model, Parameters};
pub use refund::net_spend;
pub use rfm::{CutPoints, GroupTotals, HIGH_SCORE, RfmGroup, RfmInput, RfmResult, RfmScore, SCORES, run_rfm};
pub use spend::{SpendFit, SpendHistory, fit_spend};
pub use summary::{MAX_DAYS, MAX_REPEATS, Summary};
pub use unit::{BASIS_POINTS, DAYS_PER_MONTH, DAYS_PER_YEAR, DiscountRate, Horizon, Margin, Span, TimeUnit, UnitError};
pub use valuation::{
    INTERVAL_LEVEL, IntervalFactors, PotentialValue, TotalValue, Valuation, ValueParts, round_minor, value_parts,
};
pub use warning::{Insufficiency, MAX_SPEND_CORRELATION, MIN_CUSTOMERS, MIN_REPEATERS, Outcome, Warning};

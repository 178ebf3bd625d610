//! What a fit has to say besides its figures: warnings, and reasons why there is no fit.
//!
//! Invariants: each has a stable snake_case code and one plain English sentence; too little data
//! is a result, never an error.

use serde::{Deserialize, Serialize};

/// Fewest customers a frequency model is fitted to.
pub const MIN_CUSTOMERS: u64 = 100;
/// Fewest repeat customers a frequency or spend model is fitted to. Below, the standard errors
/// of the drop-out parameters exceed the parameters themselves on the CDNOW data.
pub const MIN_REPEATERS: u64 = 30;
/// Correlation of spend and frequency above which the spend model's independence is in doubt.
pub const MAX_SPEND_CORRELATION: f64 = 0.3;

/// Something the reader of a fit must know.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Warning {
    /// No drop-out can be measured; the NBD without drop-out is used.
    NoMeasurableDropout,
    /// Customers hardly differ in how often they buy.
    HomogeneousRate,
    /// Customers hardly differ in how they drop out.
    HomogeneousDropout,
    /// Mean spend moves with frequency.
    SpendDependsOnFrequency {
        /// Pearson correlation of repeat count and mean spend.
        correlation: f64,
    },
    /// The spend model has no finite mean; means are shrunk towards the average instead.
    SpendMeanUndefined,
    /// The search ended before its stop rules were met.
    NotConverged,
    /// The information matrix can not be inverted.
    NoStandardErrors,
}

impl Warning {
    /// Stable code, as in JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoMeasurableDropout => "no_measurable_dropout",
            Self::HomogeneousRate => "homogeneous_rate",
            Self::HomogeneousDropout => "homogeneous_dropout",
            Self::SpendDependsOnFrequency { .. } => "spend_depends_on_frequency",
            Self::SpendMeanUndefined => "spend_mean_undefined",
            Self::NotConverged => "not_converged",
            Self::NoStandardErrors => "no_standard_errors",
        }
    }

    /// One plain sentence for people.
    pub fn sentence(&self) -> String {
        match self {
            Self::NoMeasurableDropout => "No customer loss can be measured in this window, so the \
                forecast assumes that everybody stays; a longer history may show it."
                .to_owned(),
            Self::HomogeneousRate => "Customers hardly differ in how often they buy, so knowing a \
                customer's past adds little to the forecast."
                .to_owned(),
            Self::HomogeneousDropout => "Customers hardly differ in how likely they are to leave, \
                so the spread of that likelihood can not be measured."
                .to_owned(),
            Self::SpendDependsOnFrequency { correlation } => format!(
                "Spend per purchase and purchase frequency move together (correlation \
                 {correlation:.2}), which the spend model assumes they do not; values of frequent \
                 customers may be off."
            ),
            Self::SpendMeanUndefined => "Amounts vary so much that the model has no average; \
                each customer's own average is blended with everybody's instead."
                .to_owned(),
            Self::NotConverged => "The search for the best parameters stopped early; treat the \
                figures as provisional."
                .to_owned(),
            Self::NoStandardErrors => "The data do not pin down all parameters, so their \
                uncertainty can not be stated."
                .to_owned(),
        }
    }
}

/// Why there is no fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Insufficiency {
    /// Fewer than [`MIN_CUSTOMERS`] customers or [`MIN_REPEATERS`] repeaters.
    TooLittleData {
        /// Customers found.
        customers: u64,
        /// Repeaters found (for spend: repeaters with a positive amount).
        repeaters: u64,
    },
}

impl Insufficiency {
    /// Stable code, as in JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLittleData { .. } => "too_little_data",
        }
    }

    /// One plain sentence for people.
    pub fn sentence(&self) -> String {
        match self {
            Self::TooLittleData { customers, repeaters } => format!(
                "There is too little data for a forecast: {customers} customers of whom \
                 {repeaters} bought again; at least {MIN_CUSTOMERS} and {MIN_REPEATERS} are needed."
            ),
        }
    }
}

/// A fit, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome<T> {
    /// The model was fitted.
    Fitted(T),
    /// There is too little data.
    Insufficient(Insufficiency),
}

impl<T> Outcome<T> {
    /// The fit, if there is one.
    pub fn fitted(&self) -> Option<&T> {
        match self {
            Self::Fitted(fit) => Some(fit),
            Self::Insufficient(_) => None,
        }
    }
}

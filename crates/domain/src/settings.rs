//! What a brand sets once and every figure states: zone, currency, margin, discount rate, horizon.

use crate::money::Currency;
use crate::time::Zone;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub brand_name: String,
    /// IANA name; the days of all figures are days of this zone.
    pub time_zone: String,
    /// `None` until the first import or the operator says.
    pub currency: Option<Currency>,
    /// Nobody said the currency when the first amounts came in: it can still be named, as long as amounts stay what
    /// they are.
    #[serde(default)]
    pub currency_assumed: bool,
    /// Gross margin in hundredths of a percent; `None` = not set: revenue then counts as value, and every
    /// figure says so.
    pub margin_basis_points: Option<u32>,
    pub discount_rate_annual_basis_points: u32,
    pub horizon_days: u32,
    pub current_window_days: u32,
    /// `zh-CN` or `en`.
    pub default_locale: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            brand_name: String::new(),
            time_zone: "UTC".to_owned(),
            currency: None,
            currency_assumed: false,
            margin_basis_points: None,
            discount_rate_annual_basis_points: 1_000,
            horizon_days: 365,
            current_window_days: 365,
            default_locale: "zh-CN".to_owned(),
        }
    }
}

/// One field that cannot be accepted, with what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    pub allowed: &'static str,
}

impl Settings {
    /// The brand's zone. One that this version does not know is UTC: saving such a one is refused.
    pub fn zone(&self) -> Zone {
        Zone::parse(&self.time_zone).unwrap_or_else(Zone::utc)
    }

    /// All fields that are out of range; empty when the settings can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut demand = |holds: bool, field, allowed| {
            if !holds {
                errors.push(FieldError { field, allowed });
            }
        };
        demand(self.brand_name.chars().count() <= 100, "brand_name", "at most 100 characters");
        demand(Zone::parse(&self.time_zone).is_some(), "time_zone", "an IANA time zone such as Asia/Shanghai");
        demand(
            self.margin_basis_points.is_none_or(|margin| margin <= 10_000),
            "margin_basis_points",
            "0 to 10000, or null",
        );
        demand(self.discount_rate_annual_basis_points <= 10_000, "discount_rate_annual_basis_points", "0 to 10000");
        demand((1..=3_650).contains(&self.horizon_days), "horizon_days", "1 to 3650");
        demand((1..=3_650).contains(&self.current_window_days), "current_window_days", "1 to 3650");
        demand(matches!(self.default_locale.as_str(), "zh-CN" | "en"), "default_locale", "zh-CN or en");
        errors
    }
}

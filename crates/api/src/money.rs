//! Money, instants and days as they stand in JSON.

use perennial_domain::money::Currency;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount in the smallest unit of its currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "minor": 123_456, "currency": "GBP", "exponent": 2 }))]
pub struct Money {
    /// 123456 means 1234.56 where `exponent` is 2.
    pub minor: i64,
    /// ISO 4217; `XXX` before the brand has one.
    pub currency: String,
    /// Decimal places of the smallest unit.
    pub exponent: u8,
}

impl Money {
    pub fn of(minor: i64, currency: Option<Currency>) -> Self {
        match currency {
            Some(currency) => Self { minor, currency: currency.code().to_owned(), exponent: currency.exponent() },
            None => Self { minor, currency: "XXX".to_owned(), exponent: 2 },
        }
    }
}

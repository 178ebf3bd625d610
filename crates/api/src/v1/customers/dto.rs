//! A customer as a row, the same in every list.

use crate::money::Money;
use perennial_app::customers::CustomerItem;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Day, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CustomerRow {
    #[schema(example = "cus_7k2m9qx4")]
    pub id: String,
    pub display_name: Option<String>,
    /// The strongest, at most three.
    pub identifiers: Vec<IdentifierDto>,
    pub orders: i64,
    /// Net: gross sales less refunds.
    pub revenue: Money,
    pub gross_sales: Money,
    pub refunds: Money,
    #[schema(format = DateTime)]
    pub first_purchase_at: Option<String>,
    #[schema(format = DateTime)]
    pub last_purchase_at: Option<String>,
    pub rfm: Option<RfmDto>,
    pub historical_value: Option<Money>,
    pub current_value: Option<Money>,
    /// Null where there is too little data for a forecast; so are the fields that build on it.
    pub potential_value: Option<Money>,
    pub potential_low: Option<Money>,
    pub potential_high: Option<Money>,
    pub lifetime_value: Option<Money>,
    /// Of at least one purchase within the horizon, 0 to 1.
    #[schema(example = 0.83)]
    pub probability_active: Option<f64>,
    /// Within the horizon.
    #[schema(example = 2.4)]
    pub expected_orders: Option<f64>,
    #[schema(format = Date)]
    pub next_purchase_on: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct IdentifierDto {
    #[serde(rename = "type")]
    #[schema(example = "customer_id")]
    pub kind: String,
    #[schema(example = "17850")]
    pub value: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RfmDto {
    #[schema(minimum = 1, maximum = 5)]
    pub r: i64,
    #[schema(minimum = 1, maximum = 5)]
    pub f: i64,
    #[schema(minimum = 1, maximum = 5)]
    pub m: i64,
    #[schema(example = "543")]
    pub cell: String,
    #[schema(example = "champions")]
    pub group: String,
}

pub fn public_id(number: i64) -> String {
    CustomerNumber(u32::try_from(number).unwrap_or(0)).public_id()
}

pub fn iso_day(day: i64) -> Option<String> {
    i32::try_from(day).ok().map(|day| Day(day).iso())
}

impl From<&CustomerItem> for CustomerRow {
    fn from(item: &CustomerItem) -> Self {
        let counters = &item.row.counters;
        let value = item.row.value.as_ref();
        let money = |minor: i64| Money::of(minor, item.currency);
        Self {
            id: public_id(counters.number),
            display_name: counters.display_name.clone(),
            identifiers: item
                .identifiers
                .iter()
                .map(|one| IdentifierDto { kind: one.kind.clone(), value: one.value.clone() })
                .collect(),
            orders: counters.orders,
            revenue: money(counters.net_minor),
            gross_sales: money(counters.gross_minor),
            refunds: money(counters.refunds_minor),
            first_purchase_at: counters.first_at.map(|at| Instant(at).rfc3339()),
            last_purchase_at: counters.last_at.map(|at| Instant(at).rfc3339()),
            rfm: value.map(|value| RfmDto {
                r: value.r,
                f: value.f,
                m: value.m,
                cell: value.cell.to_string(),
                group: value.rfm_group.to_string(),
            }),
            historical_value: value.map(|value| money(value.historical_minor)),
            current_value: value.map(|value| money(value.current_minor)),
            potential_value: value.and_then(|value| value.potential_minor).map(money),
            potential_low: value.and_then(|value| value.potential_low_minor).map(money),
            potential_high: value.and_then(|value| value.potential_high_minor).map(money),
            lifetime_value: value.and_then(|value| value.lifetime_minor).map(money),
            probability_active: value.and_then(|value| value.probability_active),
            expected_orders: value.and_then(|value| value.expected_orders),
            next_purchase_on: value.and_then(|value| value.next_purchase_day).and_then(iso_day),
        }
    }
}

//! One customer's page in JSON.

use super::dto::{CustomerRow, IdentifierDto, public_id};
use crate::money::Money;
use crate::v1::fields::field_dto::InformationDto;
use crate::v1::tags::tag_dto::TagPeriodDto;
use perennial_app::customers::{
    CustomerProfile, CustomerValueView, IdentifierConflict, MonthSpending, PartInputs, ProfileTrait, TraitValue,
    ValuePart,
};
use perennial_domain::money::Currency;
use perennial_domain::time::{Day, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerProfileDto {
    pub row: CustomerRow,
    /// The dense number in this workspace.
    pub number: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub identities: Vec<IdentityDto>,
    pub traits: Vec<TraitDto>,
    pub value: Option<CustomerValueDto>,
    pub spending: Vec<SpendingDto>,
    pub conflicts: Vec<ConflictDto>,
    /// Null where no touch-point has seen the customer.
    pub activity: Option<ActivityDto>,
    /// What stands, in the order in which it was set; what has ended is at `/api/v1/customers/{id}/tags`.
    pub tags: Vec<TagPeriodDto>,
    pub information: InformationDto,
}

/// What touch-points saw of a customer.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ActivityDto {
    /// Messages of all types.
    #[schema(example = 203)]
    pub events: i64,
    #[schema(format = DateTime)]
    pub first_at: String,
    #[schema(format = DateTime)]
    pub last_at: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct IdentityDto {
    #[serde(flatten)]
    pub identifier: IdentifierDto,
    #[schema(example = "file")]
    pub source: String,
    #[schema(format = DateTime)]
    pub first_seen_at: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TraitDto {
    #[schema(example = "city")]
    pub name: String,
    #[schema(example = "Leeds")]
    pub value: String,
    pub source: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// What other sources say, in the order in which they would be believed.
    pub earlier: Vec<TraitValueDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TraitValueDto {
    pub value: String,
    pub source: String,
    #[schema(format = DateTime)]
    pub at: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SpendingDto {
    #[schema(example = "2011-11")]
    pub month: String,
    /// Net of refunds.
    pub revenue: Money,
    pub orders: u64,
}

/// An identifier that came with this customer but belongs to another one.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ConflictDto {
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
    pub other_customer_id: String,
    #[schema(format = DateTime)]
    pub at: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerValueDto {
    #[schema(format = Date)]
    pub as_of: String,
    /// Unit of the model's time: `day`, `week` or `month`.
    #[schema(example = "week")]
    pub unit: String,
    pub horizon_days: u32,
    #[schema(example = "GBP")]
    pub currency: Option<String>,
    /// 0.1 is ten percent a year.
    pub discount_rate_annual: f64,
    pub margin_basis_points: u32,
    #[schema(example = "pareto_nbd")]
    pub model: String,
    /// They add to `lifetime` to the cent.
    pub parts: Vec<ValuePartDto>,
    pub lifetime: Option<Money>,
    pub interval: Option<IntervalDto>,
    /// Share of customers, in percent, whose current value is at most this one's.
    pub current_rank_percentile: f64,
    pub probability_active: Option<f64>,
    pub expected_orders: Option<f64>,
    pub probability_next_purchase_by: Vec<NextPurchaseDto>,
    #[schema(format = Date)]
    pub next_purchase_on: Option<String>,
    #[schema(example = json!(["margin_not_set"]))]
    pub warnings: Vec<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct IntervalDto {
    #[schema(example = 0.8)]
    pub level: f64,
    pub low: Money,
    pub high: Money,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct NextPurchaseDto {
    pub days: u32,
    pub probability: f64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ValuePartDto {
    /// `historical`, `current` or `potential`.
    #[schema(example = "historical")]
    pub part: String,
    pub amount: Option<Money>,
    /// Which formula the inputs stand in: `net_revenue_before_window_times_margin`,
    /// `net_revenue_in_window_times_margin` or `expected_orders_times_amount_times_margin_discounted`.
    pub formula: String,
    #[schema(format = Date)]
    pub from: Option<String>,
    #[schema(format = Date)]
    pub to: Option<String>,
    pub inputs: PartInputsDto,
}

/// What stands in the formula; each part uses some, the others are absent.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PartInputsDto {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_sales: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunds: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_revenue: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_basis_points: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_rate_annual_basis_points: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability_active: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_orders: Option<f64>,
    /// Expected orders, each discounted to the day of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discounted_orders: Option<f64>,
    /// Expected amount of an order of this customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_amount: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Money>,
}

impl From<&CustomerProfile> for CustomerProfileDto {
    fn from(profile: &CustomerProfile) -> Self {
        let currency = profile.item.currency;
        Self {
            row: CustomerRow::from(&profile.item),
            number: profile.item.row.counters.number,
            created_at: profile.created_at.rfc3339(),
            identities: profile
                .identities
                .iter()
                .map(|one| IdentityDto {
                    identifier: IdentifierDto { kind: one.kind.clone(), value: one.value.clone() },
                    source: one.source.clone(),
                    first_seen_at: Instant(one.first_seen_at).rfc3339(),
                })
                .collect(),
            traits: profile.traits.iter().map(TraitDto::from).collect(),
            value: profile.value.as_ref().map(CustomerValueDto::from),
            spending: profile.spending.iter().map(|month| spending(month, currency)).collect(),
            conflicts: profile.conflicts.iter().map(ConflictDto::from).collect(),
            activity: profile.activity.map(|activity| ActivityDto {
                events: activity.events,
                first_at: activity.first_at.rfc3339(),
                last_at: activity.last_at.rfc3339(),
            }),
            information: profile.information.clone().into(),
            tags: profile.tags.iter().cloned().map(TagPeriodDto::from).collect(),
        }
    }
}

fn spending(month: &MonthSpending, currency: Option<Currency>) -> SpendingDto {
    SpendingDto { month: month.month.iso(), revenue: Money::of(month.revenue_minor, currency), orders: month.orders }
}

impl From<&ProfileTrait> for TraitDto {
    fn from(one: &ProfileTrait) -> Self {
        let earlier = |value: &TraitValue| TraitValueDto {
            value: value.value.clone(),
            source: value.source.clone(),
            at: value.at.rfc3339(),
        };
        Self {
            name: one.name.clone(),
            value: one.now.value.clone(),
            source: one.now.source.clone(),
            at: one.now.at.rfc3339(),
            earlier: one.earlier.iter().map(earlier).collect(),
        }
    }
}

impl From<&IdentifierConflict> for ConflictDto {
    fn from(conflict: &IdentifierConflict) -> Self {
        Self {
            kind: conflict.kind.clone(),
            value: conflict.value.clone(),
            other_customer_id: public_id(i64::from(conflict.other.0)),
            at: conflict.at.rfc3339(),
        }
    }
}

impl From<&CustomerValueView> for CustomerValueDto {
    fn from(view: &CustomerValueView) -> Self {
        let money = |minor: i64| Money::of(minor, view.currency);
        Self {
            as_of: view.as_of.iso(),
            unit: crate::v1::value::unit_code(view.unit).to_owned(),
            horizon_days: view.horizon_days,
            currency: view.currency.map(|currency| currency.code().to_owned()),
            discount_rate_annual: f64::from(view.discount_rate_annual_basis_points) / 10_000.0,
            margin_basis_points: view.margin_basis_points,
            model: view.model.code().to_owned(),
            parts: view.parts.iter().map(|part| part_of(part, view.currency)).collect(),
            lifetime: view.lifetime_minor.map(money),
            interval: view.interval.map(|(level, low, high)| IntervalDto { level, low: money(low), high: money(high) }),
            current_rank_percentile: view.current_rank_percentile,
            probability_active: view.probability_active,
            expected_orders: view.expected_orders,
            probability_next_purchase_by: view
                .next_purchases
                .iter()
                .map(|next| NextPurchaseDto { days: next.days, probability: next.probability })
                .collect(),
            next_purchase_on: view.next_purchase_on.map(Day::iso),
            warnings: view.warnings.iter().map(|code| (*code).to_owned()).collect(),
        }
    }
}

fn part_of(part: &ValuePart, currency: Option<Currency>) -> ValuePartDto {
    ValuePartDto {
        part: part.kind.code().to_owned(),
        amount: part.amount_minor.map(|minor| Money::of(minor, currency)),
        formula: part.kind.formula().to_owned(),
        from: part.from.map(Day::iso),
        to: part.to.map(Day::iso),
        inputs: inputs_of(&part.inputs, currency),
    }
}

fn inputs_of(inputs: &PartInputs, currency: Option<Currency>) -> PartInputsDto {
    let money = |minor: Option<i64>| minor.map(|minor| Money::of(minor, currency));
    PartInputsDto {
        orders: inputs.orders,
        gross_sales: money(inputs.gross_sales_minor),
        refunds: money(inputs.refunds_minor),
        net_revenue: money(inputs.net_revenue_minor),
        margin_basis_points: inputs.margin_basis_points,
        window_days: inputs.window_days,
        horizon_days: inputs.horizon_days,
        discount_rate_annual_basis_points: inputs.discount_rate_annual_basis_points,
        probability_active: inputs.probability_active,
        expected_orders: inputs.expected_orders,
        discounted_orders: inputs.discounted_orders,
        expected_amount: money(inputs.expected_amount_minor),
        low: money(inputs.low_minor),
        high: money(inputs.high_minor),
    }
}

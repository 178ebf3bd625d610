//! What a customer buys, what came back, and which topics they open.

use super::customer_number;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::money::Money;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::segments::problem_of_segments;
use axum::Json;
use axum::extract::State;
use perennial_app::customers::{self, CustomerConsumption};
use perennial_domain::consumption::{Bought, Consumption};
use perennial_domain::cycle::{Slot, WEEKDAYS};
use perennial_domain::interests::TopicInterest;
use perennial_domain::time::{Day, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ConsumptionDto {
    #[schema(format = DateTime)]
    pub as_of: String,
    #[schema(example = 14)]
    pub orders: usize,
    /// What was bought less what came back, in the brand's currency as all amounts.
    pub amount: Money,
    /// Orders in another currency or without an amount: they are counted, and not in `amount`.
    #[schema(example = 0)]
    pub orders_without_amount: usize,
    #[schema(example = "2025-03-02", format = Date)]
    pub first_order: Option<String>,
    #[schema(example = "2026-11-20", format = Date)]
    pub last_order: Option<String>,
    /// From one day with an order to the next, the lower one of the middle.
    #[schema(example = 38)]
    pub median_interval_days: Option<i32>,
    /// Those with the largest amounts, ten at most.
    pub products: Vec<BoughtDto>,
    #[schema(example = 23)]
    pub products_count: usize,
    /// Those with the largest amounts, ten at most. Only messages of orders name categories.
    pub categories: Vec<BoughtDto>,
    #[schema(example = 4)]
    pub categories_count: usize,
    /// The category with most of the amount.
    pub preference: Option<PreferenceDto>,
    /// The field `main_wish`.
    #[schema(example = "gentle on the skin")]
    pub main_wish: Option<String>,
    /// The weekday and time of day of most orders; of equal ones the first of the week.
    pub usual_time: Option<OrderTimeDto>,
    /// All weekdays and times with an order whose time of day is known.
    pub times: Vec<OrderTimeDto>,
    pub after_sales: AfterSalesDto,
    /// Events `Complaint Filed`.
    pub complaints: ComplaintsDto,
    /// Topics of messages that were sent over 365 days, by code.
    pub interests: Vec<InterestDto>,
    /// By trials, as of the last daily run; null of whom that is not known.
    pub sensitivity: Option<SensitivityDto>,
}

/// What decides whether they respond.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SensitivityDto {
    /// `price` or `content`.
    #[schema(example = "price")]
    pub to: String,
    /// How sure that is.
    #[schema(example = 86, minimum = 80, maximum = 100)]
    pub percent: i64,
}

/// A product or a category.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct BoughtDto {
    #[schema(example = "Green tea")]
    pub name: String,
    #[schema(example = 6)]
    pub orders: usize,
    /// In thousandths, less what came back.
    #[schema(example = 9_000)]
    pub quantity_milli: i64,
    pub amount: Money,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PreferenceDto {
    #[schema(example = "tea")]
    pub category: String,
    /// Of what is left of the amounts of all categories.
    #[schema(example = 64, minimum = 0, maximum = 100)]
    pub percent: u8,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct OrderTimeDto {
    /// `monday` to `sunday`.
    #[schema(example = "sunday")]
    pub weekday: String,
    /// `night` from 0 to 6 o'clock, `morning`, `afternoon`, `evening` from 18 o'clock on.
    #[schema(example = "evening")]
    pub slot: String,
    #[schema(example = 5)]
    pub orders: usize,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AfterSalesDto {
    #[schema(example = 1)]
    pub refunds: usize,
    /// What came back, as a positive number.
    pub refunded: Money,
    #[schema(example = 0)]
    pub tickets_open: usize,
    #[schema(example = 1)]
    pub tickets_closed: usize,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ComplaintsDto {
    #[schema(example = 2)]
    pub count: usize,
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct InterestDto {
    #[schema(example = "recipes")]
    pub topic: String,
    #[schema(example = 8)]
    pub sent: u64,
    #[schema(example = 8)]
    pub opened: u64,
    /// The 95 % interval of Wilson of the share that is opened.
    #[schema(example = 0.6756)]
    pub low: f64,
    #[schema(example = 1.0)]
    pub high: f64,
    /// `high` where the interval begins at a half or later, `low` where it ends at a quarter or before, else `unknown`.
    #[schema(example = "high")]
    pub interest: String,
}

impl From<TopicInterest> for InterestDto {
    fn from(one: TopicInterest) -> Self {
        let TopicInterest { topic, opened, interest } = one;
        Self {
            topic,
            sent: opened.of,
            opened: opened.count,
            low: opened.low,
            high: opened.high,
            interest: interest.code().to_owned(),
        }
    }
}

fn order_time((weekday, slot, orders): (usize, Slot, usize)) -> OrderTimeDto {
    OrderTimeDto { weekday: WEEKDAYS[weekday].to_owned(), slot: slot.code().to_owned(), orders }
}

impl From<CustomerConsumption> for ConsumptionDto {
    fn from(found: CustomerConsumption) -> Self {
        let CustomerConsumption { as_of, currency, bought, main_wish, tickets, interests, sensitivity } = found;
        let money = |minor: i64| Money::of(minor, currency);
        let told = |one: Bought| {
            let Bought { name, orders, quantity_milli, amount_minor } = one;
            BoughtDto { name, orders, quantity_milli, amount: money(amount_minor) }
        };
        let usual_time = bought.usual_time().map(order_time);
        let Consumption { products, categories, preference, times, .. } = bought;
        Self {
            as_of: as_of.rfc3339(),
            orders: bought.orders,
            amount: money(bought.amount_minor),
            orders_without_amount: bought.orders_without_amount,
            first_order: bought.first_order.map(Day::iso),
            last_order: bought.last_order.map(Day::iso),
            median_interval_days: bought.median_interval_days,
            products: products.into_iter().map(told).collect(),
            products_count: bought.products_count,
            categories: categories.into_iter().map(told).collect(),
            categories_count: bought.categories_count,
            preference: preference.map(|one| PreferenceDto { category: one.category, percent: one.percent }),
            main_wish,
            usual_time,
            times: times.into_iter().map(|((weekday, slot), orders)| order_time((weekday, slot, orders))).collect(),
            after_sales: AfterSalesDto {
                refunds: bought.refunds,
                refunded: money(bought.refunded_minor),
                tickets_open: tickets.open,
                tickets_closed: tickets.closed,
            },
            complaints: ComplaintsDto {
                count: bought.complaints,
                last_at: bought.last_complaint.map(Instant::rfc3339),
            },
            interests: interests.into_iter().map(InterestDto::from).collect(),
            sensitivity: sensitivity.map(|(to, percent)| SensitivityDto { to, percent }),
        }
    }
}

/// What the customer buys: products, amount, frequency, main wish, time of day, preference, what came back, complaints; and
/// which topics they open.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/consumption", operation_id = "get_consumption", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = ConsumptionDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the customer has more facts than are looked at"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<ConsumptionDto>, Problem> {
    let number = customer_number(&id)?;
    let found = customers::customer_consumption(&state.app, &actor, number).await;
    Ok(Json(found.map_err(problem_of_segments)?.into()))
}

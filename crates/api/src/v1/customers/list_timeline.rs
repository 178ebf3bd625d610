//! What happened with a customer.

use super::{customer_number, problem_of_customers};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::money::Money;
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::customers::{self, TimelineItem};
use perennial_domain::fact::{FactKind, Line, Tracked};
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TimelineParams {
    /// `order`, `gift`, `refund`, `cancelled`, `adjustment`, `customer_update`, `event`, `page`, `screen`, `identify`,
    /// `group`, `alias` or `unpaid`; several with commas.
    #[param(example = "order,refund")]
    pub kind: Option<String>,
    /// How many items, 1 to 200; 50 when absent. A page may be a little longer: one order's facts stay together.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TimelinePage {
    pub items: Vec<TimelineEntry>,
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TimelineEntry {
    pub id: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// `order`, `gift`, `refund`, `cancelled`, `adjustment`, `customer_update`, `event`, `page`, `screen`, `identify`,
    /// `group`, `alias` or `unpaid`.
    #[schema(example = "order")]
    pub kind: String,
    /// The first product, else the order number, the event or the page, the names of the traits.
    pub title: String,
    pub order_no: Option<String>,
    /// Negative for money that went back.
    pub amount: Option<Money>,
    #[schema(example = 6.0)]
    pub quantity: Option<f64>,
    pub source: String,
    pub import_id: Option<String>,
    pub lines: Vec<TimelineLine>,
    /// What a customer file or a touch-point said.
    pub traits: Vec<TimelineTrait>,
    /// Of what came from a touch-point as it happened.
    pub message: Option<TimelineMessage>,
}

/// The message that a fact came as. Its source is `source`.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct TimelineMessage {
    pub message_id: String,
    /// Of the event, the page or the screen.
    #[schema(example = "Product Viewed")]
    pub name: Option<String>,
    /// A JSON object, as it was sent.
    #[schema(example = r#"{"sku":"A-1"}"#)]
    pub properties: Option<String>,
    #[schema(format = DateTime)]
    pub received_at: String,
    /// By the sender's clock.
    #[schema(format = DateTime)]
    pub sent_at: Option<String>,
    /// When it happened, by the sender's clock.
    #[schema(format = DateTime)]
    pub original_at: Option<String>,
    #[schema(example = "web")]
    pub channel: Option<String>,
    #[schema(example = "zh-CN")]
    pub locale: Option<String>,
    pub page_url: Option<String>,
    pub page_path: Option<String>,
    pub campaign_source: Option<String>,
    pub campaign_medium: Option<String>,
    pub campaign_name: Option<String>,
    /// The code of the touch-point that it named.
    #[schema(example = "store")]
    pub touch_point: Option<String>,
}

fn message_of(tracked: Tracked) -> TimelineMessage {
    TimelineMessage {
        message_id: tracked.message_id,
        name: tracked.name,
        properties: tracked.properties,
        received_at: tracked.received_at.rfc3339(),
        sent_at: tracked.sent_at.map(Instant::rfc3339),
        original_at: tracked.original_at.map(Instant::rfc3339),
        channel: tracked.channel,
        locale: tracked.locale,
        page_url: tracked.page_url,
        page_path: tracked.page_path,
        campaign_source: tracked.campaign.source,
        campaign_medium: tracked.campaign.medium,
        campaign_name: tracked.campaign.name,
        touch_point: tracked.touch_point,
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TimelineLine {
    pub sku: Option<String>,
    pub name: Option<String>,
    pub quantity: Option<f64>,
    pub unit_price: Option<Money>,
    pub amount: Option<Money>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TimelineTrait {
    pub name: String,
    pub value: String,
}

/// Quantities are kept in thousandths; they are counts and weights, not money.
fn quantity(milli: i64) -> f64 {
    milli as f64 / 1_000.0
}

impl From<TimelineItem> for TimelineEntry {
    fn from(item: TimelineItem) -> Self {
        let fact = item.fact;
        let money = |minor: i64| Money::of(minor, Some(fact.currency));
        Self {
            id: item.id,
            at: fact.at.rfc3339(),
            kind: fact.kind.code().to_owned(),
            title: item.title,
            order_no: fact.order_no,
            amount: fact.amount_minor.map(money),
            quantity: fact.quantity_milli.map(quantity),
            source: fact.source,
            import_id: fact.import_id,
            lines: fact.lines.into_iter().map(|line| line_of(line, fact.currency)).collect(),
            traits: fact.traits.into_iter().map(|one| TimelineTrait { name: one.name, value: one.value }).collect(),
            message: fact.tracked.map(|tracked| message_of(*tracked)),
        }
    }
}

fn line_of(line: Line, currency: Currency) -> TimelineLine {
    let money = |minor: i64| Money::of(minor, Some(currency));
    TimelineLine {
        sku: line.sku,
        name: line.name,
        quantity: line.quantity_milli.map(quantity),
        unit_price: line.unit_price_minor.map(money),
        amount: line.amount_minor.map(money),
    }
}

fn kinds(text: Option<&str>) -> Result<Option<Vec<FactKind>>, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let kinds: Option<Vec<FactKind>> = text.split(',').map(|code| FactKind::parse(code.trim())).collect();
    let allowed = || FactKind::ALL.map(FactKind::code).join(", ");
    kinds.map(Some).ok_or_else(|| Problem::invalid(vec![ProblemField::new("kind", "unknown_value", allowed())]))
}

/// Orders, refunds and changes of a customer, newest first.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/timeline", operation_id = "list_timeline", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4"), TimelineParams),
    responses(
        (status = 200, body = TimelinePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_request; invalid_cursor"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<TimelineParams>,
) -> Result<Json<TimelinePage>, Problem> {
    let number = customer_number(&id)?;
    let kinds = kinds(params.kind.as_deref())?;
    let limit = page::checked_limit(params.limit)?;
    let cursor = params.cursor.as_deref();
    let (items, next_cursor) =
        customers::customer_timeline(&state.app, &actor, number, kinds.as_deref(), cursor, limit)
            .await
            .map_err(problem_of_customers)?;
    Ok(Json(TimelinePage { items: items.into_iter().map(TimelineEntry::from).collect(), next_cursor }))
}

//! How far a customer is in a product, by any identifier.

use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::money::Money;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::problem_of_customers;
use axum::Json;
use axum::extract::State;
use perennial_app::progress::{self, CustomerProgress, ProductProgress};
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProgressParams {
    /// The customer's id, or an identifier of any type: `u1`, a phone number, a mail address, …
    #[param(example = "u1")]
    pub identifier: String,
    /// One product; all of which anything is known when absent.
    #[param(example = "puzzle")]
    pub product: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerProgressDto {
    #[schema(example = "cus_7k2m9qx4")]
    pub customer: String,
    #[schema(format = DateTime)]
    pub as_of: String,
    /// By name; none where nothing is known.
    pub products: Vec<ProductProgressDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ProductProgressDto {
    #[schema(example = "puzzle")]
    pub product: String,
    /// By name, such as `attempt`, `level` and `stage`.
    pub state: Vec<ProgressValueDto>,
    /// Of the last seven days, today among them, those with any use.
    #[schema(example = 5)]
    pub active_days_7: usize,
    /// Events of use in the last seven days.
    #[schema(example = 38)]
    pub events_7: i64,
    /// What orders of the product came to, net of what was given back.
    pub spent: Money,
    /// The last purchase of which anything is left.
    #[schema(format = DateTime)]
    pub last_paid_at: Option<String>,
    /// That purchase is at most thirty days ago.
    pub is_paying: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ProgressValueDto {
    #[schema(example = "level")]
    pub name: String,
    /// As it was told: a text, a number, true or false.
    #[schema(example = 7)]
    pub value: serde_json::Value,
    #[schema(format = DateTime)]
    pub at: String,
}

fn product_of(one: ProductProgress, currency: Option<Currency>) -> ProductProgressDto {
    let state = one.state.into_iter().map(|told| ProgressValueDto {
        name: told.name,
        value: told.value,
        at: told.at.rfc3339(),
    });
    ProductProgressDto {
        product: one.product,
        state: state.collect(),
        active_days_7: one.used.active_days,
        events_7: one.used.events,
        spent: Money::of(one.paid.spent_minor, currency),
        last_paid_at: one.paid.last_paid_at.map(Instant::rfc3339),
        is_paying: one.paid.is_paying,
    }
}

impl From<CustomerProgress> for CustomerProgressDto {
    fn from(found: CustomerProgress) -> Self {
        Self {
            customer: found.customer.public_id(),
            as_of: found.as_of.rfc3339(),
            products: found.products.into_iter().map(|one| product_of(one, found.currency)).collect(),
        }
    }
}

/// How far a customer is in products: the values that hold, use of the last seven days, money, and whether they still
/// pay. Current with the commit that applied the facts.
#[utoipa::path(
    get, path = "/api/v1/product-progress", operation_id = "get_product_progress", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(ProgressParams),
    responses(
        (status = 200, body = CustomerProgressDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: several customers have this identifier, by different types"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<ProgressParams>,
) -> Result<Json<CustomerProgressDto>, Problem> {
    let product = params.product.as_deref();
    let found = progress::product_progress(&state.app, &actor, &params.identifier, product).await;
    Ok(Json(found.map_err(problem_of_customers)?.into()))
}

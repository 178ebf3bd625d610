//! Who is looked after by whom, and who is overdue.

use super::key_customer_dto::{KeyCustomerDto, KeyCustomersOfOwnerDto};
use super::problem_of_key_customers;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::segments::people_dto::behind;
use axum::Json;
use axum::extract::State;
use perennial_app::key_customers::{self, KeyCustomerQuery};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct KeyCustomersParams {
    /// By who looks after them: the id of a user, or `me` (whoever asks); absent: of all.
    #[param(example = "me")]
    pub owner: Option<String>,
    /// Only those who are overdue, or only the others; absent: both.
    pub overdue: Option<bool>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct KeyCustomersPage {
    /// The longest known first.
    pub items: Vec<KeyCustomerDto>,
    /// Of all whom the caller sees, whatever is asked for: owners of the promise in its order, others by name, last nobody.
    pub by_owner: Vec<KeyCustomersOfOwnerDto>,
    #[schema(format = DateTime)]
    pub as_of: String,
    pub next_cursor: Option<String>,
}

/// Customers of a segment to whom contact is promised, each with the owner and whether they are overdue; of those whom the caller sees.
#[utoipa::path(
    get, path = "/api/v1/segments/{id}/key-customers", operation_id = "list_key_customers", tag = "key-customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, description = "The code of the segment", example = "key_customers"), KeyCustomersParams),
    responses(
        (status = 200, body = KeyCustomersPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: also where no contact is promised"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(segment): ApiPath,
    ApiQuery(params): ApiQuery<KeyCustomersParams>,
) -> Result<Json<KeyCustomersPage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let who = params.owner.as_deref().unwrap_or_default().replace('/', "%2F");
    let overdue = params.overdue.map_or("", |is_overdue| if is_overdue { "overdue" } else { "kept" });
    let list = format!("key-customers/{segment}/{who}/{overdue}");
    let after = behind(&list, params.cursor.as_deref())?;
    let owner = params.owner.map(|who| if who == "me" { actor.id().to_owned() } else { who });
    let query = KeyCustomerQuery { owner, is_overdue: params.overdue };
    let found = key_customers::key_customers(&state.app, &state.live, &actor, &segment, &query, (after, limit)).await;
    let found = found.map_err(problem_of_key_customers)?;
    Ok(Json(KeyCustomersPage {
        items: found.items.into_iter().map(KeyCustomerDto::from).collect(),
        by_owner: found.by_owner.into_iter().map(KeyCustomersOfOwnerDto::from).collect(),
        as_of: found.as_of.rfc3339(),
        next_cursor: found.next.map(|next| page::encode(&list, &next.to_string())),
    }))
}

//! Whether a push may go to a customer.

use super::problem_of_topics;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::topics;
use perennial_domain::topics::PushClass;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PushParams {
    /// `service` (about an order, a ticket, safety) or `marketing`.
    #[param(example = "marketing")]
    pub class: String,
    /// The code of its topic; of a push of the class `service` it may be absent.
    #[param(example = "recipes")]
    pub topic: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PushVerdict {
    pub may_go: bool,
    /// Where it may not: `not_picked`, or `unknown_topic` where the topic is not in the register or archived.
    #[schema(example = "not_picked")]
    pub reason: Option<String>,
}

/// Whether a push of this class and topic may go to the customer. So far nothing is sent: whoever sends asks here first.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/preferences/push", operation_id = "check_push", tag = "topics",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4"), PushParams),
    responses(
        (status = 200, body = PushVerdict),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<PushParams>,
) -> Result<Json<PushVerdict>, Problem> {
    let number = customer_number(&id)?;
    let unknown = || {
        let allowed = PushClass::ALL.map(PushClass::code).join(", ");
        Problem::invalid(vec![ProblemField::new("class", "unknown_value", allowed)])
    };
    let class = PushClass::parse(&params.class).ok_or_else(unknown)?;
    let topic = params.topic.unwrap_or_default();
    let verdict = topics::may_push(&state.app, &actor, number, class, &topic).await.map_err(problem_of_topics)?;
    let reason = verdict.err().map(|withheld| withheld.code().to_owned());
    Ok(Json(PushVerdict { may_go: reason.is_none(), reason }))
}

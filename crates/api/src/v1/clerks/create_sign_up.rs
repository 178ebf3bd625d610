//! Signing somebody up.

use super::problem_of_clerks;
use crate::auth::{Allowed, SignUpsWrite};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::clerks::{self, NewSignUp, SignedUp};
use perennial_domain::ids::CustomerNumber;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUpBody {
    #[schema(example = "13800000001")]
    phone: String,
    #[schema(example = "Wang Fang")]
    name: Option<String>,
    /// Purposes of the register of consents that the person agrees to; absent: none.
    #[serde(default)]
    #[schema(example = json!(["marketing"]))]
    purposes: Vec<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SignedUpDto {
    /// Null where the person is known already, in a store that the clerk does not see; and when the answer is replayed
    /// for an Idempotency-Key.
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: Option<String>,
    /// The person was known before: nothing was written.
    pub was_known: bool,
}

impl From<&SignedUp> for SignedUpDto {
    fn from(signed_up: &SignedUp) -> Self {
        Self { customer_id: signed_up.customer.map(CustomerNumber::public_id), was_known: signed_up.was_known }
    }
}

/// Signs somebody up in the store of the clerk who asks. Whoever is known by the number is opened and not doubled.
#[utoipa::path(
    post, path = "/api/v1/sign-ups", operation_id = "create_sign_up", tag = "clerks",
    security(("session" = ["sign_ups.write"]), ("token" = ["sign_ups.write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = SignUpBody,
    responses(
        (status = 201, body = SignedUpDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "conflict"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SignUpsWrite>,
    key: Key,
    ApiJson(body): ApiJson<SignUpBody>,
) -> Result<(StatusCode, Json<SignedUpDto>), Problem> {
    let answer = |signed_up: &SignedUp| kept(StatusCode::CREATED, &SignedUpDto::from(signed_up));
    let new = NewSignUp { phone: body.phone, name: body.name, purposes: body.purposes };
    let signed_up = clerks::sign_up(&state.app, &actor, &new, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json((&signed_up.map_err(problem_of_clerks)?).into())))
}

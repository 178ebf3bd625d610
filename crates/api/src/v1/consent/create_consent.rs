//! A decision is written down.

use super::dto::RecordedConsentDto;
use super::problem_of_consent;
use crate::auth::{Allowed, ConsentsWrite};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::consent::{self, NewConsent, RecordedConsent, Who};
use perennial_domain::consent::Decision;
use perennial_domain::identity::IdentifierType;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentIdentifier {
    #[serde(rename = "type")]
    #[schema(example = "phone")]
    pub kind: String,
    pub value: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentBody {
    /// The id of a customer; or `identifier`.
    #[schema(example = "cus_7k2m9qx4")]
    pub customer: Option<String>,
    /// Of somebody who need not be there yet, or who was erased and comes back.
    pub identifier: Option<ConsentIdentifier>,
    /// Of the register.
    #[schema(example = "marketing")]
    pub purpose: String,
    /// Of the purpose; absent: all.
    pub channels: Option<Vec<String>>,
    /// `granted`, `denied` or `revoked`.
    #[schema(example = "granted")]
    pub decision: String,
    /// Of the text that the person saw.
    pub text_version: Option<String>,
    /// When it was decided; absent: now.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// What proves it, such as where the form lies.
    pub note: Option<String>,
}

/// Writes down what somebody consents to, or takes back. Taking back the last grant of a purpose erases within 24 hours
/// what was collected under it.
#[utoipa::path(
    post, path = "/api/v1/consents", operation_id = "create_consent", tag = "privacy",
    security(("session" = ["consents.write"]), ("token" = ["consents.write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = ConsentBody,
    responses(
        (status = 201, body = RecordedConsentDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ConsentsWrite>,
    key: Key,
    ApiJson(body): ApiJson<ConsentBody>,
) -> Result<(StatusCode, Json<RecordedConsentDto>), Problem> {
    let new = read(body)?;
    let answer = |recorded: &RecordedConsent| kept(StatusCode::CREATED, &RecordedConsentDto::from(recorded));
    let recorded = consent::record_consent(&state.app, &actor, &new, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(RecordedConsentDto::from(&recorded.map_err(problem_of_consent)?))))
}

/// All wrong fields at once.
fn read(body: ConsentBody) -> Result<NewConsent, Problem> {
    let mut errors = Vec::new();
    let who = match (&body.customer, &body.identifier) {
        (Some(id), None) => match CustomerNumber::from_public_id(id) {
            Some(number) => Some(Who::Customer(number)),
            None => {
                errors.push(ProblemField::new("/customer", "malformed", "the id of a customer"));
                None
            }
        },
        (None, Some(one)) => match IdentifierType::parse(&one.kind) {
            Some(kind) => Some(Who::Identifier { kind, value: one.value.clone() }),
            None => {
                let allowed = IdentifierType::ALL.map(IdentifierType::code).join(", ");
                errors.push(ProblemField::new("/identifier/type", "unknown_value", allowed));
                None
            }
        },
        _ => {
            errors.push(ProblemField::new("/customer", "malformed", "either a customer or an identifier"));
            None
        }
    };
    let decision = Decision::parse(&body.decision);
    if decision.is_none() {
        let allowed = Decision::ALL.map(Decision::code).join(", ");
        errors.push(ProblemField::new("/decision", "unknown_value", allowed));
    }
    let at = body.at.as_deref().map(Instant::parse_rfc3339);
    if at == Some(None) {
        errors.push(ProblemField::new("/at", "malformed", "an instant such as 2026-11-21T08:00:00Z"));
    }
    match (who, decision) {
        (Some(who), Some(decision)) if errors.is_empty() => Ok(NewConsent {
            who,
            purpose: body.purpose,
            channels: body.channels.unwrap_or_default(),
            decision,
            text_version: body.text_version,
            at: at.flatten(),
            note: body.note,
        }),
        _ => Err(Problem::invalid(errors)),
    }
}

//! Values that somebody writes down about a customer.

use super::field_dto::{FieldsBody, FieldsWrittenDto, texts_of};
use super::problem_of_fields;
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::fields::{self, FieldsChange, FieldsWritten};

/// Writes values down. They are there when this answers; where one of them is no value of its field, none is written.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/fields", operation_id = "write_customer_fields", tag = "fields",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(
        ("id" = String, Path, example = "cus_7k2m9qx4"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = FieldsBody,
    responses(
        (status = 200, body = FieldsWrittenDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<FieldsBody>,
) -> Result<Json<FieldsWrittenDto>, Problem> {
    let FieldsBody { values, surface, consent_id } = body;
    let change = FieldsChange { values: texts_of("values", values)?, surface, consent_id };
    let answer = |written: &FieldsWritten| kept(StatusCode::OK, &dto_of(written));
    let number = customer_number(&id)?;
    let written = fields::write_fields(&state.app, &actor, number, &change, &key.once(&answer)).await;
    Ok(Json(dto_of(&written.map_err(problem_of_fields)?)))
}

fn dto_of(written: &FieldsWritten) -> FieldsWrittenDto {
    FieldsWrittenDto {
        customer_id: written.customer.public_id(),
        at: written.at.rfc3339(),
        values: written.values.clone(),
    }
}

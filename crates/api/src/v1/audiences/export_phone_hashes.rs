//! Hashes of a segment's phone numbers, for a third party.

use super::problem_of_audiences;
use crate::auth::{Allowed, CustomersExport};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use perennial_app::access::hex;
use perennial_app::audiences;
use perennial_domain::audience::PhoneForm;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PhoneHashParams {
    /// Only numbers of members who agreed to this purpose go out.
    #[param(example = "marketing")]
    pub purpose: String,
    /// What is hashed: `e164` (`+8613800001111`), `digits` (`8613800001111`) or `national` (`13800001111`, of China and North America
    /// only).
    #[param(example = "e164")]
    pub form: Option<String>,
}

/// SHA-256 of the phone numbers of a segment's members who agreed to a purpose, one a line; written down in the audit log.
#[utoipa::path(
    get, path = "/api/v1/segments/{id}/phone-hashes", operation_id = "export_phone_hashes", tag = "audiences",
    security(("session" = ["customers.export"]), ("token" = ["customers.export"])),
    params(("id" = String, Path, example = "regulars"), PhoneHashParams),
    responses(
        (status = 200, description = "An attachment", content_type = "text/csv", body = String),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersExport>,
    ApiPath(segment): ApiPath,
    ApiQuery(params): ApiQuery<PhoneHashParams>,
) -> Result<Response, Problem> {
    let form = PhoneForm::parse(params.form.as_deref().unwrap_or("e164")).ok_or_else(|| {
        Problem::invalid(vec![ProblemField::new("/form".to_owned(), "out_of_range", "e164, digits or national")])
    })?;
    let hashes = audiences::hashed_phones(&state.app, &state.live, &actor, &segment, &params.purpose, form).await;
    let mut file = String::from("phone_sha256\n");
    for hash in hashes.map_err(problem_of_audiences)? {
        file.push_str(&hex(&hash));
        file.push('\n');
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"phone-hashes.csv\""),
    ];
    Ok((headers, file).into_response())
}

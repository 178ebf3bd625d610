//! Codes to print.

use super::checked_base;
use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::problem::ProblemField;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use perennial_app::codes;
use perennial_app::picture::{self, Label, SHEET_CODES_MAX};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SheetParams {
    /// Codes that were made together.
    #[param(example = "cob_1c9f0x3abcdefghjk")]
    pub batch: String,
    /// The address that people reach this server by; absent: that of the request.
    #[param(example = "https://go.example.com")]
    pub base: Option<String>,
}

/// The codes of a batch as a PDF: A4, twelve a page, each with its link and name.
#[utoipa::path(
    get, path = "/api/v1/codes/sheet", operation_id = "draw_code_sheet", tag = "codes",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(SheetParams),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/pdf"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<SheetParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let base = checked_base(&state, &headers, params.base.as_deref())?;
    let found = codes::list_codes(&state.app, &actor, Some(&params.batch), None, SHEET_CODES_MAX).await;
    let (codes, _) = found.map_err(problem_of_codes)?;
    let label = |code: codes::Code| {
        let parameters: Vec<&str> = code.settings.parameters.values().map(String::as_str).collect();
        let lines = vec![code.slug.clone(), code.settings.name.clone(), parameters.join(", ")];
        Label { text: format!("{base}/s/{}", code.slug), lines }
    };
    let labels: Vec<Label> = codes.into_iter().map(label).collect();
    // Thousands of dots: beside the threads that answer.
    let drawn = tokio::task::spawn_blocking(move || picture::sheet(&labels)).await;
    let pdf = drawn
        .map_err(|error| Problem::internal(&error))?
        .map_err(|error| Problem::invalid(vec![ProblemField::new("batch", "out_of_range", error.to_string())]))?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}

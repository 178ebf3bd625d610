//! A code as a picture.

use super::checked_base;
use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::ProblemField;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use perennial_app::codes;
use perennial_app::picture;
use serde::Deserialize;
use utoipa::IntoParams;

const SCALE_DEFAULT: usize = 8;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DrawParams {
    /// `svg` or `png`; absent: svg.
    #[param(example = "png")]
    pub format: Option<String>,
    /// Of PNG: pixels of a module, 1 to 64; absent: 8.
    #[param(example = 8)]
    pub scale: Option<usize>,
    /// The address that people reach this server by; absent: that of the request.
    #[param(example = "https://go.example.com")]
    pub base: Option<String>,
}

/// A code as SVG or PNG.
#[utoipa::path(
    get, path = "/api/v1/codes/{id}/picture", operation_id = "draw_code", tag = "codes",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(("id" = String, Path, example = "cod_1c9f0x3abcdefghjk"), DrawParams),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/svg+xml", description = "or image/png"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<DrawParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let code = codes::get_code(&state.app, &actor, &id).await.map_err(problem_of_codes)?;
    let text = format!("{}/s/{}", checked_base(&state, &headers, params.base.as_deref())?, code.slug);
    let invalid = |error: picture::PictureError| {
        Problem::invalid(vec![ProblemField::new("scale", "out_of_range", error.to_string())])
    };
    match params.format.as_deref().unwrap_or("svg") {
        "svg" => Ok(([(header::CONTENT_TYPE, "image/svg+xml")], picture::svg(&text).map_err(invalid)?).into_response()),
        "png" => {
            let png = picture::png(&text, params.scale.unwrap_or(SCALE_DEFAULT)).map_err(invalid)?;
            Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response())
        }
        _ => Err(Problem::invalid(vec![ProblemField::new("format", "unknown_value", "svg, png")])),
    }
}

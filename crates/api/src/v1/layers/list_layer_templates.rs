//! What a layer can be begun with.

use super::problem_of_layers;
use super::template_dto::{LayerTemplateDto, LayerTemplatesDto};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::layers::{self, Language};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LayerTemplatesParams {
    /// Of names: `zh-CN` or `en`; `en` when absent.
    #[param(example = "en")]
    pub language: Option<String>,
}

pub fn language_of(told: Option<&str>, pointer: &str) -> Result<Language, Problem> {
    let wrong = || Problem::invalid(vec![ProblemField::new(pointer, "unknown_value", Language::ALLOWED)]);
    told.map_or(Ok(Language::English), |text| Language::parse(text).ok_or_else(wrong))
}

/// Definitions of layers, filled in for this workspace with what they lack here.
#[utoipa::path(
    get, path = "/api/v1/layer-templates", operation_id = "list_layer_templates", tag = "layers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(LayerTemplatesParams),
    responses(
        (status = 200, body = LayerTemplatesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<LayerTemplatesParams>,
) -> Result<Json<LayerTemplatesDto>, Problem> {
    let language = language_of(params.language.as_deref(), "language")?;
    let found = layers::layer_templates(&state.app, &actor, language).await.map_err(problem_of_layers)?;
    Ok(Json(LayerTemplatesDto { items: found.into_iter().map(LayerTemplateDto::from).collect() }))
}

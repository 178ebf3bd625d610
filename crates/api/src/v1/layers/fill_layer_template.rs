//! A template with other parameters.

use super::list_layer_templates::language_of;
use super::problem_of_layers;
use super::template_dto::LayerTemplateDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::layers;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerTemplateBody {
    /// Of names: `zh-CN` or `en`; `en` when absent.
    #[schema(example = "en")]
    pub language: Option<String>,
    /// By code; those that are not named are as the template has them.
    #[schema(example = json!({ "dormant_days": ["45"] }))]
    #[serde(default)]
    pub parameters: BTreeMap<String, Vec<String>>,
}

/// Fills a template in with these parameters. Nothing is kept: the answer is what a layer can be made of.
#[utoipa::path(
    post, path = "/api/v1/layer-templates/{id}", operation_id = "fill_layer_template", tag = "layers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "lifecycle")),
    request_body = LayerTemplateBody,
    responses(
        (status = 200, body = LayerTemplateDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
    ApiJson(body): ApiJson<LayerTemplateBody>,
) -> Result<Json<LayerTemplateDto>, Problem> {
    let language = language_of(body.language.as_deref(), "/language")?;
    let filled = layers::layer_template(&state.app, &actor, &code, language, &body.parameters).await;
    Ok(Json(filled.map_err(problem_of_layers)?.into()))
}

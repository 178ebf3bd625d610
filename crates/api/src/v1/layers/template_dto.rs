//! Templates of layers in JSON.

use perennial_app::layers::{Lack, LayerTemplate, Parameter, TemplateStage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LayerTemplatesDto {
    pub items: Vec<LayerTemplateDto>,
}

/// A definition to begin with, filled in for this workspace: what `POST /api/v1/layers` takes.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct LayerTemplateDto {
    #[schema(example = "lifecycle")]
    pub code: String,
    #[schema(example = "Lifecycle")]
    pub name: String,
    #[schema(example = "From seed users to super users")]
    pub description: String,
    /// A rule as text; null: everybody.
    #[schema(example = "did orders")]
    pub base: Option<String>,
    pub parameters: Vec<LayerParameterDto>,
    pub stages: Vec<TemplateStageDto>,
    /// What the workspace does not have yet; empty where the layer can be made.
    pub lacks: Vec<TemplateLackDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LayerParameterDto {
    #[schema(example = "dormant_days")]
    pub code: String,
    #[schema(example = "Days without anything: dormant")]
    pub name: String,
    /// `number`, `money` or `text`: one value; `texts` or `numbers`: as many as there are.
    #[schema(example = "number")]
    pub kind: String,
    /// Those that the stages are filled in with.
    #[schema(example = json!(["60"]))]
    pub values: Vec<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TemplateStageDto {
    #[schema(example = "life_dormant")]
    pub code: String,
    #[schema(example = "Dormant")]
    pub name: String,
    /// A rule.
    #[schema(example = "never anything in last 60 days")]
    pub text: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TemplateLackDto {
    /// Null: the base, or the layer as a whole.
    #[schema(example = "decision_kol")]
    pub stage: Option<String>,
    #[schema(example = "orders have no property `kol_code`")]
    pub message: String,
}

impl From<LayerTemplate> for LayerTemplateDto {
    fn from(template: LayerTemplate) -> Self {
        let parameter = |one: Parameter| LayerParameterDto {
            code: one.code,
            name: one.name,
            kind: one.kind.code().to_owned(),
            values: one.values,
        };
        let stage = |one: TemplateStage| TemplateStageDto { code: one.code, name: one.name, text: one.text };
        let lack = |one: Lack| TemplateLackDto { stage: one.stage, message: one.message };
        Self {
            code: template.code,
            name: template.name,
            description: template.description,
            base: template.base,
            parameters: template.parameters.into_iter().map(parameter).collect(),
            stages: template.stages.into_iter().map(stage).collect(),
            lacks: template.lacks.into_iter().map(lack).collect(),
        }
    }
}

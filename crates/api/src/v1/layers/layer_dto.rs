//! Layers in JSON.

use crate::problem::{Problem, ProblemField};
use crate::v1::segments::rule_dto::{RuleBody, RuleDto};
use perennial_app::layers::{Layer, LayerSettings, Stage, StageCounts, StageSettings};
use perennial_app::segments::RuleText;
use perennial_domain::rules::Rule;
use perennial_domain::rules::text::print;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A rule in both forms.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct LayerRuleDto {
    pub rule: RuleDto,
    #[schema(example = "did orders")]
    pub text: String,
}

impl From<&Rule> for LayerRuleDto {
    fn from(rule: &Rule) -> Self {
        Self { rule: RuleDto::from(rule), text: print(rule) }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LayerStageDto {
    /// Of its segment: who is in it, why, and since when is asked there.
    #[schema(example = "life_angel")]
    pub code: String,
    #[schema(example = "Angel user")]
    pub name: String,
    /// The JSON form of the rule as it was written.
    pub rule: RuleDto,
    /// Its text form.
    #[schema(example = "count of orders >= 2")]
    pub text: String,
    /// The rule of the segment: within the base, without whoever an earlier stage has.
    #[schema(example = "count of orders >= 2 and not in segment life_super")]
    pub effective_text: String,
}

impl From<&Stage> for LayerStageDto {
    fn from(stage: &Stage) -> Self {
        Self {
            code: stage.code.clone(),
            name: stage.name.clone(),
            rule: RuleDto::from(&stage.rule),
            text: print(&stage.rule),
            effective_text: print(&stage.effective),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LayerDto {
    #[schema(example = "lifecycle")]
    pub code: String,
    /// Grows by one with each change.
    #[schema(example = 2)]
    pub version: i64,
    #[schema(example = "Lifecycle")]
    pub name: String,
    #[schema(example = "Where somebody stands with us")]
    pub description: String,
    /// Whom the layer is about; null: everybody.
    pub base: Option<LayerRuleDto>,
    /// In their order: the first whose rule holds has a customer.
    pub stages: Vec<LayerStageDto>,
    #[schema(example = "Ada")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(example = "Li")]
    pub changed_by: String,
    #[schema(format = DateTime)]
    pub changed_at: String,
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
}

impl From<Layer> for LayerDto {
    fn from(layer: Layer) -> Self {
        let newest = layer.newest;
        Self {
            code: layer.code,
            version: newest.version,
            name: newest.name,
            description: newest.description,
            base: newest.base.as_ref().map(LayerRuleDto::from),
            stages: newest.stages.iter().map(LayerStageDto::from).collect(),
            created_by: layer.created_by,
            created_at: layer.created_at.rfc3339(),
            changed_by: newest.changed_by,
            changed_at: newest.changed_at.rfc3339(),
            archived_at: layer.archived_at.map(Instant::rfc3339),
        }
    }
}

/// A layer in a list.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct LayerItemDto {
    #[schema(example = "lifecycle")]
    pub code: String,
    #[schema(example = 2)]
    pub version: i64,
    #[schema(example = "Lifecycle")]
    pub name: String,
    #[schema(example = "Where somebody stands with us")]
    pub description: String,
    /// In their order.
    pub stages: Vec<StageNameDto>,
    #[schema(format = DateTime)]
    pub changed_at: String,
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct StageNameDto {
    #[schema(example = "life_angel")]
    pub code: String,
    #[schema(example = "Angel user")]
    pub name: String,
}

impl From<Layer> for LayerItemDto {
    fn from(layer: Layer) -> Self {
        let name = |stage: Stage| StageNameDto { code: stage.code, name: stage.name };
        Self {
            code: layer.code,
            version: layer.newest.version,
            name: layer.newest.name,
            description: layer.newest.description,
            stages: layer.newest.stages.into_iter().map(name).collect(),
            changed_at: layer.newest.changed_at.rfc3339(),
            archived_at: layer.archived_at.map(Instant::rfc3339),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LayersDto {
    /// By code.
    pub items: Vec<LayerItemDto>,
}

/// A stage with its rule as text or as JSON: one of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerStageBody {
    /// Of its segment. a to z, 0 to 9 and _, 1 to 40, a letter first; no other segment has it.
    #[schema(example = "life_angel")]
    pub code: String,
    /// 1 to 60 characters.
    #[schema(example = "Angel user")]
    pub name: String,
    /// `everybody` in the last stage takes all that are left.
    #[schema(example = "count of orders >= 2")]
    pub text: Option<String>,
    pub rule: Option<RuleDto>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLayer {
    /// a to z, 0 to 9 and _, 1 to 40, a letter first. It stays.
    #[schema(example = "lifecycle")]
    pub code: String,
    /// 1 to 60 characters.
    #[schema(example = "Lifecycle")]
    pub name: String,
    /// Up to 1000 characters; empty when absent.
    #[schema(example = "Where somebody stands with us")]
    pub description: Option<String>,
    /// Whom the layer is about; everybody when absent.
    pub base: Option<RuleBody>,
    /// 1 to 130, in their order: the first whose rule holds has a customer.
    pub stages: Vec<LayerStageBody>,
}

impl NewLayer {
    pub fn read(self) -> Result<(String, LayerSettings), Problem> {
        let Self { code, name, description, base, stages } = self;
        Ok((code, LayerBody { name, description, base, stages }.read()?))
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerBody {
    /// 1 to 60 characters.
    #[schema(example = "Lifecycle")]
    pub name: String,
    /// Up to 1000 characters; empty when absent.
    #[schema(example = "Where somebody stands with us")]
    pub description: Option<String>,
    /// Whom the layer is about; everybody when absent.
    pub base: Option<RuleBody>,
    /// 1 to 130, in their order: the first whose rule holds has a customer.
    pub stages: Vec<LayerStageBody>,
}

impl LayerBody {
    pub fn read(self) -> Result<LayerSettings, Problem> {
        let Self { name, description, base, stages } = self;
        let base = base.map(|base| rule_of(base.text, base.rule, "/base")).transpose()?;
        let stage = |(place, one): (usize, LayerStageBody)| {
            let LayerStageBody { code, name, text, rule } = one;
            Ok(StageSettings { code, name, rule: rule_of(text, rule, &format!("/stages/{place}"))? })
        };
        let stages = stages.into_iter().enumerate().map(stage).collect::<Result<_, Problem>>()?;
        Ok(LayerSettings { name, description: description.unwrap_or_default(), base, stages })
    }
}

/// One of its two forms.
fn rule_of(text: Option<String>, rule: Option<RuleDto>, at: &str) -> Result<RuleText, Problem> {
    match (text, rule) {
        (Some(text), None) => Ok(RuleText::Text(text)),
        (None, Some(RuleDto(rule))) => Ok(RuleText::Json(rule)),
        (None, None) | (Some(_), Some(_)) => {
            Err(Problem::invalid(vec![ProblemField::new(format!("{at}/rule"), "malformed", "one of text or rule")]))
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LayerCountsDto {
    /// In the order of the stages.
    pub stages: Vec<StageCountDto>,
    /// How many are in none of them.
    #[schema(example = 12)]
    pub outside: u64,
    #[schema(example = 3_269)]
    pub everybody: u64,
    #[schema(format = DateTime)]
    pub as_of: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct StageCountDto {
    #[schema(example = "life_angel")]
    pub code: String,
    #[schema(example = "Angel user")]
    pub name: String,
    #[schema(example = 310)]
    pub count: u64,
}

impl From<StageCounts> for LayerCountsDto {
    fn from(counted: StageCounts) -> Self {
        let StageCounts { layer, counts, outside, everybody, as_of } = counted;
        let stage = |(stage, count): (Stage, u64)| StageCountDto { code: stage.code, name: stage.name, count };
        Self {
            stages: layer.newest.stages.into_iter().zip(counts).map(stage).collect(),
            outside,
            everybody,
            as_of: as_of.rfc3339(),
        }
    }
}

//! Rules of stages as they stand in JSON.

use crate::problem::{Problem, ProblemField};
use perennial_app::stages::VersionedStages;
use perennial_domain::fact::FactKind;
use perennial_domain::stages::{Stage, StageRule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct StagesDto {
    /// All rules by kind and name, the default ones with the brand's own in their place.
    pub rules: Vec<StageRuleDto>,
    /// 0 before the first change.
    pub version: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct StageRuleDto {
    /// A kind of facts, such as `event`, `page` or `order`.
    #[schema(example = "event")]
    pub kind: String,
    /// Of the event, page or screen; empty for all of the kind without a rule of their own.
    #[schema(example = "Call Ended")]
    pub name: String,
    /// `contact`, `learn`, `buy`, `query` or `interact`.
    #[schema(example = "query")]
    pub stage: String,
    /// The brand made it; otherwise it is of the default table.
    pub is_own: bool,
}

impl From<&VersionedStages> for StagesDto {
    fn from(stages: &VersionedStages) -> Self {
        let rule = |(rule, is_own): (StageRule, bool)| StageRuleDto {
            kind: rule.kind.code().to_owned(),
            name: rule.name,
            stage: rule.stage.code().to_owned(),
            is_own,
        };
        Self { rules: stages.table.rules().map(rule).collect(), version: stages.version }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnStages {
    /// All of the brand's own rules, at most 500; what is not there is as in the default table.
    pub rules: Vec<OwnStageRule>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnStageRule {
    /// A kind of facts, such as `event`, `page` or `order`.
    #[schema(example = "event")]
    pub kind: String,
    /// Of the event, page or screen; absent for all of the kind without a rule of their own.
    #[schema(example = "Call Ended")]
    pub name: Option<String>,
    /// `contact`, `learn`, `buy`, `query` or `interact`.
    #[schema(example = "contact")]
    pub stage: String,
}

impl OwnStages {
    pub fn read(self) -> Result<Vec<StageRule>, Problem> {
        let mut rules = Vec::with_capacity(self.rules.len());
        let mut wrong = Vec::new();
        for (place, rule) in self.rules.into_iter().enumerate() {
            let (kind, stage) = (FactKind::parse(&rule.kind), Stage::parse(&rule.stage));
            if kind.is_none() {
                let allowed = FactKind::ALL.map(FactKind::code).join(", ");
                wrong.push(ProblemField::new(format!("/rules/{place}/kind"), "unknown_value", allowed));
            }
            if stage.is_none() {
                let allowed = Stage::ALL.map(Stage::code).join(", ");
                wrong.push(ProblemField::new(format!("/rules/{place}/stage"), "unknown_value", allowed));
            }
            if let (Some(kind), Some(stage)) = (kind, stage) {
                rules.push(StageRule { kind, name: rule.name.unwrap_or_default(), stage });
            }
        }
        if wrong.is_empty() { Ok(rules) } else { Err(Problem::invalid(wrong)) }
    }
}
